"""Find the folder of a case: a bundled case by its name, or the user's own by its path."""

from __future__ import annotations

from pathlib import Path

from convoy_geo.errors import CaseNotFoundError, OutputFileError
from convoy_geo.io.files import geodata
from convoy_geo.model.case_info import CASE_FILE

__all__ = ["case_folder", "case_names", "own_folder"]


def case_names() -> list[str]:
    """Names of the cases bundled with the library."""
    return sorted(path.parent.name for path in geodata("cases").glob(f"*/{CASE_FILE}"))


def case_folder(name: str | Path) -> Path:
    """The folder of a case.

    Parameters
    ----------
    name
        Name of a bundled case, or path of a folder with a case.toml. The name of a bundled case
        always refers to that case, regardless of existing folders: for a folder of the same name
        write ``./convoy-2017``, or pass a `Path`.

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
        msg = f"folder {str(name)!r} does not contain {CASE_FILE}"
    else:
        msg = f"unknown case {str(name)!r}: not a folder, and not one of {', '.join(case_names())}"
    raise CaseNotFoundError(msg)


def own_folder(name: str | Path) -> Path:
    """The path of a case to be written: it must not be the name of a bundled case.

    Parameters
    ----------
    name
        Path of a folder, which need not exist.

    Raises
    ------
    OutputFileError
        If it is the name of a bundled case.

    Examples
    --------
    >>> own_folder("my-folder").name
    'my-folder'
    """
    if _ships(name):
        msg = (
            f"{name!r} is a bundled case, which cannot be changed; "
            f"write ./{name} for a folder of that name"
        )
        raise OutputFileError(msg)
    return Path(name)


def _ships(name: str | Path) -> bool:
    """Whether this is the name of a bundled case; a `Path` is always a path."""
    return isinstance(name, str) and name in case_names()
