"""Names found over a whole archive: parts written as they finish, resumable.

On this machine the parts are done by processes that only this one can reach; at an address, by the
workers of a Dask scheduler. Both start lost parts anew when a worker dies. Each part's file appears
only when it is complete, so a run that was killed goes on where it stopped, and no row is there
twice.
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
    """What a run did.

    Parameters
    ----------
    folder
        The Parquet dataset of mentions: any reader of Parquet takes the folder as one table.
    parts, skipped
        Parts of the archive, and those that were done before.
    texts, mentions, bad
        In the parts of this run; `bad` texts could not be read and have a row of role ``bad``.
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
    """The places that an archive's texts name, as a Parquet dataset.

    Parameters
    ----------
    patterns
        Files, such as ``articles/*.parquet``: Parquet, or JSON Lines. Workers must see them under
        the same names.
    out
        A folder for the mentions; a run that was stopped goes on where it stopped, as long as the
        content of the files, the options, the places and this library are the same.
    scheduler
        Address of a Dask scheduler; by default workers on this machine.
    workers
        How many of these; by default one a core.
    text, key
        Columns of the text and of its id.
    case, gazetteer, country
        As for `convoy_geo.geoparse.finder.find_places`; cases and gazetteers by name or path.
    block
        Bytes of a JSON Lines file in one part.
    progress
        Whether to show how far it is; by default on a terminal and in a notebook. Or a function
        that is called with parts done, parts in all, and texts read, whenever a part is done.

    Raises
    ------
    ArchiveError
        If there are no such files, one is broken, or `out` holds something else.
    MissingExtraError
        If pyarrow is not installed, or a scheduler is named and Dask is not.
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
    """Nobody else writes to the folder meanwhile.

    Raises
    ------
    ArchiveError
        If somebody does.
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
    """Parts done by processes of this machine, as they finish.

    They are reached through pipes that they inherit: no port is open, to nobody. Parts of a worker
    that died are done anew.
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
    """Parts done by the workers of a Dask scheduler, as they finish."""
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
    """What the mentions of a text depend on besides the text: places, names, and the code.

    Parameters
    ----------
    case
        Name or folder of a case.
    gazetteer
        Names of the large ones, or files.
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
    """Of the version, and of all code and words that the reading of texts rests on."""
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
    """The world where it is installed, built now: workers must not build it all at once."""
    try:
        open_world()
    except MissingExtraError:
        open_region()
        return "region"
    return "world"
