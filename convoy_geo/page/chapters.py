"""The chapters of a case's page: texts that link to claims, each with a picture.

Without chapters.csv they are drafted from the claims, and marked as a draft.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convoy_geo.dates.interval import UNDATED, Interval
from convoy_geo.io.html import Html, render, safe
from convoy_geo.lang import DEFAULT, load
from convoy_geo.model.story import LINKED, Chapter
from convoy_geo.page.pictures import SIZES
from convoy_geo.viz.story_clock import has_clock, story_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from convoy_geo.model.claims import Claim
    from convoy_geo.page.counts import Counts
    from convoy_geo.page.pictures import Pictures
    from convoy_geo.viz.view_data import Contents

__all__ = ["chapter_list", "drafted", "hero"]

MOST = 8
"""Chapters of a draft."""
SAID = 4
"""Claims that a chapter of a draft quotes."""


def drafted(contents: Contents) -> tuple[Chapter, ...]:
    """Draft chapters from the claims: by hour in a short story with clock times, otherwise by day.

    Parameters
    ----------
    contents
        What the case holds.
    """
    info = contents.info
    claims = [
        claim for claim in contents.claims.values() if claim.happened and claim.status != "denied"
    ]
    days = (info.last_day - info.first_day).days + 1
    clock = story_clock(contents)
    groups: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda one: (one.happened.start, one.id)):
        if claim.happened.first is None or claim.happened.last is None:
            continue
        first, last = claim.happened.days
        if last - first > max(1, days // 3):
            continue
        text = claim.happened.text.split("/")[0]
        key = text[:13] if clock.by_hour and has_clock(claim.happened) else text[:10]
        groups.setdefault(key, []).append(claim)
    fullest = sorted(groups, key=lambda key: (-_weight(groups[key], contents), key))[:MOST]
    found = []
    for number, key in enumerate(sorted(fullest), 1):
        mine = groups[key]
        mine.sort(key=lambda one: (-_weight([one], contents), one.id))
        said = tuple(f"{one.summary} [{_who(one, contents)}]({one.id})" for one in mine[:SAID])
        day = mine[0].happened if "T" in key else Interval.parse(key, info.time_zone)
        found.append(
            Chapter(f"draft_{number}", "", said, tuple(one.id for one in mine[:SAID]), day)
        )
    return tuple(found)


def _who(claim: Claim, contents: Contents) -> str:
    side = contents.info.sides.get(claim.side)
    return side.short if side else claim.side


def _weight(claims: Iterable[Claim], contents: Contents) -> int:
    """How much claims say: a place, a number, a route each count."""
    routed = {key for track in contents.tracks for key in track.route.claims}
    return sum(
        1 + 2 * bool(one.located_places) + (one.low is not None) + 3 * (one.id in routed)
        for one in claims
    )


def _links(text: str, known: Mapping[str, object]) -> Html:
    """A paragraph: words that lead to claims become links, all else is text."""
    parts, at = [], 0
    for found in LINKED.finditer(text):
        parts.append(safe(text[at : found.start()]))
        words, claim = safe(found[1]), found[2]
        parts.append(
            f'<a class="claim" href="#c-{safe(claim)}">{words}</a>' if claim in known else words
        )
        at = found.end()
    return Html("".join([*parts, safe(text[at:])]))


def chapter_list(
    contents: Contents,
    pictures: Pictures,
    counts: Counts,
    words: Mapping[str, str],
) -> Html:
    """All chapters as HTML that reads without a script; nothing without claims.

    Parameters
    ----------
    contents
        What the case holds.
    pictures
        Draws its pictures.
    counts
        Counts that pictures of twins show.
    words
        The page's own words.
    """
    is_draft = not contents.chapters
    chapters = contents.chapters or drafted(contents)
    if not chapters:
        return Html("")
    language = load(words["lang"])
    steps = []
    for chapter in chapters:
        when = language.date(chapter.day.text) if chapter.day else ""
        steps.append(
            {
                "heading": chapter.heading or when,
                "when": when if chapter.heading else "",
                "text": [_links(part, contents.claims) for part in chapter.text],
                "note": chapter.note,
                "figure": _figure(chapter, contents, pictures, counts),
            }
        )
    title = words["stepsOne" if len(steps) == 1 else "steps"].format(
        count=_number(len(steps), language)
    )
    return render(
        "chapters", steps=steps, title=title[:1].upper() + title[1:], is_draft=is_draft,
        words=words,
        case_lang=DEFAULT, foreign=words["lang"] != DEFAULT,
    )  # fmt: skip


def _number(count: int, language: Any) -> str:
    return str(language.text(f"number.{count}")) if count <= 10 else str(count)


def _figure(
    chapter: Chapter, contents: Contents, pictures: Pictures, counts: Counts
) -> list[dict[str, Any]]:
    """The pictures of a chapter, each wide and narrow."""
    routes = _routes(chapter, contents)
    if not routes and not contents.chapters and chapter.day:
        routes = pictures.at(chapter.day)
    places = _places(chapter, contents)
    day = chapter.day or UNDATED
    past = _past(chapter, routes, pictures)
    title = chapter.heading or chapter.id
    shown: list[dict[str, Any]] = []
    if chapter.twin and len(chapter.sides) > 1:
        for key in chapter.sides[:2]:
            side = contents.info.sides[key]
            own = [one for one in routes if pictures.tracks[one].route.side == key]
            told = {one: pictures.tracks[one].route.claims for one in own}
            marks = counts.marks(key, day.days[0], told) if day else []
            shown.append({"name": side.name, "shades": side.shades, "svg": [
                pictures.picture(title=f"{title}: {side.name}", size=size, view=chapter.box,
                                 routes=own, day=day, side=key, marks=marks, name=side.name)
                for size in SIZES["twin"]
            ]})  # fmt: skip
        return shown
    return [{"name": "", "shades": None, "svg": [
        pictures.picture(title=title, size=size, view=chapter.box, routes=routes, past=past,
                         day=day,
                         places=places)
        for size in SIZES["chapter"]
    ]}]  # fmt: skip


def _routes(chapter: Chapter, contents: Contents) -> list[str]:
    if chapter.routes:
        return [track.route.id for track in contents.tracks if track.route.id in chapter.routes]
    mine = set(chapter.claims)
    return [
        track.route.id
        for track in contents.tracks
        if mine.intersection(track.route.claims)
        and (not chapter.sides or track.route.side in chapter.sides)
    ]


def _places(chapter: Chapter, contents: Contents) -> list[str]:
    """Places of its claims that a picture can show: points, areas, own outlines."""
    found: dict[str, None] = {}
    for key in chapter.claims:
        if key in contents.claims:
            for place in contents.claims[key].located_places:
                found[place] = None
    return [
        key for key in found
        if key in contents.zones or contents.places[key].shape == "point"
        or (contents.places[key].shape == "area" and (contents.places[key].radius_km or 0) < 90)
    ][:8]  # fmt: skip


def _past(chapter: Chapter, routes: Sequence[str], pictures: Pictures) -> list[str]:
    if not chapter.day:
        return []
    return [
        key for key in pictures.days
        if key not in routes and pictures.is_past(key, chapter.day)
        and not pictures.tracks[key].route.planned
    ]  # fmt: skip


def hero(contents: Contents, pictures: Pictures, words: Mapping[str, str]) -> Html:
    """The picture at the top: all routes, with a small map of where it is.

    Parameters
    ----------
    contents, pictures, words
        As for `chapter_list`.
    """
    routes = list(pictures.tracks)
    places: list[str] = []
    if not routes:
        places = [place.id for place in contents.places.values() if place.role == "mentioned"][:10]
    return Html(
        "".join(
            pictures.picture(
                title=words["map"] + ": " + contents.info.title, size=size, routes=routes,
                places=places, locator=True,
            )
            for size in pictures.top_sizes
        )
    )  # fmt: skip
