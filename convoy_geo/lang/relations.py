"""Places in relation to others, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.lang.templates import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["relation_words"]


def relation_words(
    fill: Callable[..., Words],
    how: str,
    places: Sequence[str],
    *,
    distance: str = "",
    unit: str = "",
    direction: str = "",
) -> Words:
    """A relation in words; see `Language.relation`.

    Parameters
    ----------
    fill
        Takes the code of a template and its values.
    how
        ``near``, ``between``, ``toward``, ``part`` or ``offset``.
    places
        Names of the places, two for ``between``.
    distance, unit
        Figure and unit as written; empty where there is none.
    direction
        One of the eight, ``centre``, a bearing such as ``128deg``, or empty.
    """
    values: dict[str, object] = {"a": places[0], "b": places[-1]}
    code = how
    if direction.endswith("deg"):
        values["degrees"] = Words(direction.removesuffix("deg"))
        code += "_bearing"
    elif direction:
        values["direction"] = fill(f"direction.{direction}")
        code += "_direction"
    if distance:
        values["far"] = fill("length", number=Words(distance), unit=fill(f"unit.{unit}"))
        code += "_distance"
    return fill(f"relation.{code}", **values)
