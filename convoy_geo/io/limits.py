"""How large a file, a row or a tree may be: one place, documented, changeable.

A file from elsewhere can be made to fill the memory or the stack of whoever opens it. What is over
a limit is refused with one line that names the limit. To read a larger file on purpose, set
``CONVOY_GEO_LIMITS``, such as ``CONVOY_GEO_LIMITS="file_bytes=4e9,rows=1e7"``, or use
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
    """What may be read.

    Parameters
    ----------
    file_bytes
        Bytes of a file.
    unpacked_bytes
        Bytes of what a zip holds, or of a Parquet table, once unpacked.
    zip_entries
        Files in a zip.
    rows
        Rows or features of a file.
    columns
        Columns of a table.
    cell_characters
        Characters of one cell or of one text of a feature.
    nesting
        How deep brackets, elements and collections of shapes may lie in each other.
    elements
        Elements of an XML document.
    vertices
        Vertices of one shape.
    record_bytes
        Bytes of one line of an archive of texts.
    child_seconds
        Seconds of a child process that reads a file with GDAL.
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
    """The limits that hold now: those of `changed_limits`, of the environment, or the default.

    Raises
    ------
    ValueError
        If the environment variable names no limit, or gives it no number above 0.

    Examples
    --------
    >>> limits().nesting
    100
    """
    return _changed.get() or _named(os.environ.get(VARIABLE, ""))


@contextlib.contextmanager
def changed_limits(**values: int) -> Iterator[FileLimits]:
    """Other limits for what runs inside.

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
