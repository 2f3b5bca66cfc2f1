"""Validation of a complete case, once each of its files is valid by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import process

from convoy_geo.casefiles.locate import case_folder
from convoy_geo.casefiles.read import read_folder
from convoy_geo.casefiles.story_faults import claims_before_the_story, story_faults
from convoy_geo.errors import AmbiguousPlaceError, Fault, PlaceNotFoundError, RelativePlaceError
from convoy_geo.gazetteer.case_gazetteer import Gazetteer
from convoy_geo.io.csv_tables import read_rows, read_text
from convoy_geo.model import schema
from convoy_geo.model.case_info import CASE_FILE
from convoy_geo.model.relative_places import relative_place
from convoy_geo.network.distance_on_roads import stretches_on
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from convoy_geo.casefiles.files import CaseFiles

__all__ = ["check_case", "check_with_remarks", "whole_faults"]

SLIP = 80
"""Minimum similarity, of 100, at which an unknown topic is treated as a typing error."""


@checks_types
def check_case(name: str | Path) -> list[Fault]:
    """Validate a case; return all errors, sorted by file and line.

    Parameters
    ----------
    name
        See `case_folder`.

    Returns
    -------
    list of Fault
        Empty for a valid case.
    """
    return check_with_remarks(name)[0]


def check_with_remarks(name: str | Path) -> tuple[list[Fault], tuple[Fault, ...]]:
    """Validate a case; return all errors, and the assumptions and corrections made in reading it.

    Parameters
    ----------
    name
        See `case_folder`.

    Returns
    -------
    list of Fault
        See `check_case`.
    tuple of Fault
        For example a time in a daylight-saving gap, moved past the gap.
    """
    files, faults = read_folder(case_folder(name))
    every = sorted({*faults, *(whole_faults(files) if files else ())})
    return every, (*files.remarks, *claims_before_the_story(files)) if files else ()


def whole_faults(files: CaseFiles, texts: Mapping[str, str] | None = None) -> list[Fault]:
    """Check references in case.toml and relative-place terms.

    Parameters
    ----------
    files
        The case.
    texts
        Planned content of files, by name, if not written yet.

    Returns
    -------
    list of Fault
        Empty if the map and the verdicts can be computed.
    """
    terms = _terms(files, (texts or {}).get(schema.CLAIMS.file))
    return [*_names(files), *_topics(files), *terms, *story_faults(files)]


def _line(folder: Path, text: str) -> int:
    """The first line of case.toml that contains a quoted text; 0 if there is none."""
    whole, _ = read_text(folder / CASE_FILE, CASE_FILE)
    lines = enumerate((whole or "").splitlines(), 1)
    marks = f'"{text}"', f"'{text}'"
    return next((number for number, line in lines if any(mark in line for mark in marks)), 0)


def _names(files: CaseFiles) -> Iterator[Fault]:
    """Places named in case.toml."""
    gazetteer = Gazetteer(files.places)
    nodes = set() if files.network is None else set(files.network.node_table.index.astype(str))
    asked = [("distance_checks", name) for pair in files.info.distance_checks for name in pair]
    asked += [("alternatives", name) for way in files.info.alternatives for name in way[:2]]
    for key, name in dict.fromkeys(asked):
        if name in nodes:
            continue
        try:
            gazetteer.locate(name, point=True)
        except (PlaceNotFoundError, AmbiguousPlaceError) as error:
            line = _line(files.folder, name)
            yield Fault(CASE_FILE, line, key, name, str(error), "a name of one place of the case")


def _topics(files: CaseFiles) -> Iterator[Fault]:
    """References in rules: a typing error would silently disable a rule."""
    info = files.info
    known = {
        "topic": {claim.topic for claim in files.claims},
        "state": set(info.states),
        "unit": {claim.unit for claim in files.claims if claim.unit},
        "place": {place.id for place in files.places},
    }
    kinds: dict[str, tuple[str, ...]] = {
        "apart": ("place",),
        "final": ("state",),
        "open": ("unit",),
    }
    named = [(rule, name, kinds.get(rule, ("topic",)))
             for rule, names in info.rules.items() for name in names]  # fmt: skip
    named += [("whole", unit, ("unit",)) for unit in info.whole.values()]
    named += [("zones", item, ("state", "place")) for items in info.zones.values()
              for item in items]  # fmt: skip
    for rule, name, of in named:
        if any(name in known[kind] for kind in of):
            continue
        line, what = _line(files.folder, name), " or ".join(of)
        if {"place", "state"} & set(of):
            yield Fault(CASE_FILE, line, rule, name, f"unknown {what}", f"the id of a {what}")
            continue
        # An unused topic or unit may be intended; one very similar to another is a typing error
        near = process.extractOne(name, sorted(known[what]), score_cutoff=SLIP)
        if near:
            yield Fault(CASE_FILE, line, rule, name, f"no claim has this {what}", near[0])
    order = info.rules.get("order", ())
    for name in dict.fromkeys(name for name in order if order.count(name) > 1):
        line = _line(files.folder, name)
        yield Fault(CASE_FILE, line, "order", name, "stands there twice", "each topic once")


def _terms(files: CaseFiles, text: str | None) -> Iterator[Fault]:
    """Relative-place terms, converted to areas as for the map."""
    places = {place.id: place for place in files.places}
    rows, _ = read_rows(files.folder, schema.CLAIMS, text=text)
    stretches = stretches_on(files.network)
    for row in rows:
        for term in row.items("where"):
            try:
                relative_place(term, places, files.areas, stretches)
            except RelativePlaceError as error:
                problem = str(error).removeprefix(repr(term)).lstrip(": ")
                allowed = "a term that makes an area on one side of the 180th meridian"
                yield Fault("claims.csv", row.line, "where", term, problem, allowed)
