"""Find place names in a whole archive: parts are written as they finish; resumable.

Locally, the parts are processed by private processes; with a scheduler address, by Dask workers.
Both repeat lost parts when a worker dies. Each part's file appears only when complete, so a killed
run can be resumed, and no row occurs twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.archives.parts import find_part
from convoy_geo.archives.plan import (
    BLOCK,
    LOCK,
    Part,
    archive_files,
    archive_parts,
    file_digest,
    settle,
    undone,
)
from convoy_geo.casefiles.locate import case_folder
from convoy_geo.errors import ArchiveError, MissingExtraError
from convoy_geo.gazetteer.cache import open_region, open_world
from convoy_geo.gazetteer.choice import split_choice
from convoy_geo.io.formats import require_pyarrow
from convoy_geo.io.progress import Progress
from convoy_geo.model import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Archived", "find_archive", "made_with"]

ATTEMPTS = 3
Counts = tuple[int, int, int]
Work = Callable[[Part], Counts]


@dataclass(frozen=True)
class Archived:
    """The result of a run.

    Parameters
    ----------
    folder
        The Parquet dataset of mentions: Parquet readers treat the folder as one table.
    parts, skipped
        Number of parts of the archive, and of those finished by earlier runs.
    texts, mentions, bad
        Counts for the parts of this run; `bad` texts were unreadable and have a row with role
        ``bad``.
    """

    folder: Path
    parts: int
    skipped: int
    texts: int
    mentions: int
    bad: int


def find_archive(
    patterns: Iterable[str],
    out: str | os.PathLike[str],
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    text: str = "text",
    key: str = "id",
    case: str | None = None,
    gazetteer: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None = None,
    country: Iterable[str] = (),
    block: int = BLOCK,
    progress: bool | Callable[[int, int, int], None] | None = None,
) -> Archived:
    """Find the places named in an archive's texts; write a Parquet dataset.

    Parameters
    ----------
    patterns
        Files, such as ``articles/*.parquet``: Parquet, or JSON Lines. Workers must see them under
        the same paths.
    out
        Output folder; an interrupted run is resumed, provided that the content of the files, the
        options, the places and this library are the same.
    scheduler
        Address of a Dask scheduler; by default local workers are used.
    workers
        Number of local workers; by default one per core.
    text, key
        Columns of the text and of its id.
    case, gazetteer, country
        See `convoy_geo.geoparse.finder.find_places`; cases and gazetteers by name or path.
    block
        Bytes per part of a JSON Lines file.
    progress
        Whether to show progress; by default on a terminal and in a notebook. Or a function called
        with parts done, total parts, and texts read, whenever a part is done.

    Raises
    ------
    ArchiveError
        If there are no such files, one is damaged, or `out` contains other files.
    MissingExtraError
        If pyarrow is not installed, or a scheduler is given but Dask is not installed.
    """
    if scheduler is not None and importlib.util.find_spec("distributed") is None:
        what = "finding names over an archive on a cluster"
        raise MissingExtraError(what, "dask")
    require_pyarrow()
    codes = tuple(sorted({code.upper() for code in country}))
    named = (gazetteer,) if isinstance(gazetteer, str | os.PathLike) else tuple(gazetteer or ())
    if split_choice(named)[1] is None:
        named = (*named, _installed())
    options: dict[str, Any] = {
        "text": text,
        "key": key,
        "case": case,
        "gazetteer": tuple(os.fspath(one) for one in named),
        "country": codes,
    }
    folder = Path(out)
    used = {**options, "made_with": made_with(case, options["gazetteer"])}
    parts = archive_parts(archive_files(patterns), used, block=block)
    with _alone(folder):
        settle(parts, folder)
        todo = undone(parts, folder)
        texts = mentions = bad = 0
        work = partial(find_part, folder=str(folder.resolve()), **options)
        run = _on_cluster(scheduler, work, todo) if scheduler else _here(workers, work, todo)
        call, watched = (progress, False) if callable(progress) else (None, progress)
        with Progress(watched, total=len(todo), unit="parts") as shown:
            for done, found in enumerate(run, 1):
                texts, mentions, bad = (
                    a + b for a, b in zip((texts, mentions, bad), found, strict=True)
                )
                shown.step()
                if call:
                    call(len(parts) - len(todo) + done, len(parts), texts)
    return Archived(folder, len(parts), len(parts) - len(todo), texts, mentions, bad)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Ensure that no other process writes to the folder.

    Raises
    ------
    ArchiveError
        If another process does.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415

    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        msg = f"another run writes to {str(folder)!r}; wait for it, or choose another folder"
        raise ArchiveError(msg) from None
    except OSError as error:
        msg = f"cannot write to {str(folder)!r}: {error.strerror or error}"
        raise ArchiveError(msg) from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            (folder / LOCK).unlink(missing_ok=True)
        lock.release()


def _here(workers: int | None, work: Work, todo: Sequence[Part]) -> Iterator[Counts]:
    """Process parts locally, in order of completion.

    The processes are reached through inherited pipes: no port is open. Parts of a worker that died
    are repeated.
    """
    left = list(todo)
    for attempt in range(ATTEMPTS):
        if not left:
            return
        count = max(1, min(workers or os.cpu_count() or 1, len(left)))
        pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))
        try:
            futures = {pool.submit(work, part): part for part in left}
            for future in as_completed(futures):
                try:
                    found = future.result()
                except BrokenProcessPool:
                    continue
                except Exception as error:
                    raise _failed(futures[future], error) from error
                left.remove(futures[future])
                yield found
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        if left and attempt == ATTEMPTS - 1:
            raise _failed(left[0], RuntimeError("the processes that read it died"))


def _on_cluster(scheduler: str, work: Work, todo: Sequence[Part]) -> Iterator[Counts]:
    """Process parts with the workers of a Dask scheduler, in order of completion."""
    if not todo:
        return
    from distributed import Client, as_completed  # noqa: PLC0415

    with Client(scheduler) as client:
        futures = client.map(work, todo, pure=False, retries=ATTEMPTS - 1)
        parts = dict(zip((future.key for future in futures), todo, strict=True))
        for future in as_completed(futures):
            try:
                found = future.result()
            except Exception as error:
                raise _failed(parts[future.key], error) from error
            yield found


def _failed(part: Part, error: Exception) -> ArchiveError:
    words = " ".join(str(error).split())[:300]
    where = f"{part.file}, part {part.number + 1} (from {part.start})"
    return ArchiveError(
        f"{where} failed, those before it are kept: {type(error).__name__}: {words}"
    )


def made_with(case: str | None, gazetteer: Iterable[str]) -> dict[str, str]:
    """Everything else that affects the mentions of a text: places, names, and the code.

    Parameters
    ----------
    case
        Name or folder of a case.
    gazetteer
        Names of the large gazetteers, or files.
    """
    found = {"code": _code_digest()}
    if case is not None:
        folder = case_folder(case)
        for file in (schema.PLACES.file, schema.NAMES.file):
            found[f"case {file}"] = file_digest(folder / file) if (folder / file).exists() else ""
    for name in gazetteer:
        opened = {"world": open_world, "region": open_region}.get(name)
        found[f"gazetteer {name}"] = opened().folder.name if opened else file_digest(Path(name))
    return found


def _code_digest() -> str:
    """Digest of the version, and of all code and word lists used in reading texts."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    with contextlib.suppress(metadata.PackageNotFoundError):
        digest.update(metadata.version("convoy_geo").encode())
    for package in ("geoparse", "gazetteer", "lang", "archives"):
        for path in sorted((root / package).rglob("*")):
            if path.is_file() and path.suffix in {".py", ".toml", ".txt", ".csv", ".json"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _installed() -> str:
    """Build the world gazetteer now, if installed, so that workers do not all build it."""
    try:
        open_world()
    except MissingExtraError:
        open_region()
        return "region"
    return "world"
