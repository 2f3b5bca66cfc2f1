"""One part of an archive: its texts read, the places they name found, one file of mentions."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.geoparse.finder import make_finder
from convoy_geo.io.files import writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from convoy_geo.archives.plan import Part
    from convoy_geo.geoparse.finder import Finder

__all__ = ["BAD", "find_part"]

BAD = "bad"
"""Role of the row that stands for a text that could not be read; its reason is in `text`."""

COLUMNS = {
    "file": "string", "row": "int64", "id": "string", "start": "int64", "end": "int64",
    "text": "string", "role": "string", "place": "string", "name": "string", "kind": "string",
    "country": "string", "lon": "double", "lat": "double", "score": "double",
}  # fmt: skip


@cache
def _finder(case: str | None, gazetteer: tuple[str, ...], country: tuple[str, ...]) -> Finder:
    """One finder a process: the gazetteer is loaded once a worker."""
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
    """Find the places in one part and write them, whole or not at all.

    Parameters
    ----------
    part, folder
        What, and where to.
    text, key
        Columns of the text and of its id.
    case, gazetteer, country
        As for `convoy_geo.geoparse.finder.find_places`.

    Returns
    -------
    tuple of int
        Texts, mentions, and texts that could not be read (each leaves a row of role `BAD`).
    """
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    finder = _finder(case, gazetteer, country)
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    texts = bad = 0
    for row, name, body in _texts(part, text, key):
        texts += 1
        if not isinstance(body, str):
            bad += 1
            _add(columns, part.file, row, name, {"text": str(body), "role": BAD})
            continue
        for mention in finder.find(body):
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
    record = {"file": file, "row": row, "id": key, **found}
    for name, values in columns.items():
        values.append(record.get(name))


def _texts(part: Part, text: str, key: str) -> Iterator[tuple[int, str, Any]]:
    """Row (from 0 in a Parquet file, else the byte at which a line begins), id, and text.

    What is no text is handed out as the exception that says so.
    """
    if part.file.lower().endswith(".parquet"):
        yield from _parquet(part, text, key)
    else:
        yield from _lines(part, text, key)


def _parquet(part: Part, text: str, key: str) -> Iterator[tuple[int, str, Any]]:
    from pyarrow import parquet  # noqa: PLC0415

    with parquet.ParquetFile(part.file) as file:
        names = file.schema_arrow.names
        if text not in names:
            msg = f"{part.file!r} has no column {text!r}; it has {', '.join(names)}"
            raise LookupError(msg)
        first = sum(file.metadata.row_group(group).num_rows for group in range(part.start))
        wanted = [name for name in (text, key) if name in names]
        table = file.read_row_group(part.start, columns=wanted).to_pydict()
    keys = table.get(key) or [""] * len(table[text])
    for row, (name, body) in enumerate(zip(keys, table[text], strict=True), first):
        shown = "" if name is None else str(name)
        yield row, shown, body if isinstance(body, str) else TypeError(f"no text: {body!r}")


def _lines(part: Part, text: str, key: str) -> Iterator[tuple[int, str, Any]]:
    with Path(part.file).open("rb") as stream:
        if part.start:
            stream.seek(part.start - 1)
            stream.readline()  # a line that begins in the part before, or just its end
        while (at := stream.tell()) < part.stop:
            line = stream.readline()
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                if not isinstance(record, dict) or not isinstance(record.get(text), str):
                    msg = f"no text under {text!r}"
                    raise TypeError(msg)  # noqa: TRY301
            except (ValueError, TypeError) as error:
                yield at, "", ValueError(f"byte {at}: {error}: {line[:60]!r}")
                continue
            yield at, str(record.get(key, "")), record[text]
