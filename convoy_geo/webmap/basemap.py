"""The basemap of a view, from the world's map layers: detailed nearby, coarse far away.

Lines are not clipped: they become coarser with distance from the view, so the map extends around
the whole world without an edge. The result is used alike for the page, folium maps, still pictures
and SVG.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from convoy_geo.io.map_layers import LEVELS, STEP, read_layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from convoy_geo.io.map_layers import MapLayer

__all__ = ["CREDIT", "BasemapLabel", "BasemapView", "basemap_of", "zoom_of"]

CREDIT = (
    '<a href="https://www.naturalearthdata.com">Made with Natural Earth</a>, '
    "whose borders are no endorsement"
)
MERCATOR_END = 85.0
"""Degrees of latitude that the page's projection can show."""
SEA = np.array([(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)])
DASHED = {"disputed", "line_of_control", "zone_limit", "claim", "indefinite"}
EXACT = (34.0, 30.5, 46.0, 38.5)
"""West, south, east, north of the region whose first-level lines are a layer of their own."""
FULL = 11_600
"""Vertices of a map of a country, and half of those of a map of a continent."""
ARABIC = frozenset([
    "AE", "BH", "DJ", "DZ", "EG", "EH", "IL", "IQ", "JO", "KM", "KW", "LB", "LY", "MA", "MR",
    "OM", "PS", "QA", "SA", "SD", "SO", "SY", "TD", "TN", "YE"])  # fmt: skip
"""Countries whose names stand in Arabic too."""
CONTINENT = 34.0
"""Degrees across, in the mean of width and height, from which a view is that of a continent."""
MOST_LABELS = {"country": 260, "region": 90, "water": 60, "town": 110, "land": 40, "river": 40}
SMALLEST_REGION = 14
"""Pixels across of the smallest first-level regions whose borders are drawn."""
PX = 1000.0
"""Pixels across a usual map."""

Kind = Literal["country", "region", "water", "town", "land", "river"]


@dataclass(frozen=True)
class BasemapLabel:
    """A label of the basemap.

    Parameters
    ----------
    name, arabic
        The text shown; the Arabic name may be empty.
    kind
        What it names: a country, a first-level region, water, a town, a part of the land, a river.
    lon, lat
        Where it stands, WGS 84 degrees; the longitude is within half a turn of the view's middle.
    rank
        0 comes first; a map that has little room leaves out the last ones.
    zoom
        From which zoom of a web map it is shown.
    """

    name: str
    kind: Kind
    lon: float
    lat: float
    rank: float
    zoom: float
    arabic: str = ""


@dataclass(frozen=True)
class BasemapView:
    """The basemap of a view: lines and rings as positions in degrees.

    Parameters
    ----------
    view
        West, south, east, north in degrees.
    precision
        Number of significant decimal places.
    land, lakes
        Rings without their last position; one that lies in another is a hole of it.
    polar
        Rings of land around a pole, whose outline must not be drawn; `coast` has it.
    coast, rivers, borders, dashed, regions
        Lines; `dashed` are disputed borders, `regions` those of first-level regions.
    labels
        Names, the most important ones of each kind first.
    own
        Layers of the case's own basemap, drawn above those of the world.
    """

    view: tuple[float, float, float, float]
    precision: int
    land: list[NDArray[np.float64]] = field(default_factory=list)
    polar: list[NDArray[np.float64]] = field(default_factory=list)
    lakes: list[NDArray[np.float64]] = field(default_factory=list)
    coast: list[NDArray[np.float64]] = field(default_factory=list)
    rivers: list[NDArray[np.float64]] = field(default_factory=list)
    borders: list[NDArray[np.float64]] = field(default_factory=list)
    dashed: list[NDArray[np.float64]] = field(default_factory=list)
    regions: list[NDArray[np.float64]] = field(default_factory=list)
    labels: list[BasemapLabel] = field(default_factory=list)
    own: list[tuple[str, bool, list[NDArray[np.float64]]]] = field(default_factory=list)

    @property
    def layers(self) -> list[tuple[str, bool, list[NDArray[np.float64]]]]:
        """What is drawn, from the bottom up: name of the style, whether rings, the lines.

        The styles are those of `convoy_geo.webmap.elements.BASEMAP_STYLES`. Of the sea it is one
        ring around the world.
        """
        layers = [
            ("sea", True, [SEA]),
            ("land", True, self.polar),
            ("shore", True, self.land),
            ("coast", False, self.coast),
            ("river", False, self.rivers),
            ("lake", True, self.lakes),
            ("admin", False, self.regions),
            ("border", False, self.borders),
            ("disputed", False, self.dashed),
            *self.own,
        ]
        return [layer for layer in layers if layer[2]]

    @property
    def vertices(self) -> int:
        """Total number of positions."""
        return sum(len(line) for _, _, lines in self.layers for line in lines)

    @property
    def is_empty(self) -> bool:
        """Whether the view contains no lines: the open sea, or a single town."""
        west, south, east, north = self.view
        turn = west + (east - west) / 2
        for name, _, lines in self.layers:
            for line in lines if name != "sea" else ():
                lon = (line[:, 0] - turn + 180) % 360 - 180 + turn
                lat = line[:, 1]
                if np.any((west < lon) & (lon < east) & (south < lat) & (lat < north)):
                    return False
        return True


def zoom_of(view: Sequence[float], pixels: float = PX) -> float:
    """The zoom of a web map that shows a view in so many pixels.

    Examples
    --------
    >>> zoom_of((-180.0, -85.0, 180.0, 85.0), 512)
    1.0
    """
    west, south, east, north = view
    across = max(east - west, _high(north) - _high(south), 1e-6)
    return math.log2(360 * pixels / 256 / across)


@lru_cache(maxsize=16)
def basemap_of(view: tuple[float, float, float, float]) -> BasemapView:
    """The basemap of a view.

    Parameters
    ----------
    view
        West, south, east, north in WGS 84 degrees, `west` below `east`; a view across the
        antimeridian has an `east` above 180.
    """
    width, height = view[2] - view[0], _high(view[3]) - _high(view[1])
    across = max(width, height, 0.05)
    most = FULL * (2 if math.sqrt(width * height) >= CONTINENT else 1)
    precision = 3 if across < 25 else 2
    cut = _Cut(view, across / 2500, 0.004)
    wanted = _wanted(cut)
    worth = np.concatenate([cut.worth(name, one)[0] for name, one in wanted.items()])
    if len(worth) > most:
        cut.coarser = max(1.0, float(np.partition(worth, -most)[-most]))
    return _basemap(cut, precision, wanted)


def _high(lat: float) -> float:
    """Latitude as high as on the map, in degrees of longitude."""
    lat = min(max(lat, -MERCATOR_END), MERCATOR_END)
    return math.degrees(math.asinh(math.tan(math.radians(lat))))


def _heights(lat: Any) -> NDArray[np.float64]:
    clipped = np.radians(np.clip(lat, -MERCATOR_END, MERCATOR_END))
    heights: NDArray[np.float64] = np.degrees(np.arcsinh(np.tan(clipped)))
    return heights


@dataclass(frozen=True)
class _Flat:
    """What all views need of a layer: positions on the map, and each line's extent there."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    line: NDArray[np.int32]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@cache
def _flat(name: str) -> _Flat:
    layer = read_layer(name)
    x: NDArray[np.float64] = layer.xy[:, 0] * np.float64(STEP)
    y = _heights(layer.xy[:, 1] * STEP)
    lengths = np.diff(layer.start)
    line = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    starts = layer.start[:-1]
    low = np.column_stack([np.minimum.reduceat(axis, starts) for axis in (x, y)])
    high = np.column_stack([np.maximum.reduceat(axis, starts) for axis in (x, y)])
    return _Flat(x, y, line, low, high)


class _Cut:
    """Lines of a view: how far off a position is, and what is needed of a line there."""

    def __init__(self, view: Sequence[float], near: float, slope: float) -> None:
        self.view = view
        self.middle = (view[0] + view[2]) / 2
        self.half = (view[2] - view[0]) / 2
        self.bottom, self.top = _high(view[1]), _high(view[3])
        self.near, self.slope = near, slope
        self.coarser = 1.0
        """How much coarser lines are than ideal, to limit the size of the map."""
        self._worth: dict[str, tuple[Any, Any]] = {}

    def away(self, x: Any, y: Any) -> Any:
        """Degrees from the view, around the world whichever is shorter."""
        turned = np.abs((x - self.middle + 180) % 360 - 180)
        off = np.maximum(turned - self.half, 0)
        up = np.maximum(np.maximum(self.bottom - y, y - self.top), 0)
        return np.hypot(off, up)

    def boxes_away(self, flat: _Flat) -> Any:
        """The same for the nearest position of each line's extent."""
        middle, half = (flat.low + flat.high) / 2, (flat.high - flat.low) / 2
        turned = np.abs((middle[:, 0] - self.middle + 180) % 360 - 180)
        off = np.maximum(turned - self.half - half[:, 0], 0)
        up = np.maximum(np.maximum(self.bottom - flat.high[:, 1], flat.low[:, 1] - self.top), 0)
        return np.hypot(off, up)

    def worth(self, name: str, wanted: Any) -> tuple[Any, Any]:
        """Up to which `coarser` each position of a layer is kept, and each line if it is a ring.

        It is computed once for a layer, of which the same lines are wanted each time.
        """
        if name in self._worth:
            return self._worth[name]
        layer, flat = read_layer(name), _flat(name)
        size = (flat.high - flat.low).max(axis=1)
        line = size / (1.5 * (self.near + self.slope * self.boxes_away(flat)))
        if not layer.closed:
            line = np.where(size > 0, np.inf, 0.0)
        if wanted is not None:
            line = np.where(wanted, line, 0.0)
        # A vertex is left out where a coarser level would do
        up_to = np.array([*LEVELS[1:], np.inf])[layer.level]
        position = up_to / (self.near + self.slope * self.away(flat.x, flat.y))
        self._worth[name] = np.minimum(position, line[flat.line]), line
        return self._worth[name]

    def lines(self, name: str, wanted: Any = None) -> list[tuple[int, NDArray[np.float64]]]:
        """Lines of a layer, of those wanted, that are large enough to be seen."""
        layer = read_layer(name)
        position, line = self.worth(name, wanted)
        kept = position >= self.coarser
        least = 3 if layer.closed else 2
        found = []
        for number in np.flatnonzero(line >= self.coarser).tolist():
            part = slice(layer.start[number], layer.start[number + 1])
            xy = layer.xy[part][kept[part]]
            if len(xy) >= least:
                found.append((number, xy * STEP))
        return found


def _wanted(cut: _Cut) -> dict[str, Any]:
    """Which lines of each layer are important enough for where they are; None is all of them."""
    wanted = {"land": None, "borders": None}
    return wanted | {name: _by_zoom(name, cut) for name in ("lakes", "rivers")} | _regions(cut)


def _basemap(cut: _Cut, precision: int, wanted: dict[str, Any]) -> BasemapView:
    found = BasemapView(tuple(cut.view), precision)  # type: ignore[arg-type]
    for _, ring in cut.lines("land"):
        if ring[:, 1].min() > -85:
            found.land.append(ring)
        else:
            found.polar.append(ring)
            found.coast.extend(_open(ring))
    found.lakes.extend(line for _, line in cut.lines("lakes", wanted["lakes"]))
    found.rivers.extend(line for _, line in cut.lines("rivers", wanted["rivers"]))
    borders = read_layer("borders")
    for number, line in cut.lines("borders"):
        kind = borders.properties[borders.feature[number]]["kind"]
        (found.dashed if kind in DASHED else found.borders).append(line)
    found.regions.extend(_region_lines(cut, wanted))
    found.labels.extend(_labels(cut))
    return found


def _open(ring: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The outline of a polar continent without its edges along the map's own."""
    edge = (np.abs(ring[:, 0]) >= 179.99) | (ring[:, 1] < -89)
    rolled = np.roll(ring, -int(np.argmax(edge)), axis=0) if edge.any() else ring
    edge = (np.abs(rolled[:, 0]) >= 179.99) | (rolled[:, 1] < -89)
    pieces = np.split(rolled, np.flatnonzero(np.diff(edge.astype(int))) + 1)
    return [piece for piece in pieces if len(piece) > 1 and not abs(piece[0, 0]) >= 179.99]


def _zooms_near(cut: _Cut, away: Any) -> Any:
    """The zoom at which a position so far from the view comes into sight, and two steps more."""
    across = max(2 * cut.half, cut.top - cut.bottom, 0.05)
    return np.log2(360 * PX / 256 / (across + 2 * away)) + np.where(away > 0, 0.3, 1.5)


def _by_zoom(name: str, cut: _Cut) -> Any:
    """Which lines of a layer are important enough for where they are."""
    layer = read_layer(name)
    least = np.array([one["min_zoom"] for one in layer.properties])[layer.feature]
    return least <= _zooms_near(cut, cut.boxes_away(_flat(name)))


def _regions(cut: _Cut) -> dict[str, Any]:
    """Which borders of first-level regions are wanted: of the view's countries, and not small."""
    across = max(2 * cut.half, cut.top - cut.bottom)
    inner, country, smallest = _inner_arcs()
    away = cut.boxes_away(_flat("admin1"))
    wide = np.sqrt(smallest) / 111 >= SMALLEST_REGION * across / PX
    near = set(country[inner & (away <= across / 4)].tolist())
    exact = cut.boxes_away(_flat("admin1_exact"))
    return {
        "admin1": inner & wide & np.isin(country, list(near)) & (away <= 1.5 * across),
        "admin1_exact": (exact <= across / 2) & (zoom_of(cut.view) > 4.5),
    }


def _region_lines(cut: _Cut, wanted: dict[str, Any]) -> list[NDArray[np.float64]]:
    import shapely  # noqa: PLC0415

    lines = [line for _, line in cut.lines("admin1", wanted["admin1"])]
    exact = shapely.box(*EXACT)
    shapely.prepare(exact)
    kept: list[NDArray[np.float64]] = []
    for line in lines:
        drawn = shapely.linestrings(line)
        if not exact.intersects(drawn):
            kept.append(line)
        else:
            outside = shapely.get_parts(shapely.difference(drawn, exact))
            kept += [shapely.get_coordinates(part) for part in outside]
    kept += [line for _, line in cut.lines("admin1_exact", wanted["admin1_exact"])]
    return [line for line in kept if len(line) > 1]


@cache
def _inner_arcs() -> tuple[NDArray[np.bool_], NDArray[np.int32], NDArray[np.float64]]:
    """Which arcs part two regions of a country, the country's number, the smaller one's km2."""
    layer = read_layer("admin1")
    codes = sorted({one["adm0"] for one in layer.properties})
    numbers = {code: at for at, code in enumerate(codes)}
    features = np.repeat(np.arange(len(layer.arcs)), [sum(map(len, rings)) for rings in layer.arcs])
    arcs = np.array([number for rings in layer.arcs for ring in rings for number in ring])
    arcs = np.where(arcs < 0, ~arcs, arcs)
    own = np.array([numbers[one["adm0"]] for one in layer.properties], np.int32)[features]
    size = np.array([one["km2"] for one in layer.properties], float)[features]
    count = len(layer.feature)
    country, other = np.full(count, 10**6, np.int32), np.full(count, -1, np.int32)
    smallest = np.full(count, np.inf)
    np.minimum.at(country, arcs, own)
    np.maximum.at(other, arcs, own)
    np.minimum.at(smallest, arcs, size)
    return (np.bincount(arcs, minlength=count) == 2) & (country == other), country, smallest


def _labels(cut: _Cut) -> list[BasemapLabel]:
    found: list[BasemapLabel] = []
    for name, kind in (("countries", "country"), ("seas", "water"), ("lakes", "water"),
                       ("towns", "town"), ("admin1", "region"), ("regions", "land"),
                       ("rivers", "river")):  # fmt: skip
        found += _labels_of(name, kind, cut)  # type: ignore[arg-type]
    by_kind: dict[str, list[BasemapLabel]] = {}
    for label in found:
        by_kind.setdefault(label.kind, []).append(label)
    return [
        label
        for kind, labels in by_kind.items()
        for label in sorted(labels, key=lambda one: (one.rank, one.name))[: MOST_LABELS[kind]]
    ]


@cache
def _named(name: str) -> tuple[list[int], NDArray[np.float64], NDArray[np.float64]]:
    """Features of a layer that have a name, where it stands, and the zoom from which it does."""
    layer = read_layer(name)
    numbers = [at for at, one in enumerate(layer.properties) if "name" in one]
    if name in {"towns", "countries"}:
        places = np.array([layer.point(number) for number in numbers])
    elif name == "rivers":
        places = np.array([_river_point(layer, number) for number in numbers])
    else:
        places = np.array([layer.properties[number]["label"] for number in numbers])
    zooms = np.array([_label_zoom(name, layer.properties[number]) for number in numbers])
    return numbers, places, zooms


def _river_point(layer: MapLayer, feature: int) -> tuple[float, float]:
    """The middle of a river's longest line."""
    lines = [layer.line(number, 2) for number in np.flatnonzero(layer.feature == feature).tolist()]
    longest = max(lines, key=len)
    lon, lat = longest[len(longest) // 2].tolist()
    return lon, lat


def _label_zoom(name: str, said: dict[str, Any]) -> float:
    if name == "towns":
        return float(said["min_zoom"]) - (0.5 if said.get("capital") else 0)
    if name == "admin1":
        # A region as wide as its name
        return float(np.clip(14.6 - 0.5 * math.log2(max(said["km2"], 1)), 4.2, 9.5))
    if name == "countries":
        return max(0.0, float(said["min_label"]) - 0.5)
    return float(said["min_label"])


def _labels_of(name: str, kind: Kind, cut: _Cut) -> list[BasemapLabel]:
    layer = read_layer(name)
    numbers, places, zooms = _named(name)
    away = cut.away(places[:, 0], _heights(places[:, 1]))
    seen = _zooms_near(cut, away)
    if kind in {"region", "town", "river", "land"}:
        # Away from the view they would only be seen by those who leave it
        seen = np.where(away > max(2 * cut.half, cut.top - cut.bottom), seen - 2, seen)
    found = []
    for at in np.flatnonzero(zooms <= seen + (1.0 if kind == "town" else 0.3)).tolist():
        said = layer.properties[numbers[at]]
        lon, lat = places[at].tolist()
        lon = cut.middle + (lon - cut.middle + 180) % 360 - 180
        lon -= 360 * (lon > 360)
        zoom = float(zooms[at])
        rank = zoom + min(float(away[at]), 60) / 20
        arabic = (
            said.get("arabic_name", "") if said.get("iso") in ARABIC and kind == "country" else ""
        )
        found.append(BasemapLabel(said["name"], kind, round(lon, 3), lat, rank, zoom, arabic))
    return found
