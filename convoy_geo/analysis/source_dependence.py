"""Source dependence: statements, voices and origins behind claims, and their independence.

- A *statement* is what one source chain passes on in one report.
- A *voice* is whom the report quotes: the first in the chain after its own authors and after the
  media it cites; or the authors themselves, if they cite no one.
- An *origin* is the end of a chain, where the account begins. Two chains with the same end have one
  origin, whoever passed it on. "A and B" are two if A and B also occur separately.

The number of independent origins is a range. The upper limit is the number of distinct names. The
lower limit counts, for reports that depend on one another or on the same outlet, only those of the
report that names most: the others may have theirs from there. The actual number remains
undetermined.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from convoy_geo.display import shown
from convoy_geo.lang import DEFAULT, Message, Words, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from convoy_geo.model.claims import Claim, Report

__all__ = ["Rests", "Sources", "find_sources"]

IN_WORDS = 10
"""The largest number written as a word."""
BYLINE = re.compile(r"\s*\((?P<outlet>[^()]*)\)$")


@dataclass(frozen=True)
class Rests:
    """One edge of the dependence graph: a source and where its account comes from.

    Parameters
    ----------
    teller, source
        Names as in the chains; a report is named by its outlet.
    kind
        ``cites`` (stated in a source chain) or ``report`` (the whole report is based on it).
    claims
        Ids of the claims of that chain.
    basis
        For a report: how this is known.
    """

    teller: str
    source: str
    kind: str
    claims: tuple[str, ...] = ()
    basis: str = ""


@shown
@dataclass(frozen=True)
class Sources:
    """The sources behind claims.

    Parameters
    ----------
    claims, reports
        Ids.
    statements
        Pairs of report and source chain.
    voices
        The voices quoted.
    origins
        The origins of the accounts.
    independent
        Minimum and maximum number of independent origins.
    edges
        The dependences between sources.
    """

    claims: tuple[str, ...]
    reports: tuple[str, ...]
    statements: tuple[tuple[str, tuple[str, ...]], ...]
    voices: tuple[str, ...]
    origins: tuple[str, ...]
    independent: tuple[int, int]
    edges: tuple[Rests, ...]

    @property
    def said(self) -> Message:
        """The number of each, as a message."""
        least, most = self.independent
        counts = [
            _number(len(self.reports), "report"),
            _number(len(self.statements), "statement"),
            _number(len(self.voices), "voice"),
            _number(most, "origin"),
        ]
        if least < most:
            counts.append(Message.of("sources.independent", number=_figure(least)))
        return Message.of("sources.counts", counts=counts)

    @property
    def words(self) -> str:
        """The number of each, in English: ``two reports, one origin``."""
        return load(DEFAULT).say(self.said)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "words": self.words,
            "claims": list(self.claims),
            "reports": list(self.reports),
            "statements": [
                {"report": report, "tellers": list(chain)} for report, chain in self.statements
            ],
            "voices": list(self.voices),
            "origins": list(self.origins),
            "independent": list(self.independent),
            "edges": [
                {
                    "teller": e.teller, "source": e.source, "kind": e.kind,
                    "claims": list(e.claims), "basis": e.basis,
                }
                for e in self.edges
            ],
        }  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """The edges as a table: teller, source, kind, claims, basis."""
        rows = [(e.teller, e.source, e.kind, e.claims, e.basis) for e in self.edges]
        return pd.DataFrame(rows, columns=["teller", "source", "kind", "claims", "basis"])


def find_sources(
    claims: Iterable[Claim],
    reports: Mapping[str, Report],
    known: Iterable[Claim] | None = None,
) -> Sources:
    """Find the statements, voices and origins behind claims, and their dependences.

    Parameters
    ----------
    claims
        In any order.
    reports
        The reports by id; `Report.rests_on` names what a whole report is based on.
    known
        All claims of the case, to recognise when "A and B" are two; by default `claims`.

    Examples
    --------
    >>> from convoy_geo.model.claims import Claim, Report
    >>> paper = Report("R", "Gazette", "Lost", "1915-01-03")
    >>> told = [
    ...     Claim("1", "R", "seen", "crew", "mate", "", tellers=("Gazette", "mate", "the cook")),
    ...     Claim("2", "R", "seen", "crew", "bosun", "", tellers=("Gazette", "bosun", "The cook")),
    ... ]
    >>> find_sources(told, {"R": paper}).words
    'one report, two statements, two voices, one origin'
    """
    given = sorted(claims, key=lambda claim: claim.id)
    names = _Names(given if known is None else known, reports)
    edges: dict[tuple[str, str], list[str]] = defaultdict(list)
    voices: dict[str, None] = {}
    origin_reports: dict[str, set[str]] = defaultdict(set)
    for claim in given:
        steps = [names.of(teller) for teller in names.chain(claim)]
        for tellers, sources in pairwise(steps):
            for teller in tellers:
                for source in sources:
                    edges[teller, source].append(claim.id)
        spoken = [step for step in steps[1:] if not set(step) <= names.outlets] or steps[-1:]
        voices.update(dict.fromkeys(spoken[0]))
        for origin in steps[-1]:
            origin_reports[origin].add(claim.report)
    used = sorted({claim.report for claim in given})
    links = [
        Rests(names.outlet(report), names.outlet(source), "report", (), reports[report].rests_basis)
        for report in used
        for source in reports[report].rests_on
    ]
    cites = [Rests(*pair, "cites", tuple(ids)) for pair, ids in sorted(edges.items())]
    return Sources(
        tuple(claim.id for claim in given),
        tuple(used),
        tuple(sorted({(claim.report, names.chain(claim)) for claim in given})),
        tuple(sorted(voices)),
        tuple(sorted(origin_reports)),
        (_least(origin_reports, used, reports, names), len(origin_reports)),
        (*cites, *links),
    )


class _Names:
    """The names in source chains, each with one spelling."""

    def __init__(self, known: Iterable[Claim], reports: Mapping[str, Report]) -> None:
        self.reports = reports
        self.first: dict[str, str] = {}
        for report in reports.values():
            for outlet in (report.original_publisher or report.publisher, report.publisher):
                self.spell(outlet)
        self.outlets = set(self.first.values())
        for report in reports.values():
            self.outlets |= {self.spell(name) for name in report.rests_on if name not in reports}
        for claim in sorted(known, key=lambda claim: claim.id):
            for teller in self.chain(claim):
                self.spell(teller)
        self.alone = set(self.first)

    def chain(self, claim: Claim) -> tuple[str, ...]:
        """The source chain without outlets in brackets after a byline."""
        return tuple(BYLINE.sub("", name) or name for name in claim.tellers or (claim.claimant,))

    def spell(self, name: str) -> str:
        """The first spelling found of a name, ignoring case and a leading article."""
        key = name.casefold().removeprefix("the ").strip()
        return self.first.setdefault(key, name)

    def of(self, name: str) -> tuple[str, ...]:
        """One name, or the parts joined by "and" if each also occurs separately."""
        parts = name.split(" and ")
        if len(parts) > 1 and all(
            part.casefold().removeprefix("the ").strip() in self.alone for part in parts
        ):
            return tuple(self.spell(part) for part in parts)
        return (self.spell(name),)

    def outlet(self, source: str) -> str:
        """The outlet of a report, or the name itself if it is not a report of the case."""
        report = self.reports.get(source)
        return self.spell(
            source if report is None else report.original_publisher or report.publisher
        )


def _least(
    origins: Mapping[str, set[str]],
    used: Iterable[str],
    reports: Mapping[str, Report],
    names: _Names,
) -> int:
    """The minimum number of origins, if dependent reports have as few as possible."""
    parent: dict[str, str] = {}

    def top(node: str) -> str:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    told: dict[str, list[set[str]]] = defaultdict(list)
    for report in used:
        for source in reports[report].rests_on:
            parent[top(names.outlet(report))] = top(names.outlet(source))
    for report in used:
        here = {origin for origin, where in origins.items() if report in where}
        told[top(names.outlet(report))].append(here)
    most = [max(sets, key=lambda here: (len(here), sorted(here))) for sets in told.values()]
    return len(set().union(*most))


def _figure(number: int) -> Message | str:
    """A number up to ten as a word, a larger one in digits."""
    return Message.of(f"number.{number}") if number <= IN_WORDS else Words(number)


def _number(number: int, noun: str) -> Message:
    code = noun if number == 1 else f"{noun}s"
    return Message.of(f"sources.{code}", number=_figure(number))
