"""Ledgers and sources of a case: a base class of `Case`."""

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
    """Methods of `Case` about accounts and sources."""

    if TYPE_CHECKING:  # attributes of `Case`
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
        """Each side's account of one day: counts by location, total, and remainder.

        Parameters
        ----------
        when
            The day, in the case's time zone; or a moment, such as ``2023-06-24T07:30``: then only
            claims that apply at this moment count.
        unit
            What is counted; by default the unit of most claims (buses, in the case of 2017).
        carry_over
            Whether to fill gaps from a side's older statements, as separate accounts.
        hindsight
            Whether to include later statements about the day.

        Raises
        ------
        DateError
            If `when` is not a single day.
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
        """The ledgers of all days of the case as one table; options as for `ledger`."""
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
        """The sources of claims: statements, voices, origins, and how they depend on each other.

        Parameters
        ----------
        claims
            Claims or their ids; by default all of the case.

        Raises
        ------
        ClaimNotFoundError
            If an id is unknown.
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
