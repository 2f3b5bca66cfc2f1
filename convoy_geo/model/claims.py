"""Reports, and the atomic claims they contain.

A claim is never merged with another one, and its text is not stored here: a span (in code points of
the report's text) and a hash of that span locate it, and the summary is in our own words.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated

from convoy_geo.dates.interval import UNDATED, Interval, as_interval, read_dates
from convoy_geo.display import shown
from convoy_geo.model.columns import (
    CHAIN,
    COUNT,
    DATE,
    FLAG,
    ID,
    IDS,
    OFFSET,
    ROLES_AND_PLACES,
    TEXTS,
    WEB,
    CellType,
    Declared,
    choice,
    choices,
    list_of,
    text_of,
)
from convoy_geo.model.relative_places import FORMS, where_fault

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
    "length_ends",
    "lengths_between",
    "teller_chain",
]

LENGTH_UNITS = frozenset({"km", "kilometres", "mi", "miles", "nmi", "nautical_miles"})
"""Units of length for the number of a claim."""

RELIABILITIES = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
"""Grades of a source by the Admiralty code (NATO AJP-2.1), independent of the information."""

CREDIBILITIES = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}
"""Grades of a piece of information by the same code, independent of its source."""

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
"""Topics that give a position of the moving group, unless the case defines its own list."""
PLANS = frozenset({"destination", "plan", "purpose", "course", "heading"})
"""Topics that give an intended destination: never a position, whatever the case defines."""
READINGS = ("moment", "period", "throughout", "all", "some", "at_least")
"""Interpretations of a claim that the case's editor can choose: the first three for its date
(at some moment, for what is certainly covered, for all of it), the others for its number."""
_READINGS = "|".join(READINGS)
LOCATING_ROLES = frozenset(PLACE_ROLES) - {"about"}


@shown
@dataclass(frozen=True)
class Report:
    """One published text. The text itself is never distributed.

    Each field has a column in reports.csv, which is declared here.
    """

    id: Annotated[str, Declared("Key within its case.", ID, name="report", required=True)]
    publisher: Annotated[str, Declared("Who published the copy at hand.", required=True)]
    title: Annotated[str, Declared("As published.", required=True)]
    published: Annotated[
        Interval, Declared("When it was published; empty where it is not known.", DATE)
    ]
    original_publisher: Annotated[str, Declared("Original publisher, if different.")] = ""
    authors: Annotated[tuple[str, ...], Declared("As published.", TEXTS)] = ()
    published_basis: Annotated[str, Declared("How the publication date is known.")] = ""
    date_order: Annotated[
        str,
        Declared(
            "Order of day and month in numeric dates of the report, if it has any.",
            choice(("day_first", "month_first")),
        ),
    ] = ""
    dateline: Annotated[str, Declared("Place and day at the head of the report.")] = ""
    language: Annotated[
        str,
        Declared(
            "Language of the text.",
            text_of("[a-z]{2,3}(-[A-Za-z0-9]+)*", "a BCP 47 tag such as en"),
        ),
    ] = "en"
    url: Annotated[str, Declared("Web address at which it was read.", WEB)] = ""
    url_basis: Annotated[str, Declared("How the address is known.")] = ""
    file: Annotated[str, Declared("Name of the file that the text was read from.")] = ""
    characters: Annotated[int | None, Declared("Length of the text, in code points.", OFFSET)] = (
        None
    )
    body_start: Annotated[
        int | None, Declared("Where the body of the text starts, in code points.", OFFSET)
    ] = None
    body_end: Annotated[
        int | None, Declared("Where the body ends: the first code point after it.", OFFSET)
    ] = None
    sha256: Annotated[
        str,
        Declared("Hash of the text's UTF-8 bytes.", text_of("[0-9a-f]{64}", "64 hex digits")),
    ] = ""
    note: Annotated[str, Declared("Anything else.")] = ""
    rests_on: Annotated[
        tuple[str, ...],
        Declared(
            "Ids of other reports or names of outlets that the whole text is based on.",
            TEXTS,
            optional=True,
        ),
    ] = ()
    rests_basis: Annotated[
        str, Declared("How it is known what the text is based on.", optional=True)
    ] = ""

    def __post_init__(self) -> None:
        read_dates(self, "published")


@shown
@dataclass(frozen=True)
class Claim:
    """One atomic statement of one report.

    Each field has a column in claims.csv, which is declared here. Dates may be given as texts,
    which are meant in UTC; a number that is None is open ("more than 300").
    """

    id: Annotated[str, Declared("Key within its case.", ID, name="claim", required=True)]
    report: Annotated[str, Declared("Id of the report that carries it.", ID, required=True)]
    topic: Annotated[
        str,
        Declared("What kind of statement it is, such as `bus_count_stuck`.", ID, required=True),
    ]
    side: Annotated[str, Declared("Id of the party behind it.", ID, required=True)]
    claimant: Annotated[str, Declared("Who makes the statement.", required=True)]
    summary: Annotated[str, Declared("What is claimed, in your own words.", required=True)]
    status: Annotated[
        str, Declared("Certainty of the statement.", choice(STATUSES), required=True)
    ] = "asserted"
    claimant_role: Annotated[str, Declared("Role of the claimant.")] = ""
    tellers: Annotated[
        tuple[str, ...],
        Declared(
            "Source chain: everyone who passed it on, from the reporter back to the origin.", CHAIN
        ),
    ] = ()
    attribution: Annotated[
        str, Declared("Whether the words are quoted.", choice(("reported", "quoted")))
    ] = "reported"
    places: Annotated[
        tuple[tuple[str, str], ...],
        Declared("Where it was: ids of places, each with its role.", ROLES_AND_PLACES(PLACE_ROLES)),
    ] = ()
    happened: Annotated[
        Interval, Declared("When it happened; empty where the report does not say.", DATE)
    ] = UNDATED
    said: Annotated[
        Interval, Declared("When the claimant said it; empty where the report does not say.", DATE)
    ] = UNDATED
    date_text: Annotated[str, Declared("The report's words for the date.")] = ""
    date_basis: Annotated[
        str,
        Declared("What the date was derived from.", choice(("text", "context", "external"))),
    ] = ""
    low: Annotated[float | None, Declared("Least number, in `unit`; empty if open.", COUNT)] = None
    high: Annotated[float | None, Declared("Greatest number, in `unit`; empty if open.", COUNT)] = (
        None
    )
    unit: Annotated[str, Declared("What is counted, such as `buses`, or a unit of length.", ID)] = (
        ""
    )
    unit_note: Annotated[str, Declared("Remarks on the unit.")] = ""
    qualifier: Annotated[str, Declared("The report's words about the number: about, nearly.")] = ""
    state: Annotated[str, Declared("Where the counted thing is: one of the case's states.", ID)] = (
        ""
    )
    span_start: Annotated[
        int | None,
        Declared("Where its sentence starts in the report's text, in code points.", OFFSET),
    ] = None
    span_end: Annotated[
        int | None, Declared("Where its sentence ends: the first code point after it.", OFFSET)
    ] = None
    span_sha1: Annotated[
        str,
        Declared(
            "The first 12 hex digits of the SHA-1 of that sentence in UTF-8.",
            text_of("[0-9a-f]{12}", "12 hex digits"),
        ),
    ] = ""
    dispute: Annotated[
        str, Declared("Id shared by claims that cannot all be literally true.", ID)
    ] = ""
    note: Annotated[str, Declared("Anything else.")] = ""
    where: Annotated[
        tuple[str, ...],
        Declared(
            "Relative places: " + "; ".join(f"`{form}`" for form in FORMS.values()) + ".",
            list_of(CellType("terms of a place", where_fault)),
            optional=True,
        ),
    ] = ()
    reliability: Annotated[
        str, Declared("Grade of the source.", choices(RELIABILITIES), optional=True)
    ] = ""
    credibility: Annotated[
        str, Declared("Grade of this information.", choices(CREDIBILITIES), optional=True)
    ] = ""
    precision: Annotated[
        str, Declared("Grade of the place.", choices(PRECISIONS), optional=True)
    ] = ""
    reading: Annotated[
        str,
        Declared(
            "If it is not to be read as usual: one word for its date (at some moment of it; for "
            'what it certainly covers, as with "since Monday"; for all of it), one for its number '
            "(all of them, some of them, at least so many).",
            text_of(rf"({_READINGS})([ ,+]({_READINGS}))?", f"one or two of {', '.join(READINGS)}"),
            optional=True,
        ),
    ] = ""
    group: Annotated[
        str,
        Declared(
            "Id of the moving group in question, such as `garrison`; empty for the main one.",
            ID,
            optional=True,
            card=True,
        ),
    ] = ""
    span_sha256: Annotated[
        str,
        Declared(
            "The SHA-256 of that sentence in UTF-8, if the short hash is not enough.",
            text_of("[0-9a-f]{64}", "64 hex digits"),
            optional=True,
        ),
    ] = ""
    label: Annotated[
        str,
        Declared(
            "The same in a few words, for a line on a map or a button.",
            text_of(r".{0,60}", "at most 60 characters"),
            optional=True,
        ),
    ] = ""

    def __post_init__(self) -> None:
        read_dates(self, "happened", "said")

    @property
    def short(self) -> str:
        """Its label; the summary where it has none."""
        return self.label or self.summary

    @property
    def located_places(self) -> tuple[str, ...]:
        """Ids of the places where the claim says something was, went or came from."""
        return tuple(place for role, place in self.places if role in LOCATING_ROLES)

    def happened_on(self, when: Interval | date | str) -> bool:
        """Whether the event may have been on a day; True if no date is reported."""
        return self.happened.overlaps(as_interval(when, self.happened.zone))


@shown
@dataclass(frozen=True)
class ReportedRoute:
    """A route reported by claims, as an ordered list of places.

    Each field has a column in routes.csv, which is declared here.
    """

    id: Annotated[str, Declared("Key within its case.", ID, name="route", required=True)]
    title: Annotated[str, Declared("What to call it.", required=True)]
    places: Annotated[tuple[str, ...], Declared("Ids of the places in order.", IDS, required=True)]
    leg_modes: Annotated[
        tuple[str, ...],
        Declared(
            "For each leg, whether it follows the roads or its path is unknown; empty: all "
            "by road.",
            list_of(choice(("road", "unknown"))),
            old_name="ways",
        ),
    ]
    status: Annotated[str, Declared("Certainty of the statement.", choice(STATUSES), required=True)]
    course: Annotated[
        str,
        Declared(
            "Whether claims describe the path between the places, or only its ends.",
            choice(("assumed", "told")),
            required=True,
        ),
    ]
    claims: Annotated[
        tuple[str, ...], Declared("Ids of the claims that it is based on.", IDS, required=True)
    ]
    side: Annotated[str, Declared("Id of the party that reports it.", ID)] = ""
    day: Annotated[Interval, Declared("When the movement was.", DATE)] = UNDATED
    outside: Annotated[
        tuple[str, ...], Declared("Ids of places that come from outside the reports.", IDS)
    ] = ()
    outside_source: Annotated[str, Declared("Where those places come from.")] = ""
    note: Annotated[str, Declared("Anything else.")] = ""
    label: Annotated[
        str,
        Declared(
            "A short label for the line on the map, such as `six turned back`.",
            text_of(r".{0,60}", "at most 60 characters"),
            optional=True,
        ),
    ] = ""
    stated: Annotated[
        Interval,
        Declared(
            "The days for which its claims certainly state it; empty: those of claims of one day. "
            "On all its other days the page draws it hollow.",
            DATE,
            optional=True,
        ),
    ] = UNDATED
    after: Annotated[
        tuple[str, ...],
        Declared(
            "Ids of routes that must come before it: it is never drawn before their first day.",
            IDS,
            optional=True,
        ),
    ] = ()
    planned: Annotated[
        bool,
        Declared("Whether it is a plan and not a movement; drawn in dashes.", FLAG, optional=True),
    ] = False

    def __post_init__(self) -> None:
        read_dates(self, "day", "stated")


def teller_chain(claim: Claim) -> str:
    """The source chain of a claim in words.

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
        One column for each field of `Claim`; ``places`` contains tuples of (role, place id), and
        dates are texts.
    """
    import pandas as pd  # noqa: PLC0415

    names = [field.name for field in fields(Claim)]
    frame = pd.DataFrame(
        [[_cell(getattr(claim, name)) for name in names] for claim in claims], columns=names
    )
    frame = frame.rename(columns={"id": "claim"}).set_index("claim")
    return frame.astype({"low": "float64", "high": "float64"})


def _cell(value: object) -> object:
    return value.text if isinstance(value, Interval) else value


def length_ends(claim: Claim) -> frozenset[str]:
    """Ids of the two places between which a claim gives a length; empty if there are not two.

    These are its origin and destination; or, if it has neither, the two places that it is about. A
    direction (``toward``) does not count.
    """
    if (claim.low is None and claim.high is None) or claim.unit not in LENGTH_UNITS:
        return frozenset()
    starts, goals, about = (
        {place for role, place in claim.places if role == wanted}
        for wanted in ("from", "to", "about")
    )
    if starts or goals:
        return frozenset(starts | goals) if len(starts) == len(goals) == 1 else frozenset()
    return frozenset(about) if len(about) == 2 else frozenset()


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
    return (claim for claim in claims if length_ends(claim) == ends)
