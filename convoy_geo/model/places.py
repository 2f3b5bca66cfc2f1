"""Places and the spellings of their names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated

from convoy_geo.display import shown
from convoy_geo.model.columns import (
    ID,
    IDS,
    Declared,
    choice,
    degrees,
    list_of,
    measure,
    text_of,
)
from convoy_geo.model.place_kinds import PLACE_KINDS

__all__ = ["SHAPES", "Place", "Spelling"]

SHAPES = ("point", "area", "unmapped")


@shown
@dataclass(frozen=True)
class Spelling:
    """One spelling of a place name.

    Each field has a column in names.csv, which is declared here.
    """

    text: Annotated[str, Declared("The spelling.", name="name", required=True)]
    language: Annotated[
        str,
        Declared(
            "Its language; `und` where only the script is known.",
            text_of("[a-z]{2,3}", "a code of ISO 639 such as ar"),
            required=True,
        ),
    ] = "und"
    script: Annotated[
        str,
        Declared(
            "Its script.",
            text_of("[A-Z][a-z]{3}", "a code of ISO 15924 such as Arab"),
            required=True,
        ),
    ] = "Latn"
    use: Annotated[
        str,
        Declared("Kind of source.", choice(("report", "alternate", "old")), required=True),
    ] = "alternate"
    reports: Annotated[tuple[str, ...], Declared("Ids of the reports that use it.", IDS)] = ()


@shown
@dataclass(frozen=True)
class Place:
    """A named location.

    Each field except the spellings has a column in places.csv, declared here. Coordinates are None
    for a place without location, such as a control zone.
    """

    id: Annotated[str, Declared("Key within its case.", ID, name="place", required=True)]
    name: Annotated[str, Declared("The name to show.", required=True)]
    lon: Annotated[
        float | None,
        Declared(
            "Longitude, WGS 84; for a region a representative point, never drawn as a point.",
            degrees(180),
        ),
    ]
    lat: Annotated[float | None, Declared("Latitude, WGS 84.", degrees(90))]
    radius_km: Annotated[
        float | None,
        Declared("Radius of the town, or rough extent of the region, in km.", measure(0.01, 20000)),
    ] = None
    kind: Annotated[str, Declared("What it is.", choice(PLACE_KINDS), required=True)] = "town"
    country: Annotated[
        tuple[str, ...],
        Declared(
            "Countries in which it lies.",
            list_of(text_of("[A-Z]{2}", "ISO 3166-1 codes such as SY, joined by |")),
        ),
    ] = ()
    shape: Annotated[
        str,
        Declared(
            "`point` is drawn as a dot with its radius, `area` as an area, `unmapped` never.",
            choice(SHAPES),
            required=True,
        ),
    ] = "point"
    role: Annotated[
        str,
        Declared(
            "`mentioned` by a report, `context`, or `decoy`: another place of the same name.",
            choice(("mentioned", "context", "decoy")),
            required=True,
        ),
    ] = "mentioned"
    arabic_name: Annotated[str, Declared("Its name in Arabic.")] = ""
    road_node: Annotated[str, Declared("Node of the road network that represents it.")] = ""
    geonames: Annotated[str, Declared("Id in GeoNames.", text_of(r"\d+", "digits"))] = ""
    wikidata: Annotated[str, Declared("Id in Wikidata.", text_of(r"Q\d+", "Q and digits"))] = ""
    source: Annotated[
        str, Declared("Where the coordinates come from.", name="coordinate_source")
    ] = ""
    note: Annotated[str, Declared("Remarks, such as confusions of this name.")] = ""
    spellings: tuple[Spelling, ...] = field(default=(), repr=False)

    def in_language(self, lang: str) -> Place:
        """The same place under its name in a language, if known.

        Parameters
        ----------
        lang
            Language code, such as ``ar``.

        Examples
        --------
        >>> homs = Place("homs", "Homs", 36.7, 34.7, arabic_name="حمص")
        >>> homs.in_language("ar").name, homs.in_language("fr").name
        ('حمص', 'Homs')
        """
        if lang == "en":
            return self
        own = self.arabic_name if lang == "ar" else ""
        named = [each for each in self.spellings if each.language == lang and each.use != "old"]
        named.sort(key=lambda each: each.use != "report")
        name = own or next((each.text for each in named), "")
        if not name:
            return self
        return replace(self, name=name, arabic_name="" if lang == "ar" else self.arabic_name)
