"""Which folder a case is in: one that ships, by its name, or one of somebody's own, by its path."""

from __future__ import annotations

from pathlib import Path

from convoy_geo.errors import CaseNotFoundError, OutputFileError
from convoy_geo.io.files import geodata
from convoy_geo.model.case_info import CASE_FILE

__all__ = ["case_folder", "case_names", "own_folder"]


def case_names() -> list[str]:
    """Names of the cases that ship with the library."""
    return sorted(path.parent.name for path in geodata("cases").glob(f"*/{CASE_FILE}"))


def case_folder(name: str | Path) -> Path:
    """The folder of a case.

    Parameters
    ----------
    name
        Name of a case that ships with the library, or path of a folder with a case.toml. The name
        of a case that ships always means that case, whatever folders are around: write
        ``./convoy-2017``, or give a `Path`, for a folder of that name.

    Raises
    ------
    CaseNotFoundError
        If there is no such case.
    """
    if _ships(name):
        return geodata("cases", str(name))
    path = Path(name)
    try:
        if (path / CASE_FILE).is_file():
            return path
        there = path.is_dir()
    except OSError as error:  # such as a name of 300 letters
        msg = f"no case {str(name)!r}: {error.strerror or error}"
        raise CaseNotFoundError(msg) from error
    if there:
        msg = f"folder {str(name)!r} holds no {CASE_FILE}"
    else:
        msg = f"no case {str(name)!r}: neither a folder nor one of {', '.join(case_names())}"
    raise CaseNotFoundError(msg)


def own_folder(name: str | Path) -> Path:
    """The path of a case that is to be written to: not the name of one that ships.

    Parameters
    ----------
    name
        Path of a folder, there or not yet.

    Raises
    ------
    OutputFileError
        If it is the name of a case that ships.

    Examples
    --------
    >>> own_folder("my-folder").name
    'my-folder'
    """
    if _ships(name):
        msg = (
            f"{name!r} is a case that ships, and stays as it is; "
            f"write ./{name} for a folder of that name"
        )
        raise OutputFileError(msg)
    return Path(name)


def _ships(name: str | Path) -> bool:
    """Whether this is a name, and that of a case that ships; a `Path` is always a path."""
    return isinstance(name, str) and name in case_names()
