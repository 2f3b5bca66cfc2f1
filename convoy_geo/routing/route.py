"""A route as a record, a GeoJSON feature, or a row of a frame."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import geopandas as gpd
import pandas as pd
import shapely

from convoy_geo.display import ResultList, shown
from convoy_geo.network.network import CRS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapely.geometry import LineString

__all__ = ["OFF_ROAD_KMH", "Access", "Route", "Routes", "Weight", "routes_frame"]

Weight: TypeAlias = Literal["time", "length"]
"""What a route minimises."""

OFF_ROAD_KMH = {"foot": (2.0, 3.0, 5.0), "vehicle": (6.0, 15.0, 30.0)}
"""Off-road speeds in km/h: low, typical, high; geodata/roads/SPEEDS.md lists the sources.

On foot: Tobler's hiking function (1993) on level terrain, on a path (5) and off it (3); the low
value is our own allowance for rough or steep terrain. By vehicle: as on an unpaved track.
"""


@dataclass(frozen=True)
class Access:
    """The access leg between a stop and the road: a straight line, at an off-road speed.

    It is not included in `length_km` and `duration_h` of a route; `access_h` is the total.

    Parameters
    ----------
    stop
        Name of the stop.
    node
        Name of the node where it reaches the road; empty if it does so between nodes.
    km
        Straight-line distance. The actual path may be longer.
    kind
        ``foot`` or ``vehicle``, a row of `OFF_ROAD_KMH`.
    edge
        Id of the edge that it reaches; empty for a stop at a node.
    lon, lat
        Where it reaches the road; None for a stop at a node.
    """

    stop: str
    node: str
    km: float
    kind: str = "foot"
    edge: str = ""
    lon: float | None = None
    lat: float | None = None

    @property
    def hours(self) -> tuple[float, float, float]:
        """Hours at the high, the typical and the low speed: the shortest first."""
        low, typical, high = OFF_ROAD_KMH[self.kind]
        return self.km / high, self.km / typical, self.km / low

    @property
    def kmh(self) -> float:
        """The typical speed."""
        return OFF_ROAD_KMH[self.kind][1]

    def __str__(self) -> str:
        how = "on foot" if self.kind == "foot" else f"by {self.kind}"
        km = f"{self.km:.1f} km" if self.km >= 0.1 else f"{self.km * 1000:.0f} m"
        hours = f"{self.hours[1]:.1f} h" if self.hours[1] >= 1 else f"{self.hours[1] * 60:.0f} min"
        return f"{self.stop} to {self.node or self.edge}: {km}, {hours} {how} at {self.kmh:g} km/h"


@shown
@dataclass(frozen=True, kw_only=True)
class Route:
    """A route over the edges of a road network.

    Parameters
    ----------
    kind
        ``computed``: it is derived from the roads, and no source says that anyone took it.
    rank
        0 for the best route, 1 and up for the alternatives by cost.
    by
        What was minimised: ``time`` or ``length``.
    stops
        Names of the requested stops.
    nodes, edges
        Names and ids along the route, in order. An edge at either end may be driven in part.
    via
        Towns, villages and named sites on the route whose position has a source.
    landmarks
        Those that distinguish the route from others: towns, and places where roads meet or end.
    polyline_km
        Length of the drawn line.
    length_km, length_km_low, length_km_high
        Estimated length of the road: the drawn line times the network's road factor.
    duration_h, duration_h_low, duration_h_high
        Hours of driving at typical speeds, at high ones and at low ones, without stops.
    geometry
        The line, WGS 84, lon before lat.
    confidence
        The lowest confidence of its roads.
    stretch
        Cost as a multiple of the best route's.
    sharing
        Share of the best route's cost on common roads.
    access
        The access legs of stops that do not lie on the road. An intermediate stop has two, one to
        it and one away from it.
    closures
        Ids of the closures in force, and of the edges closed by the caller.
    avoided
        Edges and nodes that the caller excluded.
    passes
        Ids of the fronts that it crosses on the date.
    mode
        Key of the travel mode.
    restricted
        Ids of edges that may be used only at the start or end of a route: private roads, roads for
        destination traffic.
    borders
        Names of nodes with a border control or a checkpoint.
    pieces
        The driven part of each segment, in order: its position, and the fractions from 0 to 1, as
        drawn, at which the part begins and ends. Not written to files.
    why
        For one of several routes: why it was kept, in words.
    claims
        Ids of the claims on which it is based: none for a computed route.
    """

    stops: tuple[str, ...]
    nodes: tuple[str, ...]
    edges: tuple[str, ...]
    via: tuple[str, ...]
    landmarks: tuple[str, ...]
    polyline_km: float
    length_km: float
    length_km_low: float
    length_km_high: float
    duration_h: float
    duration_h_low: float
    duration_h_high: float
    geometry: LineString
    pieces: tuple[tuple[int, float, float], ...]
    confidence: str
    kind: str = "computed"
    rank: int = 0
    by: str = "time"
    stretch: float = 1.0
    sharing: float = 1.0
    access: tuple[Access, ...] = ()
    closures: tuple[str, ...] = ()
    avoided: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    mode: str = "bus"
    restricted: tuple[str, ...] = ()
    borders: tuple[str, ...] = ()
    why: str = ""
    claims: tuple[str, ...] = ()

    @property
    def access_h(self) -> tuple[float, float, float]:
        """Off-road hours at the high, the typical and the low speed; not in `duration_h`."""
        least, typical, most = (sum(leg.hours[at] for leg in self.access) for at in range(3))
        return least, typical, most

    def later(self, **values: Callable[[], Any]) -> Route:
        """The same route, with some values computed on first use.

        Naming every node takes longer than finding the route, and the names are rarely used.
        """
        for name, value in values.items():
            self.__dict__.pop(name, None)
            self.__dict__[f"_{name}"] = value
        return self

    def __getattr__(self, name: str) -> Any:
        value = self.__dict__.get(f"_{name}")
        if value is None:
            msg = f"'Route' object has no attribute {name!r}"
            raise AttributeError(msg)
        return self.__dict__.setdefault(name, value())  # two threads may arrive here at once

    def __getstate__(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def properties(self) -> dict[str, Any]:
        """All fields except the geometry, for JSON: lengths to 10 m, hours to half a minute."""
        properties: dict[str, Any] = {}
        for name in PROPERTIES:
            value = getattr(self, name)
            if isinstance(value, float):
                value = round(value, 3 if name in ("stretch", "sharing") else 2)
            elif isinstance(value, tuple):
                value = [_plain(one) if isinstance(one, Access) else one for one in value]
            properties[name] = value
        properties["access_h"] = round(self.access_h[1], 2)
        return properties

    def to_feature(self) -> dict[str, Any]:
        """The route as a GeoJSON Feature (RFC 7946), coordinates to six decimals."""
        points = shapely.get_coordinates(self.geometry).round(6)
        geometry = {"type": "LineString", "coordinates": points.tolist()}
        return {"type": "Feature", "properties": self.properties(), "geometry": geometry}


FIRST = (
    "kind", "rank", "length_km", "polyline_km", "duration_h", "via", "edges", "stretch",
    "sharing", "confidence", "claims",
)  # fmt: skip
PROPERTIES = tuple(
    name
    for name in dict.fromkeys((*FIRST, *(field.name for field in fields(Route))))
    if name not in ("geometry", "pieces")
)
COLUMNS = (*PROPERTIES, "access_h")
"""Properties of a route, in the order in which they are written."""


def routes_frame(routes: Iterable[Route]) -> gpd.GeoDataFrame:
    """Routes as a frame with a CRS, one row each; lists are joined by ``|``.

    Examples
    --------
    >>> len(routes_frame([])), routes_frame([]).crs.to_string()
    (0, 'EPSG:4326')
    """
    given = list(routes)
    rows = [
        {name: _joined(value) for name, value in route.properties().items()}
        | {"access": "|".join(map(str, route.access))}
        for route in given
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return gpd.GeoDataFrame(frame, geometry=[route.geometry for route in given], crs=CRS)


class Routes(ResultList[Route]):
    """Routes, the best first; `to_frame()` returns a GeoDataFrame."""

    def to_frame(self) -> gpd.GeoDataFrame:
        """The routes as a frame; see `routes_frame`."""
        return routes_frame(self)


def _plain(leg: Access) -> dict[str, Any]:
    plain = asdict(leg) | {"kmh": leg.kmh, "hours": [round(hours, 2) for hours in leg.hours]}
    return plain | {"km": round(leg.km, 3)}


def _joined(value: Any) -> Any:
    """A list as one text, as in the tables of a case."""
    if not isinstance(value, list):
        return value
    return "|".join(map(str, value))
