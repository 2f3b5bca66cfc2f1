"""One part of an archive: read its texts, find the places, write one file of mentions."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.geoparse.finder import make_finder
from convoy_geo.io.files import writing
from convoy_geo.io.limits import limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    import pyarrow as pa

    from convoy_geo.archives.plan import Part
    from convoy_geo.geoparse.finder import Finder

__all__ = ["BAD", "find_part"]

BAD = "bad"
"""Role of a row that represents an unreadable text; the reason is in `text`."""

KEY, WHY = 200, 300
"""Maximum length of an id, and of the reason why a text is unreadable."""
COLUMNS = {
    "file": "string", "row": "int64", "id": "string", "start": "int64", "end": "int64",
    "text": "string", "role": "string", "place": "string", "name": "string", "kind": "string",
    "country": "string", "lon": "double", "lat": "double", "score": "double",
}  # fmt: skip


@cache
def _finder(case: str | None, gazetteer: tuple[str, ...], country: tuple[str, ...]) -> Finder:
    """One finder per process, so that each worker loads the gazetteer once."""
    return make_finder(case=case, gazetteer=gazetteer, country=country)


def find_part(
    part: Part,
    folder: str,
    *,
    text: str = "text",
    key: str = "id",
    case: str | None = None,
    gazetteer: tuple[str, ...] = (),
    country: tuple[str, ...] = (),
) -> tuple[int, int, int]:
    """Find the places in one part and write them, atomically.

    Parameters
    ----------
    part, folder
        The part, and the output folder.
    text, key
        Columns of the text and of its id.
    case, gazetteer, country
        See `convoy_geo.geoparse.finder.find_places`.

    Returns
    -------
    tuple of int
        Numbers of texts, mentions, and unreadable texts (each has a row with the role `BAD`).
    """
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    finder = _finder(case, gazetteer, country)
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    texts = bad = 0
    for row, name, body in _texts(part, text, key):
        texts += 1
        try:
            mentions = [] if isinstance(body, Exception) else list(finder.find(body))
        except Exception as error:  # noqa: BLE001  one text that the finder fails on is one row, no end
            body = ValueError(f"{type(error).__name__}: {error}")  # noqa: PLW2901
            mentions = []
        if isinstance(body, Exception):
            bad += 1
            why = " ".join(str(body).split())[:WHY]
            _add(columns, part.file, row, name, {"text": why, "role": BAD})
            continue
        for mention in mentions:
            place = mention.place
            found: dict[str, Any] = {
                "start": mention.start, "end": mention.end, "text": mention.text,
                "role": mention.role, "score": mention.score,
            }  # fmt: skip
            if place is not None:
                found |= {
                    "place": place.id, "name": place.name, "kind": place.kind,
                    "country": "|".join(place.country), "lon": place.lon, "lat": place.lat,
                }  # fmt: skip
            _add(columns, part.file, row, name, found)
    schema: pa.Schema = pa.schema(list(COLUMNS.items()), {"texts": str(texts), "bad": str(bad)})
    with writing(Path(folder) / part.name) as stream:
        parquet.write_table(pa.table(columns, schema=schema), stream, compression="zstd")
    return texts, len(columns["row"]) - bad, bad


def _add(
    columns: dict[str, list[Any]], file: str, row: int, key: str, found: dict[str, Any]
) -> None:
    record = {"file": file, "row": row, "id": key[:KEY], **found}
    for name, values in columns.items():
        value = record.get(name)
        if isinstance(value, str) and not value.isascii():
            value = value.encode(errors="replace").decode()  # a lone surrogate fits in no column
        values.append(value)


def _texts(part: Part, text: str, key: str) -> Iterator[tuple[int, str, str | Exception]]:
    """Row (from 0 in a Parquet file, otherwise the byte offset of a line), id, and text.

    An invalid text is returned as an exception; so is an unreadable file or group of rows.
    """
    read = _parquet if part.file.lower().endswith(".parquet") else _lines
    try:
        yield from read(part, text, key)
    except Exception as error:  # noqa: BLE001  damaged data: whatever the reader makes of them
        yield part.start, "", ValueError(f"cannot be read: {type(error).__name__}: {error}")


def _parquet(part: Part, text: str, key: str) -> Iterator[tuple[int, str, str | Exception]]:
    from pyarrow import parquet  # noqa: PLC0415

    with parquet.ParquetFile(part.file) as file:
        names = file.schema_arrow.names
        if text not in names:
            msg = f"no column {text!r}; it has {', '.join(names)}"
            raise LookupError(msg)
        first = sum(file.metadata.row_group(group).num_rows for group in range(part.start))
        wanted = [name for name in (text, key) if name in names]
        table = file.read_row_group(part.start, columns=wanted)
    bodies = _values(table.column(text))
    keys = _values(table.column(key)) if key in wanted else [""] * len(bodies)
    for row, (name, body) in enumerate(zip(keys, bodies, strict=True), first):
        shown = "" if name is None or isinstance(name, Exception) else str(name)
        if not isinstance(body, str | Exception):
            body = TypeError(f"no text: {str(body)[:60]!r}")  # noqa: PLW2901
        yield row, shown, body


def _values(column: Any) -> list[Any]:
    """The values of a column; an exception for each unreadable one."""
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):  # a UnicodeDecodeError is a ValueError
        found: list[Any] = []
        for one in column:
            try:
                found.append(one.as_py())
            except (ValueError, OverflowError) as error:
                found.append(ValueError(str(error)))
        return found


def _lines(part: Part, text: str, key: str) -> Iterator[tuple[int, str, str | Exception]]:
    most = limits().record_bytes
    with Path(part.file).open("rb") as stream:
        if part.start:
            stream.seek(part.start - 1)
            _rest(stream)  # skip a line that begins in the previous part, or its end
        while (at := stream.tell()) < part.stop:
            line = stream.readline(most + 1)
            if len(line) > most:
                _rest(stream)
                yield at, "", ValueError(f"byte {at}: a line over the limit record_bytes")
                continue
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                if not isinstance(record, dict) or not isinstance(record.get(text), str):
                    msg = f"no text under {text!r}"
                    raise TypeError(msg)  # noqa: TRY301
            except (ValueError, TypeError, RecursionError) as error:
                yield at, "", ValueError(f"byte {at}: {error}: {line[:60]!r}")
                continue
            yield at, str(record.get(key, ""))[:KEY], record[text]


def _rest(stream: IO[bytes]) -> None:
    """Skip the rest of a line, in pieces."""
    while (piece := stream.readline(1 << 20)) and not piece.endswith(b"\n"):
        pass
