"""Interpret the parameter `gazetteer`: the region, the world, or files of places."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from convoy_geo.gazetteer.case_gazetteer import Gazetteer

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BUNDLED", "GazetteerChoice", "OneGazetteer", "split_choice"]

BUNDLED = ("region", "world")
"""The large gazetteers by name; ``world`` requires the extra of this name."""

OneGazetteer: TypeAlias = "str | os.PathLike[str] | Gazetteer"
GazetteerChoice: TypeAlias = "OneGazetteer | Iterable[OneGazetteer] | None"
"""``region``, ``world``, a file of places, a `Gazetteer`, or several of these in order."""


def split_choice(gazetteer: GazetteerChoice) -> tuple[tuple[Gazetteer, ...], str | None]:
    """Split a choice into its files of places, which are read, and its large gazetteer.

    Parameters
    ----------
    gazetteer
        ``region``, ``world``, a file of places (see `read_gazetteer`), a `Gazetteer`, the folder of
        a store built by `build_store`, or several of these.

    Returns
    -------
    tuple of Gazetteer, str or None
        The gazetteers read from files, in order; and ``region``, ``world`` or the folder of a
        store, or None if no large gazetteer is named.

    Raises
    ------
    ValueError
        If more than one large gazetteer is named, or a name is neither a gazetteer nor a file.
    GazetteerFileError
        If a file does not exist or cannot be read.
    """
    if gazetteer is None:
        return (), None
    single = isinstance(gazetteer, str | os.PathLike | Gazetteer)
    named: tuple[OneGazetteer, ...] = (gazetteer,) if single else tuple(gazetteer)  # type: ignore[assignment, arg-type]
    own: list[Gazetteer] = []
    large: list[str] = []
    for one in named:
        if isinstance(one, Gazetteer):
            own.append(one)
        elif one in BUNDLED or Path(one).is_dir():
            large.append(os.fspath(one))
        else:
            from convoy_geo.gazetteer.user_file import read_gazetteer  # noqa: PLC0415

            if not Path(one).exists() and not Path(one).suffix:
                msg = (
                    f"unknown gazetteer {os.fspath(one)!r}: use {' or '.join(sorted(BUNDLED))}, "
                    "or a file of places"
                )
                raise ValueError(msg)
            own.append(read_gazetteer(one))
    if len(set(large)) > 1:
        msg = f"`gazetteer` can name one large gazetteer, not {' and '.join(map(repr, large))}"
        raise ValueError(msg)
    return tuple(own), large[0] if large else None
