"""Several gazetteers asked in order: the case's, the user's own, then the region or the world."""

from __future__ import annotations

import csv
import re
import sys
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.dates.edtf import interval
from convoy_geo.errors import Fault, GazetteerFileError
from convoy_geo.gazetteer.cache import open_region, open_world
from convoy_geo.gazetteer.case_gazetteer import Gazetteer, Match, points
from convoy_geo.gazetteer.choice import BUNDLED, split_choice
from convoy_geo.gazetteer.index import Store
from convoy_geo.gazetteer.search import Searcher
from convoy_geo.io.files import geodata

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable, Iterator

    import geopandas as gpd
    import pandas as pd

    from convoy_geo.gazetteer.choice import GazetteerChoice

__all__ = ["Gazetteers", "read_names"]

GONE = 0.5
"""What the score of a place is multiplied by that did not stand at the time."""
STEPS = 200
"""Names between two signs of progress."""


class Gazetteers:
    """What can be asked for a name: few places first, then all.

    Parameters
    ----------
    *own
        Gazetteers whose places come first, such as a case's.
    gazetteer
        Where names are looked up after those: ``region``, the default; ``world`` (extra
        ``world``); files of places, which come before the region or the world; or several of these.

    Examples
    --------
    >>> best = Gazetteers().search("Tadmour")[0]
    >>> best.place.geonames, best.reason
    ('163808', 'same after folding')
    """

    def __init__(self, *own: Gazetteer, gazetteer: GazetteerChoice = "region") -> None:
        files, large = split_choice(gazetteer)
        self._own = (*own, *files)
        self._large = large or "region"

    @cached_property
    def _searcher(self) -> Searcher:
        if self._large not in BUNDLED:
            return Searcher(Store(self._large))
        return Searcher(open_world() if self._large == "world" else open_region())

    @cached_property
    def _kinds(self) -> frozenset[str]:
        from convoy_geo.model.place_kinds import PLACE_KINDS  # noqa: PLC0415  (a second)

        known = {place.kind for gazetteer in self._own for place in gazetteer}
        known |= {*PLACE_KINDS, *self._searcher.store.kinds}
        return frozenset(known | {word.rstrip("123") for word in known})

    def check_limits(
        self,
        country: Collection[str] = (),
        kind: str = "",
        near: tuple[float, float] | None = None,
    ) -> None:
        """Whether what limits a search can fit anything at all.

        Raises
        ------
        ValueError
            If a code is not of two letters, no place is of the kind, or the position is none.
        """
        for code in country:
            if not re.fullmatch("[A-Za-z]{2}", code):
                msg = f"{code!r} is no country code of two letters, such as SY (ISO 3166-1)"
                raise ValueError(msg)
        if kind and kind not in self._kinds:
            msg = f"no place is of the kind {kind!r}; known: {', '.join(sorted(self._kinds))}"
            raise ValueError(msg)
        if near is not None and not (-180 <= near[0] <= 180 and -90 <= near[1] <= 90):
            msg = f"`near` must be lon, lat in degrees, not {near!r}"
            raise ValueError(msg)

    def search(
        self,
        name: str,
        *,
        country: Collection[str] = (),
        kind: str = "",
        near: tuple[float, float] | None = None,
        when: str = "",
        fuzzy: bool = False,
        limit: int = 10,
    ) -> list[Match]:
        """All places that a name may mean: those of the own gazetteers, then the others.

        Parameters
        ----------
        name
            Any spelling, in Latin or Arabic script, or an id of an own place.
        country
            ISO 3166-1 alpha-2 codes; only places there.
        kind
            Only places of this kind; ``area`` means areas of any level.
        near
            lon, lat: of those that fit as well, the nearer first.
        when
            A date or a span (EDTF): places that did not stand then come later, with the reason.
        fuzzy
            Similar spellings too, even where there are equal ones.
        limit
            How many of the large gazetteer at the most; of those called exactly so all.

        Returns
        -------
        list of Match
            Similar spellings are given where no name is equal, or if asked for.

        Raises
        ------
        DateError
            If `when` is no EDTF.
        ValueError
            If a limit can fit nothing; see `check_limits`.
        """
        self.check_limits(country, kind, near)
        codes = frozenset(code.upper() for code in country)
        found = [
            match
            for gazetteer in self._own
            for match in gazetteer.search(name)
            if _fits(match, codes, kind)
        ]
        known = {match.place.geonames for match in found} - {""}
        limits: dict[str, Any] = {"country": codes, "kind": kind, "near": near, "limit": limit}
        others = self._searcher.search(name, fuzzy=fuzzy, **limits)
        if not found and not others:
            others = self._searcher.search(name, **limits)
        found += [match for match in others if match.place.geonames not in known]
        return _at(found, when) if when else found

    def geocode(
        self,
        names: Iterable[str],
        *,
        country: Collection[str] = (),
        kind: str = "",
        near: tuple[float, float] | None = None,
        when: str = "",
        fuzzy: bool = False,
        limit: int = 10,
        best: bool = False,
        progress: bool | None = None,
    ) -> gpd.GeoDataFrame:
        """The places that many names mean.

        Parameters
        ----------
        names
            Names, such as a column of a table; what is missing there matches nothing.
        country, kind, near, when, fuzzy, limit
            As for `search`.
        best
            Only the first candidate of each.
        progress
            Show how far it is, on the standard error; by default if that is a terminal.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, a row for each candidate in the order of the names: ``row`` (the index of a
            Series, else the position), ``query``, ``rank`` from 1, and the columns of
            `Match.to_dict`. A name without a match keeps one row, whose ``rank`` is 0 and which
            has no place and no geometry.
        """
        import pandas as pd  # noqa: PLC0415  (a second that a search need not pay)

        series = names if isinstance(names, pd.Series) else pd.Series(list(names), dtype=object)
        shown = sys.stderr.isatty() if progress is None else progress
        known: dict[str, list[Match]] = {}
        rows: list[dict[str, object]] = []
        for done, (label, value) in enumerate(series.items(), 1):
            query = value if isinstance(value, str) else ""
            if query not in known:
                known[query] = self.search(
                    query,
                    country=country,
                    kind=kind,
                    near=near,
                    when=when,
                    fuzzy=fuzzy,
                    limit=limit,
                )
            matches = known[query][:1] if best else known[query]
            told: dict[str, object] = {"row": label, "query": value}
            rows += [
                {**told, "rank": rank, **match.to_dict()} for rank, match in enumerate(matches, 1)
            ] or [{**told, "rank": 0}]
            if shown and (done % STEPS == 0 or done == len(series)):
                end = "\n" if done == len(series) else ""
                print(f"\r{done:,} of {len(series):,} names", end=end, file=sys.stderr, flush=True)  # noqa: T201
        columns = ["row", "query", "rank", *Match.FIELDS]
        return points(pd.DataFrame(rows, columns=columns))


def read_names(path: str | os.PathLike[str], column: str = "name") -> pd.Series:
    """The names in a column of a table (``.csv``), by the row's number from 1.

    Raises
    ------
    GazetteerFileError
        If the file cannot be read or has no such column.
    """
    import pandas as pd  # noqa: PLC0415

    from convoy_geo.io.csv_tables import read_text  # noqa: PLC0415

    file = Path(path)
    text, faults = read_text(file, str(file))
    if text is None:
        raise GazetteerFileError(faults)
    rows = list(csv.reader(text.splitlines(keepends=True)))
    header = rows[0] if rows else []
    if column not in header:
        problem = f"no column {column!r}"
        raise GazetteerFileError(
            [Fault(str(file), 1, "", ",".join(header), problem, "one of them")]
        )
    place = header.index(column)
    cells = [row[place] if place < len(row) else "" for row in rows[1:]]
    return pd.Series(cells, index=range(1, len(cells) + 1), dtype=object)


def _fits(match: Match, country: frozenset[str], kind: str) -> bool:
    place = match.place
    here = not country or not country.isdisjoint(place.country)
    return here and (not kind or place.kind == kind or place.kind.rstrip("123") == kind)


@lru_cache(maxsize=1)
def _periods() -> dict[str, dict[str, str]]:
    """GeoNames id -> from when to when a place stood."""
    path = geodata("gazetteer", "periods.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["geonames"]: row for row in csv.DictReader(file)}


def _at(matches: list[Match], when: str) -> list[Match]:
    first, last = interval(when)
    told = list(_told(matches, first.year if first else None, last.year if last else None))
    return sorted(told, key=lambda match: -match.score)


def _told(matches: list[Match], first: int | None, last: int | None) -> Iterator[Match]:
    for match in matches:
        period = _periods().get(match.place.geonames)
        if period is None:
            yield match
            continue
        early = period["since"] and last is not None and last < int(period["since"])
        late = period["until"] and first is not None and first > int(period["until"])
        reason = f"{match.reason}; {period['note']}"
        if early or late:
            yield replace(match, score=match.score * GONE, reason=f"{reason}: not at that time")
        else:
            yield replace(match, reason=f"{reason}: stood at that time")
