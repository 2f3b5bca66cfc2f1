"""FlatGeobuf, shapefiles and GML: read by GDAL in a sandboxed child process.

GDAL supports a hundred formats, some of which access the network or other files. So the file is
first identified by its content, and its bytes are copied to a private folder under a plain name. A
child process then reads them with one driver, no network, and limited time and memory. Its output
is text that is checked line by line, so a file that takes over the parser gains nothing. GDAL's
settings in the caller's process do not change.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.io.files import temporary_folder
from convoy_geo.io.formats import KNOWN_LAYERS
from convoy_geo.io.found import Found, FoundFile
from convoy_geo.io.limits import limits
from convoy_geo.io.read_geopackage import to_wgs84
from convoy_geo.io.shapes import shape_from_wkb, single
from convoy_geo.io.sniff import read_bytes, sniff
from convoy_geo.io.xml import parse
from convoy_geo.io.zip_files import unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

__all__ = ["read_ogr", "read_ogr_frames"]

DRIVERS = {
    ".fgb": ("FlatGeobuf", "FlatGeobuf"),
    ".shp": ("ESRI Shapefile", "shapefile"),
    ".zip": ("ESRI Shapefile", "zip"),
    ".gml": ("GML", "XML"),
}
"""By suffix: the only driver for the file, and its expected content."""
PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")
"""The files of a shapefile that are read; the attributes are in the second."""
MADE_OF_GML = frozenset({"gml_id", "fid", "lowercorner", "uppercorner"})
"""Columns added by the GML driver that are not properties, in lower case."""
MEMORY = 4_000_000_000
"""Memory of the child in bytes, in addition to a multiple of the file size; mostly reserved."""


class _Layer:
    """The child's description of a layer, sent before its features."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.placed = True
        self.move: Callable[[BaseGeometry], BaseGeometry] | None = None


def read_ogr_frames(path: str | Path) -> dict[str, gpd.GeoDataFrame]:
    """Read a FlatGeobuf, a shapefile (also zipped) or a GML file as one frame per layer.

    Parameters
    ----------
    path
        A file whose name ends in ``.fgb``, ``.shp``, ``.zip`` or ``.gml``.

    Returns
    -------
    dict of GeoDataFrame
        Frames by layer: EPSG:4326, longitude first, two-dimensional. The index is the number of the
        feature in its layer, from 1. Unusable features are missing: `read_ogr` lists them, and what
        was repaired.

    Raises
    ------
    ExchangeFileError
        As for `read_ogr`.
    """
    import geopandas as gpd  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    by_layer: dict[str, list[Found]] = {}
    for found in read_ogr(path).features:
        by_layer.setdefault(found.where.rpartition(" ")[0], []).append(found)
    frames = {}
    for layer, features in by_layer.items():
        index = pd.Index([int(f.where.rpartition(" ")[2]) for f in features], name="feature")
        rows = pd.DataFrame([f.properties for f in features], index=index)
        shapes = gpd.GeoSeries([f.geometry for f in features], index=index, crs=4326)
        frames[layer] = gpd.GeoDataFrame(
            rows.drop(columns="geometry", errors="ignore"), geometry=shapes
        )
    return frames


def read_ogr(path: str | Path) -> FoundFile:
    """The features of a FlatGeobuf, a shapefile (zipped or not) or a GML file, in WGS 84.

    Parameters
    ----------
    path
        A file whose name ends in ``.fgb``, ``.shp``, ``.zip`` or ``.gml``. With a ``.shp``, the
        files of the same name that belong to it are read too (``.dbf``, ``.shx``, ``.prj``,
        ``.cpg``). A zip may contain several shapefiles.

    Returns
    -------
    FoundFile
        The usable features, each with its layer and number (``wells 3``); an error for each
        unusable one; and what was repaired or assumed.

    Raises
    ------
    ExchangeFileError
        If the file as a whole is unreadable: not a regular file, not what its name says, malformed,
        or over one of the `convoy_geo.io.limits`.
    """
    file = Path(path)
    result = FoundFile(file.name)
    suffix = file.suffix.lower()
    driver, kind = DRIVERS[suffix]
    data = read_bytes(file, file.name)
    content = sniff(data)
    if content.kind != kind:
        result.refuse(f"the content is {content}, not what the name says", driver)
    if suffix == ".zip":
        groups = _zipped(data, result)
    elif suffix == ".shp":
        groups = {file.stem: _beside(file, data)}
    else:
        groups = {file.stem: {suffix: data}}
    says_crs = suffix == ".gml" and _check_gml(data, result)
    for stem, parts in groups.items():
        encoding = _check_shapefile(stem, parts, result) if ".shp" in parts else ""
        _read_group(stem, parts, driver, encoding, result, says_crs=says_crs)
    if not result.features and result.faults:
        raise ExchangeFileError(result.faults)
    return result


def _beside(file: Path, data: bytes) -> dict[str, bytes]:
    """The parts of a shapefile, by suffix in any case."""
    parts = {".shp": data}
    for other in sorted(file.parent.glob("*")):
        suffix = other.suffix.lower()
        if other.stem == file.stem and suffix in PARTS and suffix not in parts:
            parts[suffix] = read_bytes(other, other.name, inside=file.parent)
    return parts


def _zipped(data: bytes, result: FoundFile) -> dict[str, dict[str, bytes]]:
    """The shapefiles in a zip, each as its parts."""
    groups: dict[str, dict[str, bytes]] = {}
    for name, part in unpack(data, result.name, wanted=_is_part).items():
        path = PurePosixPath(name)
        groups.setdefault(str(path.with_suffix("")), {})[path.suffix.lower()] = part
    whole = {stem: parts for stem, parts in groups.items() if ".shp" in parts}
    if not whole:
        result.refuse("no .shp in it", "a zip with a shapefile")
    for stem, parts in whole.items():
        if (found := sniff(parts[".shp"])).kind != "shapefile":
            result.refuse(f"{stem}.shp is {found}, not what the name says", "a shapefile")
    return {PurePosixPath(stem).name if len(whole) == 1 else stem: p for stem, p in whole.items()}


def _is_part(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in PARTS


def _check_gml(data: bytes, result: FoundFile) -> bool:
    """Reject XML that our own reader rejects (a DTD, too deep) or that is not GML.

    Returns whether it names a CRS.
    """
    parse(data, result.name)
    if b"http://www.opengis.net/gml" not in data:
        result.refuse("XML without the namespace of GML", "GML")
    return b"srsName" in data


def _check_shapefile(stem: str, parts: dict[str, bytes], result: FoundFile) -> str:
    """Report missing parts of a shapefile; return its text encoding if it declares none."""
    shp = parts[".shp"]
    said = 2 * int.from_bytes(shp[24:28], "big")
    if len(shp) < max(said, 100):
        _lost(result, stem, f"cut short: {len(shp):,} bytes of {said:,}", "all of the .shp")
    parts.setdefault(".shx", _index(shp))
    dbf = parts.get(".dbf")
    if dbf is None:
        _lost(result, stem, "no .dbf beside it: features without names", "the .dbf too")
        return ""
    rows, start, width = (
        int.from_bytes(dbf[4:8], "little"), int.from_bytes(dbf[8:10], "little"),
        int.from_bytes(dbf[10:12], "little"),
    )  # fmt: skip
    if len(dbf) < 32 or not width or rows > (len(dbf) - start) // width:
        there = (len(dbf) - start) // width if width else 0
        _lost(result, stem, f".dbf cut short: {max(there, 0):,} rows of {rows:,}", "all of it")
    if (shapes := (len(parts[".shx"]) - 100) // 8) != rows:
        _lost(result, stem, f"{shapes:,} shapes, but {rows:,} rows in the .dbf", "as many")
    if ".cpg" in parts or dbf.isascii():
        return ""
    try:
        dbf[start:].decode()
    except UnicodeDecodeError:
        return ""
    return "UTF-8"


def _index(shp: bytes) -> bytes:
    """Build a .shx for the complete records of a .shp that has none."""
    at, records = 100, bytearray()
    while at + 8 <= len(shp):
        length = int.from_bytes(shp[at + 4 : at + 8], "big")
        if at + 8 + 2 * length > len(shp):
            break
        records += (at // 2).to_bytes(4, "big") + length.to_bytes(4, "big")
        at += 8 + 2 * length
    size = (100 + len(records)) // 2
    return shp[:24] + size.to_bytes(4, "big") + shp[28:100] + bytes(records)


def _lost(result: FoundFile, layer: str, problem: str, allowed: str) -> None:
    result.faults.append(Fault(result.name, 0, layer, "", problem, allowed))


def _read_group(
    stem: str, parts: dict[str, bytes], driver: str, encoding: str, result: FoundFile,
    *, says_crs: bool,
) -> None:  # fmt: skip
    """Read one data set in a child process."""
    with temporary_folder() as folder:
        for suffix, part in parts.items():
            (folder / f"data{suffix}").write_bytes(part)
        main = next(iter(parts))
        main = ".shp" if ".shp" in parts else main
        size = sum(map(len, parts.values()))
        out = folder / "out.jsonl"
        task = {
            "file": str(folder / f"data{main}"), "driver": driver, "out": str(out),
            "encoding": encoding, "rows": limits().rows, "seconds": limits().child_seconds,
            "memory": MEMORY + 20 * size, "shape_bytes": 32 * limits().vertices,
        }  # fmt: skip
        problem = _run(task, folder)
        ended = out.is_file() and _take_lines(out, stem, result, says_crs=says_crs)
    if not ended:
        result.refuse(problem or "GDAL cannot read it", driver, column=stem)


def _run(task: dict[str, Any], folder: Path) -> str:
    """Run the child; return a description of the failure, if any."""
    script = Path(__file__).with_name("ogr_child.py")
    if not sys.executable:
        return "no Python that a child process could be started with"
    errors = folder / "stderr.txt"
    try:
        with errors.open("wb") as stderr:
            ended = subprocess.run(  # noqa: S603  (our own script)
                [sys.executable, "-P", "-W", "ignore", str(script)],
                input=json.dumps(task).encode(), stdout=subprocess.DEVNULL, stderr=stderr,
                cwd=folder, env=_environment(task["driver"], folder),
                timeout=task["seconds"], check=False,
            )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "took too long, over the limit child_seconds"
    except OSError as error:
        return f"no child process ({error.strerror or error})"
    if not ended.returncode:
        return ""
    if ended.returncode < 0:
        return f"ended the process that read it (signal {-ended.returncode})"
    with errors.open("rb") as stream:
        stream.seek(max(0, errors.stat().st_size - 2000))
        words = stream.read().decode(errors="replace").strip().rpartition("\n")[2]
    return f"unreadable file ({words[:200].replace(str(folder) + os.sep, '')})"


def _environment(driver: str, folder: Path) -> dict[str, str]:
    """The child's environment: one driver, no network, and none of the user's GDAL settings."""
    import pyogrio  # noqa: PLC0415

    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("GDAL_", "OGR_", "CPL_", "VSI", "AWS_", "GML_", "SHAPE_"))
        and not name.upper().endswith("_PROXY")
    }
    nowhere = "http://127.0.0.1:9"  # the discard port
    return {
        **kept,
        "GDAL_SKIP": ",".join(sorted(set(pyogrio.list_drivers()) - {driver})),
        "GDAL_HTTP_PROXY": nowhere,
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "CPL_TMPDIR": str(folder),
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
        "GML_SKIP_RESOLVE_ELEMS": "ALL",
        "GML_DOWNLOAD_SCHEMA": "NO",
        "GML_DOWNLOAD_WFS_SCHEMA": "NO",
        "http_proxy": nowhere,
        "https_proxy": nowhere,
    }


def _take_lines(out: Path, stem: str, result: FoundFile, *, says_crs: bool) -> bool:
    """Collect the features written by the child; whether it finished."""
    layer, rows, layers = _Layer(stem), 0, 0
    for line in _lines(out):
        if "layer" in line:
            layer = _Layer(stem if line["layer"] == "data" else str(line["layer"]))
            layers += 1
            layer.placed = line["crs"] is not None
            layer.move = to_wgs84(str(line["crs"]), layer.name, result) if layer.placed else None
            rows += line["count"]
            result.check_size(rows)
            if not layer.placed and says_crs:
                result.refuse("an unknown CRS", "a CRS such as EPSG:4326", column=layer.name)
            if not layer.placed and line["count"]:
                problem = "no CRS in it: coordinates read as WGS 84 longitude and latitude"
                allowed = "a .prj beside"
                result.repaired.append(Fault(result.name, 0, layer.name, "", problem, allowed))
        elif "bad" in line:
            first, last = line["bad"], line["last"]
            where = f"{layer.name} {first}" + (f" to {last}" if first < last else "")
            result.faults.append(
                Fault(result.name, 0, where, "", f"unreadable ({line['why']})", "a whole feature")
            )
        elif "number" in line:
            where = f"{layer.name} {line['number']}"
            result.one(lambda line=line, layer=layer: _found(line, layer, result), where=where)  # type: ignore[misc]
        elif "end" in line:
            if not layers:
                result.refuse("no layer in it", "a file with features")
            return True
    return False


def _lines(out: Path) -> Iterator[dict[str, Any]]:
    """The valid lines written by the child."""
    with out.open("rb") as stream:
        for line in stream:
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):  # truncated where the child ended
                return
            if not isinstance(value, dict):
                return
            yield value


def _found(line: dict[str, Any], layer: _Layer, result: FoundFile) -> Found:
    where = f"{layer.name} {line['number']}"
    made = MADE_OF_GML if result.name.lower().endswith(".gml") else frozenset()
    properties = {name: value for name, value in line["row"].items() if name.lower() not in made}
    for name, value in properties.items():
        if isinstance(value, str) and len(value) > limits().cell_characters:
            column = f"{where}, {name}"
            result.refuse("over the limit cell_characters", "a shorter text", column=column)
    shape = None
    if line["shape"] is not None:
        column = f"{where}, geometry"
        shape = result.shape(
            lambda: shape_from_wkb(bytes.fromhex(line["shape"])),
            line=0, column=column, text="", allowed="a geometry",
        )  # fmt: skip
    if shape is not None and not layer.placed:
        west, south, east, north = shape.bounds
        if max(abs(west), abs(east)) > 540 or max(abs(south), abs(north)) > 90:
            result.refuse("metres, and no CRS in it", "a .prj beside", column=f"{where}, geometry")
    if shape is not None and layer.move is not None:
        shape = layer.move(shape)
    known = properties.get("layer") in KNOWN_LAYERS
    own = str(properties.pop("layer")) if known else ""
    return Found(where, 0, own, properties, single(shape))
