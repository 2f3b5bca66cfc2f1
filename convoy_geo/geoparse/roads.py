"""Recognise roads by number: "Highway 7", "the M4 highway", "along the A9"."""

from __future__ import annotations

import re
import string
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from convoy_geo.geodesy import distance_km
from convoy_geo.geoparse.lexicon import lexicon
from convoy_geo.geoparse.mentions import Mention
from convoy_geo.model.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.network.network import RoadNetwork

__all__ = ["RoadName", "find_roads", "road_mention", "roads_between", "roads_of"]

CODE = r"[A-Z\u0410-\u042f\u0406]{1,3}[- ]?\d{1,4}[A-Z]?"
CODES = re.compile(rf"(?<![\w-]){CODE}(?![\w-])")
SIGN, REACH = "\x00", 40
"""A placeholder for a road number in context patterns, and the size of the context."""
LETTERS = frozenset(
    [
        *("M", "A", "E", "N", "D", "R", "RN", "RD", "AP", "SR", "US", "TEM", "NH", "AH", "BR"),
        *"\u041c\u0410\u0415\u041d\u0420",
    ]
)
"""Letters of road numbers that need a context: "along the M4", but not "along the T72"."""
CLEAR = frozenset(("RN", "RD", "AP", "NH", "AH", "SR"))
"""Letters that always mean a road, whatever the context: "la RN5"."""


TIE = re.compile(r"\s?[-\u2010-\u2014/]\s?")
"""Separators of two towns in the name of a road."""
LONGEST_KM = 2000.0
"""Separators of the two towns after which a road is named."""
NEAR_KM, FURTHEST_KM = 25.0, 400.0
"""Radius around the town named with a road; and the maximum for two towns."""


class RoadName(NamedTuple):
    """A road as written, and its number without blanks and hyphens."""

    start: int
    end: int
    ref: str


def find_roads(text: str, lang: str = "") -> list[RoadName]:
    """Find the roads that a text names by number, in order.

    Parameters
    ----------
    text
        Any text.
    lang
        Code of its language.

    Examples
    --------
    >>> [found.ref for found in find_roads("Cars left Highway 7 and went along the M4.")]
    ['7', 'M4']
    """
    if not any(map(str.isdigit, text)):
        return []
    found: list[RoadName] = []
    for each in sorted(_numbers(text, lang), key=lambda road: (road.start, -road.end)):
        if not found or each.start >= found[-1].end:
            found.append(each)
    return found


def roads_of(network: RoadNetwork) -> dict[str, BaseGeometry]:
    """The roads of a network by number, each as one or more lines.

    Parameters
    ----------
    network
        A road network whose edges have numbers (``ref``), several parted by ``;`` or ``/``.
    """
    import shapely  # noqa: PLC0415

    lines: dict[str, list[BaseGeometry]] = {}
    edges = network.edges
    for refs, line in zip(edges["ref"], edges.geometry, strict=True):
        for ref in re.split("[;/]", refs if isinstance(refs, str) else ""):
            if _plain(ref):
                lines.setdefault(_plain(ref), []).append(line)
    roads = {ref: shapely.union_all(several) for ref, several in sorted(lines.items())}
    bare: dict[str, list[str]] = {}
    for ref in roads:
        bare.setdefault(ref.lstrip(string.ascii_uppercase), []).append(ref)
    for number, refs in bare.items():  # "Highway 1" for IQ-1, if no other road has that number
        if number and len(refs) == 1:
            roads.setdefault(number, roads[refs[0]])
    return roads


def road_mention(
    text: str, road: RoadName, known: Mapping[str, BaseGeometry], around: Sequence[Mention]
) -> Mention:
    """Convert a road to a mention, located on the case's network or near the towns named with it.

    Parameters
    ----------
    text
        The text.
    road
        The road.
    known
        Roads of a network by number.
    around
        Towns named with it, the nearest in the text first.
    """
    shown = text[road.start : road.end]
    towns = [each.place for each in around if each.place and each.place.lon is not None][:2]
    line = known.get(road.ref)
    if line is not None:
        place: Place | None = _on_network(road.ref, line, towns)
        why = "a road of the case's network"
    else:
        place = _about(road.ref, towns)
        why = "no network has it: about where the towns beside it are" if place else (
            "no network has it")  # fmt: skip
    return Mention(road.start, road.end, shown, "road", place, 0.5, ("a road by its number", why))


def roads_between(text: str, mentions: Sequence[Mention], lang: str = "") -> list[Mention]:
    """Find roads named after two towns: "the Damascus-Homs highway", "l'autoroute Damas-Homs".

    Parameters
    ----------
    text
        The text.
    mentions
        Its mentions, in order.
    lang
        Code of its language.
    """
    before, after = _town_patterns(lang)
    found = []
    for one, other in pairwise(mentions):
        if not TIE.fullmatch(text, one.end, other.start):
            continue
        first, last = one.place, other.place
        if first is None or last is None or None in {first.lon, last.lon}:
            continue
        noun = after.match(text, other.end)
        left = before.search(text, max(0, one.start - REACH), one.start) if not noun else None
        if not noun and not left:
            continue
        start, end = (one.start, noun.end(1)) if noun else (left.start(1) if left else 0, other.end)
        ref = f"{first.name}-{last.name}"
        place = _about(ref, [first, last], LONGEST_KM)
        reasons = ("a road by the towns at its ends", "about where it passes them")
        found.append(Mention(start, end, text[start:end], "road", place, 0.5, reasons))
    return found


@cache
def _town_patterns(lang: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The word for a road directly before two names, and directly after them."""
    nouns = lexicon(lang).road_nouns
    words = "|".join(map(re.escape, sorted(nouns, key=lambda word: (-len(word), word)))) or "(?!)"
    between = r"(?:[^\W\d_]+\s)?"
    return (
        re.compile(rf"(?<!\w)((?:{words})\s{between})$", re.IGNORECASE),
        re.compile(rf"(?:['’]\w+)?\s{between}((?:{words}))(?!\w)", re.IGNORECASE),  # noqa: RUF001
    )


def _middle(towns: Sequence[Place], furthest: float = FURTHEST_KM) -> tuple[float, float, float]:
    """The centre of one or two towns, and half of the distance between them."""
    (lon0, lat0), (lon1, lat1) = (
        (float(town.lon or 0.0), float(town.lat or 0.0)) for town in (towns[0], towns[-1])
    )
    apart = distance_km(lon0, lat0, lon1, lat1)
    if apart > furthest or abs(lon1 - lon0) > 180:
        return lon0, lat0, 0.0
    return (lon0 + lon1) / 2, (lat0 + lat1) / 2, apart / 2


def _on_network(ref: str, line: BaseGeometry, towns: Sequence[Place]) -> Place:
    """A road located at its stretch nearest to the towns named with it."""
    from shapely.geometry import Point  # noqa: PLC0415
    from shapely.ops import nearest_points  # noqa: PLC0415

    west, south, east, north = line.bounds
    lon, lat, half = _middle(towns) if towns else ((west + east) / 2, (south + north) / 2, 0.0)
    point, _ = nearest_points(line, Point(lon, lat))
    if not towns:
        half = distance_km(west, south, east, north) / 2
    stretch = "its stretch that is nearest to the towns beside it" if towns else "its middle"
    return Place(
        f"road:{ref}", ref, round(point.x, 5), round(point.y, 5),
        radius_km=round(max(half, NEAR_KM), 1), kind="road", shape="area",
        source=f"the case's road network, {stretch}",
    )  # fmt: skip


def _about(ref: str, towns: Sequence[Place], furthest: float = FURTHEST_KM) -> Place | None:
    """The area of one or two towns named with a road."""
    if not towns:
        return None
    lon, lat, half = _middle(towns, furthest)
    names = " and ".join(town.name for town in towns[: 2 if half else 1])
    return Place(
        f"road:{ref}", ref, round(lon, 5), round(lat, 5), radius_km=round(max(half, NEAR_KM), 1),
        kind="road", shape="area",
        source=f"about where it passes {names}, which the text names beside it; "
        "the road itself is not known",
    )  # fmt: skip


@cache
def _patterns(lang: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    lists = lexicon(lang)

    def one_of(words: frozenset[str]) -> str:
        # A language without such words has a pattern that matches nothing.
        return (
            "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) or "(?!)"
        )

    noun, links = f"(?i:{one_of(lists.road_nouns)})", f"(?i:{one_of(lists.road_links)})"
    the = f"(?:(?:{one_of(lists.the)})\\s)?"
    after = re.compile(
        rf"(?<![\w-]){noun}\s(?:No\.?\s|no\.?\s|№\s?)?(?P<ref>(?:{CODE}|\d{{1,4}}))(?![\w.,]*\d|\w)"
    )
    before = re.compile(rf"(?<![\w-])(?P<ref>{CODE})(?=\s(?:[^\W\d_]+\s)?{noun}(?!\w))")
    behind = one_of(
        lists.before_place | lists.goes_on | lists.road_links | lists.joins | lists.auxiliaries
    )
    alone = re.compile(
        rf"(?s:.*)(?<![\w-])(?:{links}\s{the}{SIGN}"
        rf"|(?i:{one_of(lists.the)})\s{SIGN}(?=\s?[.,;:)]|\s(?:{behind})(?!\w)))"
    )
    return after, before, alone


def _numbers(text: str, lang: str) -> Iterator[RoadName]:
    after, before, alone = _patterns(lang)
    low = text.lower()
    if any(noun in low for noun in lexicon(lang).road_nouns):
        for found in after.finditer(text):
            yield RoadName(found.start(), found.end(), _plain(found["ref"]))
        for found in before.finditer(text):
            yield RoadName(*found.span("ref"), _plain(found["ref"]))
    for code in CODES.finditer(text):
        letters = _plain(code[0]).rstrip(string.digits)
        if letters in CLEAR and " " not in code[0]:
            yield RoadName(*code.span(), _plain(code[0]))
        if letters not in LETTERS or letters in CLEAR:
            continue
        start = max(0, code.start() - REACH)
        near = alone.match(
            text[start : code.start()] + SIGN + text[code.end() : code.end() + REACH]
        )
        if near:
            yield RoadName(*code.span(), _plain(code[0]))


def _plain(ref: str) -> str:
    return ref.replace(" ", "").replace("-", "").upper()
