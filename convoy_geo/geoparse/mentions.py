"""The result of geoparsing: mentions of places, as records and as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convoy_geo.display import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd

    from convoy_geo.gazetteer.case_gazetteer import Match
    from convoy_geo.model.places import Place

__all__ = ["ROLES", "Mention", "Mentions", "SpatialRelation"]

ROLES = ("place", "possessive", "dateline", "metonym", "demonym", "coordinates", "road")
"""Possible roles of a mention; see `Mention.role`."""


@dataclass(frozen=True, slots=True)
class SpatialRelation:
    """How the words around modify a named place: "western Anbar", "the Iraqi border".

    Parameters
    ----------
    how
        ``part``, ``near``, ``toward``, ``offset`` (at a distance and direction), ``around`` (at a
        distance, or outside), ``side`` ("north of"), ``border``, ``between``, ``halfway`` (between
        two), ``along`` (a road between two), ``outskirts`` or ``off`` (a coast).
    start, end
        The whole expression including the name, in code points of the text.
    text
        The text of the expression.
    direction, distance
        As in the terms of `convoy_geo.model.relative_places`: ``north``..., ``20km``; or empty.
    other
        The other side of a border or of a stretch, as written; may be empty.
    other_place
        Id of the place named by `other`, if it is one.
    """

    how: str
    start: int
    end: int
    text: str
    direction: str = ""
    distance: str = ""
    other: str = ""
    other_place: str = ""

    def term(self, place: str) -> str:
        """The term of `convoy_geo.model.relative_places` for an area; empty if there is none.

        "Halfway between" and "along the road from A to B" denote the area between the two; for the
        latter `how` says that a road is meant, which `convoy_geo.routing` knows.

        Examples
        --------
        >>> SpatialRelation("part", 0, 13, "western Anbar", direction="west").term("anbar")
        'part(anbar,west)'
        """
        if self.how in {"between", "halfway", "along"}:
            return f"between({place},{self.other_place})" if self.other_place else ""
        if self.how in {"border", "side"}:
            return ""
        if self.how == "offset" and not self.direction:
            return ""
        if self.how in {"outskirts", "off", "around"}:
            return f"near({','.join(filter(None, (place, self.distance)))})"
        inner = ",".join(filter(None, (place, self.distance, self.direction)))
        return f"{self.how}({inner})"


@shown
@dataclass(frozen=True, slots=True)
class Mention:
    """A place name in a text.

    Parameters
    ----------
    start, end
        Position in code points of the text, end excluded.
    text
        The words as written.
    role
        One of `ROLES`: ``place``; ``possessive`` ("Iraq's"); ``dateline``; ``metonym``, a capital
        or country that represents its government; ``demonym``, an adjective or a people ("Syrian"),
        which is not a location by itself; ``coordinates``; ``road``.
    place
        The place that is meant; for a demonym its country. None if it is in no gazetteer: then
        `matches` has similar names, none of them certain.
    score
        From 0 to 1: how clearly it is a place, and this one. Comparable within a text; not a
        probability.
    reasons
        Why it was accepted as a place.
    matches
        The places of that name, the chosen one first, each with its score and reason; at most the
        five best.
    candidates
        Number of places with this name.
    relation
        How the words around modify it, or None.
    """

    start: int
    end: int
    text: str
    role: str
    place: Place | None
    score: float
    reasons: tuple[str, ...] = ()
    matches: tuple[Match, ...] = field(default=(), repr=False)
    candidates: int = 0
    relation: SpatialRelation | None = None

    def to_dict(self) -> dict[str, Any]:
        """The mention as plain values for JSON."""
        place, relation = self.place, self.relation
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "role": self.role,
            "place": place.id if place else None,
            "name": place.name if place else None,
            "lon": place.lon if place else None,
            "lat": place.lat if place else None,
            "score": self.score,
            "reasons": list(self.reasons),
            "relation": None if relation is None else {
                "how": relation.how, "start": relation.start, "end": relation.end,
                "text": relation.text, "direction": relation.direction,
                "distance": relation.distance, "other": relation.other,
                "other_place": relation.other_place,
                "term": relation.term(place.id) if place else "",
            },
            "candidates": self.candidates,
            "matches": [match.to_dict() for match in self.matches],
        }  # fmt: skip


@shown
class Mentions:
    """The mentions of one text, in order and without overlaps.

    Parameters
    ----------
    text
        The text.
    mentions
        Its mentions.
    refused
        Words that could be place names but were rejected: persons, organisations, common words.
        Each has its role and reasons.
    """

    def __init__(
        self, text: str, mentions: Sequence[Mention], refused: Sequence[Mention] = ()
    ) -> None:
        self.text = text
        self._mentions = tuple(mentions)
        self.refused = tuple(refused)

    def __len__(self) -> int:
        return len(self._mentions)

    def __iter__(self) -> Iterator[Mention]:
        return iter(self._mentions)

    def __getitem__(self, number: int) -> Mention:
        return self._mentions[number]

    def __repr__(self) -> str:
        return f"<Mentions: {len(self)} in {len(self.text)} characters>"

    def to_frame(self) -> gpd.GeoDataFrame:
        """The mentions as a table, EPSG:4326, one row each; no geometry if there is no place."""
        import geopandas as gpd  # noqa: PLC0415  (a second that a command need not pay)
        import pandas as pd  # noqa: PLC0415

        columns = (
            "start", "end", "text", "role", "place", "name", "lon", "lat", "score", "candidates"
        )  # fmt: skip
        rows = [mention.to_dict() for mention in self._mentions]
        frame = pd.DataFrame(
            [{name: row[name] for name in columns} for row in rows], columns=columns
        )
        frame["country"] = [
            "|".join(mention.place.country) if mention.place else "" for mention in self._mentions
        ]
        frame["relation"] = [row["relation"]["text"] if row["relation"] else "" for row in rows]
        lon, lat = frame["lon"].astype(float), frame["lat"].astype(float)
        geometry = gpd.GeoSeries(None, index=frame.index, crs="EPSG:4326")
        known = lon.notna()
        geometry[known] = gpd.points_from_xy(lon[known], lat[known], crs="EPSG:4326")
        return gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")
