"""Counts, and one side's account of them, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from convoy_geo.lang.templates import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["account_words", "count_words", "remainder_code"]


def count_words(
    fill: Callable[..., Words], low: float, high: float, *, about: bool = False
) -> Words:
    """A count in words; see `Language.count`.

    Parameters
    ----------
    fill
        Takes the code of a template and its values.
    low, high
        Least and greatest number; infinity for an open end.
    about
        Whether it is approximate.
    """
    ends = {"low": Words(_plain(low)), "high": Words(_plain(high))}
    if math.isinf(high):
        said = fill("count.from", **ends) if low and not math.isinf(low) else fill("count.any")
    else:
        said = fill("count.exact" if low == high else "count.range", **ends)
    return fill("count.about", count=said) if about else said


def _plain(value: float) -> str:
    if math.isinf(value):
        return ""
    return str(int(value) if float(value).is_integer() else float(value))


def remainder_code(low: float, high: float) -> tuple[str, dict[str, tuple[float, float]]]:
    """What is left of a total, as the code of a template and its counts: none is below 0.

    Parameters
    ----------
    low, high
        Least and greatest remainder; below 0 the figures are more than the total.
    """
    if low >= 0:
        return "restIs", {"count": (low, high)}
    if high < 0:
        return "overTotal", {"count": (-high, -low)}
    if math.isinf(low):
        return "restOrMore", {"count": (0.0, high)}
    return "restOrOver", {"count": (0.0, high), "over": (-low, -low)}


def account_words(
    fill: Callable[..., Words],
    cells: Sequence[Mapping[str, Any]],
    total: Mapping[str, Any] | None,
) -> Words:
    """One side's account of a day: figures, sum against total, remainder; see `Language.account`.

    Parameters
    ----------
    fill
        Takes the code of a template and its values.
    cells
        Of each state ``count`` (least and greatest), ``about``, ``state``, ``claims``, and
        ``reported``: ``day``, ``span`` or ``carried``.
    total
        Of the total ``count``, ``about``, ``claims``, ``whose`` (``own``, ``report`` or the names
        of sides), ``remainder`` (least and greatest), ``remainder_about``, ``remainder_claims`` and
        ``adds_up``; None where there is none.
    """
    codes = {"day": "cell", "span": "cellLater", "carried": "account.cell_carried"}

    def listed(claims: object) -> Words:
        return fill("codes", codes=claims)

    parts = [
        fill(
            codes[cell["reported"]],
            count=count_words(fill, *cell["count"], about=cell["about"]),
            state=cell["state"],
            claims=listed(cell["claims"]),
        )
        for cell in cells
    ]  # fmt: skip
    if total is None:
        return fill("account.without_total", cells=parts)
    if not cells:
        count = count_words(fill, *total["count"], about=total["about"])
        return fill("account.only_total", count=count, claims=listed(total["claims"]))
    whose, claims = total["whose"], total["remainder_claims"]
    known = {"own": "ownTotal", "report": "reportTotal"}
    giver = (
        fill(known[whose])
        if isinstance(whose, str)
        else fill("givenBy", sides=fill("names", names=whose))
    )
    code, counts = remainder_code(*total["remainder"])
    about = total["remainder_about"]
    rest = {key: count_words(fill, *count, about=about) for key, count in counts.items()}
    verdicts: dict[object, str] = {True: "addsUp", False: "doesNot"}
    return fill(
        "account.with_total",
        cells=parts,
        total=fill(
            "ofTotal",
            count=count_words(fill, *total["count"], about=total["about"]),
            whose=giver,
            claims=listed(total["claims"]),
        ),
        rest=fill("account.rest_reported", **rest, claims=listed(claims))
        if claims and code == "restIs"
        else fill(code, **rest),
        verdict=fill(verdicts.get(total["adds_up"], "undetermined")),
    )
