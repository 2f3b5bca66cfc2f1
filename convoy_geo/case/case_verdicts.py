"""Trips of a case: whether a trip fits the available time, and how far it can go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.journeys import Journey
from convoy_geo.errors import ClosureNotFoundError
from convoy_geo.lang import DEFAULT, load
from convoy_geo.model.relative_places import is_term, parse_relation, relative_place
from convoy_geo.network.distance_on_roads import stretches_on
from convoy_geo.network.match_closures import Stretches
from convoy_geo.timegeo.bands import Bands, find_bands
from convoy_geo.timegeo.locations import Location, find_location
from convoy_geo.timegeo.moments import moments
from convoy_geo.timegeo.prism import Reach, find_reach
from convoy_geo.timegeo.travel_graph import Ground
from convoy_geo.type_checks import checks_methods

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import pandas as pd

    from convoy_geo.analysis.verdicts import Verdict
    from convoy_geo.casefiles.files import CaseFiles
    from convoy_geo.gazetteer.case_gazetteer import Gazetteer
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.closures import Closure
    from convoy_geo.model.travel_modes import End, TravelMode
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.routing.route import Weight
    from convoy_geo.routing.router import Router

__all__ = ["CaseVerdicts"]

MODE = "bus"
"""Travel mode if neither the caller nor the case specifies one."""


@checks_methods("Case")
class CaseVerdicts:
    """Methods of `Case` about time and distance."""

    if TYPE_CHECKING:  # attributes of `Case`
        _files: CaseFiles

        @property
        def info(self) -> CaseInfo: ...  # noqa: D102
        @property
        def gazetteer(self) -> Gazetteer: ...  # noqa: D102
        @property
        def closures(self) -> tuple[Closure, ...]: ...  # noqa: D102
        @property
        def network(self) -> RoadNetwork | None: ...  # noqa: D102
        @property
        def roads(self) -> Router: ...  # noqa: D102

    def could(
        self,
        origin: Any,
        destination: Any,
        *,
        leave: str,
        arrive: str,
        mode: str | TravelMode | None = None,
        closures: Iterable[str] = (),
        when: date | str | None = None,
        kmh: tuple[float, float] | None = None,
    ) -> Verdict:
        """Whether someone can have travelled from one place to another between two times.

        Parameters
        ----------
        origin, destination
            Any spelling of a place's name, the name of a node, (lon, lat), or a term of
            `convoy_geo.model.relative_places` such as ``near(moscow,200km)``.
        leave, arrive
            EDTF, optionally with a time of day as in 2017-08-31T06:00, in the case's time zone.
        mode
            Travel mode: bus, car, foot, ship or sail; see `convoy_geo.model.travel_modes`. By
            default the one under ``[rules]`` in case.toml, or bus.
        closures
            Ids of edges or of the case's closures to treat as closed.
        when
            A date whose cuts apply too.
        kmh
            Low and high speed in km/h, instead of those in the table.

        Returns
        -------
        Verdict

        Raises
        ------
        PlaceNotFoundError, AmbiguousPlaceError
            If a name matches no place, or several.
        DateError
            If a time is invalid.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> times = {"leave": "2017-08-31T06:00", "arrive": "2017-09-01"}
        >>> read_case().could("Sukhna", "Rawa", **times, mode="foot").verdict
        'impossible'
        """
        travel = self._means(mode, kmh)
        names, closed = self._closed(closures, when)
        spots = [self._spot(origin), self._spot(destination)]
        zone = self.info.time_zone

        def reground(changed: Sequence[Location], ids: tuple[str, ...]) -> Ground:
            return Ground(self.network, travel, changed, self._edges(ids))

        cuts = tuple(one.id for one in self.closures if one.kind == "cut")
        cuts = cuts if self.network is not None else ()
        ground = Ground(self.network, travel, spots, closed, marked=self._edges(cuts))
        journey = Journey(ground, 0, 1, moments(leave, zone), moments(arrive, zone), zone, names)
        return journey.verdict(reground=reground, stretches=self._edges, cuts=cuts)

    def reach(
        self,
        origin: Any,
        destination: Any,
        *,
        leave: str,
        arrive: str,
        mode: str | TravelMode | None = None,
        closures: Iterable[str] = (),
        when: date | str | None = None,
        kmh: tuple[float, float] | None = None,
    ) -> Reach:
        """Where someone can have been between two places and two times, as roads and as an area.

        Parameters
        ----------
        origin, destination, leave, arrive, mode, closures, when, kmh
            As in `could`.

        Raises
        ------
        LookupError
            If the case has no road network, or a name is unknown.
        """
        if self.network is None:
            msg = f"case {self.info.id!r} has no road network: reach needs roads"
            raise LookupError(msg)
        names, closed = self._closed(closures, when)
        spots = [self._spot(origin), self._spot(destination)]
        zone = self.info.time_zone
        return find_reach(
            Ground(self.network, self._means(mode, kmh), spots, closed),
            (moments(leave, zone), moments(arrive, zone)),
            leave=leave,
            arrive=arrive,
            closures=names,
        )

    def bands(
        self,
        origin: Any,
        hours: Sequence[float],
        *,
        mode: str | TravelMode | None = None,
        closures: Iterable[str] = (),
        when: date | str | None = None,
        kmh: tuple[float, float] | None = None,
        end: End = "best",
    ) -> Bands:
        """The area reachable from one place within some hours, as bands (isochrones).

        Parameters
        ----------
        origin
            As in `could`.
        hours
            Upper limits of the bands.
        mode, closures, when, kmh
            As in `could`.
        end
            Whether to use the highest (``best``) or the lowest (``worst``) speeds.

        Raises
        ------
        LookupError
            If the case has no road network, or a name is unknown.
        ValueError
            If there are no hours, or `end` is neither ``best`` nor ``worst``.
        """
        if end not in ("best", "worst"):
            msg = f"`end` must be 'best' or 'worst', not {end!r}"
            raise ValueError(msg)
        if self.network is None:
            msg = f"case {self.info.id!r} has no road network: reach needs roads"
            raise LookupError(msg)
        names, closed = self._closed(closures, when)
        ground = Ground(self.network, self._means(mode, kmh), [self._spot(origin)], closed)
        return find_bands(ground, hours, end=end, closures=names)

    def travel_times(
        self,
        places: Sequence[Any],
        *,
        mode: str | TravelMode | None = None,
        closures: Iterable[str] = (),
        when: date | str | None = None,
        weight: Weight = "time",
    ) -> pd.DataFrame:
        """Travel times of the best routes between all pairs of places.

        Parameters
        ----------
        places
            Names, places or (lon, lat) pairs.
        mode, closures, when
            As in `could`; `closures` and `when` close roads as in `Router.route`.
        weight
            Hours by road (``time``) or kilometres (``length``).

        Returns
        -------
        DataFrame
            One row and one column per place; infinite if there is no route.

        Raises
        ------
        LookupError
            If the case has no road network.
        NoRouteError
            If a place is too far from any road.
        """
        router = self.roads.with_mode(self._means(mode, None))
        return router.table(places, closures=closures, when=when, weight=weight)

    # ---- helpers ----

    def _means(self, mode: str | TravelMode | None, kmh: tuple[float, float] | None) -> TravelMode:
        travel = self.info.travel_mode(mode or self.info.mode or MODE)
        return travel if kmh is None else travel.at(*kmh)

    def _spot(self, stop: Any) -> Location:
        def locate(name: str) -> Any:
            return self.gazetteer.locate(name, point=True)

        if isinstance(stop, str) and is_term(stop):
            return self._term(stop)
        return find_location(stop, self.network, locate, self._files.areas)

    def _term(self, text: str) -> Location:
        """The area of a term such as ``near(moscow,200km)``; its places by id or by name."""
        relation = parse_relation(text)
        places = {place.id: place for place in self.gazetteer}
        for name in relation.places:
            places.setdefault(name, self.gazetteer.locate(name, point=True))
        made = relative_place(relation, places, self._files.areas, stretches_on(self.network))
        names = {key: place.name for key, place in places.items()}
        called = load(DEFAULT).relation(**relation.values(names))
        return Location(called, outline=made.geometry)

    def _closed(
        self, closures: Iterable[str], when: date | str | None
    ) -> tuple[tuple[str, ...], Stretches]:
        cuts = () if when is None else (
            one.id for one in self.closures if one.kind == "cut" and one.active(when)
        )  # fmt: skip
        names = tuple(dict.fromkeys((*cuts, *closures)))
        return names, self._edges(names)

    def _edges(self, names: Iterable[str]) -> Stretches:
        """The stretches closed by closures or edges, given by id."""
        by_id = {one.id: one for one in self.closures}
        if self.network is None:
            for name in names:
                msg = f"{name!r} cannot be closed: case {self.info.id!r} has no road network"
                raise ClosureNotFoundError(msg)
            return Stretches.none()
        network = self.network
        return Stretches.all_of(
            [
                network.stretches_of(by_id[name])
                if name in by_id
                else Stretches.whole(network.segments_of(network.edge_positions([name])))
                for name in names
            ]
        )
