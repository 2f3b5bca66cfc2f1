"""Check a case's presentation: its chapters, its headline, the colours of its sides.

None of these errors prevents the page from being built.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from convoy_geo.errors import Fault
from convoy_geo.io.csv_tables import read_rows, read_text
from convoy_geo.model import schema
from convoy_geo.model.case_info import CASE_FILE
from convoy_geo.model.shades import DARK_PAPER, LIGHT_PAPER, TEXT_CONTRAST, contrast
from convoy_geo.model.story import HEADLINE_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convoy_geo.casefiles.files import CaseFiles
    from convoy_geo.dates.interval import Interval

__all__ = ["claims_before_the_story", "story_faults"]

SHOWN = 60
"""Maximum length of a text in a message, in characters."""


def story_faults(files: CaseFiles) -> Iterator[Fault]:
    """Find errors in the presentation of a case.

    Parameters
    ----------
    files
        The case.
    """
    yield from _headline(files)
    yield from _colours(files)
    yield from _story(files)
    yield from _chapters(files)


def claims_before_the_story(files: CaseFiles) -> Iterator[Fault]:
    """Remarks on located claims whose day is entirely before the start of the story."""
    first = files.info.start
    if not first:
        return
    rows, _ = read_rows(files.folder, schema.CLAIMS)
    lines = {row["claim"]: row.line for row in rows}
    for claim in files.claims:
        if claim.happened and claim.happened.before(first) and claim.located_places:
            yield Fault(
                "claims.csv", lines.get(claim.id, 0), "happened", claim.happened.text,
                f"before the story: the page shows {claim.id} with all days only",
                f"{first.text} or later, or an earlier start in case.toml",
            )  # fmt: skip


def _line(files: CaseFiles, start: str) -> int:
    text, _ = read_text(files.folder / CASE_FILE, CASE_FILE)
    lines = enumerate((text or "").splitlines(), 1)
    return next((number for number, line in lines if line.lstrip().startswith(start)), 0)


def _headline(files: CaseFiles) -> Iterator[Fault]:
    headline = files.info.story.headline
    if len(headline) > HEADLINE_LENGTH:
        problem = f"{len(headline)} characters are too long for a headline"
        yield Fault(CASE_FILE, _line(files, "headline"), "headline",
            f"{headline[:SHOWN]}...", problem, f"at most {HEADLINE_LENGTH} characters")  # fmt: skip


def _colours(files: CaseFiles) -> Iterator[Fault]:
    sides = [side for side in files.info.sides.values() if "side" in files.info.given]
    for one, other in combinations(sides, 2):
        if one.colour.lower() == other.colour.lower():
            problem = f"{one.id} and {other.id} have the same colour"
            line = _line(files, f'id = "{other.id}"')
            yield Fault(CASE_FILE, line, "colour", other.colour, problem, "one colour a side")
    for side in sides:
        for key, colour, paper in (("text", side.text, LIGHT_PAPER),
                                   ("dark_text", side.dark_text, DARK_PAPER)):  # fmt: skip
            if colour and (found := contrast(colour, paper)) < TEXT_CONTRAST:
                problem = f"{side.id}: {found:.1f} to 1 against {paper} is too faint for text"
                allowed = (
                    f"a contrast of {TEXT_CONTRAST:g} to 1 or more; if omitted, one is derived"
                )
                line = _line(files, f'{key} = "{colour}"')
                yield Fault(CASE_FILE, line, key, colour, problem, allowed)


def _outside(files: CaseFiles, day: Interval) -> bool:
    start, end = files.info.start, files.info.end
    return bool(day and ((start and day.before(start)) or (end and end.before(day))))


def _span(files: CaseFiles) -> str:
    return f"within the story, {files.info.start.text} to {files.info.end.text}"


def _story(files: CaseFiles) -> Iterator[Fault]:
    story = files.info.story
    if _outside(files, story.count):
        yield Fault(CASE_FILE, _line(files, "count"), "count", story.count.text,
            "a day outside the story", _span(files))  # fmt: skip
    for state in story.states:
        if state not in files.info.states:
            yield Fault(CASE_FILE, _line(files, f"{state} ="), "states", state, "unknown state",
                "the id of a state")  # fmt: skip
    points = {place.id for place in files.places if place.shape == "point"}
    for place in story.road:
        if place not in points:
            yield Fault(CASE_FILE, _line(files, "road ="), "road", place,
                "no place with a position", "the ids of places that are points")  # fmt: skip
    if len(story.road) == 1:
        yield Fault(CASE_FILE, _line(files, "road ="), "road", story.road[0],
            "a road of one place", "two places or more")  # fmt: skip
    reports = {report.id for report in files.reports}
    for report in story.archive:
        if report not in reports:
            yield Fault(CASE_FILE, _line(files, f"{report} ="), "archive", report,
                "unknown report", "the id of a report")  # fmt: skip


def _chapters(files: CaseFiles) -> Iterator[Fault]:
    if not files.chapters:
        return
    rows, _ = read_rows(files.folder, schema.CHAPTERS)
    lines = {row["chapter"]: row.line for row in rows}
    known = {claim.id for claim in files.claims}
    for chapter in files.chapters:
        file, line = "chapters.csv", lines.get(chapter.id, 0)
        if not chapter.claims:
            yield Fault(file, line, "claims", "", f"chapter {chapter.id} has no claim",
                "ids of the claims that it is based on")  # fmt: skip
        if _outside(files, chapter.day):
            yield Fault(
                file, line, "day", chapter.day.text, "a day outside the story", _span(files)
            )
        for claim in chapter.linked:
            if claim not in known:
                yield Fault(file, line, "text", claim, "unknown claim", "the id of a claim")
        if chapter.twin and len(chapter.sides) < 2:
            sides = "|".join(chapter.sides)
            yield Fault(
                file, line, "sides", sides, "separate pictures of one side", "two sides or more"
            )
