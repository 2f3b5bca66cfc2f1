"""Read features from GeoJSON and Linked Places files of other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.io.formats import GEONAMES, KNOWN_LAYERS, NO_SPELLING, WIKIDATA
from convoy_geo.io.found import Found, FoundFile
from convoy_geo.io.geojson_reader import read_features

if TYPE_CHECKING:
    from pathlib import Path

    from convoy_geo.io.geojson_reader import Feature

__all__ = ["read_geojson"]

OUR_LAYERS = KNOWN_LAYERS | {"tracks", "points"}
"""A column of others may be called `layer` too, and hold something else."""


def read_geojson(path: Path, text: str | None = None) -> FoundFile:
    """The features of a GeoJSON or Linked Places file.

    Parameters
    ----------
    path
        The file.
    text
        The content; by default it is read from disk.

    Raises
    ------
    ExchangeFileError
        If the file as a whole is unreadable, or none of its features is usable.
    """
    result = FoundFile(path.name)
    features, result.faults = read_features(path, path.name, unlocated=True, repair=True, text=text)
    whole = [fault for fault in result.faults if not features or fault.column == "crs"]
    if whole:
        raise ExchangeFileError(whole)
    for feature in features:
        if feature.repaired:
            column = ", ".join(filter(None, (feature.where, "geometry")))
            problem = f"repaired: {feature.repaired}"
            result.repaired.append(
                Fault(path.name, feature.line, column, "", problem, "a valid polygon")
            )
        result.one(
            lambda feature=feature: _json_feature(feature),  # type: ignore[misc]
            line=feature.line, where=feature.where,
        )  # fmt: skip
    return result


def _json_feature(feature: Feature) -> Found:
    properties = dict(feature.properties)
    # Files of other tools may have a column of this name
    known = properties.get("layer") in OUR_LAYERS
    layer = str(properties.pop("layer")) if known else ""
    if isinstance(feature.members.get("names"), list):
        properties = _linked_place(feature.members, properties)
    return Found(feature.where, feature.line, layer, properties, feature.geometry)


def _linked_place(members: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """The members of a Linked Place as properties of a place."""
    spellings = []
    for item in members["names"]:
        text = item.get("toponym") if isinstance(item, dict) else None
        if not isinstance(text, str) or not text or item.get("use") == NO_SPELLING:
            continue
        cited = [str(c.get("label", "")) for c in _dicts(item.get("citations"))]
        spellings.append(
            {
                "text": text,
                "language": str(item.get("lang") or "und"),
                "script": str(item.get("script") or ""),
                "use": str(item.get("use") or "alternate"),
                "reports": cited if "use" in item else [],  # otherwise they are books of all sorts
            }
        )
    links = [str(link.get("identifier", "")).rstrip("/") for link in _dicts(members.get("links"))]
    ids = {
        "geonames": _tail(links, (GEONAMES, "http://www.geonames.org/", "gn:")),
        "wikidata": _tail(links, (WIKIDATA, "https://www.wikidata.org/wiki/", "wd:")),
    }
    key = str(members.get("@id") or "").rstrip("/").replace(":", "/").rpartition("/")[2]
    types = [t.get("label") for t in _dicts(members.get("types"))]
    countries = properties.get("ccodes") or []
    given = {
        "place": key,
        "name": properties.get("title"),
        "kind": types[0] if types else None,
        "country": countries if isinstance(countries, list) else [countries],
        **{name: value for name, value in ids.items() if value},
    }
    return {**given, **properties, "spellings": spellings}


def _tail(links: list[str], heads: tuple[str, ...]) -> str:
    return next((u.removeprefix(h) for u in links for h in heads if u.startswith(h)), "")


def _dicts(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; none if it is not a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
