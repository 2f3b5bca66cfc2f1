"""Places and the spellings of their names."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["SHAPES", "Place", "Spelling"]

SHAPES = ("point", "area", "unmapped")


@dataclass(frozen=True)
class Spelling:
    """One way a place's name is written.

    Parameters
    ----------
    text
        The spelling.
    language
        BCP 47 primary tag; ``und`` where only the script is known.
    script
        ISO 15924 code: ``Latn`` or ``Arab``.
    use
        ``report``, ``alternate`` or ``old``.
    reports
        Ids of the reports that write it so.
    """

    text: str
    language: str = "und"
    script: str = "Latn"
    use: str = "alternate"
    reports: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """A named location.

    Parameters
    ----------
    id
        Key within its case.
    name, arabic_name
        The name to show; the Arabic one may be empty.
    kind
        ``town``, ``region``, ``border`` and so on.
    country
        ISO 3166-1 alpha-2 codes of the countries it lies in.
    lon, lat
        WGS 84 decimal degrees; None for what has no location, such as a control zone. For a
        region a representative point, never to be drawn as one.
    radius_km
        Radius of the town or rough extent of the region, above 0.
    shape
        ``point`` (may be drawn as a dot), ``area`` (drawn as an area of `radius_km`) or
        ``unmapped`` (listed beside the map, never drawn).
    role
        ``mentioned`` by a report, ``context``, or ``decoy``: a namesake that is not meant.
    road_node
        Name of the road network's node that stands for it, or empty.
    source, note
        Where the coordinates come from; what goes wrong with this name.
    """

    id: str
    name: str
    lon: float | None
    lat: float | None
    radius_km: float | None = None
    kind: str = "town"
    country: tuple[str, ...] = ()
    shape: str = "point"
    role: str = "mentioned"
    arabic_name: str = ""
    road_node: str = ""
    geonames: str = ""
    wikidata: str = ""
    source: str = ""
    note: str = ""
    spellings: tuple[Spelling, ...] = field(default=(), repr=False)
