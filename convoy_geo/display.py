"""How results look: a short description, a table in notebooks, and lists that give frames."""

from __future__ import annotations

import html
import reprlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LONGEST", "ResultList", "ResultTuple", "record_values", "shown"]

LONGEST = 200
"""Characters of a description at most."""
MOST_ROWS = 60
"""Rows of a table in a notebook at most."""
LONGEST_CELL = 300
"""Characters of a value in a notebook's table at most."""

Kind = TypeVar("Kind", bound=type)
Record = TypeVar("Record")

_SHORT = reprlib.Repr()
_SHORT.maxtuple = _SHORT.maxlist = _SHORT.maxdict = 4
_SHORT.maxstring = _SHORT.maxother = 60


def shown(cls: Kind) -> Kind:
    """Give a class a description of at most 200 characters and a table for notebooks.

    A class that describes itself keeps its own words. A dataclass names its fields, the long
    values cut short. The table is that of ``to_frame()`` where there is one, else one row for each
    field that is not empty.
    """
    own = cls.__dict__.get("__repr__")
    if own is None or hasattr(own, "__wrapped__"):  # none, or the one that dataclass makes
        cls.__repr__ = _describe  # type: ignore[assignment,method-assign]
    if not hasattr(cls, "_repr_html_"):
        cls._repr_html_ = _table  # type: ignore[attr-defined]
    return cls


def _describe(self: Any) -> str:
    name = type(self).__qualname__
    if not is_dataclass(self):
        try:
            return f"<{name}: {len(self)} entries>"
        except TypeError:
            return f"<{name}>"
    parts: list[str] = []
    room = LONGEST - len(name) - len("(, ...)")
    for one in fields(self):
        if not one.repr:
            continue
        part = f"{one.name}={_value(getattr(self, one.name))}"
        room -= len(part) + 2
        if room < 0:
            parts.append("...")
            break
        parts.append(part)
    return f"{name}({', '.join(parts)})"


def _value(value: Any) -> str:
    """A value in short; of a geometry its kind, of a table its size."""
    if hasattr(value, "geom_type"):
        return f"<{value.geom_type}>"
    if hasattr(value, "shape") and not isinstance(value, str):
        return f"<{type(value).__name__} {value.shape}>"
    return _SHORT.repr(value)


def _table(self: Any) -> str:
    if hasattr(self, "to_frame"):
        return frame_html(self.to_frame(), caption=type(self).__qualname__)
    values = record_values(self)
    if not values:
        return f"<p>{html.escape(repr(self))}</p>"
    return values_html(values, caption=type(self).__qualname__)


def values_html(values: Mapping[str, Any], *, caption: str) -> str:
    """Values by name as a table of two columns, every text escaped; empty values are left out."""
    rows = "".join(
        f'<tr><th style="text-align: left; vertical-align: top">{html.escape(name)}</th>'
        f'<td style="text-align: left">{html.escape(_cell(value))}</td></tr>'
        for name, value in values.items()
        if value is not None and _cell(value) not in {"", "()"}
    )
    return f"<table><caption>{html.escape(caption)}</caption>{rows}</table>"


def _cell(value: Any) -> str:
    """A value as a cell of a table."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        text = ", ".join(f"{key}: {_cell(one)}" for key, one in value.items())
    elif isinstance(value, frozenset | set):
        text = ", ".join(sorted(map(_cell, value)))
    elif isinstance(value, tuple | list):
        inner = [" ".join(map(_cell, one)) if _is_pair(one) else _cell(one) for one in value]
        text = ", ".join(inner)
    elif hasattr(value, "geom_type"):
        text = _value(value)
    elif is_dataclass(value) and type(value).__str__ is object.__str__:
        text = str(getattr(value, "name", "") or getattr(value, "id", "") or _value(value))
    else:
        text = str(value)
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _is_pair(value: Any) -> bool:
    """Whether a value is a plain tuple, such as a role and a place."""
    return type(value) is tuple


def _is_table(record: Any) -> bool:
    """Whether a result is a table itself, such as the ledger of a day."""
    return hasattr(record, "to_frame") and not hasattr(record, "to_dict")


def record_values(record: Any) -> dict[str, Any]:
    """A record's values by name: those of ``to_dict()`` where it has that, else its fields."""
    if hasattr(record, "to_dict"):
        return dict(record.to_dict())
    if is_dataclass(record):
        return {one.name: getattr(record, one.name) for one in fields(record)}
    return {}


def frame_html(
    frame: pd.DataFrame, *, caption: str = "", most: int = MOST_ROWS, more: str = ""
) -> str:
    """A frame as a table, every text escaped; a geometry by its kind.

    Parameters
    ----------
    frame
        Of pandas or geopandas.
    caption
        Above the table, with the number of rows.
    most
        Rows that are shown.
    more
        A text after the number of rows.
    """
    import pandas as pd  # noqa: PLC0415

    part = pd.DataFrame(frame.head(most).copy())
    for name in part.columns:
        if str(part[name].dtype) in {"object", "geometry"}:
            cells = [_cell(value) for value in part[name]]
            part[name] = pd.Series(cells, index=part.index, dtype=object)
    rows = "1 row" if len(frame) == 1 else f"{len(frame):,} rows"
    words = f"{caption}: {rows}" if caption else rows
    if len(frame) > most:
        words += f", the first {most} shown"
    words += more
    body = part.to_html(escape=True, border=0, na_rep="")
    return f"<p>{html.escape(words)}</p>{body}"


class _Results:
    """What lists of results have in common."""

    def to_frame(self) -> pd.DataFrame:
        """A row for each result, a column for each of its values; the rows of tables in order."""
        import pandas as pd  # noqa: PLC0415

        tables: list[pd.DataFrame] = [one.to_frame() for one in self if _is_table(one)]  # type: ignore[attr-defined]
        if tables:
            filled = [table for table in tables if len(table)] or tables[:1]
            return pd.concat(filled, ignore_index=True)
        return pd.DataFrame([record_values(one) for one in self])  # type: ignore[attr-defined]

    def _repr_html_(self) -> str:
        return frame_html(self.to_frame(), caption=self._kind())

    def _kind(self) -> str:
        first = next(iter(self), None)  # type: ignore[call-overload]
        return "results" if first is None else type(first).__name__

    def __repr__(self) -> str:
        inner = [repr(one) for one, _ in zip(self, range(3), strict=False)]  # type: ignore[call-overload]
        text = f"[{', '.join(inner)}]"
        count = len(self)  # type: ignore[arg-type]
        if count <= len(inner) and len(text) <= LONGEST:
            return text
        return f"<{count} of {self._kind()}: {text[: LONGEST - 60]}...>"


class ResultList(_Results, list[Record]):
    """A list of results; `to_frame()` gives a table, and a notebook shows it."""


class ResultTuple(_Results, tuple[Record, ...]):
    """A tuple of results; `to_frame()` gives a table, and a notebook shows it."""

    __slots__ = ()
