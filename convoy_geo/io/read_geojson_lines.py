"""Read line-delimited GeoJSON and uMap files, each as one collection."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import Fault
from convoy_geo.io.csv_tables import read_text
from convoy_geo.io.found import FoundFile
from convoy_geo.io.json_text import parse_members
from convoy_geo.io.read_geojson import read_geojson

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_geojson_lines", "read_umap"]

HEAD, END = '{"type":"FeatureCollection","features":[', "]}"
RECORD = "\x1e"
"""Record separator of RFC 8142."""


def read_geojson_lines(path: Path) -> FoundFile:
    """The features of a file with one feature per line; invalid lines are reported.

    Raises
    ------
    ExchangeFileError
        If the file as a whole is unreadable.
    """
    text = _text(path)
    faults, lines = [], []
    first = True
    for number, line in enumerate(text.split("\n"), 1):
        feature = line.replace(RECORD, "").strip()
        if feature:
            try:
                is_one = isinstance(json.loads(feature), dict)
            except (ValueError, RecursionError):
                is_one = False
            if not is_one:
                shown, allowed = feature[:80], "a GeoJSON Feature on each line"
                faults.append(Fault(path.name, number, "", shown, "no JSON object", allowed))
                feature = ""
        lines.append(("" if first else ",") + feature if feature else "")
        first = first and not feature
    # Line numbers are kept
    result = read_geojson(path, HEAD + "\n".join(lines) + END)
    result.faults += faults
    return result


def read_umap(path: Path) -> FoundFile:
    """The features of a uMap file, each with the name of its layer as its folder.

    Raises
    ------
    ExchangeFileError
        If the file as a whole is unreadable.
    """
    _, layers = parse_members(_text(path), path.name, "layers")
    if layers is None:
        FoundFile(path.name).refuse("no layers", "a file of uMap, with a list of layers", line=1)
    features: list[Any] = []
    for _, layer in layers:
        said = layer if isinstance(layer, dict) else {}
        options = said.get("_umap_options", said.get("_storage"))
        name = options.get("name", "") if isinstance(options, dict) else ""
        own = said.get("features")
        for feature in own if isinstance(own, list) else ():
            if isinstance(feature, dict) and isinstance(feature.get("properties"), dict):
                kept = {
                    key: value
                    for key, value in feature["properties"].items()
                    if not key.startswith(("_umap", "_storage"))
                }
                feature["properties"] = {"folder": str(name), **kept} if name else kept
            features.append(feature)
    rows = [json.dumps(feature, ensure_ascii=False) for feature in features]
    return read_geojson(path, HEAD + ",\n".join(rows) + END)


def _text(path: Path) -> str:
    text, faults = read_text(path, path.name)
    if text is None:
        from convoy_geo.errors import ExchangeFileError  # noqa: PLC0415

        raise ExchangeFileError(faults)
    return text
