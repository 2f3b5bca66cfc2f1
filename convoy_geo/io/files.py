"""Where the geodata folder is: in a wheel, beside the package in a checkout, or by choice.

The folder counts as ours only when it holds ``SOURCES.md``, so that a stray folder of the same
name in site-packages is never read (the idea of a sentinel file is pyproj's).
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.errors import GeodataNotFoundError, OutputFileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

__all__ = ["geodata", "writing"]

SENTINEL = "SOURCES.md"
VARIABLE = "CONVOY_GEO_DATA"


def geodata(*parts: str) -> Path:
    """Path of the geodata folder, or of a file or folder in it.

    Parameters
    ----------
    *parts
        Names below the folder, such as ``"cases", "convoy-2017"``.

    Returns
    -------
    Path
        An existing path.

    Raises
    ------
    GeodataNotFoundError
        If the folder, or the named thing in it, is not there.

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
    """Write a file whole or not at all: to a temporary name, then moved into place.

    Parameters
    ----------
    path
        Where the file shall stand. What stood there is replaced only on success and keeps its
        permissions; a symbolic link stays one, and what it leads to is written. A device, such as
        ``/dev/null`` or a terminal, is written to as it is.

    Yields
    ------
    IO[bytes]
        A binary file to write to.

    Raises
    ------
    OutputFileError
        If the folder is missing or cannot be written, or something else than a file stands there:
        a folder, a pipe, what the program itself prints to.
    """
    try:
        there = _standing(path)
        if there is not None and stat.S_ISCHR(there.st_mode):
            with Path(path).open("wb") as stream:
                yield stream
            return
        target = Path(os.path.realpath(path))
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    except OSError as error:
        raise _failed(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        umask = os.umask(0)
        os.umask(umask)
        # mkstemp is private; a published file is not
        temporary.chmod(stat.S_IMODE(there.st_mode) if there else 0o666 & ~umask)
        temporary.replace(target)
    except OSError as error:
        raise _failed(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _failed(path: str | os.PathLike[str], error: OSError) -> OutputFileError:
    if isinstance(error, OutputFileError):
        return error
    return OutputFileError(f"cannot write {str(path)!r}: {error.strerror or error}")


def _standing(path: str | os.PathLike[str]) -> os.stat_result | None:
    """What stands at a path, links followed: a file, a device or None; all else is refused."""
    try:
        there = Path(path).stat()
    except FileNotFoundError:  # nothing, or a link to nothing yet
        return None
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    what = kinds.get(stat.S_IFMT(there.st_mode), "no file")
    if stat.S_ISREG(there.st_mode):
        if not any(_same_file(there, number) for number in (1, 2)):
            return there
        what = "what this program prints to"
    elif stat.S_ISCHR(there.st_mode):
        return there
    msg = f"cannot write {str(path)!r}: it is {what}; name a file"
    raise OutputFileError(msg)


def _same_file(there: os.stat_result, number: int) -> bool:
    try:
        return os.path.samestat(there, os.fstat(number))
    except OSError:  # closed
        return False
