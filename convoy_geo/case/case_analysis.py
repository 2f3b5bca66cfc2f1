"""What a case answers about its claims: a base of `Case`, over the rooms of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.ledger import (
    add_later_accounts,
    daily_ledgers,
    ledger,
    ledger_series,
    main_unit,
)
from convoy_geo.analysis.source_dependence import Sources, find_sources
from convoy_geo.display import ResultList
from convoy_geo.type_checks import checks_methods

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import pandas as pd

    from convoy_geo.analysis.ledger import Ledger
    from convoy_geo.casefiles.files import CaseFiles
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.claims import Claim, Report

__all__ = ["CaseAccounts"]


@checks_methods("Case")
class CaseAccounts:
    """The questions of who says what that `Case` takes over."""

    if TYPE_CHECKING:  # what `Case` has
        _files: CaseFiles

        @property
        def info(self) -> CaseInfo: ...  # noqa: D102
        @property
        def reports(self) -> Mapping[str, Report]: ...  # noqa: D102
        @property
        def claims(self) -> Mapping[str, Claim]: ...  # noqa: D102
        def claim(self, claim_id: str) -> Claim: ...  # noqa: D102

    def ledger(
        self,
        when: date | str,
        unit: str | None = None,
        *,
        carry_over: bool = False,
        hindsight: bool = False,
    ) -> Ledger:
        """What each side says of one day: how many are where, of how many, and the rest.

        Parameters
        ----------
        when
            The day, in the zone of the case; or a moment, such as ``2023-06-24T07:30``: then only
            claims that hold of this moment count.
        unit
            What is counted; by default what most claims count (buses, for the case of 2017).
        carry_over
            Also fill what a side leaves open from its older statements, as readings of their own.
        hindsight
            Also take what was said after the day about it.

        Raises
        ------
        DateError
            If `when` is no day, or more than one.
        """
        return ledger(
            self.claims.values(),
            when,
            **self._counting(unit),
            zone=self.info.time_zone,
            carry_over=carry_over,
            hindsight=hindsight,
        )

    def ledger_series(
        self, unit: str | None = None, *, carry_over: bool = False, hindsight: bool = False
    ) -> pd.DataFrame:
        """The ledgers of all days of the case as one table; the options are those of `ledger`."""
        return ledger_series(
            self.claims.values(),
            **self._counting(unit),
            **self._span(),
            carry_over=carry_over,
            hindsight=hindsight,
        )

    def ledgers(
        self,
        unit: str | None = None,
        *,
        step: str | None = "day",
        carry_over: bool = False,
        hindsight: bool = False,
    ) -> ResultList[Ledger]:
        """The ledgers of all days of the case; the other options are those of `ledger`.

        Parameters
        ----------
        step
            ``day``; ``hour``: in place of a day of which clock times are told, each of these
            moments; None: that, if the case has three days at the most.

        Raises
        ------
        ValueError
            If there is no such step.
        """
        return ResultList(
            daily_ledgers(
                self.claims.values(),
                **self._counting(unit),
                **self._span(),
                step=step,
                zone=self.info.time_zone,
                carry_over=carry_over,
                hindsight=hindsight,
            )
        )

    def _page_ledgers(self) -> ResultList[Ledger]:
        """The ledgers of all days as the page shows them: no side is missing on a day.

        Older statements are carried over. A side whose figures of a day were published later has
        them on that day, in an account that says so.
        """
        later = self.ledgers(carry_over=True, hindsight=True)
        return ResultList(add_later_accounts(self.ledgers(carry_over=True), later))

    def sources(self, claims: Iterable[str | Claim] | None = None) -> Sources:
        """What stands behind claims: statements, voices, origins, and who rests on whom.

        Parameters
        ----------
        claims
            Claims or their ids; by default all of the case.

        Raises
        ------
        ClaimNotFoundError
            If an id is none of the case's.
        """
        every = self.claims.values()
        given = every if claims is None else claims
        asked = [self.claim(claim) if isinstance(claim, str) else claim for claim in given]
        return find_sources(asked, self.reports, every)

    def _counting(self, unit: str | None) -> dict[str, Any]:
        units = dict.fromkeys(claim.unit for claim in self.claims.values() if claim.unit)
        if unit and unit not in units:
            msg = f"no claim counts {unit!r}; known: {', '.join(units) or 'none'}"
            raise ValueError(msg)
        counted = unit or main_unit(self.claims.values(), self.info.states)
        return {
            "unit": counted,
            "conserved": counted not in self.info.rules.get("open", ()),
            "states": tuple(self.info.states),
            "published": {report.id: report.published for report in self.reports.values()},
        }

    def _span(self) -> dict[str, Any]:
        return {"start": self.info.first_day, "end": self.info.last_day}
