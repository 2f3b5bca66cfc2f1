"""Where the geodata folder is: in a wheel, beside the package in a checkout, or by choice.

The folder counts as ours only when it holds ``SOURCES.md``, so that a stray folder of the same
name in site-packages is never read (the idea of a sentinel file is pyproj's).
"""

from __future__ import annotations

import contextlib
import os
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
    package = Path(__file__).resolve().parent
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
        Where the file shall stand. What stood there is replaced only on success.

    Yields
    ------
    IO[bytes]
        A binary file to write to.

    Raises
    ------
    OutputFileError
        If the folder is missing or cannot be written.
    """
    target = Path(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        msg = f"cannot write {str(path)!r}: {error.strerror or error}"
        raise OutputFileError(msg) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)  # mkstemp is private; a published file is not
        temporary.replace(target)
    except OSError as error:
        msg = f"cannot write {str(path)!r}: {error.strerror or error}"
        raise OutputFileError(msg) from error
    finally:
        temporary.unlink(missing_ok=True)
