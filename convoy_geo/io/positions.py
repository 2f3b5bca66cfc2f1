"""Positions as written in tables: decimal, degrees and minutes, UTM, MGRS."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import MissingExtraError

if TYPE_CHECKING:
    from pyproj import Transformer

__all__ = ["angle", "from_crs", "position"]

_MINUS = str.maketrans(
    "\u2212\u2013\u00ba\u02da\u2019\u2032\u201d\u2033\u00a0", "--\u00b0\u00b0''\"\" "
)
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_EXPONENT = re.compile(r"[-+]?(?:\d+[.,]\d+[eE][-+]?|\d+[eE][-+])\d{1,3}")
_SEXAGESIMAL = re.compile(
    r"(?:[NSEW]\s*[-+]?\s*(?=.*[^NSEW]$)|[-+]?\s*)\d{1,3}(?:\.\d+)?\s*"
    r"(?:[°d:\s]\s*(?:\d{1,2}(?:\.\d+)?\s*(?:['m:\s]\s*(?:\d{1,2}(?:\.\d+)?\s*(?:\"|''|s)?\s*)?)?)?)?"
    r"[NSEW]?",
    re.IGNORECASE,
)
LONGEST = 60
"""Maximum length of a coordinate, in characters."""
_PAIR = re.compile(r"([-+]?\d+(?:\.\d+)?)°?\s*[,;/ ]\s*([-+]?\d+(?:\.\d+)?)°?")
_COMMA_PAIR = re.compile(r"([-+]?\d+(?:,\d+)?)°?\s*[;/ ]\s*([-+]?\d+(?:,\d+)?)°?")
_MGRS = re.compile(r"\d{1,2}[C-HJ-NP-X][A-HJ-NP-Z][A-HJ-NP-V]\d{2,10}")
_UTM = re.compile(
    r"(\d{1,2})\s*([C-HJ-NP-X])[\s,:]+(\d{5,7}(?:\.\d+)?)\s*(?:m?E)?"
    r"[\s,;]+(\d{5,8}(?:\.\d+)?)\s*(?:m?N)?"
)


def angle(text: str) -> float:
    r"""Parse one coordinate into degrees.

    Parameters
    ----------
    text
        Decimal, with a point or a comma, or degrees, minutes and seconds; with N, S, E, W or a
        sign.

    Raises
    ------
    ValueError
        If the text is not a coordinate.

    Examples
    --------
    >>> angle("34,5583"), angle("34° 30' S")
    (34.5583, -34.5)
    """
    plain = text.translate(_MINUS).strip().removeprefix("'").strip()
    if _PLAIN.fullmatch(plain) or _EXPONENT.fullmatch(plain):
        return float(plain.replace(",", "."))
    # lat-lon-parser accepts more than coordinates: 0x10, 1e2, 1_0 or 5%
    if len(plain) > LONGEST or not _SEXAGESIMAL.fullmatch(_COMMA.sub(".", plain)):
        msg = f"not a coordinate: {text!r}"
        raise ValueError(msg)
    import lat_lon_parser  # type: ignore[import-untyped]  # noqa: PLC0415

    return float(lat_lon_parser.parse(_COMMA.sub(".", plain)))


def position(text: str) -> tuple[float, float]:
    r"""Parse lon and lat from one cell; without hemisphere letters, latitude comes first.

    Parameters
    ----------
    text
        A pair of coordinates as in `angle`, or a UTM or MGRS position.

    Raises
    ------
    ValueError
        If the text is not a position.
    MissingExtraError
        If it is MGRS and the extra ``files`` is not installed.

    Examples
    --------
    >>> position("34.5583, 38.2741"), position("38°30'E 34°15'N")
    ((38.2741, 34.5583), (38.5, 34.25))
    """
    plain = text.translate(_MINUS).strip().strip("()[]").strip()
    close = re.sub(r"\s+", "", plain.upper())
    if _MGRS.fullmatch(close):
        return _from_mgrs(close)
    if found := _UTM.fullmatch(plain.upper()):
        zone, band, east, north = found.groups()
        lon, lat = _utm(int(zone), south=band < "N").transform(float(east), float(north))
        return float(lon), float(lat)
    for pattern in (_PAIR, _COMMA_PAIR):
        if found := pattern.fullmatch(plain):
            lat, lon = (float(part.replace(",", ".")) for part in found.groups())
            return lon, lat
    parts = _halves(plain)
    if parts is None:
        msg = f"not a position: {text!r}"
        raise ValueError(msg)
    first, second = (angle(part) for part in parts)
    if re.search("[EWew]", parts[0]) or re.search("[NSns]", parts[1]):
        return first, second
    return second, first


def _halves(text: str) -> tuple[str, str] | None:
    """Two coordinates with hemisphere letters, or separated by a comma."""
    behind = re.fullmatch(r"(.*\d.*?[NSEWnsew])[\s,;/]*(.*\d.*?[NSEWnsew])", text)
    before = re.fullmatch(r"([NSEWnsew].*\d\S*?)[\s,;/]*([NSEWnsew].*\d.*)", text)
    if found := before or behind:
        return found[1].strip(" ,;/"), found[2].strip(" ,;/")
    parts = re.split(r"\s*[,;/]\s*", text)
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None


def from_crs(x: float, y: float, crs: str) -> tuple[float, float]:
    """Convert a position from another coordinate reference system to lon and lat.

    Raises
    ------
    ValueError
        If there is no such system, or the position is outside it.
    """
    lon, lat = _transformer(crs).transform(x, y)
    return float(lon), float(lat)


@cache
def _transformer(crs: str) -> Transformer:
    import pyproj  # noqa: PLC0415

    try:
        return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.CRSError as error:
        msg = f"unknown coordinate reference system {crs!r}; use one such as EPSG:32637"
        raise ValueError(msg) from error


def _utm(zone: int, *, south: bool) -> Transformer:
    if not 1 <= zone <= 60:
        msg = f"no UTM zone {zone}"
        raise ValueError(msg)
    return _transformer(f"EPSG:{(32700 if south else 32600) + zone}")


def _from_mgrs(text: str) -> tuple[float, float]:
    try:
        import mgrs  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError as error:
        what = "an MGRS position"
        raise MissingExtraError(what, "files") from error
    converter: Any = mgrs.MGRS()
    try:
        lat, lon = converter.toLatLon(text)
    except mgrs.core.MGRSError as error:
        msg = f"not an MGRS position: {text!r}"
        raise ValueError(msg) from error
    return float(lon), float(lat)
