"""Coordinates as short texts: rounded, differenced, zigzagged, in digits of six bits.

The idea is Google's encoded polyline algorithm; the digits are those of URL-safe base64, of which
JSON escapes none. A river of 250 points takes about 1 kB instead of 5 kB as GeoJSON.
`assets/page/` holds the reader.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["pack", "pack_numbers", "unpack"]

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
VALUES = {digit: value for value, digit in enumerate(DIGITS)}


@lru_cache(maxsize=20_000)
def _written(step: int) -> str:
    """A whole number in digits; the same steps come again and again along a line."""
    rest = step * 2 if step >= 0 else -step * 2 - 1
    digits = ""
    while rest > 31:
        digits += DIGITS[32 | rest & 31]
        rest >>= 5
    return digits + DIGITS[rest]


def pack(points: Iterable[Sequence[float]], precision: int = 5) -> str:
    """Write positions as text.

    Parameters
    ----------
    points
        Pairs (or longer) of lon, lat in WGS 84 decimal degrees.
    precision
        Decimal places kept, 0 to 7; 5 is about a metre. Positions that become equal to the one
        before are left out.

    Returns
    -------
    str
        Letters, digits, ``-`` and ``_``.

    Raises
    ------
    ValueError
        If a coordinate is not a number on the globe.

    Examples
    --------
    >>> pack([(38.8711, 34.88533), (38.8712, 34.88533)])
    'sgotHqx90GUA'
    """
    scale = 10**precision
    numbers: list[tuple[int, int]] = []
    for lon, lat, *_ in points:
        if not (-360 <= lon <= 360 and -90 <= lat <= 90):
            msg = f"not a position on the globe: lon {lon!r}, lat {lat!r}"
            raise ValueError(msg)
        position = round(lon * scale), round(lat * scale)
        if not numbers or position != numbers[-1]:
            numbers.append(position)
    return pack_numbers(numbers)


def pack_numbers(pairs: Iterable[Sequence[int]]) -> str:
    """Write pairs of whole numbers as text, equal neighbours too; `unpack` reads them.

    Examples
    --------
    >>> unpack(pack_numbers([(3, -1), (3, -1), (5, 0)]), 0)
    [(3.0, -1.0), (3.0, -1.0), (5.0, 0.0)]
    """
    digits: list[str] = []
    east = north = 0
    for x, y in pairs:
        digits += (_written(x - east), _written(y - north))
        east, north = x, y
    return "".join(digits)


def unpack(text: str, precision: int = 5) -> list[tuple[float, float]]:
    """Read positions that `pack` wrote.

    Parameters
    ----------
    text
        What `pack` returned.
    precision
        The precision it was given.

    Returns
    -------
    list of tuple
        Pairs of lon, lat.

    Examples
    --------
    >>> unpack("sgotHqx90GUA")
    [(38.8711, 34.88533), (38.8712, 34.88533)]
    """
    numbers: list[int] = []
    value = shift = 0
    for digit in text:
        bits = VALUES[digit]
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            numbers.append(-(value + 1 >> 1) if value & 1 else value >> 1)
            value = shift = 0
    points: list[tuple[float, float]] = []
    lon = lat = 0
    for east, north in zip(numbers[::2], numbers[1::2], strict=True):
        lon += east
        lat += north
        points.append((lon / 10**precision, lat / 10**precision))
    return points
