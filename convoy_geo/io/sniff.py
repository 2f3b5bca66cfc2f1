"""Identify files by their content; all files are opened through this module.

A name proves nothing: a text file called ``x.gpkg`` can make a library fetch an address. So a file
is identified by its first bytes, and a file that does not match its suffix is rejected before any
other code reads it. Only regular files are read: reading a pipe or a device might never end.
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
"""Number of bytes from the start of a file used to identify it."""

GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
"""Application ids in the header of an SQLite file (OGC 12-128r18, requirement 2)."""

CONTENTS = (
    "GeoPackage", "SQLite", "FlatGeobuf", "shapefile", "zip", "gzip", "Parquet", "XML", "JSON",
    "text", "binary", "empty",
)  # fmt: skip
"""The kinds of content that `sniff` distinguishes."""

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
    """The identified content of a file.

    Parameters
    ----------
    kind
        One of `CONTENTS`.
    root
        For XML, the local name of the root element, such as ``kml``; empty if it is not near the
        start.
    encoding
        For text, JSON and XML with a byte order mark, the encoding; otherwise empty.
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
    """The error that forbids reading a file, if any; the file is not opened.

    Parameters
    ----------
    path
        The file.
    name
        Name of the file in errors.
    inside
        A folder that must contain the file after links are resolved: a link in someone else's case
        must not lead to other files of the user.
    large
        Whether any size is allowed because the file is read in pieces.
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
            stat.S_IFDIR: "a folder, not a file", stat.S_IFIFO: "a pipe, not a file",
            stat.S_IFSOCK: "a socket, not a file", stat.S_IFCHR: "a device, not a file",
            stat.S_IFBLK: "a device, not a file",
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
        # non-blocking: a pipe may have replaced the file in the meantime
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
    """Identify a file by its first bytes.

    Parameters
    ----------
    data
        The start of the file, at least 4 kB, or all of a shorter file.

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
    """The local name of the root element of XML, if present."""
    at = 0
    while found := _PROLOG.match(text, at):
        at = found.end()
    root = _ROOT.match(text, at)
    return root[1] if root else ""


def check_content(
    path: str | os.PathLike[str], name: str, kinds: Collection[str], what: str
) -> Content:
    """Reject a file that does not match its name.

    Parameters
    ----------
    path, name
        The file, and its name in errors.
    kinds
        Allowed members of `CONTENTS`; ``XML:kml`` is XML with this root element.
    what
        The expected content, in words.

    Raises
    ------
    ExchangeFileError
        If the content differs, or it is not a regular file.
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
