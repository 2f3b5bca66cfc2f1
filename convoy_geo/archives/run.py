"""Names found over a whole archive with Dask: parts written as they finish, resumable.

Dask's distributed scheduler is used, on this machine or at an address: it starts lost parts anew
when a worker dies. Each part's file appears only when it is whole, so a run that was killed goes
on where it stopped, and no row is there twice.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.archives.parts import find_part
from convoy_geo.archives.plan import BLOCK, archive_files, archive_parts, settle, undone
from convoy_geo.errors import ArchiveError, MissingExtraError
from convoy_geo.gazetteer.cache import open_region, open_world
from convoy_geo.gazetteer.choice import split_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


__all__ = ["Archived", "find_archive"]


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
    progress: Callable[[int, int, int], None] | None = None,
) -> Archived:
    """The places that an archive's texts name, as a Parquet dataset.

    Parameters
    ----------
    patterns
        Files, such as ``articles/*.parquet``: Parquet, or JSON Lines. Workers must see them under
        the same names.
    out
        A folder for the mentions; a run that was stopped goes on where it stopped.
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
        Called with parts done, parts in all, and texts read, whenever a part is done.

    Raises
    ------
    ArchiveError
        If there are no such files, one is broken, or `out` holds something else.
    MissingExtraError
        If Dask is not installed.
    """
    try:
        from distributed import Client, LocalCluster, as_completed  # noqa: PLC0415
    except ImportError as error:
        what = "finding names over an archive"
        raise MissingExtraError(what, "dask") from error
    codes = tuple(sorted({code.upper() for code in country}))
    named = (gazetteer,) if isinstance(gazetteer, str | os.PathLike) else tuple(gazetteer or ())
    if split_choice(named)[1] is None:
        named = (*named, _installed())
    options = {
        "text": text,
        "key": key,
        "case": case,
        "gazetteer": tuple(os.fspath(one) for one in named),
        "country": codes,
    }
    folder = Path(out)
    parts = archive_parts(archive_files(patterns), options, block=block)
    settle(parts, folder)
    todo = undone(parts, folder)
    texts = mentions = bad = 0
    if todo:
        own = None
        if scheduler is None:
            own = LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None,
                silence_logs="ERROR",
            )  # fmt: skip
        try:
            with Client(own or scheduler) as client:
                futures = client.map(
                    find_part, todo, folder=str(folder.resolve()), pure=False, retries=2, **options
                )
                for done, future in enumerate(as_completed(futures), 1):
                    found = _result(future)
                    texts, mentions, bad = (
                        a + b for a, b in zip((texts, mentions, bad), found, strict=True)
                    )
                    if progress:
                        progress(len(parts) - len(todo) + done, len(parts), texts)
        finally:
            if own is not None:
                own.close()
    return Archived(folder, len(parts), len(parts) - len(todo), texts, mentions, bad)


def _installed() -> str:
    """The world where it is installed, built now: workers must not build it all at once."""
    try:
        open_world()
    except MissingExtraError:
        open_region()
        return "region"
    return "world"


def _result(future: object) -> tuple[int, int, int]:
    try:
        return future.result()  # type: ignore[attr-defined, no-any-return]
    except (LookupError, ValueError, OSError) as error:
        msg = f"a part failed, those before it are kept: {error}"
        raise ArchiveError(msg) from error
