"""Size limits of files, rows and trees: defined in one place, documented, adjustable.

A crafted file could exhaust the memory or the stack of the program that opens it. Anything over a
limit is rejected with one line that names the limit. To read a larger file on purpose, set
``CONVOY_GEO_LIMITS``, for example ``CONVOY_GEO_LIMITS="file_bytes=4e9,rows=1e7"``, or use
`changed_limits` in Python.
"""

from __future__ import annotations

import contextlib
import os
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FileLimits", "changed_limits", "limits"]

VARIABLE = "CONVOY_GEO_LIMITS"


@dataclass(frozen=True)
class FileLimits:
    """The limits for reading files.

    Parameters
    ----------
    file_bytes
        Size of a file in bytes.
    unpacked_bytes
        Unpacked size in bytes of a zip or a Parquet table.
    zip_entries
        Number of files in a zip.
    rows
        Number of rows or features in a file.
    columns
        Number of columns in a table.
    cell_characters
        Length of one cell, or of one text of a feature.
    nesting
        Nesting depth of brackets, elements and geometry collections.
    elements
        Number of elements in an XML document.
    vertices
        Number of vertices in one shape.
    record_bytes
        Length in bytes of one line in an archive of texts.
    child_seconds
        Time limit in seconds of a child process that reads a file with GDAL.
    """

    file_bytes: int = 500_000_000
    unpacked_bytes: int = 500_000_000
    zip_entries: int = 10_000
    rows: int = 2_000_000
    columns: int = 2_000
    cell_characters: int = 1_000_000
    nesting: int = 100
    elements: int = 10_000_000
    vertices: int = 5_000_000
    record_bytes: int = 64_000_000
    child_seconds: int = 120


_changed: ContextVar[FileLimits | None] = ContextVar("limits", default=None)


def limits() -> FileLimits:
    """The current limits: those of `changed_limits`, of the environment, or the defaults.

    Raises
    ------
    ValueError
        If the environment variable has an unknown name, or a value that is not a positive number.

    Examples
    --------
    >>> limits().nesting
    100
    """
    return _changed.get() or _named(os.environ.get(VARIABLE, ""))


@contextlib.contextmanager
def changed_limits(**values: int) -> Iterator[FileLimits]:
    """Use other limits inside a `with` block.

    Parameters
    ----------
    **values
        Fields of `FileLimits`.

    Examples
    --------
    >>> with changed_limits(rows=10):
    ...     limits().rows
    10
    """
    token = _changed.set(replace(limits(), **values))
    try:
        yield limits()
    finally:
        _changed.reset(token)


@lru_cache(maxsize=8)
def _named(text: str) -> FileLimits:
    known = {one.name for one in fields(FileLimits)}
    values = {}
    for part in filter(None, map(str.strip, text.split(","))):
        name, _, figure = map(str.strip, part.partition("="))
        try:
            value = int(float(figure))
        except (ValueError, OverflowError):
            value = 0
        if name not in known or value < 1:
            msg = f"${VARIABLE}: {part!r} is not NAME=NUMBER; names: {', '.join(sorted(known))}"
            raise ValueError(msg)
        values[name] = value
    return FileLimits(**values)
