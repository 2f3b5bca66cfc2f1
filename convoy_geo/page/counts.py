"""The count at the top of a page: what each side accounts for, as pictures of units."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.io.html import Html, render
from convoy_geo.lang import DEFAULT, load
from convoy_geo.model.story import FILLS
from convoy_geo.page.picture_sheet import CountMark
from convoy_geo.page.picture_texts import painted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from convoy_geo.analysis.accounts import Account
    from convoy_geo.analysis.ledger import Ledger
    from convoy_geo.model.case_info import CaseInfo, Side
    from convoy_geo.viz.findings import Findings
    from convoy_geo.viz.view_data import Contents

__all__ = ["MOST_UNITS", "Counts"]

MOST_UNITS = 40
"""Units that are drawn one by one; more are a bar."""
SHAPE_OF = {
    "bus": ("bus", "coach"), "car": ("car",), "lorry": ("lorr", "truck", "vehicle"),
    "ship": ("ship", "boat", "vessel"),
    "person": ("people", "person", "fighter", "men", "soldier", "passenger", "civilian", "migrant"),
}  # fmt: skip
"""What units' names begin with, by the shape that stands for them."""


@dataclass(frozen=True)
class _Segment:
    """A run of units in one state; `fill` is empty for unexplained ones."""

    low: int
    high: int
    label: str
    fill: str
    state: str
    claims: tuple[str, ...]
    is_open: bool = False


class Counts:
    """Counts of a case by side, for its top and its chapters.

    Parameters
    ----------
    contents, findings
        The case, and what follows from it.
    words
        The page's own words.
    """

    def __init__(self, contents: Contents, findings: Findings, words: Mapping[str, str]) -> None:
        self.info: CaseInfo = contents.info
        self.contents = contents
        self.findings = findings
        self.words = words
        self.text = load(words["lang"])

    @property
    def unit(self) -> str:
        """What is counted."""
        ledgers = self.findings.ledgers
        return ledgers[0].unit.replace("_", " ") if ledgers else ""

    @property
    def shape(self) -> str:
        """The shape of a unit."""
        if self.info.story.shape:
            return self.info.story.shape
        unit = self.unit.lower()
        return next((shape for shape, starts in SHAPE_OF.items() if unit.startswith(starts)), "box")

    def day(self) -> Ledger | None:
        """The ledger at the top: that of the chosen day, else the one with the fullest counts."""
        story = self.info.story
        if story.count:
            first = story.count.days[0]
            return next((one for one in self.findings.ledgers if one.on.toordinal() == first), None)
        fullest = max(
            self.findings.ledgers, key=lambda one: (self._fullness(one), one.on), default=None
        )
        return fullest if fullest is not None and self._fullness(fullest) else None

    def _fullness(self, ledger: Ledger) -> int:
        return len(self.accounts(ledger))

    def accounts(self, ledger: Ledger) -> list[Account]:
        """One account a side: figures and a total, the fullest one."""
        best: dict[str, Account] = {}
        for account in ledger.accounts:
            known = account.cells and account.total and not account.carried
            if not known or not all(math.isfinite(cell.count[1]) for cell in account.cells):
                continue
            assert account.total is not None  # noqa: S101  (asked for above)
            if not math.isfinite(account.total[1]):
                continue
            other = best.get(account.side)
            if other is None or len(account.claims) > len(other.claims):
                best[account.side] = account
        order = list(self.info.sides)
        return sorted(
            best.values(), key=lambda one: order.index(one.side) if one.side in order else 99
        )

    def segments(self, account: Account) -> list[_Segment]:
        """The parts of an account, in the order of the states."""
        order = [*self.info.story.states, *self.info.states]
        cells = sorted(
            account.cells, key=lambda cell: order.index(cell.state) if cell.state in order else 99
        )
        found = []
        for cell in cells:
            fill = self.info.story.states.get(cell.state) or FILLS[
                [key for key in self.info.states if key != "total"].index(cell.state) % len(FILLS)
                if cell.state in self.info.states else 0
            ]  # fmt: skip
            low, high = (round(end) for end in cell.count)
            label = self.info.states.get(cell.state, cell.state)
            found.append(_Segment(low, high, label, fill, cell.state, cell.claims))
        rest = account.residual
        if rest is not None and rest[0] > 0:
            surely = account.adds_up is False
            label = self.words["unexplained" if surely else "leftOpen"]
            low, high = (round(end) for end in rest)
            found.append(
                _Segment(low, high, label, "", "", account.rest_claims, is_open=low != high)
            )
        return found

    def figure(self) -> Html:
        """The count of the day at the top; nothing where no side gives figures and a total."""
        ledger = self.day() if self.info.story.counts else None
        accounts = self.accounts(ledger) if ledger else []
        if ledger is None or not accounts:
            return Html("")
        return self._figure(ledger, accounts, self.text.date(ledger.on.isoformat()))

    def other_totals(self, ledger: Ledger, accounts: Sequence[Account]) -> list[Account]:
        """Accounts of other sides that give a total only, and another one than those shown."""
        seen = {(account.side, account.total) for account in accounts}
        shown = {account.side for account in accounts}
        known = {account.total for account in accounts}
        found = []
        for account in ledger.accounts:
            key = account.side, account.total
            if account.cells or account.carried or not account.total or account.side in shown:
                continue
            if key not in seen and account.total not in known:
                seen.add(key)
                found.append(account)
        return found

    def without_total(self, ledger: Ledger, accounts: Sequence[Account]) -> list[Account]:
        """Accounts of the day of other sides that give figures and no total, one a side."""
        shown = {account.side for account in accounts}
        found: dict[str, Account] = {}
        for account in ledger.accounts:
            if account.side in shown or not account.cells or account.total or account.carried:
                continue
            if all(math.isfinite(cell.count[1]) for cell in account.cells):
                found.setdefault(account.side, account)
        return list(found.values())

    def _figure(self, ledger: Ledger, accounts: Sequence[Account], day: str) -> Html:
        totals = [round(account.total[1]) for account in accounts if account.total]
        sums = [sum(one.high for one in self.segments(account)) for account in accounts]
        scale = max([*totals, *sums, 1])
        rows = []
        for account in accounts:
            assert account.total is not None  # noqa: S101
            parts = self.segments(account)
            known = (
                sum(one.low for one in parts if one.fill),
                sum(one.high for one in parts if one.fill),
            )
            side = self.info.sides.get(account.side)
            rows.append({
                "side": side, "name": side.name if side else account.side,
                "shades": side.shades if side else None,
                "known": _range(*known), "total": _total(*account.total),
                "drawing": self._row(parts, scale, side),
                "labels": [
                    {"count": _range(one.low, one.high), "label": one.label,
                     "span": min(scale, max(1, one.high)),
                     "claim": one.claims[0] if one.claims else "",
                     "open": not one.fill} for one in parts
                ],
            })  # fmt: skip
        others = [
            {
                "side": side, "name": side.name if side else account.side,
                "shades": side.shades if side else None,
                "total": _total(*account.total) if account.total else "",
                "claim": account.total_claims[0] if account.total_claims else "",
            }
            for account in self.other_totals(ledger, accounts)
            for side in [self.info.sides.get(account.side)]
        ]  # fmt: skip
        partial = [
            {
                "side": side, "name": side.name if side else account.side,
                "shades": side.shades if side else None,
                "labels": [
                    {"count": _range(one.low, one.high), "label": one.label,
                     "claim": one.claims[0] if one.claims else ""}
                    for one in self.segments(account) if one.fill
                ],
            }
            for account in self.without_total(ledger, accounts)
            for side in [self.info.sides.get(account.side)]
        ]  # fmt: skip
        return render(
            "counts", rows=rows, others=others, partial=partial, words=self.words, unit=self.unit,
            day=day,
            scale=scale, by_unit=scale <= MOST_UNITS, case_lang=DEFAULT,
            foreign=self.words["lang"] != DEFAULT,
        )  # fmt: skip

    def _row(self, parts: Sequence[_Segment], scale: int, side: Side | None) -> Html:
        if scale <= MOST_UNITS:
            units, at = [], 0
            for one in parts:
                for number in range(one.high):
                    kind = one.fill or "none"
                    units.append(
                        self._unit(at * 26, 0, kind, sure=number < one.low or not one.fill)
                    )
                    at += 1
            return Html(
                f'<svg class="units" viewBox="0 0 {scale * 26 - 2} 16" aria-hidden="true">'
                f"{painted(side, ''.join(units))}</svg>"
            )
        drawn, x = [], 0.0
        for one in parts:
            wide = one.low / scale * 1000
            drawn.append(f'<rect class="bar-{one.fill or "none"}" x="{x + 1:.1f}" y="2" '
                         f'width="{max(0.0, wide - 2):.1f}" height="26"/>')  # fmt: skip
            x += wide
            more = (one.high - one.low) / scale * 1000
            if more > 0:
                drawn.append(
                    f'<rect class="bar-none" x="{x + 1:.1f}" y="2" width="{more:.1f}" height="26"/>'
                )
                x += more
        return Html(
            f'<svg class="units bars" viewBox="0 0 1000 30" preserveAspectRatio="none" '
            f'aria-hidden="true">{painted(side, "".join(drawn))}</svg>'
        )

    def _unit(self, x: float, y: float, kind: str, *, sure: bool = True, size: float = 24) -> str:
        name = f"unit {kind}" + ("" if sure else " perhaps")
        high = size * 16 / 24
        box = f'x="{x:g}" y="{y:g}" width="{size:g}" height="{high:g}"'
        inner = f'<use href="#u-{self.shape}" {box}/>'
        if kind in {"hatch", "dots"}:
            inner += f'<use class="f" href="#f-{kind}" {box}/>'
        return f'<g class="{name}">{inner}</g>'

    def marks(self, side: str, day: int, routes: Mapping[str, Sequence[str]]) -> list[CountMark]:
        """What a picture of one side's count shows: each part by its route, or in its zone.

        Parameters
        ----------
        side
            Id of the side.
        day
            Ordinal of the day.
        routes
            The claims of the routes that the picture shows.
        """
        ledger = next((one for one in self.findings.ledgers if one.on.toordinal() == day), None)
        account = (
            next((one for one in self.accounts(ledger) if one.side == side), None)
            if ledger
            else None
        )
        if account is None:
            return []
        found = []
        for one in self.segments(account):
            count = one.high if one.high <= MOST_UNITS else 0
            across = min(count, 4 if one.state else 8) or 1
            units = "".join(
                self._unit(number % across * 21, number // across * 15, one.fill or "none",
                           sure=number < one.low or not one.fill, size=19)
                for number in range(count)
            )  # fmt: skip
            route = next((key for key, claims in routes.items() if {*claims} & {*one.claims}), "")
            zone = "" if route else self._zone(one)
            lines: tuple[str, ...] = (f"{_range(one.low, one.high)} {one.label}",)
            if not route and not zone:
                lines = (*lines, self.words["noPlace"])
            size = across * 21.0, math.ceil(count / across) * 15.0
            owner = self.info.sides.get(side)
            found.append(CountMark(lines, owner, units, size, zone, route))
        return found

    def _zone(self, segment: _Segment) -> str:
        """The place whose outline stands for a state: of the same zone in ``[rules.zones]``."""
        if not segment.state:
            return ""
        contents = self.contents
        for items in self.info.zones.values():
            if segment.state not in items:
                continue
            for key in items:
                place = contents.places.get(key)
                if key in contents.zones or (place and place.shape == "area"):
                    return key
        return ""


def _total(low: float, high: float) -> str:
    if math.isinf(high):
        return f"\N{GREATER-THAN OR EQUAL TO} {round(low):,}"
    if low == 0 < high:
        return f"\N{LESS-THAN OR EQUAL TO} {round(high):,}"
    return _range(round(low), round(high))


def _range(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,}\N{EN DASH}{high:,}"
