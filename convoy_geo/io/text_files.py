"""Read text files, with errors that locate the first invalid byte."""

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
"""The UTF-8 byte order mark, which is not part of the text."""
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks of UTF-32 and UTF-16, the longer ones first."""


def read_text(file: str | os.PathLike[str]) -> str:
    """The text of a file, with unchanged line ends, so that offsets remain valid.

    Offsets, lengths and hashes always refer to this text: a byte order mark is not part of it, in
    any encoding, so the spans of a text saved with one stay valid.

    Parameters
    ----------
    file
        Path of a file in UTF-8, with or without a byte order mark (or UTF-16 and UTF-32 with one);
        ``-`` for standard input.

    Raises
    ------
    TextFileError
        If it is not text, has another encoding (the message gives the byte), or is not a regular
        file: reading a pipe or a device may never end.
    FileNotFoundError
        If it does not exist.
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
    """Decode bytes as text, without a leading byte order mark.

    Parameters
    ----------
    data
        The bytes.
    name
        Name used in errors.

    Raises
    ------
    TextFileError
        If they are not text, or are in another encoding.

    Examples
    --------
    >>> decode_text("Rāwah".encode("utf-8-sig"), "a.txt")
    'Rāwah'
    """
    encoding = next((encoding for mark, encoding in MARKS if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and (zero := data.find(b"\0")) >= 0:
        msg = f"{name}: byte {zero} is zero: a binary file, not text"
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
