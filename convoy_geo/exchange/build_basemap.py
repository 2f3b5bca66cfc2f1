"""Build a case's own basemap from an OpenStreetMap extract or from plain files."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from convoy_geo.casefiles.locate import own_folder
from convoy_geo.casefiles.locking import case_lock
from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.exchange.osm_basemap import OSM_CREDIT, OsmShape, kind_of_tags, osm_shapes
from convoy_geo.io.csv_writing import cell_problem
from convoy_geo.io.files import writing
from convoy_geo.io.geojson_reader import geometry_value
from convoy_geo.io.progress import Progress
from convoy_geo.io.read_file import read_found
from convoy_geo.model.basemap import AREAS, BASEMAP_FILE, KINDS, LINES

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["BuiltBasemap", "build_basemap"]

OSM_ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".opl")
MOST_VERTICES = 16_000
"""Maximum number of positions: about 50 kB of a page, gzipped."""
FINEST = 2500.0
"""Detail of lines, in steps across the map; coarser if there would be too many positions."""
SMALLEST = 250.0
"""Minimum width of areas, as a fraction of the map's width."""
MOST_NAMES = 150
UNSURE = 0.1
"""Share of a coastline's steps that may see a piece from the wrong side."""
NEAR_EDGE = 0.2
"""Maximum distance between a coastline's end and the edge of an extract, relative to its size."""
OTHER_WORDS = {
    "lake": "water", "lakes": "water", "rivers": "river", "waterway": "river",
    "waterways": "river", "forest": "wood", "woods": "wood", "park": "wood",
    "parks": "wood", "railway": "rail", "railways": "rail", "borders": "border",
    "boundary": "border", "boundaries": "border", "coastline": "coast", "ocean": "sea",
    "urban": "built", "builtup": "built", "places": "name", "names": "name", "islands": "land",
}  # fmt: skip
"""Common names of layers and files, and the kind they denote."""


@dataclass(frozen=True)
class BuiltBasemap:
    """The result of building a basemap.

    Parameters
    ----------
    path
        The file.
    counts
        Features by kind.
    vertices
        Total number of positions.
    left_out
        Features of unknown kind, and those too small to be visible.
    credit
        Attribution of the data.
    faults
        Content that could not be read.
    """

    path: Path
    counts: Mapping[str, int]
    vertices: int
    left_out: Mapping[str, int]
    credit: str
    faults: tuple[Fault, ...] = ()


def build_basemap(
    files: Iterable[str | os.PathLike[str]],
    case: str | Path,
    *,
    kind: str = "",
    credit: str = "",
    bbox: tuple[float, float, float, float] | None = None,
    progress: bool | None = None,
) -> BuiltBasemap:
    """Build the basemap of a town or district, and write it to a case's folder.

    Parameters
    ----------
    files
        An OpenStreetMap extract, or GeoJSON, GeoPackage and other files, whose features are
        identified by tags such as ``natural=water``, a property ``kind``, or the name of their
        layer or file.
    case
        The case's folder; its basemap.geojson is replaced.
    kind
        Kind of the features of plain files without any of these: one of
        `convoy_geo.model.basemap.KINDS`.
    credit
        Attribution of the data; for an extract, OpenStreetMap's contributors are always credited.
    bbox
        West, south, east, north in degrees; by default the extent of the files.
    progress
        Whether to show progress; by default on a terminal and in a notebook.

    Raises
    ------
    RoadDataError, ExchangeFileError
        If a file cannot be read, or the files contain nothing for a basemap.
    ValueError
        If there is no such kind.
    """
    if kind and kind not in KINDS:
        msg = f"`kind` must be one of {', '.join(KINDS)}, not {kind!r}"
        raise ValueError(msg)
    folder = own_folder(case)
    shapes: list[OsmShape] = []
    faults: list[Fault] = []
    left_out: Counter[str] = Counter()
    credits = [credit] if credit else []  # noqa: A001
    paths = [Path(file) for file in files]
    for path in paths:
        if path.name.lower().endswith(OSM_ENDINGS):
            with Progress(progress) as shown:
                shapes += osm_shapes(path, shown)
            credits.append(OSM_CREDIT)
        else:
            shapes += _plain(path, kind, left_out, faults)
    box = shapely.box(*(bbox or _extent(shapes, paths, left_out)))
    made = _reduced(_cut([*shapes, *_shores(shapes, box)], box), left_out)
    if not made:
        raise ExchangeFileError([_nothing(paths, left_out)])
    target = folder / BASEMAP_FILE
    text = _text(made, "; ".join(dict.fromkeys(credits)))
    with case_lock(folder), writing(target) as stream:
        stream.write(text.encode())
    return BuiltBasemap(
        target, dict(Counter(one.kind for one in made)),
        int(sum(shapely.get_num_coordinates(one.geometry) for one in made)), dict(left_out),
        "; ".join(dict.fromkeys(credits)), tuple(faults),
    )  # fmt: skip


def _nothing(paths: Sequence[Path], left_out: Mapping[str, int]) -> Fault:
    names = ", ".join(path.name for path in paths)
    told = "; ".join(f"{count} {what}" for what, count in left_out.items())
    return Fault(
        names, 0, "", told, "nothing that belongs on a basemap",
        f"tags such as natural=water, or what it is: {', '.join(KINDS)}",
    )  # fmt: skip


def _plain(
    path: Path, kind: str, left_out: Counter[str], faults: list[Fault]
) -> Iterator[OsmShape]:
    """Features of a plain file, by their stated kind."""
    read = read_found(path)
    faults += read.faults
    for found in read.features:
        shape, said = found.geometry, found.properties
        if shape is None or shape.is_empty:
            left_out["without a position"] += 1
            continue
        name = str(said.get("name:en") or said.get("name") or "")
        point = shape.geom_type.endswith("Point")
        area = shape.geom_type.endswith("Polygon")
        tags = {key: str(value) for key, value in said.items() if isinstance(value, str | int)}
        what = _word(tags.get("kind", "")) or kind_of_tags(tags.get, area=area)
        what = what or kind or _word(found.layer) or _word(path.stem)
        fits = what in (AREAS if area else LINES) or (what == "name" and point)
        if what in LINES and area:
            shape, fits = shape.boundary, True
        if point and (name and (not what or what == "name")):
            what, fits = "name", True
        if not fits:
            left_out["of a kind that is not known"] += 1
            continue
        arabic = str(said.get("name:ar") or said.get("arabic_name") or "")
        if problem := cell_problem(name) or cell_problem(arabic):
            where = found.where or "name"
            faults.append(Fault(read.name, found.line, where, name[:80], problem, "a text"))
            continue
        yield OsmShape(what, shape, name, arabic, 2 if point else 4)


def _word(text: str) -> str:
    word = text.lower().strip().rstrip("s") if text.lower() not in OTHER_WORDS else text.lower()
    return word if word in KINDS else OTHER_WORDS.get(word, "")


def _extent(
    shapes: Sequence[OsmShape], paths: Sequence[Path], left_out: Mapping[str, int]
) -> tuple[float, float, float, float]:
    """The extent of features small enough to be local: borders extend far beyond an extract."""
    if not shapes:
        raise ExchangeFileError([_nothing(paths, left_out)])
    inner = [one.geometry for one in shapes if one.kind not in {"border", "admin", "river"}]
    bounds = shapely.total_bounds(inner or [one.geometry for one in shapes])
    west, south, east, north = bounds.tolist()
    return west, south, east, north


def _shores(shapes: Sequence[OsmShape], box: BaseGeometry) -> Iterator[OsmShape]:
    """Land and sea on the sides of the coastline: land is to its left."""
    lines = [one.geometry for one in shapes if one.kind == "coast"]
    if not lines:
        return
    coast = shapely.line_merge(shapely.multilinestrings(_simple(lines)), directed=True)
    inside = [part for part in shapely.get_parts(shapely.intersection(coast, box))
              if part.geom_type == "LineString"]  # fmt: skip
    if not inside:
        return
    joined = shapely.union_all([*inside, *_to_the_edge(inside, box), box.exterior])
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.node(joined)).tolist()))
    beside = [_beside(np.array(line.coords)) for line in inside]
    left, right = (shapely.points(np.concatenate(side)) for side in zip(*beside, strict=True))
    for piece in pieces:
        shapely.prepare(piece)
        land, sea = (int(shapely.contains(piece, side).sum()) for side in (left, right))
        # If the coastline has gaps, the sides are unknown
        if min(land, sea) <= UNSURE * max(land, sea) and max(land, sea):
            yield OsmShape("land" if land > sea else "sea", piece)


def _to_the_edge(lines: Sequence[BaseGeometry], box: BaseGeometry) -> list[BaseGeometry]:
    """The shortest paths from the ends of a clipped coastline to the edge of the extract."""
    ends = [
        shapely.Point(line.coords[at]) for line in lines if not line.is_closed for at in (0, -1)
    ]
    west, south, east, north = box.bounds
    most = max(east - west, north - south) * NEAR_EDGE
    edge = box.exterior
    return [
        shapely.shortest_line(end, edge)
        for number, end in enumerate(ends)
        if 0 < end.distance(edge) < most
        and not any(end.equals(other) for other in (*ends[:number], *ends[number + 1 :]))
    ]


def _beside(line: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points just left and just right of the centre of each step of a line."""
    steps = np.diff(line, axis=0)
    length = np.hypot(*steps.T)
    steps, length, middle = steps[length > 0], length[length > 0], (line[:-1] + line[1:]) / 2
    middle = middle[np.hypot(*np.diff(line, axis=0).T) > 0]
    across = np.column_stack([-steps[:, 1], steps[:, 0]]) / length[:, None] * 1e-6
    return middle + across, middle - across


def _simple(lines: Iterable[BaseGeometry]) -> list[BaseGeometry]:
    return [part for line in lines for part in shapely.get_parts(line)]


def _cut(shapes: Iterable[OsmShape], box: BaseGeometry) -> list[OsmShape]:
    """Clip to a box: areas and lines that cross its edge stay complete, except borders.

    So the map shows no straight edge where the extract ends.
    """
    found = []
    shapely.prepare(box)
    for one in shapes:
        if not box.intersects(one.geometry):
            continue
        cut = one.geometry
        if one.kind in {"border", "admin", "river", "coast"}:
            cut = shapely.intersection(cut, box)
        found.append(one._replace(geometry=cut))
    return found


def _reduced(shapes: list[OsmShape], left_out: Counter[str]) -> list[OsmShape]:
    """Simplify until a page can carry the number of positions."""
    bounds = shapely.total_bounds([one.geometry for one in shapes]) if shapes else np.zeros(4)
    across = max(float(bounds[2] - bounds[0]), float(bounds[3] - bounds[1]), 1e-4)
    names = sorted((one for one in shapes if one.kind == "name"), key=lambda one: one.rank)
    drawn = [one for one in shapes if one.kind != "name"]
    for coarser in (1.0, 1.5, 2.2, 3.3, 5.0, 8.0, 12.0, 20.0):
        made = _simplified(drawn, across / FINEST * coarser, across / SMALLEST * coarser)
        if sum(shapely.get_num_coordinates(one.geometry) for one in made) <= MOST_VERTICES:
            break
    if len(drawn) > len(made):
        left_out["too small to be seen"] += len(drawn) - len(made)
    return [*made, *names[:MOST_NAMES]]


def _simplified(shapes: Iterable[OsmShape], step: float, least: float) -> list[OsmShape]:
    found = []
    for one in shapes:
        west, south, east, north = one.geometry.bounds
        if one.kind in AREAS and max(east - west, north - south) < least:
            continue
        shape = shapely.simplify(one.geometry, step)
        shape = shapely.make_valid(shape) if one.kind in AREAS else shape
        parts = [
            part for part in shapely.get_parts(shape)
            if part.geom_type == ("Polygon" if one.kind in AREAS else "LineString")
        ]  # fmt: skip
        if parts:
            kept = parts[0] if len(parts) == 1 else type(shape)(parts)
            found.append(one._replace(geometry=shapely.set_precision(kept, 1e-5)))
    return [one for one in found if not one.geometry.is_empty]


def _text(shapes: Iterable[OsmShape], credit: str) -> str:
    rows = []
    for one in shapes:
        said: dict[str, Any] = {"kind": one.kind, "name": one.name, "arabic_name": one.arabic}
        if one.kind == "name":
            said["rank"] = one.rank
        feature = {
            "type": "Feature",
            "properties": {key: value for key, value in said.items() if value or value == 0},
            "geometry": geometry_value(one.geometry),
        }
        rows.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = f'{{"type":"FeatureCollection","credit":{json.dumps(credit, ensure_ascii=False)}'
    return head + ',"features":[\n' + ",\n".join(rows) + "\n]}\n"
