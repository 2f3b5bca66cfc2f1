"""What a file is by its content, and the one way in which files are opened.

A name proves nothing: a text called ``x.gpkg`` can make a library fetch an address. So a file is
told by the bytes that it starts with, and one that is not what its suffix says is refused before
anything else looks at it. Only regular files are read: a pipe or a device would never end.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.io.limits import limits

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["CONTENTS", "Content", "check_content", "read_bytes", "regular_fault", "sniff"]

HEAD = 4096
"""Bytes from the start of a file from which its content is recognised."""

GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
"""Application ids in the header of an SQLite file (OGC 12-128r18, requirement 2)."""

CONTENTS = (
    "GeoPackage", "SQLite", "FlatGeobuf", "shapefile", "zip", "gzip", "Parquet", "XML", "JSON",
    "text", "binary", "empty",
)  # fmt: skip
"""What `sniff` can tell apart."""

_MAGIC = (
    (b"fgb\x03fgb", "FlatGeobuf"),
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"PAR1", "Parquet"),
)
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
_PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>|\s+)", re.DOTALL)
_ROOT = re.compile(r"\s*<(?:[\w.-]+:)?([\w.-]+)")


@dataclass(frozen=True)
class Content:
    """What a file is.

    Parameters
    ----------
    kind
        One of `CONTENTS`.
    root
        For XML the local name of the root element, such as ``kml``; empty if it is not near the
        start.
    encoding
        For text, JSON and XML that starts with a byte order mark, its encoding; empty else.
    """

    kind: str
    root: str = ""
    encoding: str = ""

    def __str__(self) -> str:
        if self.root:
            return f"XML with the root element {self.root}"
        words = {"text": "plain text", "binary": "binary data", "empty": "an empty file"}
        return words.get(self.kind, self.kind)


def regular_fault(
    path: str | os.PathLike[str],
    name: str,
    *,
    inside: str | os.PathLike[str] | None = None,
    large: bool = False,
) -> Fault | None:
    """What forbids reading a file at all, if anything; the file is not opened.

    Parameters
    ----------
    path
        The file.
    name
        What the fault shall call it.
    inside
        A folder that the file must be in, links followed: a link in somebody's case must not lead
        to other files of the reader.
    large
        Whether it may be of any size, because it is read piece by piece.
    """
    try:
        there = Path(path).stat()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if isinstance(error, FileNotFoundError):
            problem = "a link to nothing" if Path(path).is_symlink() else "missing file"
        else:
            problem = f"unreadable file ({getattr(error, 'strerror', None) or error})"
        return Fault(name, 0, "", "", problem, "a file of this name that can be read")
    problem = _irregular(there, large=large)
    if problem:
        return Fault(name, 0, "", "", problem, "a regular file")
    if inside is not None:
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(os.path.realpath(inside)):
            allowed = "a file in this folder, or a link to one"
            return Fault(name, 0, "", "", "a link that leaves the folder", allowed)
    return None


def _irregular(there: os.stat_result, *, large: bool = False) -> str:
    if not stat.S_ISREG(there.st_mode):
        kinds = {
            stat.S_IFDIR: "a folder, no file", stat.S_IFIFO: "a pipe, no file",
            stat.S_IFSOCK: "a socket, no file", stat.S_IFCHR: "a device, no file",
            stat.S_IFBLK: "a device, no file",
        }  # fmt: skip
        return kinds.get(stat.S_IFMT(there.st_mode), "no regular file")
    if there.st_size > limits().file_bytes and not large:
        return f"a file of {there.st_size:,} bytes, over the limit file_bytes"
    return ""


def read_bytes(
    path: str | os.PathLike[str], name: str, *, inside: str | os.PathLike[str] | None = None
) -> bytes:
    """All bytes of a regular file.

    Parameters
    ----------
    path, name, inside
        As for `regular_fault`.

    Raises
    ------
    ExchangeFileError
        If it is missing, a pipe, a device, a folder, too large or cannot be read.
    """
    if fault := regular_fault(path, name, inside=inside):
        raise ExchangeFileError([fault])
    most = limits().file_bytes
    try:
        # without waiting: should a pipe have taken the file's place since, it is not waited for
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        with os.fdopen(handle, "rb") as file:
            problem = _irregular(os.fstat(file.fileno()))
            data = b"" if problem else file.read(most + 1)
    except OSError as error:
        problem = f"unreadable file ({error.strerror or error})"
    else:
        if len(data) > most:
            problem = "a file that grows, over the limit file_bytes"
    if problem:
        fault = Fault(name, 0, "", "", problem, "a regular file that can be read")
        raise ExchangeFileError([fault])
    return data


def sniff(data: bytes) -> Content:
    """What a file is, by its first bytes.

    Parameters
    ----------
    data
        The start of the file, 4 kB or more; all of a shorter one.

    Examples
    --------
    >>> sniff(b'{"type": "FeatureCollection"}').kind
    'JSON'
    >>> str(sniff(b"<OGRVRTDataSource/>"))
    'XML with the root element OGRVRTDataSource'
    """
    head = data[:HEAD]
    if head.startswith(b"SQLite format 3\0"):
        return Content("GeoPackage" if head[68:72] in GEOPACKAGE_IDS else "SQLite")
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return Content(kind)
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    if not encoding and b"\0" in head:
        return Content("binary")
    text = head.decode(encoding or "utf-8", errors="replace").removeprefix("\ufeff")
    kind = {"{": "JSON", "[": "JSON", "<": "XML", "": "empty"}.get(text.lstrip()[:1], "text")
    return Content(kind, _root(text) if kind == "XML" else "", encoding)


def _root(text: str) -> str:
    """The local name of the root element of XML, if it is there."""
    at = 0
    while found := _PROLOG.match(text, at):
        at = found.end()
    root = _ROOT.match(text, at)
    return root[1] if root else ""


def check_content(
    path: str | os.PathLike[str], name: str, kinds: Collection[str], what: str
) -> Content:
    """Refuse a file that is not what its name says.

    Parameters
    ----------
    path, name
        The file, and what a fault shall call it.
    kinds
        Members of `CONTENTS` that it may be; ``XML:kml`` for XML with this root element.
    what
        What it should be, in words.

    Raises
    ------
    ExchangeFileError
        If it is something else, or no regular file.
    """
    if fault := regular_fault(path, name):
        raise ExchangeFileError([fault])
    try:
        with Path(path).open("rb") as file:
            content = sniff(file.read(HEAD))
    except OSError as error:
        problem = f"unreadable file ({error.strerror or error})"
        fault = Fault(name, 0, "", "", problem, "a file that can be read")
        raise ExchangeFileError([fault]) from error
    if content.kind in kinds or f"{content.kind}:{content.root}" in kinds:
        return content
    problem = f"the content is {content}, not what the name says"
    raise ExchangeFileError([Fault(name, 0, "", "", problem, what)])
