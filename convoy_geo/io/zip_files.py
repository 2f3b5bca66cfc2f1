"""Unpack zip files in memory and within the limits; nothing is written to disk."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from typing import TYPE_CHECKING

from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.io.limits import limits

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["unpack"]

BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError,
    OSError, ValueError, OverflowError,
)  # fmt: skip
"""Exceptions of `zipfile` for damaged, encrypted or unusually packed files."""


def unpack(data: bytes, name: str, *, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The requested files of a zip, by name, in archive order.

    Parameters
    ----------
    data
        The zip's bytes.
    name
        Name of the zip in errors.
    wanted
        Whether to unpack a file of this name. macOS metadata (``__MACOSX/``, ``._x``) is always
        skipped.

    Raises
    ------
    ExchangeFileError
        If it is damaged, encrypted, packed with an unknown method, or over a limit.
    """
    found: dict[str, bytes] = {}
    left = limits().unpacked_bytes
    entry = ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > limits().zip_entries:
                return _refuse(
                    name, "", f"{len(entries):,} files in it, over the limit zip_entries"
                )
            for info in entries:
                entry = info.filename
                last = entry.rpartition("/")[2]
                hidden = entry.startswith("__MACOSX/") or last.startswith("._")
                if info.is_dir() or hidden or not wanted(entry):
                    continue
                if entry in found:
                    return _refuse(name, entry, "twice in the zip")
                if info.file_size > left:
                    return _refuse(name, entry, "too large, over the limit unpacked_bytes")
                with archive.open(info) as stream:
                    unpacked = stream.read(left + 1)  # a header may understate the size
                if len(unpacked) > left:
                    return _refuse(name, entry, "too large, over the limit unpacked_bytes")
                left -= len(unpacked)
                found[entry] = unpacked
    except BROKEN as error:
        return _refuse(name, entry, f"damaged, or packed with an unknown method ({_words(error)})")
    return found


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _refuse(name: str, entry: str, problem: str) -> dict[str, bytes]:
    raise ExchangeFileError([Fault(name, 0, "", entry, problem, "a zip that can be unpacked")])
