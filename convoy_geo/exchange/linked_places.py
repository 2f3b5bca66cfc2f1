"""Linked Places Format 1.3, the JSON-LD format of the World Historical Gazetteer and others.

Only the gazetteer is exported: places, their spellings, and the days covered by the story.
https://github.com/LinkedPasts/linked-places-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convoy_geo.exchange.geojson import dumped
from convoy_geo.io.formats import GEONAMES, NO_SPELLING, WIKIDATA
from convoy_geo.io.geojson_reader import geometry_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convoy_geo.exchange.feature_tables import ExportedFeature
    from convoy_geo.viz.view_data import Contents

__all__ = ["linked_places_text"]

CONTEXT = (
    "https://raw.githubusercontent.com/LinkedPasts/linked-places/master/"
    "linkedplaces-context-v1.1.jsonld"
)
CLASSES = {
    "town": "P", "village": "P", "capital": "P", "former_town": "P", "port": "P",
    "province": "A", "country": "A", "border": "A", "region": "L", "desert": "L", "route": "R",
    "sea": "H", "island": "T",
}  # fmt: skip
"""GeoNames feature class by kind of place, as the format requires; S (a site) for all others."""


def linked_places_text(features: Sequence[ExportedFeature], contents: Contents) -> str:
    """The gazetteer of a case, one place per line. Places marked as not meant are excluded.

    Parameters
    ----------
    features
        The result of `convoy_geo.exchange.feature_tables.features`; only places are used.
    contents
        The content of the case, for spellings, outlines, reports and the days of the story.
    """
    info = contents.info
    head = {"type": "FeatureCollection", "@context": CONTEXT, "title": info.title}
    lines = ",\n".join(
        dumped(_place(feature, contents))
        for feature in features
        if feature.layer == "places" and feature.properties["role"] != "decoy"
    )
    return f'{dumped(head)[:-1]},"features":[\n{lines}\n]}}\n'


def _place(feature: ExportedFeature, contents: Contents) -> dict[str, Any]:
    place = contents.places[feature.id]
    when = {
        "timespans": [
            {"start": {"in": contents.info.start.text}, "end": {"in": contents.info.end.text}}
        ]
    }
    shapes = map(geometry_value, (feature.geometry, contents.areas.get(place.id)))
    geometries = [{**value, "when": when, "src": place.source} for value in shapes if value]
    names = [
        {
            "toponym": spelling.text,
            "lang": spelling.language,
            "script": spelling.script,
            "use": spelling.use,
            "citations": [
                {
                    "@id": contents.reports[key].url,
                    "label": key,
                    "title": contents.reports[key].title,
                }
                for key in spelling.reports
                if key in contents.reports
            ],
        }
        for spelling in place.spellings
    ]
    links = []
    if place.geonames:
        links.append({"type": "closeMatch", "identifier": f"{GEONAMES}{place.geonames}/"})
    if place.wikidata:
        links.append({"type": "closeMatch", "identifier": f"{WIKIDATA}{place.wikidata}"})
    properties = {
        name: value
        for name, value in feature.properties.items()
        if name not in {"names", "country"} and value not in (None, [])
    }
    return {
        "@id": f"urn:convoy-geo:{contents.info.id}:{place.id}",
        "type": "Feature",
        "properties": {
            **properties,
            "coordinate_source": place.source,
            "title": place.name,
            "ccodes": list(place.country),
            "fclasses": [CLASSES.get(place.kind, "S")],
        },
        "when": when,
        "names": names or [{"toponym": place.name, "use": NO_SPELLING}],
        "types": [{"label": place.kind, "sourceLabel": place.kind}],
        "geometry": {"type": "GeometryCollection", "geometries": geometries}
        if geometries
        else None,
        "links": links,
        "descriptions": [{"value": place.note, "lang": "en"}] if place.note else [],
    }
