"""Find coordinates in a text: decimal, degrees-minutes-seconds, UTM and MGRS.

Ambiguous numbers are ignored: signed decimals need three decimal places each, or brackets around
them, and must not be part of a longer list. Coordinates outside the valid range are returned with
the problem and without a position.

MGRS: the letters of hundred-kilometre squares as in NGA.STND.0037_2.0.0 (2014).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from convoy_geo.geoparse.lexicon import lexicon
from convoy_geo.geoparse.mentions import Mention
from convoy_geo.model.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyproj import Transformer

__all__ = ["Coordinates", "coordinate_mention", "find_coordinates"]

KM_PER_DEGREE = 111.2
DEGREE, MINUTE, SECOND = "[°º˚]", "['′’ʹ]", "(?:[\"″”ʺ]|''|′′|’’)"  # noqa: RUF001
NUMBER = r"\d{1,3}(?:[.,]\d{1,8})?"
ANGLE = (
    rf"(?P<@d>{NUMBER})(?:\s?{DEGREE}\s?(?:(?P<@m>\d{{1,2}}(?:[.,]\d{{1,6}})?)"
    rf"\s?{MINUTE}\s?(?:(?P<@s>\d{{1,2}}(?:[.,]\d{{1,4}})?)\s?{SECOND}\s?)?)?)?"
)
BETWEEN = r"(?:\s*[,;/]\s*|\s+(?:and\s+)?)"
DECIMALS = re.compile(
    r"(?<![\w.,-])(?P<open>\(\s*)?(?P<lat>[-+\u2212]?\d{1,3}\.\d{1,12})°?\s*[,;/]\s*"
    r"(?P<lon>[-+\u2212]?\d{1,3}\.\d{1,12})°?(?P<close>\s*\))?(?![\w%]|[.,]\d|\s*[,;]\s*[-+\u2212]?\d)"
)
FEWEST = 3
"""Minimum decimal places of each number without brackets: "3.5, 7.25" is not a place."""
MGRS = re.compile(
    r"(?<!\w)(?P<zone>0?[1-9]|[1-5]\d|60)\s?(?P<band>[C-HJ-NP-X])\s?(?P<square>[A-HJ-NP-Z][A-HJ-NP-V])"
    r"\s?(?:(?P<east>\d{1,5})\s(?P<north>\d{1,5})|(?P<both>\d{2,10}))(?!\w|\.\d)"
)
UTM = re.compile(
    r"(?<!\w)(?P<zone>0?[1-9]|[1-5]\d|60)\s?(?P<band>[C-HJ-NP-X])[\s,:]+(?P<east>\d{6}(?:\.\d+)?)"
    r"\s?(?:m\s?E|E|mE)?[\s,]+(?P<north>\d{6,7}(?:\.\d+)?)\s?(?:m\s?N|N|mN|S)?(?!\w|\.\d)"
)
GRID_HINT = re.compile(r"\d\s?[C-HJ-NP-X][\s,:A-HJ-NP-Z]{0,4}\d")
"""A zone, a band and the digits after them: few texts have any."""
BANDS = "CDEFGHJKLMNPQRSTUVWX"
COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
ROWS = "ABCDEFGHJKLMNPQRSTUV"
SQUARE, CYCLE = 100_000, 2_000_000
BAND_DEGREES = 8


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Coordinates in a text.

    Parameters
    ----------
    start, end
        Character offsets in the text, end excluded.
    lon, lat
        WGS 84 decimal degrees, or None if they are not a position on Earth.
    within_km
        Precision of the position: half of the last digit given.
    problem
        What is wrong, if there is no position.
    """

    start: int
    end: int
    lon: float | None
    lat: float | None
    within_km: float = 0.0
    problem: str = ""


def find_coordinates(text: str, lang: str = "") -> list[Coordinates]:
    """Find the coordinates in a text, in order and without overlaps.

    Parameters
    ----------
    text
        Any text.
    lang
        Code of its language, whose words for the hemispheres are used in addition to English ones.

    Examples
    --------
    >>> text = "at 34°33'N 38°16'E, grid 37S DU 1 2"
    >>> [(found.lat, found.lon) for found in find_coordinates(text)]
    [(34.55, 38.26667), (34.56324, 38.07342)]
    """
    if not any(map(str.isdigit, text)):
        return []
    found: list[Coordinates] = []
    done = 0
    for each in sorted((*_angles(text, lang), *_decimals(text), *_grid(text)), key=_order):
        if each.start >= done:
            found.append(each)
            done = each.end
    return found


def coordinate_mention(text: str, found: Coordinates) -> Mention:
    """Convert coordinates to a mention; it has no place if they are invalid."""
    shown = text[found.start : found.end]
    if found.lon is None or found.lat is None:
        return Mention(found.start, found.end, shown, "coordinates", None, 0.0, (found.problem,))
    place = Place(
        f"position:{found.lat:.5f},{found.lon:.5f}", " ".join(shown.split()), found.lon, found.lat,
        radius_km=round(max(found.within_km, 0.001), 3), kind="position",
        source="coordinates in the text",
    )  # fmt: skip
    return Mention(
        found.start, found.end, shown, "coordinates", place, 1.0, ("coordinates in the text",)
    )


def _order(each: Coordinates) -> tuple[int, int]:
    return each.start, -each.end


@cache
def _patterns(lang: str) -> tuple[tuple[re.Pattern[str], ...], dict[str, str]]:
    """Two angles with hemispheres before or after them; and these words as one pattern."""
    sides = {word.lower(): side for word, side in lexicon(lang).hemispheres.items()}
    phrase = "|".join(
        r"[\s.]*".join(map(re.escape, word.split("_")))
        for word in sorted(sides, key=len, reverse=True)
    )

    def angle(name: str, *, behind: bool) -> str:
        number, side = ANGLE.replace("@", name), rf"(?P<{name}side>{phrase})"
        return rf"{number}\s?{side}(?!\w)" if behind else rf"{side}[\s:]?{number}"

    patterns = tuple(
        re.compile(
            rf"(?<![\w.,/-]){angle('x', behind=behind)}[.]?{BETWEEN}{angle('y', behind=behind)}"
            r"(?![\w°])",
            re.IGNORECASE,
        )
        for behind in (True, False)
    )
    return patterns, {_one_word(word): side for word, side in sides.items()}


def _one_word(text: str) -> str:
    return re.sub(r"[\s_.]", "", text.lower())


def _angles(text: str, lang: str) -> Iterator[Coordinates]:
    if not any(sign in text for sign in "°º˚") and not _hint(lang).search(text):
        return
    patterns, sides = _patterns(lang)
    for pattern in patterns:
        for found in pattern.finditer(text):
            angles = _pair(found, sides)
            if angles is not None:
                yield _placed(found.start(), found.end(), *angles)


def _pair(found: re.Match[str], sides: dict[str, str]) -> tuple[float, float, float] | None:
    """Longitude, latitude and the value of the last digit, if there is one of each."""
    values: dict[str, float] = {}
    steps, clear = [], False
    for name in "xy":
        side = sides[_one_word(found[f"{name}side"])]
        whole, minutes, seconds = (found[name + part] for part in "dms")
        clear = clear or not whole.isdigit() or minutes is not None or _is_angle(found, name)
        value, step = _degrees(whole, minutes, seconds)
        axis = "lat" if side in {"north", "south"} else "lon"
        values[axis] = -value if side in {"south", "west"} else value
        steps.append(step)
    if len(values) < 2 or not clear:  # "between 5 N and 7 E streets"
        return None
    return values["lon"], values["lat"], max(steps)


def _is_angle(found: re.Match[str], name: str) -> bool:
    """Whether an integer is marked as degrees."""
    rest = found.string[found.end(f"{name}d") : found.end()].lstrip()
    return rest[:1] in {*"°º˚"} or len(_one_word(found[f"{name}side"])) > len("north")


@cache
def _hint(lang: str) -> re.Pattern[str]:
    """A number next to a hemisphere: a quick filter, since most texts have none."""
    words = sorted(
        {word.split("_")[0] for word in lexicon(lang).hemispheres}, key=len, reverse=True
    )
    either = "|".join(map(re.escape, words))
    return re.compile(rf"\d[.,]?\d*\s?(?:{either})(?!\w)|(?<!\w)(?:{either})\s?\d", re.IGNORECASE)


def _degrees(whole: str, minutes: str | None, seconds: str | None) -> tuple[float, float]:
    """Degrees, and the value of the last digit."""
    value, step = 0.0, 1.0
    for text, unit in ((whole, 1.0), (minutes, 60.0), (seconds, 3600.0)):
        if text is None:
            continue
        number = text.replace(",", ".")
        if unit > 1 and float(number) >= 60:
            return float("inf"), step
        value += float(number) / unit
        step = 10.0 ** -len(number.partition(".")[2]) / unit
    return value, step


def _decimals(text: str) -> Iterator[Coordinates]:
    for found in DECIMALS.finditer(text):
        lat, lon = found["lat"], found["lon"]
        digits = [len(number.partition(".")[2]) for number in (lat, lon)]
        bracket = found["open"] and found["close"]
        if min(digits) < (2 if bracket else FEWEST):
            continue
        values = [float(number.replace("\u2212", "-")) for number in (lat, lon)]
        start, end = found.span()
        if found["open"]:
            start = found.start("lat")
        if found["close"]:
            end = found.start("close")
        if not (abs(values[0]) <= 90 and abs(values[1]) <= 180):
            continue  # not marked as coordinates: any two numbers
        yield _placed(start, end, values[1], values[0], 10.0 ** -min(digits))


def _placed(start: int, end: int, lon: float, lat: float, step: float) -> Coordinates:
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        wrong = f"latitude {lat:g}" if not abs(lat) <= 90 else f"longitude {lon:g}"
        if float("inf") in (abs(lat), abs(lon)):
            wrong = "60 minutes or seconds, or more,"
        return Coordinates(start, end, None, None, problem=f"{wrong} is off the Earth")
    return Coordinates(start, end, round(lon, 5), round(lat, 5), step * KM_PER_DEGREE / 2)


def _grid(text: str) -> Iterator[Coordinates]:
    if not GRID_HINT.search(text):
        return
    for found in MGRS.finditer(text):
        both = found["both"]
        if both and len(both) % 2:
            continue
        east, north = (
            (found["east"], found["north"]) if not both
            else (both[: len(both) // 2], both[len(both) // 2 :])
        )  # fmt: skip
        if len(east) != len(north) or (len(east) < 2 and not found["east"]):
            continue
        step = 10.0 ** (5 - len(east))
        shift = (int(east) + 0.5) * step, (int(north) + 0.5) * step
        yield _of_square(found, found["square"], shift, step)
    for found in UTM.finditer(text):
        point = (float(found["east"]), float(found["north"]))
        south = found["band"] < "N"
        lon, lat = _geographic(int(found["zone"]), south, *point)
        yield _on_earth(found, lon, lat, 0.001)


def _of_square(
    found: re.Match[str], square: str, shift: tuple[float, float], step: float
) -> Coordinates:
    """The centre of a grid square, in the row cycle of its latitude band."""
    zone, band = int(found["zone"]), found["band"]
    column = COLUMNS[(zone - 1) % 3].find(square[0])
    row = (ROWS.index(square[1]) - (5 if zone % 2 == 0 else 0)) % len(ROWS)
    if column >= 0:
        bottom = BAND_DEGREES * (BANDS.index(band) - 10)
        top = bottom + BAND_DEGREES + 4 * (band == "X")
        east = (column + 1) * SQUARE + shift[0]
        for cycle in range(5):
            north = row * SQUARE + shift[1] + cycle * CYCLE
            lon, lat = _geographic(zone, band < "N", east, north)
            if bottom - 1 <= lat <= top + 1:
                return _on_earth(found, lon, lat, step / 2000)
    return Coordinates(
        found.start(), found.end(), None, None, problem=f"zone {zone}{band} has no square {square}"
    )


def _on_earth(found: re.Match[str], lon: float, lat: float, km: float) -> Coordinates:
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        return Coordinates(*found.span(), None, None, problem="off the Earth")
    return Coordinates(*found.span(), round(lon, 5), round(lat, 5), km)


def _geographic(zone: int, south: bool, east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude of a UTM position."""
    lon, lat = _from_utm(zone, "+south" if south else "").transform(east, north)
    return float(lon), float(lat)


@lru_cache(maxsize=8)
def _from_utm(zone: int, south: str) -> Transformer:
    from pyproj import Transformer  # noqa: PLC0415  (few texts have coordinates)

    return Transformer.from_pipeline(
        f"+proj=pipeline +step +inv +proj=utm +zone={zone} {south} +ellps=WGS84 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
