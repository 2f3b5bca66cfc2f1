"""Places in relation to others, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.lang.message import Message
from convoy_geo.lang.templates import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["relation_message"]


def relation_message(
    how: str,
    places: Sequence[str],
    *,
    distance: str = "",
    unit: str = "",
    direction: str = "",
) -> Message:
    """A relation as a message; see `Language.relation`.

    Parameters
    ----------
    how
        ``near``, ``between``, ``toward``, ``part``, ``offset`` or ``road``.
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
        values["direction"] = Message.of(f"direction.{direction}")
        code += "_direction"
    if distance:
        values["far"] = Message.of(
            "length", number=Words(distance), unit=Message.of(f"unit.{unit}")
        )
        code += "_distance"
    return Message.of(f"relation.{code}", **values)
