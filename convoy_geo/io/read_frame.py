"""A file of other tools as a GeoDataFrame, by the readers that `import` and `map` use."""

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
    """The features of a file of another tool.

    Parameters
    ----------
    path
        CSV, Excel, GeoJSON (also a feature a line), KML, KMZ, GPX, GeoPackage, GeoParquet,
        FlatGeobuf, shapefile (zipped too), GML, Linked Places or uMap, by its suffix.
    columns
        Of a table: columns by ``name``, ``lon`` and ``lat``, where they have unusual names.
    crs
        Of a table: in which lon and lat are given, such as ``EPSG:32637``; by default WGS 84.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, a row for each feature that can be used, a column for each property, and
        ``layer`` where the file names layers. ``attrs["problems"]`` is a list of sentences on what
        cannot be used, ``attrs["notes"]`` on what was read otherwise than it is written.

    Raises
    ------
    UnknownFormatError
        If no format that can be read has the suffix.
    ExchangeFileError
        If the file as a whole cannot be read.
    MissingExtraError
        If reading it needs an extra that is not installed.
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
