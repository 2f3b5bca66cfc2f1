"""Read the user's own gazetteer: a table, GeoJSON or Linked Places, with all errors at once."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import ExchangeFileError, Fault, GazetteerFileError
from convoy_geo.gazetteer.case_gazetteer import Gazetteer
from convoy_geo.gazetteer.normalize import name_letters
from convoy_geo.io.csv_tables import read_text
from convoy_geo.io.geojson_reader import Feature, read_features
from convoy_geo.io.read_features_csv import read_features_csv
from convoy_geo.model.places import Place, Spelling
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

__all__ = ["read_gazetteer"]

NAMES = ("name", "title", "toponym")
OTHERS = ("names", "alternatenames", "spellings")
EARTH = {"lon": 180.0, "lat": 90.0}


class _Row(dict[str, str]):
    """One place as given in the file, with its line."""

    line: int = 0


@checks_types
def read_gazetteer(path: str | os.PathLike[str]) -> Gazetteer:
    r"""Read places from the user's own file.

    Parameters
    ----------
    path
        A table (``.csv``) with the columns ``name``, ``lon``, ``lat`` and, optionally, ``id``,
        ``names`` (other spellings, joined by ``|``), ``old_names``, ``kind``, ``country``,
        ``radius_km``, ``geonames``, ``source``, ``note``, or with other usual names of these and
        in other encodings, as `convoy_geo.read_file` reads it; GeoJSON (RFC 7946) whose features
        have them as properties; or Linked Places (title, names, ccodes).

    Returns
    -------
    Gazetteer

    Raises
    ------
    GazetteerFileError
        If there are validation errors; each has file, line, column and text.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> table = pathlib.Path(tempfile.mkdtemp(), "mine.csv")
    >>> _ = table.write_text("name,lon,lat,names\nWell 7,40.1,34.2,Bir 7|W7\n")
    >>> read_gazetteer(table).locate("bir 7").name
    'Well 7'
    """
    file = Path(path)
    if file.suffix.lower() == ".csv":
        rows, faults = _table(file)
    else:
        rows, faults = _features(file)
    places: dict[str, Place] = {}
    for row in rows:
        place, wrong = _place(row, str(file))
        faults += wrong
        if place is None:
            continue
        if place.id in places:
            faults.append(
                Fault(str(file), row.line, "id", place.id, "stands twice", "one row each")
            )
        places.setdefault(place.id, place)
    if not faults and not places:
        faults.append(Fault(str(file), 0, "", "", "no place", "one row for each place"))
    if faults:
        raise GazetteerFileError(sorted(faults))
    return Gazetteer(places.values())


def _table(file: Path) -> tuple[list[_Row], list[Fault]]:
    text, faults = read_text(file, str(file))
    if text is None:
        return _of_others(file, faults)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[_Row] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in ("name", "lon", "lat") if name not in header]
        if missing:
            problem = f"no column {', '.join(missing)}"
            wrong = [Fault(str(file), 1, "", ",".join(header), problem, "name, lon and lat")]
            return _of_others(file, wrong)
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) != len(header):
                allowed = f"{len(header)} cells"
                told = ",".join(cells)
                faults.append(
                    Fault(str(file), reader.line_num, "", told, f"{len(cells)} cells", allowed)
                )
                continue
            row = _Row(zip(header, map(str.strip, cells), strict=True))
            row.line = reader.line_num
            rows.append(row)
    except csv.Error as error:
        faults.append(Fault(str(file), reader.line_num, "", "", f"not CSV: {error}", "RFC 4180"))
    return rows, faults


def _of_others(file: Path, wrong: list[Fault]) -> tuple[list[_Row], list[Fault]]:
    """A table with the columns, separators or encoding of others, as `import` reads it.

    If that cannot be read either, what was wrong with it stands.
    """
    try:
        read = read_features_csv(file)
    except ExchangeFileError:
        return [], wrong
    rows = []
    for found in read.features:
        if found.geometry is None:
            continue  # names without a position are of no use here
        point = found.geometry.representative_point()
        told = {str(key): _text(value) for key, value in found.properties.items()}
        row = _Row({"name": "", **told, "lon": repr(point.x), "lat": repr(point.y)})
        row.line = found.line
        rows.append(row)
    return rows, [*read.faults] if rows or read.faults else wrong


def _features(file: Path) -> tuple[list[_Row], list[Fault]]:
    features, faults = read_features(file, str(file), unlocated=True, repair=True)
    rows = []
    for feature in features:
        if feature.geometry is None:
            continue  # names without a position are of no use here
        point = feature.geometry.representative_point()
        told = {str(key): _text(value) for key, value in feature.properties.items()}
        told |= dict(_linked(feature))
        row = _Row({**told, "lon": repr(point.x), "lat": repr(point.y)})
        row["name"] = next((told[key] for key in NAMES if told.get(key)), "")
        row["names"] = "|".join(told[key] for key in OTHERS if told.get(key))
        row.line = feature.line
        rows.append(row)
    return rows, faults


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(map(_text, value))
    return "" if value is None else str(value).strip()


def _linked(feature: Feature) -> Iterator[tuple[str, str]]:
    """Further values that Linked Places has beside the properties."""
    names = feature.members.get("names")
    if isinstance(names, list):
        texts = [each.get("toponym") for each in names if isinstance(each, dict)]
        yield "names", "|".join(text for text in texts if isinstance(text, str))
    if isinstance(feature.members.get("@id"), str):
        yield "id", feature.members["@id"]
    codes = feature.properties.get("ccodes")
    if isinstance(codes, list):
        yield "country", "|".join(map(str, codes))


def _place(row: _Row, file: str) -> tuple[Place | None, list[Fault]]:
    faults = []
    if not name_letters(row["name"]):
        faults.append(
            Fault(file, row.line, "name", row["name"], "no name", "a name with letters or digits")
        )
    numbers: dict[str, float | None] = {}
    for column in ("lon", "lat", "radius_km"):
        text = row.get(column, "")
        number = _number(text)
        most = EARTH.get(column, math.inf)
        least = -most if column in EARTH else 0.0
        if (text or column in EARTH) and (number is None or not least <= number <= most):
            allowed = f"a number from {least:g} to {most:g}"
            faults.append(Fault(file, row.line, column, text, "no such number", allowed))
        numbers[column] = number
    if faults:
        return None, faults
    return Place(
        id=row.get("id") or f"own:{row.line}",
        name=row["name"],
        lon=numbers["lon"],
        lat=numbers["lat"],
        radius_km=numbers["radius_km"] or None,
        kind=row.get("kind") or "town",
        country=tuple(filter(None, row.get("country", "").upper().split("|"))),
        geonames=row.get("geonames", ""),
        source=row.get("source") or Path(file).name,
        note=row.get("note", ""),
        spellings=tuple(_spellings(row)),
    ), []


def _spellings(row: _Row) -> Iterable[Spelling]:
    for column, use in (("names", "alternate"), ("old_names", "old")):
        for text in filter(None, map(str.strip, row.get(column, "").split("|"))):
            script = "Arab" if "\u0600" <= text[0] <= "\u06ff" else "Latn"
            yield Spelling(text, script=script, use=use)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
