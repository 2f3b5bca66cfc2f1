"""Claims, places and routes as small pieces of safe HTML, for popups and the sections of a page.

All text out of data passes `safe`; the page keeps only harmless markup anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.geodesy import KM_PER_MILE, position_text
from convoy_geo.lang import DEFAULT, direction, load
from convoy_geo.model.claims import teller_chain
from convoy_geo.viz.words import Own, date_words, named, own
from convoy_geo.webmap.sanitize import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from convoy_geo.analysis.distances import DistanceReport
    from convoy_geo.dates.interval import Interval
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.claims import Claim, Report
    from convoy_geo.model.places import Place
    from convoy_geo.network.network import Closure
    from convoy_geo.routing.reported_routes import Alternatives, Track
    from convoy_geo.routing.router import Route

__all__ = ["Cards"]


class Cards:
    """Writes the words of one case.

    Parameters
    ----------
    info
        Sides and states.
    reports, claims, places
        By id.
    words
        The page's own words; English by default.
    """

    def __init__(
        self,
        info: CaseInfo,
        reports: Mapping[str, Report],
        claims: Mapping[str, Claim],
        places: Mapping[str, Place],
        words: Mapping[str, str] | None = None,
    ) -> None:
        self.words = words or load(DEFAULT).strings
        self.info = info
        self.reports = reports
        self.claims = claims
        self.places = places

    def side_name(self, side: str) -> str:
        """Name of a side, or its id where the case does not know it."""
        return self.info.sides[side].name if side in self.info.sides else side

    def colour(self, side: str) -> str:
        """Colour of a side, as ``#rrggbb``; grey where the case does not know it."""
        return self.info.sides[side].colour if side in self.info.sides else "#6b6b6b"

    def source(self, claim: Claim) -> str:
        """Publisher with link, date of publication, span and hash."""
        report = self.reports[claim.report]
        publisher = safe(report.publisher)
        if report.url:
            publisher = f'<a href="{safe(report.url)}">{publisher}</a>'
        text = f"{safe(claim.id)}: {publisher}, published {self.day(report.published)}"
        if claim.span_start is not None and claim.span_end is not None:
            text += f", characters {claim.span_start} to {claim.span_end}"
        if claim.span_sha1:
            text += f" (SHA-1 {safe(claim.span_sha1)})"
        return text

    def times(self, claim: Claim) -> str:
        """When it happened and when it was said."""
        happened = self.day(claim.happened) if claim.happened else "day not told"
        if claim.happened and claim.date_basis == "external":
            happened += ", dated from outside the reports"
        return f"Happened: {happened}" + (f"; said: {self.day(claim.said)}" if claim.said else "")

    def day(self, when: Interval | str) -> Own:
        """A date in words."""
        return date_words(self.words, when)

    def position(self, place: Place) -> Own:
        """Where a place is on the map and how well that is known, or that it is not on it."""
        if place.shape == "unmapped" or place.lon is None or place.lat is None:
            return own(self.words, "notMapped")
        if place.shape != "point":
            return own(self.words, "roughArea")
        position = position_text(place.lon, place.lat)
        if not place.radius_km:
            return own(self.words, "noRadius", position=position)
        return own(self.words, "withinKm", position=position, km=f"{place.radius_km:g}")

    def way_title(self, group: Alternatives) -> Own:
        """What computed ways lead from and to, and on what day."""
        ends = {"a": group.origin, "b": group.destination}
        if not group.day:
            return own(self.words, "wayOpen", **ends)
        return own(self.words, "wayClosed", **ends, day=self.day(group.day))

    def claim(self, claim: Claim) -> str:
        """A claim's card: what, who through whom, when, how surely, where it stands."""
        rivals = [
            other.id
            for other in self.claims.values()
            if claim.dispute and other.dispute == claim.dispute and other.id != claim.id
        ]
        disputed = ""
        if rivals:
            disputed = (
                f'<br><span class="disputed">In dispute</span> with {", ".join(map(safe, rivals))}'
            )
        return (
            f'<div class="card" data-color="{self.colour(claim.side)}"><span class="'
            f'{_tone(claim)}">{safe(claim.summary)}</span><br>'
            f'<span class="tag">{safe(claim.status)}</span> {safe(self.side_name(claim.side))}'
            f'<br><span class="meta">{safe(teller_chain(claim))}<br>{self.times(claim)}{disputed}'
            f"<br>{self.source(claim)}</span></div>"
        )

    def claim_list(self, ids: Iterable[str]) -> str:
        """Cards of several claims, under a line that counts them."""
        found = [self.claims[claim_id] for claim_id in ids]
        if not found:
            return '<p class="muted">No claim of the reports says that something was here.</p>'
        reports = len({claim.report for claim in found})
        count = f"{len(found)} claim{'s' if len(found) > 1 else ''}"
        head = f"<p><b>{count} in {reports} report{'s' if reports > 1 else ''}</b></p>"
        return head + "".join(map(self.claim, found))

    def place_words(self, place: Place) -> str:
        """A place's names, kind, position with its radius, and source."""
        arabic = f' <span class="arabic" lang="ar">{safe(place.arabic_name)}</span>'
        head = (
            f'<p><span class="title">{safe(place.name)}</span>{arabic if place.arabic_name else ""}'
        )
        where = self.position(place)
        known = {spelling.text for spelling in place.spellings if spelling.use == "report"}
        spelled = f"<br>In the reports: {safe(', '.join(sorted(known)))}" if known else ""
        role = "<br>Not named by the reports" if place.role == "context" else ""
        return (
            f'{head}<br><span class="meta">{safe(place.kind.replace("_", " "))}; {where}{spelled}'
            f"{role}<br>{safe(place.source)}</span></p>"
        )

    def track_words(self, track: Track) -> str:
        """A reported route: its status, side, day, and how its course is known."""
        route = track.route
        given = "its ends" if len(route.places) == 2 else "these places"
        assumed = f"Course assumed: the reports give only {given}."
        told = assumed if route.course == "assumed" else "Course as told."
        length = track.length_km
        measure = f" Drawn over about {length:.0f} km of road." if length else ""
        outside = ""
        if route.outside:
            names = ", ".join(self.places[key].name for key in route.outside)
            outside = (
                f'<br><span class="warning">From outside the reports:</span> {safe(names)}. '
                f"{safe(route.outside_source)}"
            )
        day = self.day(route.day) if route.day else "day not told"
        return (
            f'<p><span class="title">{safe(route.title)}</span> <span class="tag">'
            f'{safe(route.status)}</span><br><span class="meta">'
            f"{safe(self.side_name(route.side))}; {day}"
            f"<br>{told}{measure} Lowest confidence on the way: {safe(track.confidence)}."
            f"<br>{safe(route.note)}{outside}</span></p>"
        )

    def closure_words(self, closure: Closure) -> str:
        """A closure: its kind, days, note and source."""
        outside = (
            '<br><span class="warning">Its place comes from outside the reports.</span>'
            if closure.place_from_outside
            else ""
        )
        kind = "Cut" if closure.kind == "cut" else "Front line"
        return (
            f'<p><span class="title">{safe(closure.name)}</span><br><span class="meta">{kind}, '
            f"{self.day(closure.closed)}. {safe(closure.note)}{outside}<br>{safe(closure.source)}"
            "</span></p>"
        )

    def route(self, route: Route, title: str, held: Iterable[str] = ()) -> str:
        """A computed way's popup: length, time, what it shares, who held the ground."""
        rank = "Shortest way" if route.rank == 0 else f"Alternative {route.rank}"
        shared = ""
        if route.rank:
            shared = (
                f"<br>{route.stretch:.2f} times the shortest; {route.sharing:.0%} shared with it"
            )
        passes = "".join(f"<br>Passes: {safe(name)}" for name in route.passes)
        ground = "".join(f"<li>{safe(words)}</li>" for words in held)
        if ground:
            ground = f"<p>Who held the ground, as far as it is known:</p><ul>{ground}</ul>"
        low, high = route.length_km_low, route.length_km_high
        return (
            f'<p><span class="title">{rank}</span> <span class="tag">computed</span>'
            f"<br>{safe(title)}<br>{route.length_km:.0f} km "
            f"({route.length_km / KM_PER_MILE:.0f} mi), {low:.0f} to {high:.0f} km; "
            f"about {route.duration_h:.1f} h of driving{shared}"
            f'<br>By {safe(", ".join(route.landmarks))}{passes}<br><span class="meta">'
            f"Lowest confidence on the way: {safe(route.confidence)}. Computed over edges "
            f"{safe(', '.join(route.edges))}; no report says that it was taken.</span></p>{ground}"
        )

    def unmapped(self) -> str:
        """Every claim that has no place on the map, as a table."""
        rows = [
            f"<tr><td>{safe(claim.id)}</td><td>{safe(claim.summary)}"
            f'<br><span class="meta">{safe(self.side_name(claim.side))}; {self.times(claim)}</span>'
            f"</td></tr>"
            for claim in self.claims.values()
            if not any(self.places[key].shape != "unmapped" for key in claim.located_places)
        ]
        return (
            "<p>Claims about countries, control zones, whole deserts or seas, or about no "
            f"place at all: {len(rows)} of {len(self.claims)}.</p><table><thead><tr><th>Claim</th>"
            f"<th>What</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )

    def disputes(self) -> str:
        """The claims that cannot all be taken as they stand, group by group, unmerged."""
        groups: dict[str, list[Claim]] = {}
        for claim in self.claims.values():
            if claim.dispute:
                groups.setdefault(claim.dispute, []).append(claim)
        parts = []
        for name, claims in groups.items():
            rows = "".join(
                f'<li><span class="{_tone(claim)}">{safe(claim.summary)}</span> <span '
                f'class="meta">{safe(self.side_name(claim.side))}, {safe(claim.id)}</span></li>'
                for claim in claims
            )
            title = safe(name.replace("_", " "))
            parts.append(
                f"<details><summary>{title} ({len(claims)})</summary><ul>{rows}</ul></details>"
            )
        return "<p>Kept side by side; nothing here picks a winner.</p>" + "".join(parts)

    def report_list(self) -> str:
        """The reports with links; nothing where there are none."""
        rows = []
        for report in self.reports.values():
            title = own(self.words, "given", name=report.title)
            if report.url:
                title = Own(f'<a href="{safe(report.url)}">{title}</a>')
            by = own(self.words, "given", name=report.publisher)
            if report.original_publisher not in {"", report.publisher}:
                by = own(self.words, "textOf", publisher=by, original=report.original_publisher)
            count = sum(claim.report == report.id for claim in self.claims.values())
            number = own(self.words, "countClaims", count=Own(str(count)))
            rows.append(
                f'<li>{safe(report.id)}: {title}<br><span class="meta">'
                f"{by} · <bdi>{self.day(report.published)}</bdi> · <bdi>{number}</bdi></span></li>"
            )
        lang = self.words["lang"]
        mark = "" if lang == DEFAULT else f" dir={direction(lang)}"
        return f'<ul class="list"{mark}>{"".join(rows)}</ul>' if rows else ""

    def distances(self, reports: Sequence[DistanceReport]) -> str:
        """Straight line, roads and reported lengths, as a table a pair."""
        return "".join(map(self._distance_table, reports))

    def _distance_table(self, report: DistanceReport) -> str:
        words = self.words
        rows = [(own(words, "straightLine"), *_km_and_miles(report.geodesic_km), "")]
        rows += [
            (own(words, "roadBy", names=_ends(way.landmarks)), *_km_and_miles(way.length_km),
             own(words, "polyline", km=Own(f"{way.polyline_km:.1f}")))
            for way in report.roads
        ]  # fmt: skip
        for item in report.reported:
            nothing = item.fits == "neither" and not report.roads
            fits = named(words, "fits", "not_straight" if nothing else item.fits)
            if len(item.roads) > 1:
                fits = own(words, "roadsOfLength", fits=fits, count=Own(str(len(item.roads))))
            length = f"{item.figures} {item.unit}"
            told = own(words, "reportedIn", claim=item.claim, length=length)
            rows.append((told, item.figures_in(), item.figures_in(KM_PER_MILE), fits))
        body = "".join(
            f'<tr><td>{name}</td><td class="number">{km} {words["km"]}</td>'
            f'<td class="number">{mi} {words["mi"]}</td><td>{note}</td></tr>'
            for name, km, mi, note in rows
        )
        title = own(words, "fromTo", a=report.origin.name, b=report.destination.name)
        return f"<table><caption>{title}</caption><tbody>{body}</tbody></table>"


def _km_and_miles(km: float) -> tuple[str, str]:
    return f"{km:.1f}", f"{km / KM_PER_MILE:.1f}"


def _tone(claim: Claim) -> str:
    """How the words of a claim look: in italics unless they are asserted.

    A denial's summary says what the claimant holds, so it is not struck out.
    """
    return "" if claim.status == "denied" else claim.status


def _ends(names: Sequence[str]) -> str:
    """The names of a way, shortened in the middle."""
    return ", ".join(names if len(names) <= 4 else [*names[:2], "...", *names[-2:]])
