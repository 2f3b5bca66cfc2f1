"""Find the geodata folder (in a wheel, in a checkout, or set explicitly), and write files safely.

The folder is accepted only if it contains ``SOURCES.md``, so that an unrelated folder of the same
name in site-packages is never read (a sentinel file, an idea from pyproj).
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.errors import GeodataNotFoundError, OutputFileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

__all__ = [
    "geodata",
    "remove_leftovers",
    "sync_folder",
    "temporary_folder",
    "write_synced",
    "writing",
]

SENTINEL = "SOURCES.md"
VARIABLE = "CONVOY_GEO_DATA"


def geodata(*parts: str) -> Path:
    """Path of the geodata folder, or of a file or folder in it.

    Parameters
    ----------
    *parts
        Path components below the folder, such as ``"cases", "convoy-2017"``.

    Returns
    -------
    Path
        An existing path.

    Raises
    ------
    GeodataNotFoundError
        If the folder, or the named item in it, does not exist.

    Examples
    --------
    >>> geodata("SOURCES.md").name
    'SOURCES.md'
    """
    path = _root().joinpath(*parts)
    if not path.exists():
        msg = f"{'/'.join(parts)!r} is not in the geodata folder"
        raise GeodataNotFoundError(msg)
    return path


def _root() -> Path:
    chosen = os.environ.get(VARIABLE)
    package = Path(__file__).resolve().parents[1]
    places = [Path(chosen)] if chosen else [package / "geodata", package.parent / "geodata"]
    for place in places:
        if (place / SENTINEL).is_file():
            return place
    msg = f"no geodata folder with a {SENTINEL} in {', '.join(str(place) for place in places)}"
    if chosen:
        msg += f" (${VARIABLE} points there)"
    raise GeodataNotFoundError(msg)


@contextlib.contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Write a file atomically: to a temporary name, synced, then moved into place.

    Parameters
    ----------
    path
        Path of the file. An existing file is replaced only on success, and its permissions are
        kept; a symbolic link is kept, and its target is replaced. A device, such as ``/dev/null``
        or a terminal, is written to directly.

    Yields
    ------
    IO[bytes]
        A binary file to write to.

    Raises
    ------
    OutputFileError
        If the folder is missing or not writable, or the path is not a file: a folder, a pipe, or
        this program's own output.
    """
    try:
        there = _standing(path)
        if there is not None and stat.S_ISCHR(there.st_mode):
            with Path(path).open("wb") as stream:
                yield stream
            return
        target = Path(os.path.realpath(path))
        remove_leftovers(target.parent, target.name)
        handle, name = tempfile.mkstemp(prefix=_prefix(target.name), dir=target.parent)
    except OSError as error:
        raise _failed(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())  # or a power cut may leave an empty file
        # mkstemp creates private files; published files should be readable
        temporary.chmod(stat.S_IMODE(there.st_mode) if there else 0o666 & ~_umask())
        temporary.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise _failed(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


_MARK = "part"
_LEFT = re.compile(rf"\.(?P<name>.*)\.{_MARK}-(?P<host>[\w.]*)-(?P<process>\d+)-[^.]*")


def _prefix(name: str) -> str:
    """Prefix of unfinished files: it identifies the process and the machine."""
    return f".{name[:100]}.{_MARK}-{_host()}-{os.getpid()}-"


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A private temporary folder, removed afterwards; leftovers of killed runs are removed too.

    Yields
    ------
    Path
        An empty folder.

    Raises
    ------
    OutputFileError
        If it cannot be created.
    """
    name = "convoy_geo"
    try:
        root = Path(tempfile.gettempdir())
        remove_leftovers(root, name)
        made = Path(tempfile.mkdtemp(prefix=_prefix(name), dir=root))
    except OSError as error:
        msg = f"cannot make a temporary folder: {error.strerror or error}"
        raise OutputFileError(msg) from error
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _host() -> str:
    return re.sub(r"[^\w.]", "_", platform.node())[:60]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def remove_leftovers(folder: Path, name: str = "") -> None:
    """Remove unfinished files and folders left by killed runs on this machine.

    Parameters
    ----------
    folder
        The folder to clean.
    name
        Only leftovers of this target file; by default all.
    """
    with contextlib.suppress(OSError):
        for left in list(folder.glob(f".*.{_MARK}-*")):
            found = _LEFT.fullmatch(left.name)
            if found is None or found["host"] != _host() or name[:100] not in {"", found["name"]}:
                continue
            if _alive(int(found["process"])):
                continue
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if os.name == "nt":  # Windows cannot remove an open file
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it belongs to another user
        return True
    return True


def write_synced(path: Path, data: bytes) -> None:
    """Write a new file, and wait until it is on disk."""
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Flush the directory entries of a folder to disk, where the system supports it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _failed(path: str | os.PathLike[str], error: OSError) -> OutputFileError:
    if isinstance(error, OutputFileError):
        return error
    return OutputFileError(f"cannot write {str(path)!r}: {error.strerror or error}")


def _standing(path: str | os.PathLike[str]) -> os.stat_result | None:
    """Status of a path, links followed: a file, a device or None; anything else is rejected."""
    try:
        there = Path(path).stat()
    except FileNotFoundError:  # no file yet, or a link whose target does not exist
        return None
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    what = kinds.get(stat.S_IFMT(there.st_mode), "not a file")
    if stat.S_ISREG(there.st_mode):
        if not any(_same_file(there, number) for number in (1, 2)):
            return there
        what = "this program's own output"
    elif stat.S_ISCHR(there.st_mode):
        return there
    msg = f"cannot write {str(path)!r}: it is {what}; give the path of a file"
    raise OutputFileError(msg)


def _same_file(there: os.stat_result, number: int) -> bool:
    try:
        return os.path.samestat(there, os.fstat(number))
    except OSError:  # closed
        return False
