"""Who says what: reports, and the atomic claims that they carry.

A claim is never merged with another one. Its text is not here either: a span (in code points of the
report's text) and a hash of that span say where it stands, and the summary is in our own words.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from convoy_geo.dates.interval import UNDATED, Interval, as_interval, read_dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    import pandas as pd

__all__ = [
    "CREDIBILITIES",
    "PLACE_ROLES",
    "PLANS",
    "POSITION_TOPICS",
    "PRECISIONS",
    "READINGS",
    "RELIABILITIES",
    "STATUSES",
    "Claim",
    "Report",
    "ReportedRoute",
    "claims_frame",
    "lengths_between",
    "teller_chain",
]

LENGTH_UNITS = frozenset({"km", "kilometres", "mi", "miles", "nmi", "nautical_miles"})
"""Units of a claim whose number is a length."""

RELIABILITIES = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
"""Grades of a source, by the Admiralty code (NATO AJP-2.1), apart from what it says this time."""

CREDIBILITIES = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}
"""Grades of a piece of information, by the same code, apart from who says it."""

PRECISIONS = {
    "1": "a town, or a position of its own",
    "2": "a part of a region, or near or toward a town",
    "3": "a whole province or a large region",
}
"""Grades of a location, as in the codebook of ACLED (Armed Conflict Location & Event Data)."""

STATUSES = ("asserted", "unconfirmed", "believed", "denied")
PLACE_ROLES = ("at", "from", "to", "toward", "through", "about")
POSITION_TOPICS = frozenset({
    "departure", "arrival", "turn_back", "stranded_location", "convoy_split", "transit", "passage",
    "position", "sighting", "passengers", "settlement", "origin",
})  # fmt: skip
"""Topics that tell where the thing of the story was, unless the case says which do."""
PLANS = frozenset({"destination", "plan", "purpose", "course", "heading"})
"""Topics that tell where something should go: no position, whatever the case says of them."""
READINGS = ("moment", "period", "throughout", "all", "some", "at_least")
"""Readings of a claim that whoever keeps the case can choose: of its date the first three (at some
moment, for what is surely covered, for all of it), of its number the others."""
LOCATING_ROLES = frozenset(PLACE_ROLES) - {"about"}


@dataclass(frozen=True)
class Report:
    """One published text. The text itself is never shipped.

    Parameters
    ----------
    id
        Key within its case.
    publisher, original_publisher
        Who published the copy at hand, and whose text it is.
    title, authors, url
        As published.
    published
        When it was published.
    date_order
        How the report writes dates in figures: ``day_first``, ``month_first`` or empty.
    characters, body_start, body_end
        Length of the text and the span of its body, in code points.
    sha256
        Hash of the text's UTF-8 bytes.
    rests_on, rests_basis
        What the report as a whole rests on, ids of other reports or names of outlets; and how that
        is known.
    """

    id: str
    publisher: str
    title: str
    published: Interval
    original_publisher: str = ""
    authors: tuple[str, ...] = ()
    published_basis: str = ""
    date_order: str = ""
    dateline: str = ""
    language: str = "en"
    url: str = ""
    url_basis: str = ""
    file: str = ""
    characters: int | None = None
    body_start: int | None = None
    body_end: int | None = None
    sha256: str = ""
    note: str = ""
    rests_on: tuple[str, ...] = ()
    rests_basis: str = ""

    def __post_init__(self) -> None:
        read_dates(self, "published")


@dataclass(frozen=True)
class Claim:
    """One atomic statement of one report.

    Parameters
    ----------
    id, report
        Its key, and the report's.
    topic
        What kind of statement it is, such as ``bus_count_stuck``.
    side, claimant, claimant_role
        The party behind it, and who says it in what role.
    tellers
        Everyone who passes it on, from the reporter back to the origin.
    places
        Pairs of role (`PLACE_ROLES`) and place id.
    happened, said
        When the event and the statement were; undated where the report does not tell. When it
        was published is the report's. Like all dates of records they may be given as texts, which
        are meant in UTC.
    low, high
        Closed interval of the count, in `unit`; None is open ("more than 300").
    state
        Where the counted thing is, one of the case's states, or empty.
    status
        One of `STATUSES`.
    summary
        What is claimed, in our own words.
    span_start, span_end, span_sha1
        The sentence that carries it: end-exclusive offsets in code points of the report's text,
        and the first 12 hex digits of the SHA-1 of that slice in UTF-8.
    dispute
        Id that claims share which cannot all be taken as they stand, or empty.
    where
        Places that are told in relation to others, such as ``between(humaymah,abu_kamal)``; see
        `convoy_geo.model.relative_places`.
    reliability, credibility
        Grades of the source (`RELIABILITIES`) and of this piece of information (`CREDIBILITIES`),
        kept apart: whoever keeps the case judges, nothing derives them, and empty is not F or 6.
    precision
        Grade of the location (`PRECISIONS`), or empty where nothing is located.
    reading
        One or two of `READINGS`, where the claim is not to be read as usual.
    group
        The moving group that it is about, such as ``garrison``; empty for the main one.
    """

    id: str
    report: str
    topic: str
    side: str
    claimant: str
    summary: str
    status: str = "asserted"
    claimant_role: str = ""
    tellers: tuple[str, ...] = ()
    attribution: str = "reported"
    places: tuple[tuple[str, str], ...] = ()
    happened: Interval = UNDATED
    said: Interval = UNDATED
    date_text: str = ""
    date_basis: str = ""
    low: float | None = None
    high: float | None = None
    unit: str = ""
    unit_note: str = ""
    qualifier: str = ""
    state: str = ""
    span_start: int | None = None
    span_end: int | None = None
    span_sha1: str = ""
    dispute: str = ""
    note: str = ""
    where: tuple[str, ...] = ()
    reliability: str = ""
    credibility: str = ""
    precision: str = ""
    reading: str = ""
    group: str = ""

    def __post_init__(self) -> None:
        read_dates(self, "happened", "said")

    @property
    def located_places(self) -> tuple[str, ...]:
        """Ids of the places where the claim says something was, went or came from."""
        return tuple(place for role, place in self.places if role in LOCATING_ROLES)

    def happened_on(self, when: date | str) -> bool:
        """Whether the event may have been on a day; True when no date is told."""
        return self.happened.overlaps(as_interval(when, self.happened.zone))


@dataclass(frozen=True)
class ReportedRoute:
    """A way that claims tell of, as ordered places; it is drawn only because they do.

    Parameters
    ----------
    id, title
        Its key and its name.
    places
        Ids of the places in order.
    leg_modes
        For each leg ``road`` (drawn over the road network) or ``unknown`` (no course is told and
        none is computed: a schematic link).
    course
        ``told`` by the claims, or ``assumed`` where they give only ends.
    status
        One of `STATUSES`.
    claims
        Ids of the claims it rests on, at least one.
    outside, outside_source
        Ids of those places that come from outside the reports, and where from.
    day
        When the movement was.
    """

    id: str
    title: str
    places: tuple[str, ...]
    leg_modes: tuple[str, ...]
    status: str
    course: str
    claims: tuple[str, ...]
    side: str = ""
    day: Interval = UNDATED
    outside: tuple[str, ...] = ()
    outside_source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        read_dates(self, "day")


def teller_chain(claim: Claim) -> str:
    """The chain of tellers in words.

    Examples
    --------
    >>> claim = Claim("1", "R", "arrival", "activist", "B", "They came", tellers=("A", "B", "C"))
    >>> teller_chain(claim)
    'A, who cites B, who cites C'
    """
    return ", who cites ".join(claim.tellers or (claim.claimant,))


def claims_frame(claims: Iterable[Claim]) -> pd.DataFrame:
    """Claims as a table indexed by claim id.

    Returns
    -------
    DataFrame
        A column for each field of `Claim`; ``places`` holds tuples of (role, place id).
    """
    import pandas as pd  # noqa: PLC0415

    names = [field.name for field in fields(Claim)]
    frame = pd.DataFrame(
        [[getattr(claim, name) for name in names] for claim in claims], columns=names
    )
    frame = frame.rename(columns={"id": "claim"}).set_index("claim")
    return frame.astype({"low": "float64", "high": "float64"})


def lengths_between(claims: Iterable[Claim], origin: str, destination: str) -> Iterator[Claim]:
    """The claims that give a length between two places.

    Parameters
    ----------
    claims
        Any claims.
    origin, destination
        Ids of the places, in either order.
    """
    ends = {origin, destination}
    for claim in claims:
        told = claim.low is not None or claim.high is not None
        if told and claim.unit in LENGTH_UNITS and {place for _, place in claim.places} == ends:
            yield claim
