"""Very many points of a layer as one item: positions and texts in columns.

A page with 100,000 points must not weigh tens of megabytes, nor create as many elements in the
browser. The points are sorted along a Morton curve, so that consecutive points are close and their
differences small, and packed like lines. What popups and tooltips have in common is stored once, as
a template; the rest is stored in columns. `assets/page/cloud.js` draws them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.webmap.polyline_codec import pack_numbers, unpack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from convoy_geo.webmap.style_table import Pool

__all__ = ["MANY", "gather_points", "morton_order"]

MANY = 2000
"""Points of one layer above which they become one item, too many to be stepped through."""

SINGLE = {"id", "key", "open", "fixed", "h", "z", "alt", "row", "c", "d"}
"""Keys of a point that has to stay an element of its own."""


def gather_points(items: list[dict[str, Any]], pool: Pool) -> None:
    """Make one item of the plain points of a map or group that has very many; in place.

    Parameters
    ----------
    items
        Items of a document or a group; groups among them are looked into. The new item has kind
        ``r``: `n` how many, `g` positions, `looks` pairs of style and radius, `of` which look each
        has, `words` the contents.
    pool
        Holds the contents.
    """
    for item in items:
        gather_points(item.get("items", []), pool)
    plain = [item for item in items if item["k"] == "d" and not item.keys() & SINGLE]
    if len(plain) <= MANY:
        return
    rest = [item for item in items if item["k"] != "d" or item.keys() & SINGLE]
    numbers = np.array([unpack(item["g"], 0)[0] for item in plain]).astype(np.int64)
    order = morton_order(numbers)
    plain = [plain[place] for place in order]
    cloud: dict[str, Any] = {
        "k": "r", "n": len(plain), "g": pack_numbers(numbers[order].tolist()),
    }  # fmt: skip
    looks: dict[tuple[Any, Any], int] = {}
    of = [looks.setdefault((item["s"], item["r"]), len(looks)) for item in plain]
    cloud["looks"] = [list(look) for look in looks]
    if len(looks) > 1:
        cloud["of"] = of
    columns: dict[tuple[str, ...], int] = {}
    contents = {
        key: _template([pool.form(item[key]) if key in item else "" for item in plain], columns)
        for key in ("p", "t")
        if any(key in item for item in plain)
    }
    if contents:
        cloud["words"] = {"columns": list(columns), **contents}
    if any("pw" in item for item in plain):
        cloud["pw"] = max(item.get("pw", 0) for item in plain)
    items[:] = [cloud, *rest]


def morton_order(numbers: NDArray[np.int64]) -> NDArray[np.intp]:
    """The order of pairs of whole numbers along a Morton curve; equal pairs keep theirs.

    Parameters
    ----------
    numbers
        Shape (n, 2).

    Examples
    --------
    >>> morton_order(np.array([[3, 3], [0, 0], [1, 0], [0, 1]])).tolist()
    [1, 2, 3, 0]
    """
    key = np.zeros(len(numbers), dtype=np.uint64)
    for axis in (0, 1):
        bits = (numbers[:, axis] - numbers[:, axis].min()).astype(np.uint64)
        for shift, mask in (
            (16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F),
            (2, 0x3333333333333333), (1, 0x5555555555555555),
        ):  # fmt: skip
            bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
        key |= bits << np.uint64(axis)
    return np.argsort(key, kind="stable")


def _template(contents: Sequence[Any], columns: dict[tuple[str, ...], int]) -> dict[str, Any]:
    """Contents as forms `f` with holes for texts, the form `i` of each, and `c` the holes' columns.

    A column has the texts of one hole, point after point; equal ones are kept once.
    """
    forms: dict[str, int] = {}
    holes: list[list[list[str]]] = []
    index = []
    for content in contents:
        texts: list[str] = []
        form = json.dumps(_form(content, texts), ensure_ascii=False)
        number = forms.setdefault(form, len(forms))
        if number == len(holes):
            holes.append([[] for _ in texts])
        for column, text in zip(holes[number], texts, strict=True):
            column.append(text)
        index.append(number)
    found: dict[str, Any] = {
        "f": [json.loads(form) for form in forms],
        "c": [[columns.setdefault(tuple(each), len(columns)) for each in form] for form in holes],
    }
    return found | ({"i": index} if len(forms) > 1 else {})


def _form(node: Any, texts: list[str]) -> Any:
    """A written content with None in place of its texts, which are added to the list."""
    if isinstance(node, str):
        texts.append(node)
        return None
    tag, *rest = node
    return [tag, *(part if isinstance(part, dict) else _form(part, texts) for part in rest)]
