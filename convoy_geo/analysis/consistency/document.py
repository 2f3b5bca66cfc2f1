"""Hand-written conditions as a JSON document: zones only, one counted unit, one whole."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.consistency.model import NO_ZONE, Cells, Condition, Problem, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ConditionsDocument", "read_conditions"]


@dataclass(frozen=True)
class ConditionsDocument:
    """The conditions in a document.

    Parameters
    ----------
    problem
        The problem, with the readings of the document.
    variants
        By name, the problem with other readings.
    """

    problem: Problem
    variants: Mapping[str, Problem]


def read_conditions(source: str | Path | Mapping[str, Any]) -> ConditionsDocument:
    """Read hand-written conditions.

    Parameters
    ----------
    source
        A JSON file or its document: ``unit`` (what is counted), ``zones`` (a table whose keys are
        the mutually exclusive zones) and ``constraints``, each with ``claims``, ``what`` (total,
        count or body), ``zones``, ``kind`` (some moment, or all moments), ``first`` and ``last``
        (moments, UTC), ``low``, ``high``, ``then_not`` and ``before_not``. ``variants`` change or
        omit some of them.

    Raises
    ------
    ValueError
        If it is not such a document; the message says what is wrong.
    """
    document: Any = source
    if isinstance(source, str | Path):
        document = json.loads(Path(source).read_text(encoding="utf-8"))
    if not hasattr(document, "get") or not isinstance(document.get("constraints"), list):
        msg = "not a document of conditions: it has no list `constraints`"
        raise ValueError(msg)
    variants = {
        str(one.get("name", number)): _problem(document, one)
        for number, one in enumerate(document.get("variants", []))
    }
    return ConditionsDocument(_problem(document, {}), variants)


def _problem(document: Mapping[str, Any], variant: Mapping[str, Any]) -> Problem:
    unit, changes = str(document.get("unit", "")), variant.get("change", {})
    without = set(variant.get("without", ()))
    conditions = {}
    for row in document["constraints"]:
        names = row["claims"]
        changed = {**row, **changes.get("|".join(names), {})}
        for name in names:
            if name not in without:
                conditions[name] = _condition(changed, unit)
    zones = frozenset(document.get("zones", ())) | {NO_ZONE}
    return Problem(conditions, zones, {"": unit} if unit else {})


def _condition(row: Mapping[str, Any], unit: str) -> Condition:
    what = row.get("what")
    if what not in ("total", "count", "body"):
        msg = f"`what` must be total, count or body, not {what!r}: {row.get('claims')!r}"
        raise ValueError(msg)
    high = math.inf if row.get("high") is None else float(row["high"])
    low = float(row.get("low") or 0)
    if what == "total":
        return Condition(Subject("", unit), "total", low=low, high=high)
    cells = Cells(None, frozenset(row["zones"]))
    when = "throughout" if row.get("kind") == "all" else "moment"
    first, last = (_hours(row[end]) for end in ("first", "last"))
    if what == "count":
        return Condition(Subject("", unit), "count", cells, low, high, "", when, first, last)  # type: ignore[arg-type]
    left, arrived = (
        Cells(None, frozenset(row[key])) if row.get(key) else None
        for key in ("then_not", "before_not")
    )
    return Condition(
        Subject(), "whole", cells, when=when, first=first, last=last, left=left, arrived=arrived  # type: ignore[arg-type]
    )  # fmt: skip


def _hours(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() / 3600
