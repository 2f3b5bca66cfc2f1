"""What a case answers about which of its claims can be true together: a base of `Case`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency import cache
from convoy_geo.analysis.consistency.encode import Story, StoryRules
from convoy_geo.analysis.consistency.engine import Limits
from convoy_geo.analysis.consistency.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from convoy_geo.analysis.consistency.result import Conflict, Consistency
    from convoy_geo.casefiles.files import CaseFiles
    from convoy_geo.gazetteer.case_gazetteer import Gazetteer
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.claims import Claim
    from convoy_geo.network.network import RoadNetwork

__all__ = ["CaseConsistency", "case_story"]


class CaseConsistency:
    """The questions of what can be true together that `Case` takes over."""

    if TYPE_CHECKING:  # what `Case` has
        _files: CaseFiles

        @property
        def info(self) -> CaseInfo: ...  # noqa: D102
        @property
        def claims(self) -> Mapping[str, Claim]: ...  # noqa: D102
        @property
        def gazetteer(self) -> Gazetteer: ...  # noqa: D102
        @property
        def network(self) -> RoadNetwork | None: ...  # noqa: D102

    def consistency(
        self,
        *,
        readings: Mapping[str, str] | None = None,
        seconds: float = 600.0,
        cached: bool = True,
        progress: Callable[[str], None] | None = None,
    ) -> Consistency:
        """Which claims can be true together: all minimal conflicts and all minimal repairs.

        A result that is complete is kept, and found again as long as the case does not change.

        Parameters
        ----------
        readings
            By claim the readings that are chosen in place of its column ``reading``: of its date
            ``moment``, ``period`` or ``throughout``, of its number ``all``, ``some`` or
            ``at_least``; two of them as ``"period all"``.
        seconds
            How long it may take; what is missing then is told.
        cached
            Whether a result that is kept will do, and this one is kept.
        progress
            Is told what has been done, in figures.

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

        key = cache.content_key(self._files, readings) if cached else ""
        if cached and (kept := cache.load(self._files, key, cache_folder())) is not None:
            return kept
        judge = Judge(case_story(self), readings=readings)
        found = judge.consistency(Limits(seconds=seconds), progress)
        if cached and found.complete:
            try:
                cache.save(found, key, cache_folder() / f"consistency-{key[:32]}.json")
            except (OutputFileError, OSError):  # a folder that cannot be written to keeps nothing
                return found
        return found

    def conflicts(self, *, readings: Mapping[str, str] | None = None) -> tuple[Conflict, ...]:
        """Minimal sets of claims that cannot all be true, the smallest first.

        Parameters
        ----------
        readings
            As for `consistency`.
        """
        return self.consistency(readings=readings).conflicts


def case_story(case: CaseConsistency) -> Story:
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
        mode=info.mode,
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
