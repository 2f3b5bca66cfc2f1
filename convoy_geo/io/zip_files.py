"""What a zip holds, unpacked in memory and within the limits; nothing is written to the disk."""

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
"""What `zipfile` raises for damaged, encrypted and strangely packed files."""


def unpack(data: bytes, name: str, *, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The files of a zip that are wanted, by their names in it, in its order.

    Parameters
    ----------
    data
        The zip's bytes.
    name
        What faults shall call it.
    wanted
        Whether a file of this name is. Leftovers of macOS (``__MACOSX/``, ``._x``) never are.

    Raises
    ------
    ExchangeFileError
        If it is damaged, encrypted, packed in an unknown manner or over a limit.
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
                    unpacked = stream.read(left + 1)  # a header may say less than there is
                if len(unpacked) > left:
                    return _refuse(name, entry, "too large, over the limit unpacked_bytes")
                left -= len(unpacked)
                found[entry] = unpacked
    except BROKEN as error:
        return _refuse(name, entry, f"damaged or packed in an unknown manner ({_words(error)})")
    return found


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _refuse(name: str, entry: str, problem: str) -> dict[str, bytes]:
    raise ExchangeFileError([Fault(name, 0, "", entry, problem, "a zip that can be unpacked")])
