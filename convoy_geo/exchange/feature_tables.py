"""Export tables: a case's records as features in layers, with evidence and dates.

A layer is a list of features of one kind. In addition to its own columns, every feature has the
same columns of evidence: the claims and sources on which it is based, the kind of any distance, the
confidence, and three dates (happened, said, published) as EDTF and as first and last day. Sentences
of reports are not included; spans, hashes and summaries are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import MultiLineString, MultiPoint, Point

from convoy_geo import geodesy
from convoy_geo.dates.interval import UNDATED
from convoy_geo.errors import CoordinatesError
from convoy_geo.io.formats import LAYERS
from convoy_geo.model import schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.dates.interval import Interval
    from convoy_geo.viz.view_data import Contents

__all__ = ["EVIDENCE", "TIMES", "ExportedFeature", "check_layers", "features", "spelling_text"]


TIMES = ("happened", "said", "published")
EVIDENCE = (
    "claims", "sources", "distance_kind", "confidence",
    *(name for time in TIMES for name in (time, f"{time}_from", f"{time}_to")),
)  # fmt: skip
"""Columns common to all features."""

WAY_COLUMNS = {
    "rank": "rank", "by": "by", "length_km": "length_km", "length_km_low": "length_km_low",
    "length_km_high": "length_km_high", "polyline_km": "polyline_km",
    "duration_hours": "duration_h", "duration_hours_low": "duration_h_low",
    "duration_hours_high": "duration_h_high", "access_hours": "access_h",
    "stretch_ratio": "stretch", "sharing_ratio": "sharing", "via": "via", "edges": "edges",
    "closures": "closures", "passes": "passes", "why": "why",
}  # fmt: skip
"""Columns of a computed route, with units in their names, by route property."""

_BROKEN = re.compile("[\0\ud800-\udfff]")
DECIMALS = 6
"""Decimal places of computed degrees: 0.1 m. Values of a case's files are exported unchanged."""


@dataclass(frozen=True)
class ExportedFeature:
    """One exported feature.

    Parameters
    ----------
    layer, id
        One of `LAYERS`, and a key within it.
    title
        Its title.
    geometry
        WGS 84, lon before lat; None if it has no location.
    properties
        Texts, numbers, lists of texts, None; including the columns in `EVIDENCE`.
    """

    layer: str
    id: str
    title: str
    geometry: BaseGeometry | None
    properties: dict[str, Any]


def features(contents: Contents, layers: Collection[str] = ()) -> list[ExportedFeature]:
    """The features of a case, layer by layer.

    Parameters
    ----------
    contents
        The content of the case.
    layers
        Names of the layers to export; by default all.

    Raises
    ------
    ValueError
        If a layer is unknown.
    CoordinatesError
        If a coordinate is not a valid longitude or latitude.
    """
    check_layers(layers)
    maker = _Maker(contents)
    found = []
    for name in LAYERS:
        if not layers or name in layers:
            found += getattr(maker, name)()
    for feature in found:
        _check_range(feature)
    return [_clean(feature) for feature in found]


def check_layers(layers: Iterable[str], held: Collection[str] = LAYERS) -> None:
    """Raise a ValueError unless a format supports every layer."""
    for name in layers:
        if name not in held:
            msg = f"no layer {name!r}; there are {', '.join(held)}"
            raise ValueError(msg)


def spelling_text(language: str, script: str, use: str, reports: Iterable[str], text: str) -> str:
    """A spelling as one text that fits in a list joined by ``|``.

    Examples
    --------
    >>> spelling_text("en", "Latn", "report", ["R0", "R2"], "Abu Kamal")
    'en:Latn:report:R0 R2:Abu Kamal'
    """
    escaped = text.replace("%", "%25").replace("|", "%7C")
    return ":".join((language, script, use, " ".join(reports), escaped))


def _clean(feature: ExportedFeature) -> ExportedFeature:
    """Replace characters that no text file can contain (NUL, lone surrogates) by U+FFFD."""
    properties = {name: _clean_value(value) for name, value in feature.properties.items()}
    return replace(feature, title=_clean_value(feature.title), properties=properties)


def _clean_value(value: Any) -> Any:
    if isinstance(value, str):
        return _BROKEN.sub("\ufffd", value)
    return [_clean_value(part) for part in value] if isinstance(value, list) else value


def _check_range(feature: ExportedFeature) -> None:
    if feature.geometry is None or feature.geometry.is_empty:
        return
    west, south, east, north = feature.geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        msg = (
            f"{feature.layer} {feature.id!r} lies at {west:g},{south:g} to {east:g},{north:g}: "
            "not valid degrees of longitude and latitude"
        )
        raise CoordinatesError(msg)


class _Maker:
    """Creates the features of each layer; each method has the name of its layer."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.claims_of: dict[str, list[str]] = {}
        for claim in contents.claims.values():
            for place in dict.fromkeys(place for _, place in claim.places):
                self.claims_of.setdefault(place, []).append(claim.id)

    def evidence(
        self,
        own: dict[str, Any],
        *,
        claims: Iterable[str] = (),
        sources: Iterable[str] = (),
        kind: str = "",
        confidence: str = "",
        happened: Interval | None = None,
    ) -> dict[str, Any]:
        """A feature's properties: its own columns, then those of the evidence."""
        ids = list(claims)
        rests = [self.contents.claims[key] for key in ids if key in self.contents.claims]
        reports = list(dict.fromkeys(claim.report for claim in rests))
        published = [self.contents.reports[key].published for key in reports]
        times = {
            "happened": [c.happened for c in rests] if happened is None else [happened],
            "said": [claim.said for claim in rests],
            "published": published,
        }
        properties = dict(own)
        properties["claims"] = ids
        properties["sources"] = [*reports, *filter(None, sources)]
        properties["distance_kind"] = kind or None
        properties["confidence"] = confidence or None
        for name, texts in times.items():
            properties |= _time_columns(name, texts)
        return properties

    def places(self) -> Iterator[ExportedFeature]:
        for place in self.contents.places.values():
            own = schema.PLACES.plain(schema.PLACES.write(place))
            own["names"] = [
                spelling_text(s.language, s.script, s.use, s.reports, s.text)
                for s in place.spellings
            ]
            drawn = place.shape == "point" and place.lon is not None
            properties = self.evidence(
                own,
                claims=self.claims_of.get(place.id, ()),
                sources=[place.source],
                kind="geodesic" if place.radius_km else "",
            )
            point = Point(place.lon, place.lat) if drawn else None
            yield ExportedFeature("places", place.id, place.name, point, properties)

    def areas(self) -> Iterator[ExportedFeature]:
        for place in self.contents.places.values():
            outline = self.contents.areas.get(place.id)
            if outline is None and (place.shape != "area" or place.lon is None):
                continue
            own = {
                "place": place.id,
                "name": place.name,
                "outline": "given" if outline is not None else "disc",
                "radius_km": place.radius_km,
            }
            if outline is None and place.lat is not None and place.lon is not None:
                ring = geodesy.disc(place.lon, place.lat, place.radius_km or 1.0)
                outline = _rounded(ring)
            properties = self.evidence(
                own,
                claims=self.claims_of.get(place.id, ()),
                sources=[place.source],
                kind="geodesic" if own["outline"] == "disc" else "",
                confidence="low" if own["outline"] == "disc" else "",
            )
            yield ExportedFeature("areas", place.id, place.name, outline, properties)

    def reported_routes(self) -> Iterator[ExportedFeature]:
        """One feature per leg, since the path may be known for some legs only."""
        for track in self.contents.tracks:
            route = track.route
            row = schema.ROUTES.plain(schema.ROUTES.write(route))
            for number, leg in enumerate(track.legs, 1):
                road = leg.road
                own = {
                    **row,
                    "leg": number,
                    "from": leg.origin.name,
                    "to": leg.destination.name,
                    "length_km": round(road.length_km, 2) if road else None,
                    "length_km_low": round(road.length_km_low, 2) if road else None,
                    "length_km_high": round(road.length_km_high, 2) if road else None,
                }
                properties = self.evidence(
                    own,
                    claims=route.claims,
                    sources=[route.outside_source, self._credit],
                    kind="road_estimate" if road else "as_drawn" if leg.given else "schematic",
                    confidence=road.confidence if road else "unknown",
                    happened=route.day or None,
                )
                line = None if leg.geometry is None else _rounded(leg.geometry)
                yield ExportedFeature(
                    "reported_routes", f"{route.id}/{number}", route.title, line, properties
                )

    def computed_routes(self) -> Iterator[ExportedFeature]:
        """Computed routes, which no claim reports."""
        for number, group in enumerate(self.contents.alternatives):
            for route in group.routes:
                known = route.properties()
                own = {"from": group.origin, "to": group.destination, "day": group.day or None}
                own |= {column: known[name] for column, name in WAY_COLUMNS.items()}
                properties = self.evidence(
                    own,
                    claims=route.claims,
                    sources=[self._roads],
                    kind="road_estimate",
                    confidence=route.confidence,
                    happened=UNDATED,
                )
                title = f"{group.origin} to {group.destination}, computed, rank {route.rank}"
                key = f"{number}/{route.rank}"
                yield ExportedFeature(
                    "computed_routes", key, title, _rounded(route.geometry), properties
                )

    def claims(self) -> Iterator[ExportedFeature]:
        """Located at the towns that the claim names; without geometry if it names none."""
        for claim in self.contents.claims.values():
            report = self.contents.reports.get(claim.report)
            own = schema.CLAIMS.plain(schema.CLAIMS.write(claim))
            own |= {
                "publisher": report.publisher if report else None,
                "url": (report.url or None) if report else None,
            }
            places = [self.contents.places.get(key) for key in claim.located_places]
            spots = dict.fromkeys(
                (place.lon, place.lat)
                for place in places
                if place and place.shape == "point" and place.lon is not None
            )
            properties = self.evidence(
                own,
                claims=[claim.id],
                kind="not_told" if claim.unit in {"miles", "km", "nautical_miles"} else "",
                confidence=claim.status,
            )
            yield ExportedFeature(
                "claims", claim.id, claim.summary, MultiPoint(list(spots)) if spots else None,
                properties,
            )  # fmt: skip

    def closures(self) -> Iterator[ExportedFeature]:
        for closure in self.contents.closures:
            own = {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in vars(closure).items()
                if name not in {"geometry", "claims"}
            }
            own |= {"closed": closure.closed.text}
            own["place_from_outside"] = int(closure.place_from_outside)
            properties = self.evidence(
                own, claims=closure.claims, sources=[closure.source], happened=closure.closed
            )
            yield ExportedFeature(
                "closures", closure.id, closure.name, closure.geometry, properties
            )

    def controls(self) -> Iterator[ExportedFeature]:
        network = self.contents.network
        for control in self.contents.controls:
            own = schema.CONTROLS.plain(schema.CONTROLS.write(control))
            lines = [] if network is None else list(network.edges.geometry.loc[list(control.edges)])
            properties = self.evidence(
                own,
                claims=control.claims,
                sources=[control.source],
                confidence=control.status,
                happened=control.held,
            )
            line = _rounded(MultiLineString(lines)) if lines else None
            yield ExportedFeature("controls", control.id, control.name, line, properties)

    def relations(self) -> Iterator[ExportedFeature]:
        """Areas derived from phrases such as "toward Sukhna"."""
        frame = self.contents.relations
        for number, row in enumerate(frame.to_dict("records")):
            own = {name: row[name] for name in ("claim", "text", "how", "note")}
            own["places"] = row["places"].split("|")
            properties = self.evidence(
                own, claims=[row["claim"]], kind="geodesic", confidence="low"
            )
            yield ExportedFeature(
                "relations", f"{row['claim']}/{number}", row["text"], _rounded(row["geometry"]),
                properties,
            )  # fmt: skip

    @property
    def _credit(self) -> str:
        """The attribution required by the network's licence; empty if there is none."""
        network = self.contents.network
        said = () if network is None else (network.attribution, network.licence)
        return ", ".join(filter(None, said)) if said and said[0] else ""

    @property
    def _roads(self) -> str:
        """The network, with its attribution."""
        roads = self.contents.info.roads
        return f"{roads} ({self._credit})" if self._credit else roads

    def roads(self) -> Iterator[ExportedFeature]:
        network = self.contents.network
        if network is None:
            return
        edges = network.edges
        for edge, row in zip(
            edges.index, edges.drop(columns="geometry").to_dict("records"), strict=True
        ):
            own: dict[str, Any] = {"edge": edge}
            for name, value in row.items():
                if name == "confidence":
                    continue
                column = "duration_hours" if name == "duration_h" else str(name)
                own[column] = None if value != value or value == "" else value  # noqa: PLR0124
                if isinstance(own[column], float):
                    own[column] = round(own[column], 3)
            properties = self.evidence(
                own,
                sources=[self._roads, row.get("ref_status", "")],
                kind="road_polyline",
                confidence=row["confidence"],
            )
            title = f"{row['ref']} {row['name']}".strip()
            yield ExportedFeature("roads", edge, title, _rounded(edges.geometry[edge]), properties)

    def reports(self) -> Iterator[ExportedFeature]:
        for report in self.contents.reports.values():
            own = schema.REPORTS.plain(schema.REPORTS.write(report))
            claims = [c.id for c in self.contents.claims.values() if c.report == report.id]
            properties = self.evidence(own, claims=claims)
            properties |= {"sources": [report.id], **_time_columns("published", [report.published])}
            yield ExportedFeature("reports", report.id, report.title, None, properties)


def _time_columns(name: str, dates: Iterable[Interval]) -> dict[str, str | None]:
    """The EDTF interval that spans all possible days of several dates."""
    known = list(dict.fromkeys(filter(None, dates)))
    opened = not known or any(when.first is None for when in known)
    endless = not known or any(when.last is None for when in known)
    start = None if opened else _iso(min(when.days[0] for when in known))
    end = None if endless else _iso(max(when.days[1] for when in known))
    whole = f"{start or '..'}/{end or '..'}" if start != end or not start else start
    text = known[0].text if len(known) == 1 else whole if known else None
    return {name: text, f"{name}_from": start, f"{name}_to": end}


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _rounded(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.transform(geometry, lambda points: points.round(DECIMALS))
