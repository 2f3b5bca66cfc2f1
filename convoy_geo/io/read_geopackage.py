"""Read features from GeoPackage with SQLite itself; no code in the file is executed.

The tables of a GeoPackage (OGC 12-128r18) are plain SQLite tables, and a geometry is well-known
binary after a short header. So no driver is involved that might open other formats, other files or
the network. Only tables are read: views and virtual tables are reported and skipped, and triggers
never run.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from convoy_geo.errors import Fault
from convoy_geo.io.found import Found, FoundFile
from convoy_geo.io.limits import limits
from convoy_geo.io.shapes import shape_from_wkb, single
from convoy_geo.io.sniff import regular_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["read_geopackage"]

ENVELOPES = (0, 32, 48, 48, 64)
"""Size in bytes of the envelope, by its code in the header of a geometry."""


class _Utf8(bytes):
    """The bytes of a text, as opposed to those of binary data."""


READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
"""The only permitted operations of a statement; functions are not among them."""


class _Layer:
    """The metadata of one table."""

    def __init__(self, table: str, srs: int | None, kind: str) -> None:
        self.table = table
        self.srs = srs
        self.kind = kind
        self.geometry = ""


def read_geopackage(path: Path, *, known: Collection[str]) -> FoundFile:
    """The rows of the tables of a GeoPackage, positions in WGS 84.

    Parameters
    ----------
    path
        The file.
    known
        Layers of convoy_geo: they are also read without geometry, and named in their features.

    Raises
    ------
    ExchangeFileError
        If the file as a whole is unreadable.
    """
    result = FoundFile(path.name)
    if fault := regular_fault(path, path.name):
        result.refuse(fault.problem, fault.allowed)
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        problem = f"changes that are not in the file yet, in {log.name}"
        result.refuse(problem, "a file that is open in no other program")
    try:
        with closing(_opened(path)) as base:
            for layer in _layers(base, result):
                if layer.geometry or layer.table in known:
                    _read_layer(base, layer, known, result)
    except (sqlite3.Error, OverflowError, ValueError) as error:
        if isinstance(error, sqlite3.Error) or not hasattr(error, "faults"):
            result.refuse(f"unreadable file: {error}", "a GeoPackage")
        raise
    return result


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file read-only, with everything executable disabled."""
    name = quote(str(path.resolve()))
    base = sqlite3.connect(f"file:{name}?mode=ro&immutable=1", uri=True)
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(limits().unpacked_bytes, 2**31 - 1))
    base.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, limits().columns)
    base.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, limits().nesting)
    for setting in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
        base.execute(f"PRAGMA {setting}")
    base.text_factory = _Utf8  # invalid UTF-8 in a cell loses its row, not the table
    base.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in READS else sqlite3.SQLITE_DENY
    )
    return base


def _layers(base: sqlite3.Connection, result: FoundFile) -> list[_Layer]:
    kinds = {
        _text(name).casefold(): (_text(kind), _text(sql))
        for name, kind, sql in base.execute("SELECT name, type, sql FROM sqlite_master")
        if kind in {b"table", b"view"}
    }
    for needed in ("gpkg_contents", "gpkg_spatial_ref_sys"):
        if kinds.get(needed, ("", ""))[0] != "table":
            result.refuse(f"no table {needed}", "a GeoPackage")
    layers = []
    for name, kind, srs in base.execute("SELECT table_name, data_type, srs_id FROM gpkg_contents"):
        layer = _Layer(_text(name), srs if isinstance(srs, int) else None, _text(kind))
        if layer.kind not in {"features", "attributes"}:
            _left(result, layer, f"{layer.kind or 'no kind'}, not read")
            continue
        there, sql = kinds.get(layer.table.casefold(), ("", ""))
        if there != "table" or sql.lstrip().casefold().startswith("create virtual"):
            _left(result, layer, "a view, not read" if there else "a layer without a table")
            continue
        layers.append(layer)
    if kinds.get("gpkg_geometry_columns", ("", ""))[0] == "table":
        columns = {
            _text(name).casefold(): (_text(column), srs)
            for name, column, srs in base.execute(
                "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
            )
        }
        for layer in layers:
            if layer.kind == "features" and layer.table.casefold() in columns:
                layer.geometry, srs = columns[layer.table.casefold()]
                layer.srs = srs if isinstance(srs, int) else layer.srs
    return layers


def _left(result: FoundFile, layer: _Layer, problem: str) -> None:
    result.faults.append(Fault(result.name, 0, layer.table, "", problem, "a table of features"))


def _read_layer(
    base: sqlite3.Connection, layer: _Layer, known: Collection[str], result: FoundFile
) -> None:
    move = None
    if layer.geometry:
        move = _transformation(base, layer, result)
    table = layer.table.replace('"', '""')
    rows = base.execute(f'SELECT * FROM "{table}"')  # noqa: S608  (quoted as SQL demands)
    names = [str(column[0]) for column in rows.description]
    if layer.geometry and layer.geometry not in names:
        _left(result, layer, f"no column {layer.geometry}")
        return
    key = _key_column(base, layer.table, names)
    for number, row in enumerate(rows, 1):
        where = f"{layer.table} {number}"

        def read(row: tuple[Any, ...] = row, where: str = where) -> Found:
            values = dict(zip(names, row, strict=True))
            blob = values.pop(layer.geometry, None) if layer.geometry else None
            values.pop(key, None)
            properties = {
                name: _value(value, where, name, result) for name, value in values.items()
            }
            shape = None
            if blob is not None:
                shape = _geometry(blob, where, move, result)
            own = layer.table if layer.table in known else _text(properties.pop("layer", ""))
            return Found(where, 0, own, properties, single(shape))

        result.one(read, where=where)


def _key_column(base: sqlite3.Connection, table: str, names: list[str]) -> str:
    """The primary key column, which is not a property; empty if there is none."""
    (sql,) = base.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone() or (
        b"",
    )
    text = _text(sql).casefold()
    for name in names:
        for quoted in (f'"{name}"', f"[{name}]", f"`{name}`", name):
            if f"{quoted.casefold()} integer primary key" in " ".join(text.split()):
                return name
    return ""


def _value(value: Any, where: str, column: str, result: FoundFile) -> Any:
    if isinstance(value, bytes) and not isinstance(value, _Utf8):
        return None  # binary data
    if isinstance(value, _Utf8):
        if len(value) > 4 * limits().cell_characters:
            result.refuse(
                "over the limit cell_characters", "a shorter text", column=f"{where}, {column}"
            )
        try:
            return value.decode()
        except UnicodeDecodeError:
            column = f"{where}, {column}"
            result.refuse("bytes that are no text", "UTF-8", column=column)
    return value


def _geometry(
    blob: Any, where: str, move: Callable[[BaseGeometry], BaseGeometry] | None, result: FoundFile
) -> BaseGeometry | None:
    column = f"{where}, geometry"
    allowed = "a geometry as a GeoPackage keeps it"
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        result.refuse("bad geometry (no header)", allowed, column=column)
    flags = blob[3]
    code = flags >> 1 & 7
    if code >= len(ENVELOPES) or flags & 0x20:
        result.refuse("bad geometry (of an extension)", allowed, column=column)
    if flags & 0x10:
        return None  # an empty geometry
    shape = result.shape(
        lambda: shape_from_wkb(blob[8 + ENVELOPES[code] :]),
        line=0, column=column, text="", allowed=allowed,
    )  # fmt: skip
    return shape if shape is None or move is None else move(shape)


def _transformation(
    base: sqlite3.Connection, layer: _Layer, result: FoundFile
) -> Callable[[BaseGeometry], BaseGeometry] | None:
    """The transformation of a layer to WGS 84; None if it is already in WGS 84."""
    row = base.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
        "WHERE srs_id = ?",
        (layer.srs,),
    ).fetchone()
    if row is None or layer.srs in {None, 0, -1}:
        column = layer.table
        result.refuse("a layer without a CRS", "a layer with one", column=column)
    authority, number, definition = _text(row[0]), row[1], _text(row[2])
    if authority.casefold() == "epsg" and number == 4326:
        return None
    crs = f"EPSG:{number}" if authority.casefold() == "epsg" else definition
    return to_wgs84(crs, layer.table, result)


def to_wgs84(
    crs: str | dict[str, Any], column: str, result: FoundFile
) -> Callable[[BaseGeometry], BaseGeometry] | None:
    """The transformation from a CRS to longitude and latitude; None if none is needed.

    Raises
    ------
    ExchangeFileError
        If the CRS is unknown.
    """
    import shapely  # noqa: PLC0415
    from pyproj import CRS, Transformer  # noqa: PLC0415
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    try:
        if isinstance(crs, dict):
            known = CRS.from_json_dict(crs)
        elif re.fullmatch(r"[A-Za-z]+:\w+", crs):
            known = CRS.from_user_input(crs)
        else:
            known = CRS.from_wkt(crs)
        if known.equals(CRS.from_epsg(4326), ignore_axis_order=True):
            return None
        there = Transformer.from_crs(known, 4326, always_xy=True)
    except (ProjError, ValueError, TypeError, KeyError) as error:
        words = " ".join(str(error).split())[:120]
        result.refuse(f"an unknown CRS ({words})", "a CRS such as EPSG:4326", column=column)

    def move(shape: BaseGeometry) -> BaseGeometry:
        import numpy as np  # noqa: PLC0415

        moved = shapely.transform(shape, there.transform, interleaved=False)
        if not np.isfinite(shapely.get_coordinates(moved)).all():
            result.refuse("outside what its CRS covers", "a position on the Earth", column=column)
        return moved

    return move


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
