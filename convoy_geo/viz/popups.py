"""Claims, places and routes as small pieces of safe HTML, for popups and sections of a page.

The markup is in assets/templates, the words are in the folders of `convoy_geo.lang`. All text out
of data is escaped by the templates; the page keeps only harmless markup anyway.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from convoy_geo.geodesy import KM_PER_MILE, position_text
from convoy_geo.io.html import Html, render
from convoy_geo.lang import DEFAULT, load
from convoy_geo.lang.templates import Words
from convoy_geo.viz.reader_names import names_by_case
from convoy_geo.viz.words import Own, as_html, date_words, joined, named, own, tellers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from convoy_geo.analysis.distances import DistanceReport
    from convoy_geo.dates.interval import Interval
    from convoy_geo.lang import Message
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.claims import Claim, Report
    from convoy_geo.model.places import Place
    from convoy_geo.network.network import Closure
    from convoy_geo.routing.reported_routes import Alternatives, Track
    from convoy_geo.routing.router import Route

__all__ = ["Cards"]


class Cards:
    """Provides the texts of one case.

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
        self.language = load(self.words["lang"])
        self.info = info
        self.reports = reports
        self.claims = claims
        self.places = places
        self._called = names_by_case(places.values())

    def side_name(self, side: str) -> str:
        """Name of a side, or its id where the case does not know it."""
        return self.info.sides[side].name if side in self.info.sides else side

    def colour(self, side: str) -> str:
        """Colour of a side, as ``#rrggbb``; grey where the case does not know it."""
        return self.info.sides[side].colour if side in self.info.sides else "#6b6b6b"

    def called(self, name: str) -> str:
        """A place's name in the reader's language, by the name that the case or its roads have."""
        return self._called.get(name, name)

    def all_called(self, names: Iterable[str]) -> list[str]:
        """The same for several names."""
        return [self.called(name) for name in names]

    def listed(self, names: Iterable[str]) -> Own | str:
        """Names of places with commas between, each marked with its language."""
        names = self.all_called(names)
        if not any(isinstance(name, Words) for name in names):
            return ", ".join(names)
        return joined(", ", [own(self.words, "given", name=name) for name in names])

    def times(self, claim: Claim) -> Own:
        """When it happened and when it was said."""
        text, date = self.language.text, self.language.date
        happened = text("card.no_day")
        if claim.happened:
            code = "happened_outside" if claim.date_basis == "external" else "happened"
            happened = text(f"card.{code}", day=date(claim.happened.text))
        if not claim.said:
            return as_html(happened)
        return as_html(text("card.said", happened=happened, day=date(claim.said.text)))

    def chain(self, claim: Claim) -> Own | str:
        """The source chain."""
        return tellers(self.words, claim.tellers or (claim.claimant,))

    def counted(self, what: str, count: int) -> Words:
        """A number of claims or reports."""
        return self.language.text(f"card.{what}_{'one' if count == 1 else 'many'}", count=count)

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

    def way_title(self, group: Alternatives) -> Words:
        """What computed routes lead from and to, and on what day; plain text."""
        ends = {"a": self.called(group.origin), "b": self.called(group.destination)}
        if not group.day:
            return self.language.text("wayOpen", **ends)
        return self.language.text("wayClosed", **ends, day=self.language.date(group.day))

    def _render(self, name: str, **values: object) -> Html:
        """A template, with this to say things in it, and a claim's side and colour."""
        return render(name, cards=self, say=self.say, kind=self.kind, **values)

    def say(self, code: str, /, **values: object) -> Own:
        """The sentence of a code, as safe HTML."""
        return as_html(self.language.text(code, **values))

    def said(self, message: Message) -> Own:
        """A message of a result, as safe HTML."""
        return as_html(self.language.say(message))

    def kind(self, group: str, name: str) -> Own | str:
        """The word for a value of the schema."""
        return named(self.words, group, name)

    def rivals(self, claim: Claim) -> list[str]:
        """Ids of the claims that are in the same dispute."""
        if not claim.dispute:
            return []
        return [
            other.id
            for other in self.claims.values()
            if other.dispute == claim.dispute and other.id != claim.id
        ]

    def claim(self, claim: Claim) -> Html:
        """A claim's card: what, who through whom, when, how surely, where it stands."""
        return self._render("card_claim", claim=claim)

    def claim_list(self, ids: Iterable[str]) -> Html:
        """Cards of several claims, under a line that counts them."""
        found = [self.claims[claim_id] for claim_id in ids]
        reports = len({claim.report for claim in found})
        return self._render("card_claims", claims=found, reports=reports)

    def place_words(self, place: Place) -> Html:
        """A place's names, kind, position with its radius, and source."""
        known = {spelling.text for spelling in place.spellings if spelling.use == "report"}
        return self._render("card_place", place=place, spelled=", ".join(sorted(known)))

    def track_words(self, track: Track) -> Html:
        """A reported route: its status, side, day, and how its course is known."""
        outside = self.listed(self.places[key].name for key in track.route.outside)
        return self._render("card_track", track=track, route=track.route, outside=outside)

    def closure_words(self, closure: Closure) -> Html:
        """A closure: its kind, days, note and source."""
        return self._render("card_closure", closure=closure)

    def route(self, route: Route, title: str, held: Iterable[Message] = ()) -> Html:
        """A computed route's popup: length, time, what it shares, who controlled the roads."""
        return self._render(
            "card_route", route=route, title=title, held=[self.said(one) for one in held]
        )

    def road_facts(self, edge: str, road: Mapping[str, Any]) -> Words:
        """A road of the network: what it is and how well it is known; plain text."""
        said = self.language.text("card.road", edge=edge, **road)
        if not road["note"]:
            return said
        return self.language.text("card.noted", said=said, note=road["note"])

    def facts(self, title: str, said: str) -> Html:
        """A title and what is said of it."""
        return self._render("card_facts", title=title, said=said)

    def unmapped(self) -> Html:
        """Every claim that has no place on the map, as a table."""
        found = [
            claim
            for claim in self.claims.values()
            if not any(self.places[key].shape != "unmapped" for key in claim.located_places)
        ]
        return self._render("card_unmapped", claims=found)

    def disputes(self) -> Html:
        """The claims that cannot all be taken as they stand, group by group, unmerged."""
        groups: dict[str, list[Claim]] = {}
        for claim in self.claims.values():
            if claim.dispute:
                groups.setdefault(claim.dispute, []).append(claim)
        return self._render("card_disputes", groups=groups)

    def report_list(self) -> Html:
        """The reports with links; nothing where there are none."""
        if not self.reports:
            return Html("")
        counts = Counter(claim.report for claim in self.claims.values())
        foreign = self.language.code != DEFAULT
        return self._render(
            "reports", counts=counts, direction=self.language.direction if foreign else ""
        )

    def distances(self, reports: Sequence[DistanceReport]) -> Html:
        """Straight line, roads and reported lengths, as a table a pair."""
        return Html("".join(map(self._distance_table, reports)))

    def _distance_table(self, report: DistanceReport) -> Html:
        words = self.words
        rows: list[tuple[object, ...]] = [
            (own(words, "straightLine"), *_km_and_miles(report.geodesic_km), "")
        ]
        rows += [
            (own(words, "roadBy", names=self._ends(way.landmarks)), *_km_and_miles(way.length_km),
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
        ends = self.all_called((report.origin.name, report.destination.name))
        title = own(words, "fromTo", a=ends[0], b=ends[1])
        return self._render("distances", title=title, rows=rows)

    def _ends(self, names: Sequence[str]) -> Own | str:
        """The names along a route, shortened in the middle."""
        return self.listed(names if len(names) <= 4 else [*names[:2], "...", *names[-2:]])

    @staticmethod
    def tone(claim: Claim) -> str:
        """The style of a claim's text: italic unless it is asserted.

        A denial's summary says what the claimant holds, so it is not struck out.
        """
        return "" if claim.status == "denied" else claim.status

    @staticmethod
    def miles(km: float) -> float:
        """Kilometres in miles."""
        return km / KM_PER_MILE


def _km_and_miles(km: float) -> tuple[str, str]:
    return f"{km:.1f}", f"{km / KM_PER_MILE:.1f}"
