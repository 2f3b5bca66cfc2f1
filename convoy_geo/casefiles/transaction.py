"""Write several files of a case as one transaction: all or none, even if the process is killed.

The new files are written into a folder beside the old ones. When all are on disk, that folder is
renamed to the journal: from then on the write is committed, and the next command that uses the case
moves the remaining files. Before that, nothing has changed.

All functions here must be called with the lock of the case held.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.errors import CaseFileError, Fault, OutputFileError
from convoy_geo.io.files import remove_leftovers, sync_folder, write_synced
from convoy_geo.io.sniff import read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["JOURNAL", "OURS", "clean", "commit", "make_folder", "recover", "unfinished"]

OURS = ".convoy_geo."
"""Prefix of our own files in a case's folder."""
JOURNAL = f"{OURS}journal"
BEGUN, DONE = f"{OURS}begun", f"{OURS}done"
LIST = "journal.json"


def commit(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Replace files of a folder, all or none.

    Parameters
    ----------
    folder
        An existing folder.
    texts
        Content by file name.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    OutputFileError
        If a file cannot be written: then none has changed.
    """
    if not texts:
        return []
    begun = folder / BEGUN
    try:
        begun.mkdir()
        hashes = {}
        for name, text in texts.items():
            data = text.encode()
            write_synced(begun / name, data)
            hashes[name] = hashlib.sha256(data).hexdigest()
        write_synced(begun / LIST, json.dumps(hashes).encode())
        sync_folder(begun)
        begun.rename(folder / JOURNAL)
        sync_folder(folder)
    except (OSError, ValueError) as error:
        shutil.rmtree(begun, ignore_errors=True)
        msg = f"cannot write to {str(folder)!r}: {getattr(error, 'strerror', None) or error}"
        raise OutputFileError(msg) from error
    recover(folder)
    return [folder / name for name in texts]


def recover(folder: Path) -> None:
    """Finish a committed write from the journal; does nothing if there is none.

    Raises
    ------
    CaseFileError
        If a file of the journal is neither in the journal nor in its place.
    OutputFileError
        If a file cannot be moved.
    """
    journal = folder / JOURNAL
    if not journal.is_dir():
        return
    if journal.is_symlink():
        _damaged(LIST)
    try:
        hashes = json.loads(read_bytes(journal / LIST, LIST, inside=journal))
        for name, digest in hashes.items():
            _move(folder, name, digest)
        sync_folder(folder)
        shutil.rmtree(folder / DONE, ignore_errors=True)
        journal.rename(folder / DONE)
    except (ValueError, AttributeError, RecursionError) as error:
        if isinstance(error, CaseFileError):
            raise
        _damaged(LIST)
    except OSError as error:
        msg = f"cannot finish a write to {str(folder)!r}: {error.strerror or error}"
        raise OutputFileError(msg) from error
    shutil.rmtree(folder / DONE, ignore_errors=True)


def _move(folder: Path, name: str, digest: str) -> None:
    """Move a file from the journal to its place, unless this has been done."""
    if Path(name).name != name:
        _damaged(LIST)
    new, target = folder / JOURNAL / name, _target(folder, name)
    if new.is_symlink():
        _damaged(name)
    if new.exists():
        if _digest(new) != digest:
            _damaged(name)
        _keep_mode(target, new)
        new.replace(target)
    elif not target.exists() or _digest(target) != digest:
        _damaged(name)


def _damaged(name: str) -> None:
    problem = "a write was interrupted, and its journal is damaged"
    allowed = f"look at the file, then remove the folder {JOURNAL}"
    raise CaseFileError([Fault(name, 0, "", "", problem, allowed)])


def _target(folder: Path, name: str) -> Path:
    """The real path of a file: a link is followed, unless it leaves the folder."""
    real = Path(os.path.realpath(folder / name))
    return real if real.is_relative_to(os.path.realpath(folder)) else folder / name


def _digest(path: Path) -> str:
    return hashlib.sha256(read_bytes(path, path.name)).hexdigest()


def _keep_mode(target: Path, new: Path) -> None:
    """Keep the permissions of a replaced file."""
    if target.exists():
        new.chmod(stat.S_IMODE(target.stat().st_mode))


def clean(folder: Path) -> None:
    """Remove what killed runs left in a case's folder."""
    for name in (BEGUN, DONE):
        shutil.rmtree(folder / name, ignore_errors=True)
    remove_leftovers(folder)


def make_folder(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Create a folder with files, atomically.

    Parameters
    ----------
    folder
        A folder that does not exist, or is empty.
    texts
        Content by file name.

    Raises
    ------
    OutputFileError
        If it cannot be created.
    """
    real = Path(os.path.realpath(folder))
    if real.is_dir() and not os.access(real.parent, os.W_OK):
        return commit(folder, texts)
    for left in unfinished(real):
        shutil.rmtree(left, ignore_errors=True)
    try:
        made = Path(tempfile.mkdtemp(prefix=_prefix(real), dir=real.parent))
    except OSError as error:
        msg = f"cannot create the folder {str(folder)!r}: {error.strerror or error}"
        raise OutputFileError(msg) from error
    try:
        for name, text in texts.items():
            write_synced(made / name, text.encode())
        umask = os.umask(0)
        os.umask(umask)
        made.chmod(stat.S_IMODE(real.stat().st_mode) if real.is_dir() else 0o777 & ~umask)
        sync_folder(made)
        if os.name == "nt" and real.is_dir():
            real.rmdir()
        made.replace(real)
        sync_folder(real.parent)
    except (OSError, ValueError) as error:
        msg = f"cannot create the folder {str(folder)!r}: {getattr(error, 'strerror', '') or error}"
        raise OutputFileError(msg) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return [folder / name for name in texts]


def unfinished(folder: Path) -> list[Path]:
    """Unfinished versions of this folder, left by killed runs."""
    with os.scandir(folder.parent) as entries:
        return [
            Path(entry.path)
            for entry in entries
            if entry.name.startswith(_prefix(folder)) and entry.is_dir(follow_symlinks=False)
        ]


def _prefix(folder: Path) -> str:
    return f".{folder.name[:100]}{OURS}new-"
