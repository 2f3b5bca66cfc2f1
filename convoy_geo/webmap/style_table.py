"""Styles and shared content of a page: validated when added, and stored without duplicates."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from folium.utilities import camelize

from convoy_geo.webmap.folium_allowlist import refuse
from convoy_geo.webmap.sanitize import HtmlNode, is_colour

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["PIN_COLOURS", "Pool", "colour", "number", "path_style", "snake"]

PIN_COLOURS = {
    "red": "#d03a2b",
    "darkred": "#9a2f33",
    "lightred": "#f58a7c",
    "orange": "#e98b23",
    "beige": "#e8bf8a",
    "green": "#5b9a1f",
    "darkgreen": "#5d6f1d",
    "lightgreen": "#9ed454",
    "blue": "#2a7fc0",
    "darkblue": "#0b4f86",
    "cadetblue": "#436978",
    "lightblue": "#7fc4ea",
    "purple": "#a742b0",
    "darkpurple": "#5b396b",
    "pink": "#ee86d2",
    "white": "#fbfbfb",
    "gray": "#5f5f5f",
    "lightgray": "#9c9c9c",
    "black": "#2b2b2b",
}
"""folium's names for the colours of pins, which are not all colours of CSS."""

HATCHES = ("hatch-cross", "hatch-back", "hatch")
DEFAULTS: dict[str, Any] = {
    "color": "#3388ff",
    "weight": 3,
    "opacity": 1,
    "stroke": True,
    "lineCap": "round",
    "lineJoin": "round",
    "fillOpacity": 0.2,
    "fill": False,
}
"""What the page's script takes for granted; `fill` differs from Leaflet's, which goes by shape."""

NUMBERS = {"weight", "opacity", "fillOpacity", "dashOffset"}
SWITCHES = {"stroke", "fill"}
WORDS = {"lineCap": {"butt", "round", "square"}, "lineJoin": {"bevel", "miter", "round"}}
SHORT = 24
"""Content shorter than this, in characters of JSON, is repeated rather than referred to."""

_Entry = tuple[str, tuple[tuple[str, str], ...], tuple[int, ...]]
"""An element of the shared content: its tag, its attributes, the numbers of its children."""

_DASHES = re.compile(r"[\d.]+(?:[\s,]+[\d.]+)*")


def snake(name: str) -> str:
    """The name of one of Leaflet's options as folium has it.

    Examples
    --------
    >>> snake("fillOpacity")
    'fill_opacity'
    """
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def number(value: Any, name: str) -> float:
    """A finite number out of a map's options, as an int where it is whole."""
    try:
        result = float(value)
    except (TypeError, ValueError):
        result = math.nan
    if not math.isfinite(result):
        refuse(f"option {name}", f"{value!r} is not a finite number")
    return int(result) if result.is_integer() else round(result, 6)


def colour(value: Any, name: str) -> str:
    """A CSS colour out of a map's options."""
    text = str(value).strip()
    if not is_colour(text):
        refuse(f"option {name}", f"{text[:60]!r} is not a CSS colour")
    return text


def path_style(options: Mapping[str, Any], *, fills: bool) -> dict[str, Any]:
    """The drawing options of a line or an area, checked, without those that go without saying.

    Parameters
    ----------
    options
        folium's or Leaflet's path options, in either spelling. What is not about drawing is left
        out; the classes ``hatch``, ``hatch-back`` and ``hatch-cross`` are understood.
    fills
        Whether the shape is filled when the options do not say.

    Returns
    -------
    dict
        Options for the page's script, keys sorted.

    Raises
    ------
    UnsupportedMapElementError
        If a colour, number, dash pattern or line end is not one.
    """
    given = {camelize(key): value for key, value in options.items() if value is not None}
    style: dict[str, Any] = {"fill": fills}
    for key, value in given.items():
        checked = _checked(key, value)
        if checked is not None:
            style[key] = checked
    classes = str(given.get("className", "")).split()
    if given.get("hatch"):
        classes.append("hatch")
    for kind in HATCHES:
        if kind in classes:
            style |= {"hatch": kind, "fill": True}
    if style.get("fillColor") == style.get("color", DEFAULTS["color"]) or not style["fill"]:
        style.pop("fillColor", None)
    return {key: style[key] for key in sorted(style) if style[key] != DEFAULTS.get(key)}


def _checked(key: str, value: Any) -> Any:
    """The value of a path option; None if the option is not about drawing."""
    if key in NUMBERS:
        return number(value, key)
    if key in SWITCHES:
        return bool(value)
    if key in {"color", "fillColor"} and value:
        return colour(value, key)
    if key == "dashArray" and value:
        dashes = value if isinstance(value, str) else " ".join(map(str, value))
        if not _DASHES.fullmatch(dashes.strip()):
            refuse("option dashArray", f"{dashes!r} is no pattern of numbers")
        return dashes.strip()
    if key in WORDS:
        if value not in WORDS[key]:
            refuse(f"option {key}", f"{value!r} is not known")
        return value
    return None


class Pool:
    """Styles and content seen so far. Equal ones get the same number."""

    def __init__(self) -> None:
        self.styles: list[dict[str, Any]] = []
        self._style_numbers: dict[str, int] = {}
        self._entries: dict[str | _Entry, int] = {}
        self._forms: list[Any] = []

    def style(self, style: dict[str, Any]) -> int:
        """The number of a style."""
        key = json.dumps(style, sort_keys=True)
        if key not in self._style_numbers:
            self._style_numbers[key] = len(self.styles)
            self.styles.append(style)
        return self._style_numbers[key]

    def content(self, node: HtmlNode) -> int:
        """A handle for a piece of content, which `settle` exchanges for its written form."""
        return self._number(node)

    def form(self, handle: int) -> Any:
        """The written form of a piece of content by itself, without references."""
        if handle >= len(self._forms):
            for entry in list(self._entries)[len(self._forms) :]:
                self._forms.append(entry if isinstance(entry, str) else _form(entry, self._forms))
        return self._forms[handle]

    def _number(self, node: HtmlNode | str) -> int:
        entry = (
            node
            if isinstance(node, str)
            else (node.tag, node.attributes, tuple(map(self._number, node.children)))
        )
        return self._entries.setdefault(entry, len(self._entries))

    def settle(self, items: Iterable[dict[str, Any]]) -> list[Any]:
        """Exchange the handles under `p`, `t` and `n` of all items, in place.

        Returns
        -------
        list
            The shared content. A number in written content means an entry of it.
        """
        entries = list(self._entries)
        uses = Counter(_handles(items))
        for number in range(len(entries) - 1, -1, -1):  # parents come after their children
            entry = entries[number]
            if uses[number] and not isinstance(entry, str):
                uses.update(entry[2])
        table: list[Any] = []
        written: list[Any] = []
        for number, entry in enumerate(entries):  # children come before their parents
            if not uses[number]:
                written.append(None)
                continue
            form: Any = entry if isinstance(entry, str) else _form(entry, written)
            if uses[number] > 1 and len(json.dumps(form)) > SHORT:
                table.append(form)
                form = len(table) - 1
            written.append(form)
        _exchange(items, written)
        return table


def _form(entry: _Entry, written: list[Any]) -> list[Any]:
    tag, attributes, children = entry
    return [
        tag,
        *([dict(attributes)] if attributes else []),
        *(written[child] for child in children),
    ]


def _handles(items: Iterable[dict[str, Any]]) -> Iterator[int]:
    for item in items:
        for key in {"p", "t", "n"} & item.keys():
            if item["k"] != "r":  # the contents of very many points are written already
                yield item[key]
        yield from _handles(item.get("items", ()))


def _exchange(items: Iterable[dict[str, Any]], written: list[Any]) -> None:
    for item in items:
        for key in {"p", "t", "n"} & item.keys():
            if item["k"] != "r":
                item[key] = written[item[key]]
        _exchange(item.get("items", ()), written)
