"""A case's page as a notebook's widget shows it: what can be selected, and how both sides call it.

The document of the page gets ``widget``, besides keys on its groups and items::

    {"nonce": ..., "words": {...}, "only": "ledger", "claims": [key, ...], "places": {id: key}}

``claims`` and ``places`` are there only where an id needs another key, because two things of the
case have the same id.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convoy_geo.page.case_data import used_sides
from convoy_geo.viz.story_clock import story_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convoy_geo.viz.story_clock import StoryClock
    from convoy_geo.viz.view_data import Contents

__all__ = ["WidgetPage", "thing_keys", "widget_page"]

ROWS = {"p": "places", "r": "reported_routes", "w": "computed_routes", "x": "closures"}
"""First letter of a row's id: the layer of `Case.to_gdf` that it is in."""


@dataclass(frozen=True)
class WidgetPage:
    """What a widget of a case is made of.

    Parameters
    ----------
    document
        Of the page, with the keys.
    things
        Key of each thing that can be selected: its layer as in `Case.to_gdf` (``lines`` too), id.
    layers
        Key of each layer of the map, and whether it is on at first.
    sides
        Ids, in the case's order.
    clock
        Its steps.
    spans
        First and last step of each of the clocks ``happened``, ``said`` and ``published``.
    """

    document: dict[str, Any]
    things: dict[str, tuple[str, str]]
    layers: dict[str, bool]
    sides: tuple[str, ...]
    clock: StoryClock
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)


def thing_keys(contents: Contents) -> dict[tuple[str, str], str]:
    """The key of each claim, place, route, closure and line, by layer and id.

    The key is the id; where two things have the same id, it is the layer, a colon and the id.
    """
    things = [("claims", key) for key in contents.claims]
    things += [("places", key) for key in contents.places]
    things += [("reported_routes", track.route.id) for track in contents.tracks]
    things += [
        ("computed_routes", f"{number}/{route.rank}")
        for number, group in enumerate(contents.alternatives)
        for route in group.routes
    ]
    things += [("closures", closure.id) for closure in contents.closures]
    things += [("lines", line.id) for line in contents.lines]
    seen = Counter(key for _, key in things)
    return {(layer, key): key if seen[key] == 1 else f"{layer}:{key}" for layer, key in things}


def widget_page(
    document: Mapping[str, Any],
    contents: Contents,
    *,
    nonce: str,
    words: Mapping[str, str],
    only: str = "",
) -> WidgetPage:
    """The document of a case's page with what a widget needs.

    Parameters
    ----------
    document
        Of the page; it is not changed.
    contents
        The case.
    nonce
        The word of chance by which the page and the notebook know each other.
    words
        Of the widget's tools.
    only
        ``ledger``: nothing but the ledger shows, and no map is drawn.
    """
    keys = thing_keys(contents)
    layers: dict[str, bool] = {}
    groups = []
    kinds = Counter(group["l"] for group in document["layers"] if "l" in group)
    numbers: Counter[str] = Counter()
    for group in document["layers"] if only != "ledger" else ():
        kind = group.get("l")
        if kind is None:
            groups.append(group)
            continue
        key = kind if kinds[kind] == 1 else f"{kind}/{numbers[kind]}"
        numbers[kind] += 1
        layers[key] = group.get("show", True)
        groups.append({**group, "key": key, "items": _keyed(group, contents, keys)})
    widget: dict[str, Any] = {"nonce": nonce, "words": dict(words)}
    if only:
        widget["only"] = only
    claims = [keys["claims", key] for key in contents.claims]
    if claims != list(contents.claims):
        widget["claims"] = claims
    if places := {
        key: keys["places", key] for key in contents.places if keys["places", key] != key
    }:
        widget["places"] = places
    return WidgetPage(
        {**document, "layers": groups, "widget": widget},
        {key: thing for thing, key in keys.items()},
        layers,
        tuple(used_sides(contents)),
        story_clock(contents),
        {name: (span[0], span[1]) for name, span in document["story"]["span"].items()},
    )


def _keyed(
    group: Mapping[str, Any], contents: Contents, keys: Mapping[tuple[str, str], str]
) -> list[dict[str, Any]]:
    """The items of a layer, those that can be selected with their keys."""
    if group["l"] == "lines":
        return [
            {**item, "key": keys["lines", line.id]}
            for item, line in zip(group["items"], contents.lines, strict=True)
        ]
    made = []
    for item in group["items"]:
        letter, _, name = item.get("row", "").partition("-")
        layer = ROWS.get(letter)
        if layer == "computed_routes":
            name = name.replace("-", "/")
        key = keys.get((layer, name)) if layer else None
        made.append(item if key is None else {**item, "key": key})
    return made
