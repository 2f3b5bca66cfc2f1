"""Export a case to one file, in the format given by its suffix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.exchange.feature_tables import check_layers, features
from convoy_geo.io.files import writing
from convoy_geo.io.formats import LAYERS, SUFFIXES, suffix_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from convoy_geo.viz.view_data import Contents

__all__ = ["check_wanted", "write_contents"]

LAYERS_HELD = {
    "GPX": ("places", "reported_routes", "computed_routes"),
    "Linked Places": ("places",),
    "picture": (
        "places",
        "areas",
        "reported_routes",
        "computed_routes",
        "closures",
        "relations",
        "roads",
    ),
}
"""Layers of the formats that do not support all."""


def check_wanted(path: str | Path, layers: Collection[str]) -> None:
    """Check that a file of this name can be written with these layers.

    Raises
    ------
    UnknownFormatError
        If no format has this suffix.
    ValueError
        If a layer is unknown, or not supported by the format.
    """
    check_layers(layers, _held(suffix_of(path)))


def _held(suffix: str) -> Collection[str]:
    """Layers supported by the format of a suffix."""
    return LAYERS_HELD.get(SUFFIXES[suffix], LAYERS)


def write_contents(contents: Contents, path: str | Path, *, layers: Collection[str] = ()) -> Path:
    """Write a case to a file, atomically; the same case always gives the same bytes.

    Parameters
    ----------
    contents
        The content of the case.
    path
        The file; its suffix determines the format, see `SUFFIXES`.
    layers
        Names of the layers to write; by default all that the format supports.

    Raises
    ------
    UnknownFormatError
        If no format has this suffix.
    ValueError
        If a layer is unknown, or not supported by the format.
    MissingExtraError
        If the format requires an extra that is not installed.
    CoordinatesError
        If a coordinate is not a valid longitude or latitude.
    OutputFileError
        If the file cannot be written.
    """
    data = _written(contents, suffix_of(path), layers)
    with writing(path) as stream:
        stream.write(data)
    return Path(path)


def _written(contents: Contents, suffix: str, layers: Collection[str]) -> bytes:  # noqa: PLR0911
    """The content of the file. Each format's module is imported on demand."""
    held = _held(suffix)
    check_layers(layers, held)
    if SUFFIXES[suffix] == "picture":
        from convoy_geo.viz.static_map import picture_bytes  # noqa: PLC0415

        return picture_bytes(contents, suffix.removeprefix("."), layers)
    found = features(contents, layers or held)
    match SUFFIXES[suffix]:
        case "GeoJSON":
            from convoy_geo.exchange.geojson import geojson_text  # noqa: PLC0415

            return geojson_text(found, contents.info).encode(errors="replace")
        case "CSV":
            from convoy_geo.exchange.csv import csv_text  # noqa: PLC0415

            return csv_text(found).encode()
        case "Linked Places":
            from convoy_geo.exchange.linked_places import linked_places_text  # noqa: PLC0415

            return linked_places_text(found, contents).encode(errors="replace")
        case "GPX":
            from convoy_geo.exchange.gpx import gpx_bytes  # noqa: PLC0415

            return gpx_bytes(found, contents.info, contents.places)
        case "GeoPackage":
            from convoy_geo.exchange.geopackage import geopackage_bytes  # noqa: PLC0415

            return geopackage_bytes(found, contents)
        case "GeoParquet":
            from convoy_geo.exchange.geopackage import parquet_bytes  # noqa: PLC0415

            return parquet_bytes(found)
    from convoy_geo.exchange import kml  # noqa: PLC0415

    return (kml.kmz_bytes if suffix == ".kmz" else kml.kml_bytes)(found, contents.info)
