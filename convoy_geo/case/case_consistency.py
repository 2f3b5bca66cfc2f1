"""What a case answers about which of its claims can be true together: a base of `Case`."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import cache as cache_answer
from functools import cached_property
from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency import cache
from convoy_geo.analysis.consistency.beliefs import believe
from convoy_geo.analysis.consistency.encode import Story, StoryRules
from convoy_geo.analysis.consistency.engine import Limits
from convoy_geo.analysis.consistency.fits import Fits, find_fits
from convoy_geo.analysis.consistency.judge import Judge
from convoy_geo.analysis.consistency.questions import find_questions
from convoy_geo.analysis.consistency.ranges import Ranges
from convoy_geo.analysis.consistency.verdicts import ClaimVerdict, claim_verdict
from convoy_geo.analysis.source_dependence import Sources, find_sources
from convoy_geo.analysis.verdicts import VERDICTS
from convoy_geo.display import ResultTuple
from convoy_geo.io.progress import Progress
from convoy_geo.type_checks import checks_methods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from convoy_geo.analysis.consistency.beliefs import Belief
    from convoy_geo.analysis.consistency.conflict import Conflict
    from convoy_geo.analysis.consistency.question import Question
    from convoy_geo.analysis.consistency.result import Consistency
    from convoy_geo.casefiles.files import CaseFiles
    from convoy_geo.gazetteer.case_gazetteer import Gazetteer
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.claims import Claim, Report
    from convoy_geo.model.travel_modes import TravelMode
    from convoy_geo.network.network import RoadNetwork

__all__ = ["CaseConsistency", "case_story"]


@checks_methods("Case")
class CaseConsistency:
    """The questions of what can be true together that `Case` takes over."""

    if TYPE_CHECKING:  # what `Case` has
        _files: CaseFiles

        @property
        def info(self) -> CaseInfo: ...  # noqa: D102
        @property
        def claims(self) -> Mapping[str, Claim]: ...  # noqa: D102
        @property
        def reports(self) -> Mapping[str, Report]: ...  # noqa: D102
        @property
        def gazetteer(self) -> Gazetteer: ...  # noqa: D102
        @property
        def network(self) -> RoadNetwork | None: ...  # noqa: D102
        def claim(self, claim_id: str) -> Claim: ...  # noqa: D102

    @cached_property
    def _results(self) -> dict[tuple[str, float | None], Consistency]:
        """What was computed or loaded, by content and, if it is not complete, by time."""
        return {}

    def consistency(
        self,
        *,
        readings: Mapping[str, str] | None = None,
        seconds: float = 120.0,
        cached: bool = True,
        progress: bool | None = None,
    ) -> Consistency:
        """Which claims can be true together: all minimal conflicts and all minimal repairs.

        A result is kept, and found again as long as the case does not change; one that is not
        complete only for the same `seconds`.

        Parameters
        ----------
        readings
            By claim the readings that are chosen in place of its column ``reading``: of its date
            ``moment``, ``period`` or ``throughout``, of its number ``all``, ``some`` or
            ``at_least``; two of them as ``"period all"``.
        seconds
            How long it may take on the processor; what is missing then is told.
        cached
            Whether a result that is kept will do, and this one is kept.
        progress
            Whether to show what has been done; by default on a terminal and in a notebook.

        Raises
        ------
        ValueError
            If a reading is chosen that there is not, or for no claim.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> found = read_case("titanic-1912").consistency()
        >>> found.complete
        True
        """
        from convoy_geo.errors import OutputFileError  # noqa: PLC0415
        from convoy_geo.gazetteer.cache import cache_folder  # noqa: PLC0415

        if not cached:
            judge = Judge(case_story(self), readings=readings)
            with Progress(progress) as shown:
                fresh = judge.consistency(Limits(seconds=seconds), shown.text)
            return replace(fresh, ranges=self._ranges(fresh, judge))
        key = cache.content_key(self._files, readings)
        known = self._results.get((key, None)) or self._results.get((key, seconds))
        known = known or cache.load(self._files, key, cache_folder(), seconds)
        if known is None:
            judge = Judge(case_story(self), readings=readings)
            with Progress(progress) as shown:
                known = judge.consistency(Limits(seconds=seconds), shown.text)
            path = cache.kept_path(cache_folder(), key, None if known.complete else seconds)
            # a folder that cannot be written to keeps nothing
            with contextlib.suppress(OutputFileError, OSError):
                cache.save(known, key, path)
        if known.ranges is None:
            known = replace(known, ranges=self._ranges(known, None, readings))
        self._results[key, None if known.complete else seconds] = known
        return known

    def _ranges(
        self,
        found: Consistency,
        judge: Judge | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> Callable[[], Ranges]:
        """What answers questions on a result; made when it is first asked."""

        def locate(name: str) -> str:
            return self.gazetteer.locate(name).id

        @cache_answer
        def ranges() -> Ranges:
            return Ranges(judge or Judge(case_story(self), readings=readings), found, locate)

        return ranges

    def believing(
        self,
        *names: str,
        without: Iterable[str] = (),
        readings: Mapping[str, str] | None = None,
    ) -> Belief:
        """What follows if some claims are believed, what falls, and what stays open.

        Parameters
        ----------
        *names
            Ids of claims, of sides and of reports: all their claims.
        without
            Claims, sides or reports that are not believed after all.
        readings
            As for `consistency`.

        Raises
        ------
        ValueError
            If a name means no claim.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> belief = read_case().believing("hezbollah")
        >>> belief.consistent, "R4-01" in belief.falls
        (True, True)
        """
        found = self.consistency(readings=readings)
        assert found.ranges is not None  # noqa: S101  (this case made it)
        return believe(found.ranges().judge, found, names, without=without)

    def ask(
        self,
        unit: str | None = None,
        *,
        most: int = 10,
        when: date | str | None = None,
        believing: Iterable[str] = (),
    ) -> ResultTuple[Question]:
        """What to find out next: facts to check, the most telling first.

        Parameters
        ----------
        unit
            What is counted; by default what most claims count, each number that never falls, and
            where the whole was if nothing of it is counted.
        most
            How many questions at the most.
        when
            Only questions on moments of this date.
        believing
            Claims, sides or reports that are believed already.

        Returns
        -------
        ResultTuple of Question
            None where the claims agree on all numbers, or not all conflicts are known.

        Raises
        ------
        InconsistentChoiceError
            If the claims believed cannot all be true.
        ValueError
            If no claim counts the unit.
        """
        found = self.consistency()
        assert found.ranges is not None  # noqa: S101  (this case made it)

        def sources(keys: Sequence[str]) -> Sources:
            claims = self.claims
            return find_sources([claims[key] for key in keys], self.reports, claims.values())

        return find_questions(
            found.ranges(), unit, most=most, when=when, believing=believing, sources=sources
        )

    def fits(self, kind: str = "side") -> Fits:
        """Whose account fits whose: which sides, or reports, can be right together.

        Parameters
        ----------
        kind
            ``side`` or ``report``.

        Raises
        ------
        ValueError
            If it is neither.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> read_case().fits().fits("mixed", "reporter")
        False
        """
        return find_fits(self.claims, self.consistency(), kind)

    def verdict(
        self,
        claim: str,
        *,
        against: Iterable[str] | None = None,
        mode: str | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> ClaimVerdict:
        """Whether a claim can be true beside others, by how much, and what flips the answer.

        Parameters
        ----------
        claim
            Its id.
        against
            Ids of the claims that it is held against; by default those that are in no conflict and
            say something else.
        mode
            How the whole and vehicles travel, in place of the mode of the case.
        readings
            As for `consistency`.

        Raises
        ------
        ClaimNotFoundError
            If there is no such claim.
        ValueError
            If a mode or a reading is none.

        Examples
        --------
        >>> from convoy_geo.case.case import read_case
        >>> case = read_case("titanic-1912")
        >>> case.verdict("UR-01", against=["BR-08"]).verdict
        'impossible'
        """
        for key in (claim, *(against or ())):
            self.claim(key)
        story = case_story(self, mode=mode)
        judge = Judge(story, readings=readings)
        usual = mode is None or mode == self.info.mode
        found = self.consistency(readings=readings) if usual else judge.consistency()
        return claim_verdict(judge, found, claim, None if against is None else tuple(against))

    def verdicts(self, *, readings: Mapping[str, str] | None = None) -> pd.DataFrame:
        """The verdict on every claim, impossible ones first.

        Returns
        -------
        DataFrame
            Columns claim, side, verdict (impossible, undetermined, possible or certain), status
            (all, some, none or unknown; empty where it is not encoded), conflicts (how many), kind
            and against (of the smallest conflict: its kind, and the other claims joined by ``+``),
            price (see `ClaimStatus`), reason (why it is not encoded, as a code).
        """
        import pandas as pd  # noqa: PLC0415

        found = self.consistency(readings=readings)
        rows = []
        for key, claim in self.claims.items():
            status, conflicts = found.claims.get(key), found.of(key)
            first = conflicts[0] if conflicts else None
            others = [one for one in first.claims if one != key] if first else []
            rows.append((
                key, claim.side, found.verdict(key), status.status if status else "",
                len(conflicts), first.kind if first else "", "+".join(others),
                status.price if status else None, found.not_encoded.get(key, ""),
            ))  # fmt: skip
        columns = ["claim", "side", "verdict", "status", "conflicts", "kind", "against", "price",
                   "reason"]  # fmt: skip
        frame = pd.DataFrame(rows, columns=columns).astype({"price": "Int64"})
        rank = {name: place for place, name in enumerate(VERDICTS)}
        keys = pd.DataFrame({"alone": frame["conflicts"] == 0, "rank": frame["verdict"].map(rank)})
        order = keys.sort_values(["alone", "rank"], kind="stable")
        return frame.loc[order.index].reset_index(drop=True)

    def conflicts(self, *, readings: Mapping[str, str] | None = None) -> ResultTuple[Conflict]:
        """Minimal sets of claims that cannot all be true, the smallest first.

        Parameters
        ----------
        readings
            As for `consistency`.
        """
        return ResultTuple(self.consistency(readings=readings).conflicts)


def case_story(case: CaseConsistency, *, mode: str | None = None) -> Story:
    """Claims, places, roads and rules, as the judgement takes them."""
    info, files = case.info, case._files  # noqa: SLF001 (the facade's own)
    lists = info.rules
    rules = StoryRules(
        once=lists.get("once", ()),
        one_place=lists.get("one_place", ()),
        order=lists.get("order", ()),
        apart=lists.get("apart", ()),
        zones=info.zones,
        final=lists.get("final", ()),
        open=lists.get("open", ()),
        whole=info.whole,
        mode=_own_mode(info, mode or info.mode),
    )
    return Story(
        claims=case.claims,
        places={place.id: place for place in case.gazetteer},
        outlines=files.areas,
        states=frozenset(info.states),
        rules=rules,
        network=case.network,
        closures=files.closures,
        controls=files.controls,
        zone=info.time_zone,
    )


def _own_mode(info: CaseInfo, mode: str) -> str | TravelMode:
    """A mode of the case itself, or the key of one of the table."""
    return info.modes.get(mode, mode)
