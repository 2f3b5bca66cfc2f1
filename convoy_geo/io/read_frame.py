"""Read a file of another tool as a GeoDataFrame, with the readers of `import` and `map`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.io.read_file import read_found
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

__all__ = ["read_file"]


@checks_types
def read_file(
    path: str | Path, *, columns: Mapping[str, str] | None = None, crs: str = ""
) -> gpd.GeoDataFrame:
    """Read the features of a file written by another tool.

    Parameters
    ----------
    path
        CSV, Excel, GeoJSON (also line-delimited), KML, KMZ, GPX, GeoPackage, GeoParquet,
        FlatGeobuf, shapefile (also zipped), GML, Linked Places or uMap, by its suffix.
    columns
        For tables: column names for ``name``, ``lon`` and ``lat``, if they are unusual.
    crs
        For tables: CRS of lon and lat, such as ``EPSG:32637``; by default WGS 84.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, with one row for each usable feature, one column for each property, and ``layer``
        if the file names layers. ``attrs["problems"]`` lists what is unusable, as sentences;
        ``attrs["notes"]`` lists what was corrected or interpreted.

    Raises
    ------
    UnknownFormatError
        If no readable format has this suffix.
    ExchangeFileError
        If the file as a whole is unreadable.
    MissingExtraError
        If the format requires an extra that is not installed.
    """
    import geopandas as gpd  # noqa: PLC0415

    read = read_found(path, columns=columns, crs=crs, names=True)
    layered = any(found.layer for found in read.features)
    rows = [
        {
            **({"layer": found.layer} if layered else {}),
            **{key: value for key, value in found.properties.items() if key != "geometry"},
        }
        for found in read.features
    ]
    shapes = gpd.GeoSeries([found.geometry for found in read.features], crs="EPSG:4326")
    frame = gpd.GeoDataFrame(rows, geometry=shapes, index=range(len(rows)))
    frame.attrs["problems"] = [str(fault) for fault in read.faults]
    frame.attrs["notes"] = [str(fault) for fault in read.repaired]
    return frame
