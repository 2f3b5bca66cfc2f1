"""Read features from GeoParquet; shapes are validated before GEOS processes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convoy_geo.io.formats import require_pyarrow
from convoy_geo.io.found import Found, FoundFile
from convoy_geo.io.json_text import parse_json
from convoy_geo.io.limits import limits
from convoy_geo.io.read_geopackage import to_wgs84
from convoy_geo.io.shapes import make_shape, shape_from_wkb, single
from convoy_geo.io.sniff import regular_fault

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_geoparquet"]


def read_geoparquet(path: Path) -> FoundFile:
    """The rows of a GeoParquet file, positions in WGS 84.

    Raises
    ------
    ExchangeFileError
        If the file as a whole is unreadable.
    MissingExtraError
        If pyarrow is not installed, or is incompatible with the other packages.
    """
    require_pyarrow()
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    result = FoundFile(path.name)
    if fault := regular_fault(path, path.name):
        result.refuse(fault.problem, fault.allowed)
    try:
        with parquet.ParquetFile(path) as file:
            _check_size(file, result)
            described = (file.schema_arrow.metadata or {}).get(b"geo")
            table = file.read()
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        if hasattr(error, "faults"):
            raise
        words = " ".join(str(error).split())[:200]
        result.refuse(f"unreadable file: {words}", "GeoParquet")
    column, move, binary = _described(described, table.column_names, result)
    shapes: list[Any] = [None] * len(table)
    if column and binary:
        shapes = table.column(column).to_pylist()
    elif column:
        shapes = _native(path, column, result)
    rest = [name for name in table.column_names if name != column]
    values = {name: _values(table.column(name), name, result) for name in rest}
    for number, shape in enumerate(shapes):
        row = {name: column[number] for name, column in values.items()}

        def read(row: dict[str, Any] = row, number: int = number, shape: Any = shape) -> Found:
            return _feature(row, f"row {number + 1}", shape, move, result)

        result.one(read)
    return result


def _feature(row: dict[str, Any], where: str, value: Any, move: Any, result: FoundFile) -> Found:
    for name, text in row.items():
        if isinstance(text, UnicodeDecodeError):
            result.refuse("bytes that are no text", "UTF-8", column=f"{where}, {name}")
    shape, binary = None, isinstance(value, bytes)
    if value is not None:
        shape = result.shape(
            lambda: shape_from_wkb(value) if binary else make_shape(lambda: value),
            line=0, column=f"{where}, geometry", text="", allowed="a geometry",
        )  # fmt: skip
    if shape is not None and move is not None:
        shape = move(shape)
    return Found(where, 0, str(row.pop("layer", "") or ""), row, single(shape))


def _check_size(file: Any, result: FoundFile) -> None:
    """Reject a table that is too large, before it is unpacked."""
    about = file.metadata
    result.check_size(about.num_rows)
    if about.num_columns > limits().columns:
        result.refuse("more columns than the limit columns", f"at most {limits().columns:,}")
    size = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
    if size > limits().unpacked_bytes:
        result.refuse(f"{size:,} bytes of data, over the limit unpacked_bytes", "a smaller table")


def _described(
    described: bytes | None, columns: list[str], result: FoundFile
) -> tuple[str, Any, bool]:
    """The geometry column, its transformation to WGS 84, and whether it is binary."""
    if described is None:
        return "", None, True
    document = parse_json(described.decode(errors="replace"), result.name)
    try:
        column = str(document["primary_column"])
        about = document["columns"][column]
        encoding = str(about["encoding"])
        crs = about.get("crs", "OGC:CRS84")
    except (KeyError, TypeError, AttributeError):
        result.refuse("metadata that do not describe a geometry", "GeoParquet", column="geo")
    if column not in columns:
        result.refuse(f"no column {column!r}", "the column that the metadata name", column="geo")
    if crs is None:
        result.refuse("a table without a CRS", "a table with one", column=column)
    if not isinstance(crs, str | dict):
        result.refuse("an unknown CRS", "PROJJSON", column=column)
    return column, to_wgs84(crs, column, result), encoding == "WKB"


def _native(path: Path, column: str, result: FoundFile) -> list[Any]:
    """Shapes stored as lists of numbers, without external references."""
    import geopandas as gpd  # noqa: PLC0415

    try:
        return list(gpd.read_parquet(path, columns=[column])[column])
    except Exception as error:  # noqa: BLE001  (whatever a reader of others makes of a bad file)
        words = " ".join(str(error).split())[:200]
        result.refuse(f"bad geometry ({words})", "GeoParquet", column=column)


def _values(column: Any, name: str, result: FoundFile) -> list[Any]:
    """The values of a column; for invalid text, the error itself."""
    import pyarrow as pa  # noqa: PLC0415

    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        found: list[Any] = []
        for one in column:
            try:
                found.append(one.as_py())
            except UnicodeDecodeError as error:
                found.append(error)
        return found
    except (pa.ArrowException, ValueError, OverflowError) as error:
        words = " ".join(str(error).split())[:120]
        result.refuse(f"a column that cannot be read ({words})", "plain values", column=name)
