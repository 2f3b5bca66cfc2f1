"""Very many points of a layer as one item: positions and words in columns, compressed.

A page of 100,000 points must neither weigh tens of megabytes nor ask the browser for as many
elements. The points are put along a Morton curve, so that neighbours follow each other and their
differences are small; they become zigzag varints, of which deflate leaves about four bytes each.
What popups and tooltips have in common stands once, as a form; what differs stands in columns, and
the page opens them only when somebody points at something. `assets/page/cloud.js` draws them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from convoy_geo.webmap.polyline_codec import unpack
from convoy_geo.webmap.squeezing import squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from convoy_geo.webmap.style_table import Pool

__all__ = ["MANY", "gather_points", "morton_order", "pack_bytes"]

MANY = 2000
"""Points of one layer above which they become one item, too many to be stepped through."""

SINGLE = {"id", "open", "fixed", "h", "z", "alt", "row", "c", "d"}
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
        "k": "r", "n": len(plain), "g": squeeze(pack_bytes(numbers[order])),
    }  # fmt: skip
    looks: dict[tuple[Any, Any], int] = {}
    of = [looks.setdefault((item["s"], item["r"]), len(looks)) for item in plain]
    cloud["looks"] = [list(look) for look in looks]
    if len(looks) > 1:
        cloud["of"] = _json(of)
    columns: dict[tuple[str, ...], int] = {}
    contents = {
        key: _template([pool.form(item[key]) if key in item else "" for item in plain], columns)
        for key in ("p", "t")
        if any(key in item for item in plain)
    }
    if contents:
        cloud["words"] = _json({"columns": list(columns), **contents})
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


def pack_bytes(numbers: NDArray[np.int64]) -> bytes:
    """Pairs of whole numbers as zigzag varints of their differences: all first ones, all second.

    Parameters
    ----------
    numbers
        Shape (n, 2).

    Examples
    --------
    >>> list(pack_bytes(np.array([[300, -1], [299, 0]])))
    [216, 4, 1, 1, 2]
    """
    steps = np.diff(numbers, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).T.ravel()
    rest = np.where(steps >= 0, steps * 2, -steps * 2 - 1)
    count = np.ones(len(rest), dtype=np.int64)
    for power in range(7, 63, 7):
        count += rest >= 1 << power
    ends = np.cumsum(count)
    data = np.zeros(int(ends[-1]), dtype=np.uint8)
    for place in range(int(count.max())):
        here = count > place
        digits = (rest[here] >> 7 * place) & 127
        digits[count[here] > place + 1] |= 128
        data[(ends - count)[here] + place] = digits
    return data.tobytes()


def _json(value: Any) -> str:
    return squeeze(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


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
