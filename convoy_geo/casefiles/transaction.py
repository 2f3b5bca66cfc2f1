"""Several files of a case written as one: all of them, or none, whenever the process is killed.

The new files are written into a folder beside the old ones. When all are on the disk, that folder
gets the name of the journal: from then on the write has happened, and the next command that comes
to the case moves what is still to be moved. Before that, nothing has.

Every function here is called with the lock of the case held.
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
"""What the names of our own files in a case's folder begin with."""
JOURNAL = f"{OURS}journal"
BEGUN, DONE = f"{OURS}begun", f"{OURS}done"
LIST = "journal.json"


def commit(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Replace files of a folder, all or none.

    Parameters
    ----------
    folder
        It exists.
    texts
        By name what shall stand in them.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    OutputFileError
        If one cannot be written: none has changed then.
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
    """Finish a write that was begun and is in the journal; nothing happens if none is.

    Raises
    ------
    CaseFileError
        If a file of the journal is neither there nor in its place.
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
    """Move a file of the journal into its place, unless it is there already."""
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
    """Where a file of a folder really is: a link stays one, unless it leaves the folder."""
    real = Path(os.path.realpath(folder / name))
    return real if real.is_relative_to(os.path.realpath(folder)) else folder / name


def _digest(path: Path) -> str:
    return hashlib.sha256(read_bytes(path, path.name)).hexdigest()


def _keep_mode(target: Path, new: Path) -> None:
    """A file that is replaced keeps its permissions."""
    if target.exists():
        new.chmod(stat.S_IMODE(target.stat().st_mode))


def clean(folder: Path) -> None:
    """Remove what killed runs left in a case's folder."""
    for name in (BEGUN, DONE):
        shutil.rmtree(folder / name, ignore_errors=True)
    remove_leftovers(folder)


def make_folder(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Make a folder with files in it; it appears complete or not at all.

    Parameters
    ----------
    folder
        Not there yet, or empty.
    texts
        By name what shall stand in its files.

    Raises
    ------
    OutputFileError
        If it cannot be made.
    """
    real = Path(os.path.realpath(folder))
    if real.is_dir() and not os.access(real.parent, os.W_OK):
        return commit(folder, texts)
    for left in unfinished(real):
        shutil.rmtree(left, ignore_errors=True)
    try:
        made = Path(tempfile.mkdtemp(prefix=_prefix(real), dir=real.parent))
    except OSError as error:
        msg = f"cannot make the folder {str(folder)!r}: {error.strerror or error}"
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
        msg = f"cannot make the folder {str(folder)!r}: {getattr(error, 'strerror', '') or error}"
        raise OutputFileError(msg) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return [folder / name for name in texts]


def unfinished(folder: Path) -> list[Path]:
    """Folders that were to become this one, of runs that were killed."""
    with os.scandir(folder.parent) as entries:
        return [
            Path(entry.path)
            for entry in entries
            if entry.name.startswith(_prefix(folder)) and entry.is_dir(follow_symlinks=False)
        ]


def _prefix(folder: Path) -> str:
    return f".{folder.name[:100]}{OURS}new-"
