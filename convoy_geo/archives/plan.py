"""The parts of an archive, and what of them is done.

A part is a row group of a Parquet file, or a stretch of the lines of a JSON Lines file. Its name
holds a digest of what it is made from, so a part of another input is never taken for done.
"""

from __future__ import annotations

import glob
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import ArchiveError, MissingExtraError
from convoy_geo.io.files import writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["PLAN_FILE", "Part", "archive_files", "archive_parts", "settle", "undone"]

PLAN_FILE = "_plan.json"
BLOCK = 16_000_000
"""Bytes of a JSON Lines file in one part: some thousand articles, half a minute of work."""

LINES = {".jsonl", ".ndjson", ".json"}


@dataclass(frozen=True)
class Part:
    """One part of an archive.

    Parameters
    ----------
    number
        Its place among all parts.
    file
        The file it is of.
    start, stop
        For Parquet the row group and the one after it; for lines the first byte and the one after
        the last. A line belongs to the part in which it begins.
    digest
        Of the file's name, size and time of change, of this stretch, and of the options.
    """

    number: int
    file: str
    start: int
    stop: int
    digest: str

    @property
    def name(self) -> str:
        """Name of the file that holds its mentions."""
        return f"part-{self.number:06d}-{self.digest}.parquet"


def archive_files(patterns: Iterable[str]) -> list[Path]:
    """The files that patterns such as ``articles/*.parquet`` name, sorted, each once.

    Raises
    ------
    ArchiveError
        If a pattern names no file, or a file is neither Parquet nor JSON Lines.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        names = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207  (absolute ones too)
        files = [Path(name) for name in names if Path(name).is_file()]
        if not files:
            msg = f"no file is called {pattern!r}"
            raise ArchiveError(msg)
        found.update(dict.fromkeys(files))
    for file in found:
        if file.suffix.lower() not in {".parquet", *LINES}:
            msg = f"{str(file)!r} is neither Parquet (.parquet) nor JSON Lines (.jsonl, .ndjson)"
            raise ArchiveError(msg)
    return list(found)


def archive_parts(
    files: Iterable[Path], options: Mapping[str, Any], *, block: int = BLOCK
) -> list[Part]:
    """The parts of files, in order.

    Parameters
    ----------
    files
        What `archive_files` gave.
    options
        What the mentions depend on besides.
    block
        Bytes of lines in a part.

    Raises
    ------
    ArchiveError
        If a Parquet file is broken.
    MissingExtraError
        If there is a Parquet file and no pyarrow.
    """
    parts: list[Part] = []
    for file in files:
        seen = file.stat()
        base = [str(file), seen.st_size, seen.st_mtime_ns, sorted(options.items())]
        for start, stop in _stretches(file, seen.st_size, block):
            text = json.dumps([*base, start, stop], default=str)
            digest = hashlib.sha256(text.encode()).hexdigest()[:12]
            parts.append(Part(len(parts), str(file), start, stop, digest))
    return parts


def _stretches(file: Path, size: int, block: int) -> Iterator[tuple[int, int]]:
    if file.suffix.lower() in LINES:
        for start in range(0, max(size, 1), block):
            yield start, min(size, start + block)
        return
    try:
        import pyarrow as pa  # noqa: PLC0415
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        what = "reading Parquet"
        raise MissingExtraError(what, "dask") from error
    try:
        groups = parquet.ParquetFile(file).num_row_groups
    except (pa.ArrowInvalid, OSError) as error:
        msg = f"{str(file)!r} is no Parquet file: {error}"
        raise ArchiveError(msg) from error
    for group in range(groups):
        yield group, group + 1


def settle(parts: list[Part], folder: Path) -> None:
    """Make the folder of results ready: note the plan, or hold it against the one noted before.

    Files that a killed run left half-written are removed.

    Raises
    ------
    ArchiveError
        If the folder holds results of other files or options, or other things.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plan = [asdict(part) for part in parts]
    noted = folder / PLAN_FILE
    if noted.exists():
        try:
            before = json.loads(noted.read_text(encoding="utf-8"))
        except ValueError as error:
            msg = f"{str(noted)!r} is damaged; choose another folder"
            raise ArchiveError(msg) from error
        if before != plan:
            msg = (
                f"{str(folder)!r} holds mentions of other files, or made with other options; "
                "choose another folder, or remove this one"
            )
            raise ArchiveError(msg)
    elif any(folder.iterdir()):
        msg = f"{str(folder)!r} holds other things; choose an empty folder"
        raise ArchiveError(msg)
    else:
        with writing(noted) as stream:
            stream.write(json.dumps(plan).encode())
    ours = {part.name for part in parts}
    for file in folder.iterdir():
        if file.name.startswith(".part-") or (file.suffix == ".parquet" and file.name not in ours):
            file.unlink(missing_ok=True)


def undone(parts: list[Part], folder: Path) -> list[Part]:
    """The parts that have no file of mentions yet; a file is there only when it is whole."""
    return [part for part in parts if not (folder / part.name).exists()]
