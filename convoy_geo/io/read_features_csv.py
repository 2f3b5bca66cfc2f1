"""Read lists of places and tables of features from CSV files of any origin.

Spreadsheets use semicolons, tabs, decimal commas and their own encodings, and columns have many
names. Any such interpretation is recorded in `repaired`.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING

from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.io.cells import unguarded
from convoy_geo.io.csv_tables import Row, csv_rows
from convoy_geo.io.formats import KNOWN_LAYERS
from convoy_geo.io.found import Found, FoundFile
from convoy_geo.io.positions import angle, from_crs, position
from convoy_geo.io.shapes import shape_from_wkt
from convoy_geo.io.sniff import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = [
    "LAT_COLUMNS", "LON_COLUMNS", "NAME_COLUMNS", "PlaceColumns", "place_columns",
    "read_features_csv", "table_features", "table_text",
]  # fmt: skip

NAME_COLUMNS = ("name", "Name", "NAME", "title", "Title", "label")
LON_COLUMNS, LAT_COLUMNS = ("lon", "lng", "longitude", "x"), ("lat", "latitude", "y")
"""Common column names in lists of places, in any case, including the names in `KNOWN`."""
NO_PLACES = "no columns of places"
KNOWN: dict[str, tuple[str, ...]] = {
    "name": ("name", "title", "label", "place", "placename", "location", "locationname", "town",
             "city", "settlement", "site", "actiongeofullname", "asciiname", "nom", "nombre",
             "ort", "nome", "naam", "lugar", "название", "isim", "الاسم"),
    "lon": ("lon", "lng", "long", "longitude", "x", "xcoord", "longdd", "lond", "longd",
            "actiongeolong", "decimallongitude", "easting", "longitud", "longitudine",
            "längengrad", "laengengrad", "долгота", "boylam", "خطالطول"),
    "lat": ("lat", "latitude", "y", "ycoord", "latdd", "latd", "actiongeolat", "decimallatitude",
            "northing", "latitud", "latitudine", "breitengrad", "широта", "enlem", "خطالعرض"),
    "position": ("position", "coordinates", "coordinate", "coords", "coord", "latlon", "latlng",
                 "latlong", "gps", "gpscoordinates", "geolocation", "point", "mgrs", "utm"),
    "wkt": ("wkt", "geometry", "geom", "thegeom", "wktgeom"),
}  # fmt: skip
"""Column names by meaning, in lower case and letters only."""


class PlaceColumns(dict[str, str]):
    """The columns with the name, lon, lat, a position in one cell, and well-known text."""

    @property
    def is_placed(self) -> bool:
        """Whether rows have a position."""
        return "wkt" in self or "position" in self or {"lon", "lat"} <= set(self)


def place_columns(header: Sequence[str], given: Mapping[str, str] | None = None) -> PlaceColumns:
    """Find the columns of places by common names, in any case.

    Parameters
    ----------
    header
        Names of the columns.
    given
        Columns named by the user: for ``name``, ``lon`` or ``lat``.

    Raises
    ------
    KeyError
        If a named column does not exist.

    Examples
    --------
    >>> dict(place_columns(["event_id", "LOCATION", "Latitude", "Longitude"]))
    {'name': 'LOCATION', 'lon': 'Longitude', 'lat': 'Latitude'}
    """
    found = PlaceColumns()
    plain: dict[str, str] = {}
    for column in header:
        plain.setdefault(re.sub(r"[\W_]+", "", column).lower(), column)
    for what, names in KNOWN.items():
        named = (given or {}).get(what)
        if named is not None:
            if named not in header:
                raise KeyError(named)
            found[what] = named
            continue
        for name in names:
            if name in plain and plain[name] not in found.values():
                found[what] = plain[name]
                break
    return found


def read_features_csv(
    path: Path, *, columns: Mapping[str, str] | None = None, crs: str = "", names: bool = False
) -> FoundFile:
    """The rows of a table as features.

    Parameters
    ----------
    path
        CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252.
    columns
        Column names for ``name``, ``lon`` and ``lat``, in place of the common ones.
    crs
        CRS of lon and lat (x and y); by default WGS 84.
    names
        Whether a table may have names without positions.

    Raises
    ------
    ExchangeFileError
        If the file as a whole is unreadable.
    """
    text, result = table_text(path)
    header, rows = csv_rows(path.name, text, short=True)
    if isinstance(header, Fault):
        raise ExchangeFileError([header])
    return table_features(result, header, rows, columns=columns, crs=crs, names=names)


def table_text(path: Path) -> tuple[str, FoundFile]:
    """The text of a table with commas, and a file of features that says what was changed.

    Parameters
    ----------
    path
        As for `read_features_csv`.

    Raises
    ------
    ExchangeFileError
        If it is in no known encoding, or is empty.
    """
    result = FoundFile(path.name)
    text = _decoded(read_bytes(path, path.name), result)
    mark = _separator(text)
    if mark != ",":
        words = {";": "semicolons", "\t": "tabs", "|": "|"}[mark]
        result.repaired.append(
            Fault(path.name, 1, "", "", f"separated by {words}", "commas; read anyway")
        )
        text = _with_commas(text, mark)
    return text, result


def table_features(
    result: FoundFile, header: Sequence[str], rows: Iterable[Row | Fault],
    *, columns: Mapping[str, str] | None = None, crs: str = "", names: bool = False,
) -> FoundFile:  # fmt: skip
    """The rows of a table as features, each with the point or the shape of its row.

    Raises
    ------
    ExchangeFileError
        If no column has positions.
    """
    try:
        placed = place_columns(header, columns)
    except KeyError as error:
        named = ", ".join(header)
        result.refuse(f"no column {error.args[0]!r}", f"one of {named}"[:300], line=1)
    wrong = _no_table(result.name, header, placed)
    if wrong and not (names and "name" in placed and wrong.problem == NO_PLACES):
        raise ExchangeFileError([wrong])
    for read in rows:
        if isinstance(read, Fault):
            result.faults.append(read)
        else:
            result.one(lambda row=read: _feature(row, result, placed, crs), line=read.line)  # type: ignore[misc]
    _make_points(result)
    return result


def _make_points(result: FoundFile) -> None:
    """Create the points in bulk: one by one would take longer than everything else."""
    import shapely  # noqa: PLC0415

    features = result.features
    placed = [at for at, found in enumerate(features) if isinstance(found.geometry, tuple)]
    points = shapely.points([features[at].geometry for at in placed]) if placed else ()
    for at, point in zip(placed, points, strict=True):
        found = features[at]
        features[at] = Found(found.where, found.line, found.layer, found.properties, point)


def _decoded(data: bytes, result: FoundFile) -> str:
    """Decode a table; an encoding other than UTF-8 is recorded."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            encoding = "cp1252"
        else:
            return _clean(text, result)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        line = data.count(b"\n") + 1
        result.refuse("neither UTF-8 nor Windows-1252", "text encoded as UTF-8", line=line)
    name = {"utf-16": "UTF-16", "cp1252": "Windows-1252"}[encoding]
    told = Fault(result.name, 0, "", "", f"not UTF-8, read as {name}", "text encoded as UTF-8")
    result.repaired.append(told)
    return _clean(text, result)


def _clean(text: str, result: FoundFile) -> str:
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        result.refuse("a NUL character", "text without NUL characters", line=line)
    if not text.strip():
        result.refuse("empty file", "the columns name, lon and lat")
    return text


def _separator(text: str) -> str:
    """The column separator: the most frequent candidate in the first line, outside quotes."""
    first = re.sub('"[^"]*"', "", text.split("\n", 1)[0])
    counts = {mark: first.count(mark) for mark in ("\t", ";", "|")}
    mark = max(counts, key=lambda one: counts[one])
    return mark if counts[mark] > first.count(",") else ","


def _with_commas(text: str, mark: str) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    return stream.getvalue()


def _feature(read: Row, result: FoundFile, columns: PlaceColumns, crs: str) -> Found:
    row = dict(read.values)
    for name, cell in read.values.items():
        if "'" in cell:
            row[name] = unguarded(cell)
    known = row.get("layer", "") in KNOWN_LAYERS
    layer = row.pop("layer") if known else ""
    shape = _shape(read, result, columns, crs)
    if "wkt" in columns:
        row.pop(columns["wkt"], None)
    named = columns.get("name", "")
    if named and named != "name" and row.get(named):
        row.setdefault("name", row[named])
    for what in ("lon", "lat"):
        if what in columns and not layer:
            row.pop(columns[what], None)
    if shape is not None and not layer:
        if isinstance(shape, tuple):
            row["lon"], row["lat"] = map(repr, shape)
        elif shape.geom_type == "Point":
            row["lon"], row["lat"] = repr(shape.x), repr(shape.y)
    return Found("", read.line, layer, row, shape)


def _shape(
    read: Row, result: FoundFile, columns: PlaceColumns, crs: str
) -> BaseGeometry | tuple[float, float] | None:
    """The shape of a row, or its lon and lat."""
    text = unguarded(read[columns.get("wkt", "wkt")])
    if text:
        return result.shape(
            lambda: shape_from_wkt(text),
            line=read.line, column=columns.get("wkt", "wkt"), text=text, allowed="well-known text",
        )  # fmt: skip
    if read["layer"] in KNOWN_LAYERS:
        return None  # written by convoy_geo: the row is checked as it is
    lon, lat = (read[columns[one]].strip() if one in columns else "" for one in ("lon", "lat"))
    whole = read[columns["position"]].strip() if "position" in columns else ""
    if not (lon and lat) and not whole:
        return None
    try:
        if lon and lat:
            x, y = angle(lon), angle(lat)
            if crs:
                x, y = from_crs(x, y, crs)
        else:
            x, y = position(whole)
    except (ValueError, OverflowError):
        names = [columns[one] for one in ("lon", "lat", "position") if one in columns]
        result.refuse(
            "no position", "degrees such as 34.5583 or 34°33'30\"N", line=read.line,
            column=",".join(names), text=f"{lon},{lat}" if lon and lat else whole,
        )  # fmt: skip
    for value, most, what in ((x, 180, "lon"), (y, 90, "lat")):
        if not -most <= value <= most:
            result.refuse(
                "bad value", f"a number from -{most} to {most}", line=read.line,
                column=columns.get(what, columns.get("position", "")), text=f"{value:g}",
            )  # fmt: skip
    return float(x), float(y)


def _no_table(name: str, header: Sequence[str], columns: PlaceColumns) -> Fault | None:
    """The error of a table from which no row can be read."""
    wanted = "name, lon and lat, or the columns that `convoy-geo export` writes"
    if not any(header):
        return Fault(name, 1, "", "", "an empty first line", f"the columns {wanted}")
    twice = [one for one, times in Counter(header).items() if one and times > 1]
    if twice:
        places = ", ".join(f"{column} (columns {_numbers(header, column)})" for column in twice)
        return Fault(name, 1, places, "", "named twice", "each column once")
    if "layer" in header or columns.is_placed:
        return None
    return Fault(name, 1, "", ",".join(header)[:80], NO_PLACES, wanted)


def _numbers(header: Sequence[str], column: str) -> str:
    return " and ".join(str(at) for at, name in enumerate(header, 1) if name == column)
