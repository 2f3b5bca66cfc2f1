r"""Build the world's map layers out of a folder of Natural Earth layers.

The folder holds, as shapefile, GeoJSON or gzipped GeoJSON, with or without ``ne_`` before the name:
``10m_land``, ``10m_lakes``, ``10m_admin_0_countries``, ``10m_admin_0_boundary_lines_land``,
``10m_admin_1_states_provinces``, ``10m_disputed_borders``, ``10m_rivers_lake_centerlines``,
``10m_geography_marine_polys``, ``10m_geography_regions_polys``, ``10m_geography_regions_points``,
``10m_geography_regions_elevation_points``, ``10m_populated_places_simple``, ``10m_airports`` and
``10m_ports``. README.md beside this file says which package each one was taken from. Then::

    python geodata/basemap/build_world.py FOLDER

Within the region of build_basemap.py its lines are taken, which are more exact. Elsewhere lines
are simplified (Douglas and Peucker, 1973) by 0.004 degrees as wide as on the map, and each vertex
gets the level up to which it stays, see `convoy_geo.io.map_layers`. The same folder gives the same
bytes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import shape

from convoy_geo.io.map_layers import LEVELS, STEP, MapLayer, write_layer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shapely.geometry.base import BaseGeometry

__all__ = ["arcs_of", "levels_of", "main"]

HERE = Path(__file__).parent
REGION = shapely.box(34.0, 30.5, 46.0, 38.5)
"""Where build_basemap.py has made more exact layers."""
FINEST = 1
"""Level of the world outside the region."""
NORTH = 58.0
"""Latitude from which the lowest level is one higher."""
COARSE = 5
"""Level of seas and ranges, which are not drawn but searched."""
INNER, SHORE = 2, 3
"""Levels of the borders of first-level regions, and of their coasts, which the land has too."""
TURN = np.array([360.0, 0.0])
SMALLEST = 0.012
"""Islands and lakes less than this across, in degrees, are left out."""
KINDS = {
    "International boundary (verify)": "international",
    "Indefinite (please verify)": "indefinite",
    "Indeterminant frontier": "indefinite",
    "Disputed (please verify)": "disputed",
    "Unrecognized": "disputed",
    "Line of control (please verify)": "line_of_control",
    "Overlay limit": "zone_limit",
    "Lease limit": "zone_limit",
}
REGION_KINDS = {
    "Range/mtn": "range",
    "Desert": "desert",
    "Plateau": "plateau",
    "Plain": "plain",
    "Island": "island",
    "Island group": "islands",
    "Pen/cape": "peninsula",
    "Peninsula": "peninsula",
    "Geoarea": "land",
    "Coast": "coast",
    "Delta": "delta",
    "Basin": "basin",
    "Continent": "continent",
    "Valley": "valley",
    "Lowland": "plain",
    "Tundra": "tundra",
    "Isthmus": "isthmus",
    "Wetlands": "wetland",
    "Gorge": "valley",
    "Foothills": "range",
    "Lake": "lake",
    "Depression": "basin",
}
SHORT = {
    "Mts.": "Mountains",
    "Mtns.": "Mountains",
    "Mt.": "Mount",
    "I.": "Island",
    "Is.": "Islands",
    "Pen.": "Peninsula",
    "Ra.": "Range",
    "Plat.": "Plateau",
    "Arch.": "Archipelago",
    "C.": "Cape",
    "L.": "Lake",
    "G.": "Gulf",
    "Pk.": "Peak",
    "Hts.": "Heights",
    "Str.": "Strait",
}
SMALL = {"of", "the", "and", "de", "del", "la", "las", "los", "do", "da", "dos", "al", "et"}

Line = tuple[int, "np.ndarray[Any, Any]"]
"""The feature and the positions in degrees."""


def main(argv: Sequence[str] | None = None) -> int:
    """Write all layers and print their sizes."""
    parser = argparse.ArgumentParser(description="Build the world's map layers.")
    parser.add_argument("folder", type=Path, help="folder of Natural Earth layers")
    parser.add_argument("--out", type=Path, default=HERE / "world", help="folder to fill")
    options = parser.parse_args(argv)
    layers = {
        "land": land,
        "borders": borders,
        "lakes": lakes,
        "rivers": rivers,
        "seas": seas,
        "regions": regions,
        "countries": countries,
        "towns": towns,
        "points": points,
        "admin1": admin1,
        "admin1_exact": admin1_exact,
    }
    total = 0
    options.out.mkdir(parents=True, exist_ok=True)
    for name, make in layers.items():
        try:
            layer = make(options.folder)
        except FileNotFoundError as error:
            print(f"build_world: {error}", file=sys.stderr)
            return 2
        path = options.out / f"{name}.npz"
        write_layer(path, layer)
        size = path.stat().st_size
        total += size
        print(
            f"{size:9,d} bytes, {len(layer.xy):7,d} positions, {len(layer.properties):5,d} {name}"
        )
    print(f"{total:9,d} bytes in all")
    return 0


def source(folder: Path, name: str) -> Path:
    """The file of a layer in the folder."""
    for stem in (f"ne_{name}", name):
        for suffix in (".shp", ".geojson", ".geojson.gz"):
            if (folder / f"{stem}{suffix}").is_file():
                return folder / f"{stem}{suffix}"
    msg = f"{str(folder)!r} has no {name}.shp, {name}.geojson or {name}.geojson.gz"
    raise FileNotFoundError(msg)


def rows(folder: Path, name: str) -> Iterator[tuple[dict[str, Any], BaseGeometry]]:
    """Properties, with names in lower case and without empty ones, and geometry of a layer."""
    path = source(folder, name)
    if path.suffix == ".shp":
        frame = gpd.read_file(path, encoding="utf-8")
        records = frame.drop(columns="geometry").to_dict("records")
        pairs = list(zip(records, frame.geometry, strict=True))
    else:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        features = json.loads(data)["features"]
        pairs = [(one["properties"], shape(one["geometry"])) for one in features]
    for said, geometry in pairs:
        known = {key.lower(): value for key, value in said.items() if value == value}  # noqa: PLR0124
        yield {key: value for key, value in known.items() if value not in (None, "")}, geometry


def region(name: str) -> Iterator[tuple[dict[str, Any], BaseGeometry]]:
    """A layer of build_basemap.py."""
    document = json.loads((HERE / f"{name}.geojson").read_text(encoding="utf-8"))
    for one in document["features"]:
        yield one["properties"], shape(one["geometry"])


@cache
def plain_names() -> dict[tuple[str, str], tuple[str, str]]:
    """From layer and Natural Earth's name to the plain English name and the Arabic one."""
    with (HERE / "names.csv").open(encoding="utf-8", newline="") as stream:
        return {
            (row["layer"], row["natural_earth"]): (row["name"], row["arabic_name"])
            for row in csv.DictReader(stream)
        }


def named(layer: str, name: str, arabic: str = "") -> dict[str, Any]:
    """The properties that name a thing."""
    name, arabic = plain_names().get((layer, name), (tidy(name), arabic))
    return {"name": name} | ({"arabic_name": arabic} if arabic else {})


def tidy(name: str) -> str:
    """A name without capitals throughout and without abbreviations.

    Examples
    --------
    >>> tidy("DESIERTO DE ATACAMA"), tidy("Loma Mts.")
    ('Desierto de Atacama', 'Loma Mountains')
    """
    words = [SHORT.get(word, word) for word in name.split()]
    if name.isupper():
        words = [re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), word) for word in words]
    return " ".join(
        word.lower() if place and word.lower() in SMALL and name.isupper() else word
        for place, word in enumerate(words)
    )


def slug(name: str) -> str:
    """A name as part of an id."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "unnamed"


class Ids:
    """Ids out of names: the second of a name gets a number."""

    def __init__(self) -> None:
        self.given: Counter[str] = Counter()

    def of(self, *parts: str) -> str:
        key = "/".join(slug(part) if place else part for place, part in enumerate(parts))
        self.given[key] += 1
        return key if self.given[key] == 1 else f"{key}-{self.given[key]}"


def on_map(xy: Any) -> Any:
    """Degrees of lon, and of lat as high as on the map: Web Mercator in degrees."""
    lat = np.radians(np.clip(xy[:, 1], -85.05, 85.05))
    return np.column_stack([xy[:, 0], np.degrees(np.arctanh(np.sin(lat)))])


def levels_of(xy: Any, *, closed: bool) -> Any:
    """The level up to which each position of a line stays; 255 for one that is never needed.

    Parameters
    ----------
    xy
        Lon and lat in degrees, shape (n, 2); a ring without its last position.
    closed
        Whether it is a ring.
    """
    flat = on_map(np.vstack([xy, xy[:1]]) if closed else xy)
    count = len(xy)
    level = np.full(len(flat), 255, np.uint8)
    left = np.arange(len(flat))
    for number, tolerance in enumerate(LEVELS):
        kept = shapely.get_coordinates(
            shapely.simplify(shapely.linestrings(flat[left]), tolerance, preserve_topology=False)
        )
        left = left[matched(flat[left], kept)]
        level[left] = number
    if closed:
        level[0] = len(LEVELS) - 1
    return level[:count]


def matched(all_xy: Any, kept: Any) -> Any:
    """The places of kept positions, in order, among all."""
    places = np.empty(len(kept), np.intp)
    at = 0
    for number, position in enumerate(kept):
        while all_xy[at, 0] != position[0] or all_xy[at, 1] != position[1]:
            at += 1
        places[number] = at
        at += 1
    return places


def built(
    lines: Iterable[Line],
    properties: Sequence[dict[str, Any]],
    *,
    closed: bool = False,
    finest: int | Sequence[int] = FINEST,
    arcs: Sequence[Sequence[Sequence[int]]] = (),
) -> MapLayer:
    """A layer out of lines; `finest` is the lowest level kept, of all lines or of each.

    In the region all levels are kept, but for areas that share their borders.
    """
    xys, levels, lengths, features = [np.empty((0, 2))], [np.empty(0, np.uint8)], [0], []
    for number, (feature, line) in enumerate(lines):
        xy = np.round(line / STEP)
        if len(xy) > 1:
            steps = np.any(np.diff(xy, axis=0, append=xy[:1] if closed else xy[-1:] + 1), axis=1)
            xy = xy[steps]
        if closed and len(xy) < 3:
            continue
        level = levels_of(xy * STEP, closed=closed) if len(xy) > 2 else np.full(len(xy), 8)
        low = np.full(len(xy), finest if isinstance(finest, int) else finest[number])
        # The map stretches the far north, the source does not become better
        low[np.abs(xy[:, 1]) * STEP > NORTH] += 1
        if finest == FINEST:
            low[shapely.covers(REGION, shapely.points(xy * STEP))] = 0
        kept = (level >= low) & (level < 255)
        if closed and kept.sum() < 3:
            continue
        xys.append(xy[kept])
        levels.append(level[kept])
        lengths.append(int(kept.sum()))
        features.append(feature)
    return MapLayer(
        np.vstack(xys).astype(np.int32),
        np.concatenate(levels).astype(np.uint8),
        np.cumsum(lengths),
        np.array(features, np.int32),
        list(properties),
        closed,
        arcs,
    )


def rings(feature: int, geometry: BaseGeometry) -> Iterator[Line]:
    """The rings of polygons that are large enough to be seen."""
    for part in shapely.get_parts(shapely.make_valid(geometry)):
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            west, south, east, north = ring.bounds
            if max(east - west, north - south) >= SMALLEST:
                yield feature, shapely.get_coordinates(ring)[:-1]


def strings(feature: int, geometry: BaseGeometry) -> Iterator[Line]:
    """The lines of a geometry, those that follow each other joined."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "LineString"]
    whole = shapely.line_merge(shapely.multilinestrings(parts)) if parts else None
    for part in shapely.get_parts(whole) if parts else ():
        if part.length:
            yield feature, shapely.get_coordinates(part)


def outside(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.difference(geometry, REGION)


def middle(geometry: BaseGeometry) -> list[float]:
    """Where a name stands: the middle of the largest circle in the largest part."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    largest = max(parts, key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=max(0.01, largest.length / 500))
    return np.round(shapely.get_coordinates(circle)[0], 3).tolist()


def across(polygons: Iterable[BaseGeometry]) -> list[BaseGeometry]:
    """Polygons with those that are cut at 180 degrees put together again, east of it."""
    east, west, others = [], [], []
    for polygon in polygons:
        low, south, high, _ = polygon.bounds
        # Antarctica goes all around
        if south < -85:
            others.append(polygon)
        elif low <= -179.999:
            west.append(shapely.transform(polygon, lambda xy: xy + TURN))
        elif high >= 179.999:
            east.append(polygon)
        else:
            others.append(polygon)
    joined = shapely.union_all([shapely.set_precision(one, STEP) for one in (*east, *west)])
    return others + list(shapely.get_parts(joined))


def land(folder: Path) -> MapLayer:
    parts = [
        part
        for _, geometry in rows(folder, "10m_land")
        for part in shapely.get_parts(geometry)
        if abs(part.centroid.x) > 0.01 or abs(part.centroid.y) > 0.01  # Null Island
    ]
    whole = across(parts)
    near = [part for part in whole if part.intersects(REGION)]
    cut = shapely.union_all([outside(part) for part in near])
    exact = shapely.union_all([geometry for _, geometry in region("land")])
    both = shapely.union_all([cut, exact], grid_size=STEP)
    far = [part for part in whole if not part.intersects(REGION)]
    lines = [line for part in (both, *far) for line in rings(0, part)]
    return built(lines, [{"kind": "land"}], closed=True)


def borders(folder: Path) -> MapLayer:
    found: dict[tuple[str, str], list[BaseGeometry]] = defaultdict(list)
    for said, geometry in rows(folder, "10m_admin_0_boundary_lines_land"):
        kind = KINDS[said["featurecla"]]
        pair = "|".join(sorted([str(said.get("adm0_left", "")), str(said.get("adm0_right", ""))]))
        found[kind, pair].append(outside(geometry))
    for said, geometry in rows(folder, "10m_disputed_borders"):
        pair = "|".join(sorted([said.get("adm0_left", ""), said.get("adm0_right", "")]))
        found["claim", pair].append(outside(geometry))
    for name in ("borders", "disputed"):
        for said, geometry in region(name):
            found[said["kind"], said["between"]].append(geometry)
    keys = sorted(found)
    lines = [
        line
        for number, key in enumerate(keys)
        for geometry in (
            shapely.multilinestrings(
                [
                    part
                    for one in found[key]
                    for part in shapely.get_parts(one)
                    if part.geom_type == "LineString"
                ]
            ),
        )
        for line in strings(number, geometry)
    ]
    return built(lines, [{"kind": kind, "between": pair} for kind, pair in keys])


def lakes(folder: Path) -> MapLayer:
    ids, lines, about = Ids(), [], []
    for said, geometry in rows(folder, "10m_lakes"):
        outlines = list(rings(len(about), geometry))
        if not outlines:
            continue
        names = named("lakes", said["name"], said.get("name_ar", "")) if said.get("name") else {}
        known: dict[str, Any] = {"min_zoom": float(said.get("min_zoom", 7))}
        if names:
            known |= {
                "id": ids.of("lake", names["name"]),
                "min_label": float(said["min_label"]),
                "label": middle(geometry),
            } | names
        about.append(known)
        lines += outlines
    return built(lines, about, closed=True)


def rivers(folder: Path) -> MapLayer:
    lines: list[Line] = []
    about: list[dict[str, Any]] = []
    plain = {key[1]: key[1] for key in plain_names() if key[0] == "rivers"}
    for said, geometry in rows(folder, "10m_rivers_lake_centerlines"):
        kind = "river" if said["featurecla"] == "River" else "through_lake"
        known = {"kind": kind, "min_zoom": float(said.get("min_zoom", 7))}
        if said.get("name"):
            known |= named("rivers", plain.get(said["name"], said["name"]))
            known["min_label"] = float(said.get("min_label", 8))
        parts = list(strings(len(about), outside(geometry)))
        if parts:
            lines += parts
            about.append(known)
    for said, geometry in region("rivers"):
        zoom = 4.0 if said["name"] in {"Euphrates", "Tigris"} else 6.0
        lines += strings(len(about), geometry)
        about.append({**said, "min_zoom": zoom, "min_label": zoom + 1})
    numbered(lines, about)
    return built(lines, about)


def numbered(lines: Sequence[Line], about: Sequence[dict[str, Any]]) -> None:
    """One id for the lines of a name that lie near each other."""
    boxes: dict[int, list[float]] = {}
    for feature, xy in lines:
        low, high = xy.min(axis=0), xy.max(axis=0)
        box = boxes.setdefault(feature, [*low, *high])
        boxes[feature] = [*np.minimum(box[:2], low), *np.maximum(box[2:], high)]
    groups: dict[str, list[tuple[list[float], str]]] = defaultdict(list)
    ids = Ids()
    for number, said in enumerate(about):
        if "name" not in said:
            continue
        box = boxes[number]
        key = next(
            (
                key
                for other, key in groups[said["name"]]
                if other[0] - 4 < box[2]
                and box[0] < other[2] + 4
                and other[1] - 4 < box[3]
                and box[1] < other[3] + 4
            ),
            None,
        )
        said["id"] = key or ids.of("river", said["name"])
        groups[said["name"]].append((box, said["id"]))


def seas(folder: Path) -> MapLayer:
    ids, lines, about = Ids(), [], []
    for said, geometry in rows(folder, "10m_geography_marine_polys"):
        if not said.get("name"):
            continue
        names = named("seas", said["name"])
        about.append(
            {
                "id": ids.of("sea", names["name"]),
                "kind": said["featurecla"],
                "min_label": float(said["min_label"]),
                "label": middle(geometry),
            }
            | names
        )
        lines += rings(len(about) - 1, geometry)
    return built(lines, about, closed=True, finest=COARSE)


def regions(folder: Path) -> MapLayer:
    ids, lines, about = Ids(), [], []
    for said, geometry in rows(folder, "10m_geography_regions_polys"):
        if not said.get("name"):
            continue
        names, kind = named("regions", said["name"]), REGION_KINDS[said["featurecla"]]
        about.append(
            {
                "id": ids.of(kind, names["name"]),
                "kind": kind,
                "min_label": float(said["min_label"]),
                "label": middle(geometry),
            }
            | names
        )
        lines += rings(len(about) - 1, geometry)
    return built(lines, about, closed=True, finest=COARSE)


def countries(folder: Path) -> MapLayer:
    """Where a country's name stands; its outline is that of its first-level regions."""
    ids, lines, about = Ids(), [], []
    exact = {said["iso"]: (said, geometry) for said, geometry in region("country_labels")}
    for said, _ in rows(folder, "10m_admin_0_countries"):
        iso = said["iso_a2_eh"] if said["iso_a2_eh"] != "-99" else ""
        names = named("countries", said["name"], said.get("name_ar", ""))
        point = [said["label_x"], said["label_y"]]
        if iso in exact:
            names["name"] = exact[iso][0]["name"]
            if REGION.contains(shapely.Point(point)):
                point = list(exact[iso][1].coords[0])
        long = {str(said.get(key, "")) for key in ("name", "name_long", "name_en", "formal_en")}
        lines.append((len(about), np.array([point])))
        about.append(
            {
                "id": ids.of("country", iso or said["adm0_a3"]),
                "iso": iso,
                "adm0": said["adm0_a3"],
                "min_label": float(said["min_label"]),
                "also": sorted(long - {names["name"], ""}),
            }
            | names
        )
    return built(lines, about)


def towns(folder: Path) -> MapLayer:
    ids, lines, about = Ids(), [], []
    found = sorted(
        rows(folder, "10m_populated_places_simple"),
        key=lambda row: (row[0]["min_zoom"], -row[0].get("pop_max", 0)),
    )
    for said, point in found:
        capital = said["featurecla"].startswith("Admin-0 capital")
        iso = said.get("iso_a2", "")
        lines.append((len(about), np.array([point.coords[0]])))
        about.append(
            {
                "id": ids.of("town", iso.lower(), said["name"]),
                "name": said["name"],
                "iso": iso,
                "pop": max(0, int(said.get("pop_max", 0))),
                "min_zoom": float(said["min_zoom"]),
            }
            | ({"capital": 1} if capital else {})
        )
    return built(lines, about)


def points(folder: Path) -> MapLayer:
    """Airports, ports, capes, peaks, passes: for names in reports, and for close views."""
    ids, lines, about = Ids(), [], []
    for name, usual in (
        ("10m_airports", "airport"),
        ("10m_ports", "port"),
        ("10m_geography_regions_points", "cape"),
        ("10m_geography_regions_elevation_points", "peak"),
    ):
        for said, point in rows(folder, name):
            if not said.get("name"):
                continue
            kind = usual if usual in {"airport", "port"} else said["featurecla"].lower()
            names = named("points", said["name"])
            zoom = float(said.get("min_zoom") or said.get("scalerank", 8))
            lines.append((len(about), np.array([point.coords[0][:2]])))
            about.append(
                {"id": ids.of(kind, names["name"]), "kind": kind, "min_zoom": zoom} | names
            )
    return built(lines, about)


def admin1(folder: Path) -> MapLayer:
    found = [(said, geometry) for said, geometry in rows(folder, "10m_admin_1_states_provinces")]
    kept = []
    for _, geometry in found:
        outlines = [ring for _, ring in rings(0, geometry)]
        kept.append(
            outlines
            or [
                shapely.get_coordinates(
                    max(shapely.get_parts(geometry), key=lambda part: part.area).exterior
                )[:-1]
            ]
        )
    arcs, uses = arcs_of(kept)
    ids, about = Ids(), []
    areas = gpd.GeoSeries([geometry for _, geometry in found], crs=4326).to_crs(6933).area / 1e6
    exact = {(said["iso"], said["name"]): said for said, _ in region("admin1_labels")}
    for (said, geometry), area in zip(found, areas, strict=True):
        iso = said.get("iso_a2", "")
        iso = "" if iso == "-1" else iso
        known: dict[str, Any] = {
            "iso": iso,
            "adm0": said["adm0_a3"],
            "km2": round(area),
            "label": middle(geometry),
        }
        if said.get("name"):
            names = named("admin1", said["name"])
            also = {said.get("woe_name", ""), said.get("gn_name", ""), said["name"]}
            known |= {
                "id": ids.of("admin1", iso.lower() or said["adm0_a3"].lower(), names["name"]),
                "also": sorted(also - {names["name"], ""}),
            } | names
            if (iso, names["name"]) in exact:
                known["arabic_name"] = exact[iso, names["name"]].get("arabic_name", "")
        about.append(known)
    first: dict[int, int] = {}
    for feature, outlines in enumerate(uses):
        for ring in outlines:
            for number in ring:
                first.setdefault(number if number >= 0 else ~number, feature)
    lines = [(first[number], arc * STEP) for number, arc in enumerate(arcs)]
    return built(lines, about, arcs=uses, finest=finest_of(arcs, uses))


def finest_of(arcs: Sequence[Any], uses: Sequence[Sequence[Sequence[int]]]) -> list[int]:
    """The lowest level kept of each line between regions: small rings are kept whole."""
    used: Counter[int] = Counter()
    small = set()
    for ring in (ring for one in uses for ring in one):
        numbers = [number if number >= 0 else ~number for number in ring]
        used.update(numbers)
        spread = np.ptp(np.vstack([arcs[number] for number in numbers]), axis=0)
        if spread.min() * STEP < 8 * LEVELS[SHORE]:
            small.update(numbers)
    return [
        0 if number in small else INNER if used[number] > 1 else SHORE
        for number in range(len(arcs))
    ]


def admin1_exact(_: Path) -> MapLayer:
    """Lines between first-level regions of the region, in place of those of `admin1`."""
    found = list(region("admin1_lines"))
    lines = [line for number, (_, one) in enumerate(found) for line in strings(number, one)]
    return built(lines, [said for said, _ in found])


def arcs_of(features: Sequence[Sequence[Any]]) -> tuple[list[Any], list[list[list[int]]]]:
    """Rings of areas that share their borders as lines of which each is kept once.

    Parameters
    ----------
    features
        For each feature its rings, lon and lat in degrees without the last position.

    Returns
    -------
    tuple
        The lines in steps of `STEP`, and for each feature its rings as numbers of lines,
        ``~number`` for one that is run backwards.
    """
    grid = [[np.round(ring / STEP).astype(np.int64) for ring in one] for one in features]
    keys = [[(ring[:, 0] << 32) + ring[:, 1] for ring in one] for one in grid]
    keys = [[ring[np.r_[True, ring[1:] != ring[:-1]]] for ring in one] for one in keys]
    nodes = meetings(ring for one in keys for ring in one)
    arcs: dict[tuple[int, ...], int] = {}
    uses: list[list[list[int]]] = []
    for one in keys:
        outlines = []
        for ring in one:
            positions = ring.tolist()
            cuts = [place for place, key in enumerate(positions) if key in nodes]
            if not cuts:
                cuts = [positions.index(min(positions))]
            numbers = []
            for begin, end in zip(cuts, [*cuts[1:], cuts[0] + len(positions)], strict=True):
                part = tuple((positions + positions)[begin : end + 1])
                if part[::-1] in arcs:
                    numbers.append(~arcs[part[::-1]])
                else:
                    numbers.append(arcs.setdefault(part, len(arcs)))
            outlines.append(numbers)
        uses.append(outlines)
    lines = []
    for part in arcs:
        keys_of = np.array(part, np.int64)
        lon = (keys_of + (1 << 31)) >> 32
        lines.append(np.column_stack([lon, keys_of - (lon << 32)]).astype(float))
    return lines, uses


def meetings(outlines: Iterable[Any]) -> set[int]:
    """The positions at which rings part or meet: their neighbours are not always the same two."""
    beside: dict[int, tuple[int, int]] = {}
    nodes: set[int] = set()
    for ring in outlines:
        before, after = np.roll(ring, 1).tolist(), np.roll(ring, -1).tolist()
        for here, left, right in zip(ring.tolist(), before, after, strict=True):
            pair = (left, right) if left < right else (right, left)
            if beside.setdefault(here, pair) != pair:
                nodes.add(here)
    return nodes


if __name__ == "__main__":
    sys.exit(main())
