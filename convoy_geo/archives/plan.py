"""The parts of an archive, and which of them are done.

A part is a row group of a Parquet file, or a range of lines of a JSON Lines file. Its name contains
a digest of its input, so that a part of another input is never mistaken for a finished one.
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
from convoy_geo.io.sniff import regular_fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

__all__ = [
    "LOCK", "PLAN_FILE", "Part", "archive_files", "archive_parts", "file_digest", "settle",
    "undone",
]  # fmt: skip

PLAN_FILE = "_plan.json"
LOCK = ".convoy_geo.lock"
BLOCK = 16_000_000
"""Bytes of a JSON Lines file per part: about a thousand articles, half a minute of work."""

LINES = {".jsonl", ".ndjson", ".json"}


@dataclass(frozen=True)
class Part:
    """One part of an archive.

    Parameters
    ----------
    number
        Its index among all parts.
    file
        The file that contains it.
    start, stop
        For Parquet, the row group and the next one; for lines, the first byte and the one after the
        last. A line belongs to the part in which it begins.
    digest
        Digest of the file's name and content, of this range, and of everything else that affects
        the mentions.
    """

    number: int
    file: str
    start: int
    stop: int
    digest: str

    @property
    def name(self) -> str:
        """Name of the output file with its mentions."""
        return f"part-{self.number:06d}-{self.digest}.parquet"


def archive_files(patterns: Iterable[str]) -> list[Path]:
    """The files that match patterns such as ``articles/*.parquet``, sorted, without duplicates.

    Raises
    ------
    ArchiveError
        If a pattern matches no file, or a file is neither Parquet nor JSON Lines.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        names = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207  (absolute ones too)
        files = [Path(name) for name in names if Path(name).is_file()]
        if not files:
            msg = f"no file matches {pattern!r}"
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
        The result of `archive_files`.
    options
        Everything else that affects the mentions.
    block
        Bytes per part of a JSON Lines file.

    Raises
    ------
    ArchiveError
        If a Parquet file is damaged, or does not have the text column.
    MissingExtraError
        If there is a Parquet file, but pyarrow is not installed.
    """
    parts: list[Part] = []
    for file in files:
        if fault := regular_fault(file, str(file), large=True):
            msg = f"{file}: {fault.problem}"
            raise ArchiveError(msg)
        size = file.stat().st_size
        base = [str(file), size, file_digest(file), sorted(options.items())]
        for start, stop in _stretches(file, size, block, options.get("text")):
            text = json.dumps([*base, start, stop], default=str)
            digest = hashlib.sha256(text.encode()).hexdigest()[:12]
            parts.append(Part(len(parts), str(file), start, stop, digest))
    return parts


def file_digest(file: Path) -> str:
    """The SHA-256 of a file of any size."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _stretches(file: Path, size: int, block: int, text: object) -> Iterator[tuple[int, int]]:
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
        with parquet.ParquetFile(file) as opened:
            groups, names = opened.num_row_groups, opened.schema_arrow.names
    except (pa.ArrowException, OSError, ValueError) as error:
        msg = f"{str(file)!r} is not a Parquet file: {' '.join(str(error).split())}"
        raise ArchiveError(msg) from error
    if text is not None and text not in names:
        msg = f"{str(file)!r} has no column {text!r}; it has {', '.join(names)}"
        raise ArchiveError(msg)
    for group in range(groups):
        yield group, group + 1


def settle(parts: list[Part], folder: Path) -> None:
    """Prepare the output folder: record the plan, or compare it with the recorded one.

    Only unfinished files of these parts, left by a killed run, are removed; the caller must be the
    only process that writes there.

    Raises
    ------
    ArchiveError
        If the folder contains results of other files or options, or other content.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = sorted(path.name for path in folder.iterdir() if path.name != LOCK)
    except OSError as error:
        msg = f"cannot write to {str(folder)!r}: {error.strerror or error}"
        raise ArchiveError(msg) from error
    plan = [asdict(part) for part in parts]
    noted = folder / PLAN_FILE
    if noted.exists():
        try:
            before = json.loads(noted.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            msg = f"{str(noted)!r} is damaged; choose another folder"
            raise ArchiveError(msg) from error
        if before != plan:
            msg = (
                f"{str(folder)!r} contains mentions of other files, or made with other options, "
                "places or another version; choose another folder, or remove this one"
            )
            raise ArchiveError(msg)
    ours = {part.name for part in parts} | {PLAN_FILE}
    half = [name for name in there if name.startswith(".") and _begun(name, ours)]
    others = [name for name in there if name not in ours and name not in half]
    if others or (there and not noted.exists() and set(there) != set(half)):
        shown = ", ".join((others or there)[:5])
        msg = f"{str(folder)!r} contains other files ({shown}); choose an empty folder"
        raise ArchiveError(msg)
    for name in half:
        (folder / name).unlink(missing_ok=True)
    if not noted.exists():
        with writing(noted) as stream:
            stream.write(json.dumps(plan).encode())


def _begun(name: str, ours: Collection[str]) -> bool:
    """Whether a hidden file is an unfinished one of ours."""
    return any(name.startswith(f".{one}.") for one in ours)


def undone(parts: list[Part], folder: Path) -> list[Part]:
    """The parts without a file of mentions; such a file exists only when complete."""
    return [part for part in parts if not (folder / part.name).exists()]
