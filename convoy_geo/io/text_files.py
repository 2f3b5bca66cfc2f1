"""Texts out of files, with errors that say where a file stops being text."""

from __future__ import annotations

import codecs
import errno
import os
import sys
from pathlib import Path

from convoy_geo.errors import ExchangeFileError, TextFileError
from convoy_geo.io.sniff import read_bytes

__all__ = ["decode_text", "read_text"]

MARK = "\ufeff"
"""What an editor may put before a text in UTF-8: the file's, no letter of the text."""
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""What a file begins with that is UTF-32 or UTF-16; the longer marks first."""


def read_text(file: str | os.PathLike[str]) -> str:
    """The text of a file, line ends as they are, so that offsets stay true.

    Offsets, lengths and hashes are of this text everywhere: a byte order mark is no part of it, in
    any encoding, so a text saved with one keeps its spans.

    Parameters
    ----------
    file
        Path of a file in UTF-8, with a mark or without (or UTF-16 and UTF-32 with theirs); ``-``
        for standard input.

    Raises
    ------
    TextFileError
        If it is no text or in another encoding (the message names the byte), or no regular file:
        a pipe or a device may never end.
    FileNotFoundError
        If it is not there.
    """
    if str(file) == "-":
        return decode_text(sys.stdin.buffer.read(), "standard input")
    if not Path(file).exists() and not Path(file).is_symlink():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    try:
        data = read_bytes(file, str(file))
    except ExchangeFileError as error:
        msg = f"{file}: {error.faults[0].problem}"
        raise TextFileError(msg) from error
    return decode_text(data, str(file))


def decode_text(data: bytes, name: str) -> str:
    """Bytes as text, without the byte order mark that they may begin with.

    Parameters
    ----------
    data
        The bytes.
    name
        What to call them in an error.

    Raises
    ------
    TextFileError
        If they are no text, or text in another encoding.

    Examples
    --------
    >>> decode_text("Rāwah".encode("utf-8-sig"), "a.txt")
    'Rāwah'
    """
    encoding = next((encoding for mark, encoding in MARKS if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and (zero := data.find(b"\0")) >= 0:
        msg = f"{name}: byte {zero} is zero: a binary file, no text"
        raise TextFileError(msg)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        byte = f" (0x{data[error.start]:02x})" if error.start < len(data) else ""
        msg = (
            f"{name}: byte {error.start}{byte} is not {encoding.upper()}: {error.reason}; "
            "convert the file to UTF-8 first"
        )
        raise TextFileError(msg) from error
    return text.removeprefix(MARK) if encoding == "utf-8" else text
