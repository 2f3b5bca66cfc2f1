"""Search several gazetteers in order: the case's, the user's own, then the region or the world."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from convoy_geo.dates.edtf import interval
from convoy_geo.display import ResultList, shown
from convoy_geo.errors import ExchangeFileError, Fault, GazetteerFileError, MissingExtraError
from convoy_geo.gazetteer.added import added_stores
from convoy_geo.gazetteer.cache import open_region, open_world
from convoy_geo.gazetteer.case_gazetteer import FOLDED, Gazetteer, Match, points
from convoy_geo.gazetteer.choice import BUNDLED, split_choice
from convoy_geo.gazetteer.index import Store
from convoy_geo.gazetteer.query import read_query, where
from convoy_geo.gazetteer.search import Searcher, is_same
from convoy_geo.io.files import geodata
from convoy_geo.io.progress import Progress

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable, Iterator

    import geopandas as gpd
    import pandas as pd

    from convoy_geo.gazetteer.choice import GazetteerChoice
    from convoy_geo.gazetteer.query import Query, Where

__all__ = ["Gazetteers", "read_names"]

GONE = 0.5
"""Factor for the score of a place that did not exist at the time."""


class _Limits(NamedTuple):
    """The limits of a search; `area` is the area's number plus one, or 0."""

    country: frozenset[str]
    kind: str
    near: tuple[float, float] | None
    fuzzy: bool
    limit: int
    area: int = 0
    own: bool = True


@shown
class Gazetteers:
    """Several gazetteers searched in order: the small ones first, then the large one.

    Parameters
    ----------
    *own
        Gazetteers that take precedence, such as a case's.
    gazetteer
        Where names are looked up next: ``region``; ``world`` (extra ``world``), the default if it
        is installed; files of places, which come before the region or the world; or several of
        these.

    Examples
    --------
    >>> best = Gazetteers().search("Tadmour")[0]
    >>> best.place.geonames, best.reason
    ('163808', 'same after folding')
    """

    def __init__(self, *own: Gazetteer, gazetteer: GazetteerChoice = None) -> None:
        files, large = split_choice(gazetteer)
        self._own = (*own, *files)
        self._large = large

    @cached_property
    def _searchers(self) -> tuple[Searcher, ...]:
        """Of the large gazetteer; beside the world of the region, which has more spellings."""
        if self._large is not None and self._large not in BUNDLED:
            return (Searcher(Store(self._large)),)
        own = tuple(Searcher(Store(folder)) for folder in added_stores())
        if self._large == "region":
            return (Searcher(open_region()), *own)
        try:
            return (Searcher(open_world()), Searcher(open_region()), *own)
        except MissingExtraError:
            if self._large == "world":
                raise
            return (Searcher(open_region()), *own)

    @cached_property
    def _kinds(self) -> frozenset[str]:
        from convoy_geo.model.place_kinds import PLACE_KINDS  # noqa: PLC0415  (a second)

        known = {place.kind for gazetteer in self._own for place in gazetteer}
        known |= {*PLACE_KINDS, *self._searchers[0].store.kinds}
        return frozenset(known | {word.rstrip("123") for word in known})

    def check_limits(
        self,
        country: Collection[str] = (),
        kind: str = "",
        near: tuple[float, float] | None = None,
    ) -> None:
        """Check that the limits of a search do not exclude everything.

        Raises
        ------
        ValueError
            If a country code is not two letters, the kind is unknown, or the position is invalid.
        """
        for code in country:
            if not re.fullmatch("[A-Za-z]{2}", code):
                msg = f"{code!r} is not a two-letter country code such as SY (ISO 3166-1)"
                raise ValueError(msg)
        if kind and kind not in self._kinds:
            msg = f"no place has the kind {kind!r}; known: {', '.join(sorted(self._kinds))}"
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
    ) -> ResultList[Match]:
        """All places that a name may mean: those of the own gazetteers, then the others.

        Parameters
        ----------
        name
            Any spelling, in Latin or Arabic script, or an id of an own place. Words beside it
            count: "Homs, Syria", "Paris, TX", "Hama, SY", "Raqqa city", "Aleppo Governorate".
        country
            ISO 3166-1 alpha-2 codes; only places there.
        kind
            Only places of this kind; ``area`` means areas of any level.
        near
            lon, lat: among equally good matches, nearer ones come first.
        when
            A date or an interval (EDTF): places that did not exist then come later, with the
            reason.
        fuzzy
            Whether to include similar spellings even if there are exact ones.
        limit
            Maximum number of results from the large gazetteer; exact matches are always included.

        Returns
        -------
        list of Match
            Similar spellings are included if there is no exact match, or on request.

        Raises
        ------
        DateError
            If `when` is not EDTF.
        ValueError
            If the limits exclude everything; see `check_limits`.
        """
        self.check_limits(country, kind, near)
        codes = frozenset(code.upper() for code in country)
        limits = _Limits(codes, kind, near, fuzzy=fuzzy, limit=limit)
        found = self._plain(name, limits)
        query = read_query(name)
        if query.name != name and query.name:
            own = [match for match in found if _is_written_so(match)]
            parts = self._parts(query, limits)
            if query.inside:
                found = _unlike(parts, own) if any(map(is_same, parts)) else own or parts
            else:
                found = _unlike(own, parts) or found
        return ResultList(_at(found, when) if when else found)

    def _plain(self, name: str, limits: _Limits) -> list[Match]:
        """The candidate places for a name as written, best first."""
        own = [
            match
            for gazetteer in self._own
            for match in gazetteer.search(name)
            if _fits(match, limits.country, limits.kind) and (limits.own or not limits.area)
        ]
        certain = [match for match in own if not match.reason.endswith(FOLDED)]
        others = self._large_ones(name, limits)
        if not own and not others and not limits.fuzzy:
            others = self._large_ones(name, limits._replace(fuzzy=True))
        rest = [match for match in own if match not in certain] + others
        return _unlike(certain, sorted(rest, key=lambda match: -match.score))

    def _large_ones(self, name: str, limits: _Limits) -> list[Match]:
        found: list[Match] = []
        for number, searcher in enumerate(self._searchers):
            if limits.area and number:
                break
            found += searcher.search(
                name,
                country=limits.country,
                kind=limits.kind,
                near=limits.near,
                fuzzy=limits.fuzzy,
                limit=limits.limit,
                area=limits.area - 1,
            )
        return _unlike([], sorted(found, key=lambda match: -match.score))

    def _parts(self, query: Query, limits: _Limits) -> list[Match]:
        """The candidate places for the core of a name, limited by its other words."""
        limits = limits._replace(fuzzy=limits.fuzzy or bool(query.inside))
        found = self._of_kind(query, limits)
        for text in query.inside:
            known = where(text, self._searchers[0].store)
            if known:
                return self._inside(query, text, known, limits)
            found = [
                replace(
                    match, score=match.score * GONE, reason=f"{match.reason}; no {text!r} known"
                )
                for match in found
            ]
        return found

    def _inside(self, query: Query, text: str, known: list[Where], limits: _Limits) -> list[Match]:
        found: list[Match] = []
        for place in known:
            if limits.country and place.country not in limits.country:
                continue
            one = limits._replace(country=frozenset([place.country]), area=place.area + 1)
            matches = self._of_kind(query, one._replace(own=place.area < 0))
            found += [replace(match, reason=f"{match.reason}; in {text}") for match in matches]
        same = [match for match in found if is_same(match)]
        return _unlike([], sorted(same or found, key=lambda match: -match.score))

    def _of_kind(self, query: Query, limits: _Limits) -> list[Match]:
        kind = limits.kind or query.kind
        found = self._plain(query.name, limits._replace(kind=kind))
        if not any(map(is_same, found)) and kind != limits.kind:
            return self._plain(query.name, limits)
        return found

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
        """Look up many names.

        Parameters
        ----------
        names
            Names, such as a column of a table; missing values match nothing.
        country, kind, near, when, fuzzy, limit
            As for `search`.
        best
            Whether to return only the first candidate of each name.
        progress
            Whether to show progress; by default on a terminal and in a notebook.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, one row per candidate in the order of the names: ``row`` (the index of a
            Series, otherwise the position), ``query``, ``rank`` from 1, and the columns of
            `Match.to_dict`. A name without a match has one row with ``rank`` 0 and without place
            and geometry.
        """
        import pandas as pd  # noqa: PLC0415  (a second that a search need not pay)

        series = names if isinstance(names, pd.Series) else pd.Series(list(names), dtype=object)
        known: dict[str, list[Match]] = {}
        rows: list[dict[str, object]] = []
        with Progress(progress, total=len(series), unit="names") as shown:
            for label, value in series.items():
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
                asked: dict[str, object] = {"row": label, "query": value}
                rows += [
                    {**asked, "rank": rank, **match.to_dict()}
                    for rank, match in enumerate(matches, 1)
                ] or [{**asked, "rank": 0}]
                shown.step()
        columns = ["row", "query", "rank", *Match.FIELDS]
        return points(pd.DataFrame(rows, columns=columns))


def read_names(path: str | os.PathLike[str], column: str = "name") -> pd.Series:
    """Read the names in a column of a table (``.csv``), indexed by row number from 1.

    Its `attrs` say under ``changed`` what was taken otherwise, such as another encoding.

    Raises
    ------
    GazetteerFileError
        If the file cannot be read or has no such column.
    """
    import pandas as pd  # noqa: PLC0415

    from convoy_geo.io.read_features_csv import table_text  # noqa: PLC0415

    file = Path(path)
    try:
        text, read = table_text(file)
    except ExchangeFileError as error:
        raise GazetteerFileError([replace(one, file=str(file)) for one in error.faults]) from error
    rows = list(csv.reader(text.splitlines(keepends=True)))
    header = rows[0] if rows else []
    if column not in header:
        problem = f"no column {column!r}"
        raise GazetteerFileError(
            [Fault(str(file), 1, "", ",".join(header), problem, "one of them")]
        )
    place = header.index(column)
    cells = [row[place] if place < len(row) else "" for row in rows[1:]]
    names = pd.Series(cells, index=range(1, len(cells) + 1), dtype=object)
    names.attrs["changed"] = [str(one) for one in read.repaired]
    return names


def _is_written_so(match: Match) -> bool:
    """Whether a name is exact to the letter, including words such as *city*."""
    reason = match.reason.removeprefix("old name, ")
    return reason.startswith(("as written", "its id", "same letters"))


def _unlike(first: list[Match], more: list[Match]) -> list[Match]:
    """The first matches, and those of the others that are different places."""
    seen: set[str] = set()
    kept = []
    for match in (*first, *more):
        label = match.place.geonames or match.place.id
        if label not in seen:
            seen.add(label)
            kept.append(match)
    return kept


def _fits(match: Match, country: frozenset[str], kind: str) -> bool:
    place = match.place
    here = not country or not country.isdisjoint(place.country)
    return here and (not kind or place.kind == kind or place.kind.rstrip("123") == kind)


@lru_cache(maxsize=1)
def _periods() -> dict[str, dict[str, str]]:
    """By GeoNames id, the period during which a place existed."""
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
