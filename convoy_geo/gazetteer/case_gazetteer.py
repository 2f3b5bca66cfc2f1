"""Look up names: all candidate places, each with the matching spelling and the reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from convoy_geo.display import ResultList, shown
from convoy_geo.errors import AmbiguousPlaceError, PlaceNotFoundError
from convoy_geo.gazetteer.normalize import fold, name_letters
from convoy_geo.model.places import Place, Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import geopandas as gpd
    import pandas as pd

__all__ = ["Gazetteer", "Match", "points"]

CRS = "EPSG:4326"
SUGGESTION_SCORE = 60.0
DECOY_SCORE = 0.5
ALTERNATE_SCORE = 0.9
FOLDED = "same after folding"
FOLDED_SCORE = 0.8
"""Reason for a spelling that differs only in how the name is romanised."""


@shown
@dataclass(frozen=True)
class Match:
    """A candidate place for a name, with a score from 0 to 1 and the reason."""

    place: Place
    score: float
    spelling: str
    reason: str

    FIELDS: ClassVar[tuple[str, ...]] = (
        "id", "name", "lon", "lat", "radius_km", "kind", "country", "score", "source", "role",
        "shape", "spelling", "reason",
    )  # fmt: skip

    def to_dict(self) -> dict[str, object]:
        """The match as plain values for JSON."""
        place = self.place
        return {
            "id": place.id,
            "name": place.name,
            "lon": place.lon,
            "lat": place.lat,
            "radius_km": place.radius_km,
            "kind": place.kind,
            "country": "|".join(place.country),
            "score": self.score,
            "source": place.source,
            "role": place.role,
            "shape": place.shape,
            "spelling": self.spelling,
            "reason": self.reason,
        }


@shown
class Gazetteer:
    """Places that can be looked up by any spelling of their names.

    Parameters
    ----------
    places
        The places; their ids must be unique.

    Examples
    --------
    >>> from convoy_geo.gazetteer.case_gazetteer import Gazetteer
    >>> from convoy_geo.model.places import Place
    >>> gazetteer = Gazetteer([Place("abu_kamal", "Abu Kamal", 40.91854, 34.45226)])
    >>> gazetteer.locate("ABU-KAMĀL").id
    'abu_kamal'
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = {place.id: place for place in places}

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def __contains__(self, place_id: object) -> bool:
        return place_id in self._places

    def __getitem__(self, place_id: str) -> Place:
        try:
            return self._places[place_id]
        except KeyError:
            raise PlaceNotFoundError(place_id, self.suggest(place_id)) from None

    @cached_property
    def _by_letters(self) -> dict[str, dict[str, Spelling]]:
        """By the result of `name_letters` for a spelling: place id and spelling."""
        index: dict[str, dict[str, Spelling]] = {}
        for place in self._places.values():
            own = (Spelling(place.name, use="name"), Spelling(place.arabic_name, use="name"))
            for spelling in (*own, *place.spellings):
                if letters := name_letters(spelling.text):
                    index.setdefault(letters, {}).setdefault(place.id, spelling)
        return index

    @cached_property
    def _by_key(self) -> dict[str, dict[str, Spelling]]:
        """By the result of `fold` for a spelling: place id and spelling."""
        index: dict[str, dict[str, Spelling]] = {}
        for found in self._by_letters.values():
            for place_id, spelling in found.items():
                index.setdefault(fold(spelling.text), {}).setdefault(place_id, spelling)
        return index

    def search(self, name: str) -> ResultList[Match]:
        """All candidate places for a name, best first.

        Parameters
        ----------
        name
            Any spelling, or a place id.

        Returns
        -------
        list of Match
            Empty if no spelling folds to the same key. Scores: a place's id, its name and the
            reports' spellings 1, another spelling 0.9, one whose letters fold to the same key 0.8,
            a decoy at most 0.5.
        """
        if name in self._places:
            return ResultList([Match(self._places[name], 1.0, name, "its id")])
        same = self._by_letters.get(name_letters(name), {})
        alike = self._by_key.get(fold(name), {})
        matches = []
        for place_id, spelling in {**alike, **same}.items():
            place = self._places[place_id]
            score = 1.0 if spelling.use in {"name", "report"} else ALTERNATE_SCORE
            reason = "as written" if spelling.text == name else "same letters"
            if place_id not in same:
                score, reason = FOLDED_SCORE, FOLDED
            if spelling.use == "old":
                reason = f"old name, {reason}"
            if place.role == "decoy":
                score = min(score, DECOY_SCORE)
                reason = f"{reason}; another place of the same name"
            matches.append(Match(place, score, spelling.text, reason))
        return ResultList(sorted(matches, key=lambda match: (-match.score, match.place.id)))

    def locate(self, name: str, *, point: bool = False) -> Place:
        """The single place that a name denotes.

        Parameters
        ----------
        name
            Any spelling of the name, in any case, with or without accents and article, in Latin or
            Arabic script; or a place id. Decoys are found only by id or by their fuller name.
        point
            Whether to choose the town if a town and a region share the name.

        Returns
        -------
        Place

        Raises
        ------
        PlaceNotFoundError
            If no spelling matches; `suggestions` has the most similar names.
        AmbiguousPlaceError
            If several places match; `candidates` has all of them.
        """
        matches = self.search(name)
        found = [match.place for match in _closest(matches) if match.place.role != "decoy"]
        found = found or [match.place for match in matches]
        if point and any(place.shape == "point" for place in found):
            found = [place for place in found if place.shape == "point"]
        if not found:
            raise PlaceNotFoundError(name, self.suggest(name))
        if len(found) > 1:
            labels = [f"{place.id} ({place.name}, {place.kind})" for place in found]
            raise AmbiguousPlaceError(name, found, labels)
        return found[0]

    def suggest(self, name: str, *, limit: int = 3) -> list[str]:
        """Names of the places whose keys are most similar to a name's, best first.

        Parameters
        ----------
        name
            The name to look up.
        limit
            Maximum number of names.
        """
        from rapidfuzz import fuzz, process  # noqa: PLC0415  (10 ms)

        near = process.extract(
            fold(name), list(self._by_key), scorer=fuzz.ratio, score_cutoff=SUGGESTION_SCORE,
            limit=limit * 4,
        )  # fmt: skip
        names = [
            self._places[place_id].name for key, _, _ in near for place_id in self._by_key[key]
        ]
        return list(dict.fromkeys(names))[:limit]

    def geocode(self, names: Sequence[str]) -> gpd.GeoDataFrame:
        """All candidates for many names.

        Parameters
        ----------
        names
            The names to look up, such as a column of a table.

        Returns
        -------
        GeoDataFrame
            EPSG:4326, one row per candidate, with the columns of `Match.to_dict` and ``query``; a
            name without a match has one row without place and geometry.
        """
        import pandas as pd  # noqa: PLC0415  (a second, and 90 MB that a search need not have)

        rows: list[dict[str, object]] = []
        for name in names:
            matches = self.search(name)
            rows += [{"query": name, **match.to_dict()} for match in matches] or [{"query": name}]
        return points(pd.DataFrame(rows))

    def to_frame(self) -> gpd.GeoDataFrame:
        """The places as a table, EPSG:4326, indexed by place id.

        Points are only representative if ``shape`` is not ``point``; a place without location has
        no geometry.
        """
        import pandas as pd  # noqa: PLC0415

        fields = [name for name in Place.__dataclass_fields__ if name not in {"id", "spellings"}]
        rows = [{name: getattr(place, name) for name in fields} for place in self._places.values()]
        frame = pd.DataFrame(rows, columns=fields)
        frame.index = pd.Index(list(self._places), name="place")
        frame["country"] = frame["country"].map("|".join)
        return points(frame)


def _closest(matches: list[Match]) -> list[Match]:
    """The matches with the same letters, if there are any."""
    return [match for match in matches if not match.reason.endswith(FOLDED)] or matches


def points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """A table with the columns lon and lat as points, EPSG:4326; without position, no geometry."""
    import geopandas as gpd  # noqa: PLC0415

    if "lon" not in frame:
        frame = frame.assign(lon=None, lat=None)
    lon, lat = frame["lon"].astype(float), frame["lat"].astype(float)
    known = lon.notna()
    geometry = gpd.GeoSeries(None, index=frame.index, crs=CRS)
    geometry[known] = gpd.points_from_xy(lon[known], lat[known], crs=CRS)
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=CRS)
