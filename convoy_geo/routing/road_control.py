"""Control of roads: what was closed to one side, and who controlled the roads on a route.

>>> from convoy_geo.case.case import read_case
>>> case = read_case()
>>> way = case.roads_for("convoy").route(["Adra junction", "Rutba"], when="2017-08-31")
>>> "tanf" in way.closures, {"E036", "E037"} & set(way.edges)
(True, set())
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convoy_geo.lang import DEFAULT, Message, load
from convoy_geo.model.closures import Closure
from convoy_geo.routing.edge_usage import driven_km

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from convoy_geo.model.closures import Control
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.routing.route import Route

__all__ = ["Held", "closures_for", "held_along", "held_messages", "held_words"]


@dataclass(frozen=True)
class Held:
    """Who controlled a part of a route, as far as known.

    Parameters
    ----------
    said
        The controller, as returned by `held_along`: a message, a text of the network, or empty if
        nothing is recorded.
    edges
        Ids of the edges, in order.
    km
        Length driven on them, as drawn.
    """

    said: Message | str
    edges: tuple[str, ...]
    km: float

    @property
    def words(self) -> str:
        """The controller, in English; empty if nothing is recorded."""
        return load(DEFAULT).say(self.said)


def closures_for(
    side: str, controls: Iterable[Control], network: RoadNetwork
) -> tuple[Closure, ...]:
    """Convert road control into closures for one side, for use in a `Router`.

    Parameters
    ----------
    side
        The side that travels, such as ``convoy``.
    controls
        Who controlled which stretch, and when.
    network
        The roads.

    Returns
    -------
    tuple of Closure
        Stretches closed to that side are cuts. Undetermined ones are fronts: they stay open, and
        `Route.passes` lists those on a route. Roads without a record are not included.

    Raises
    ------
    ValueError
        If no stretch is recorded as closed to that side: then nothing can be concluded.
    EdgeNotFoundError
        If a control names an edge that does not exist.
    """
    given = list(controls)
    known = sorted({name for control in given for name in control.closed_to})
    if side not in known:
        msg = f"nothing is recorded as closed to {side!r}; known: {', '.join(known) or 'none'}"
        raise ValueError(msg)
    closures = []
    for control in given:
        closed = side in control.closed_to
        if not (closed or control.status == "undetermined"):
            continue
        lines = network.edges.geometry.iloc[network.edge_positions(control.edges)]
        closures.append(
            Closure(
                id=control.id,
                name=control.name,
                kind="cut" if closed else "front",
                geometry=lines.union_all(),
                closed=control.held,
                edges=control.edges,
                claims=control.claims,
                source=control.source,
                place_from_outside=control.from_outside,
                note=control.note,
            )
        )
    return tuple(closures)


def held_along(
    network: RoadNetwork,
    route: Route,
    controls: Iterable[Control] = (),
    *,
    when: date | str | None = None,
) -> tuple[Held, ...]:
    """Who controlled the roads on a route: on a date, or according to the network.

    Parameters
    ----------
    network
        The network of the route; the column ``control`` of its edges is read.
    route
        The route.
    controls, when
        Who controlled which stretch, when; and a date. Where no control covers an edge on that
        date, the network's text is used, with a remark that it is not of that date.

    Returns
    -------
    tuple of Held
        One item for each text, in order along the route; parts without a record come last. Empty if
        there is neither a date nor a column ``control``.
    """
    recorded = "control" in network.edge_table
    if when is None and not recorded:
        return ()
    texts: Any = network.edge_table["control"].fillna("").astype(str) if recorded else {}
    today = [one for one in controls if when is not None and one.active(when)]
    parts: dict[Message | str, dict[str, float]] = {}
    for edge, km in driven_km(network, route).items():
        found = tuple(_on_the_day(one, when) for one in today if edge in one.edges)
        said: Message | str = Message.of("held.together", parts=found) if found else ""
        if not found and recorded and texts[edge]:
            said = texts[edge]
            if when:
                said = Message.of("held.general", day=str(when), said=said)
        parts.setdefault(said, {})[edge] = km
    unknown = parts.pop("", None)
    if unknown:
        parts[""] = unknown
    return tuple(Held(said, tuple(km), sum(km.values())) for said, km in parts.items())


def _on_the_day(control: Control, when: date | str | None) -> Message:
    """A control as a message."""
    holder = control.holder.replace("_", " ") or Message.of("held.nobody")
    code = "held.by" if control.status == "held" else "held.undetermined"
    said = Message.of(code, holder=holder, day=str(when))
    if not control.closed_to:
        return said
    sides = [side.replace("_", " ") for side in control.closed_to]
    return Message.of("held.closed", said=said, sides=sides)


def held_messages(
    network: RoadNetwork,
    route: Route,
    controls: Iterable[Control] = (),
    *,
    when: date | str | None = None,
) -> list[Message]:
    """`held_along` as messages, one per part."""
    return [
        Message.of("held.line", km=part.km, edges=part.edges, said=part.said)
        if part.said
        else Message.of("held.unknown", km=part.km)
        for part in held_along(network, route, controls, when=when)
    ]


def held_words(
    network: RoadNetwork,
    route: Route,
    controls: Iterable[Control] = (),
    *,
    when: date | str | None = None,
) -> list[str]:
    """`held_along` in English, one line per part.

    Examples
    --------
    >>> from convoy_geo.case.case import read_case
    >>> roads = read_case().roads
    >>> held_words(roads.network, roads.route(["Zaza crossroads", "Walid crossing"]))
    ... # doctest: +NORMALIZE_WHITESPACE
    ['104 km (E036, E037): US-backed opposition around Tanf in 2017: closed to the convoy',
     '3 km: who controlled it is not recorded']
    >>> way = roads.route(["Humaymah", "T2"])
    >>> held_words(roads.network, way, read_case().controls, when="2017-08-31")
    ['37 km (E102): controlled by islamic state on 2017-08-31, closed to syrian government']
    """
    english = load(DEFAULT)
    return [english.say(message) for message in held_messages(network, route, controls, when=when)]
