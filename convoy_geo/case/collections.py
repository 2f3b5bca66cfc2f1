"""The records of a case by id, as mappings with `to_frame()`."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from convoy_geo.dates.instants import instants
from convoy_geo.dates.interval import UNDATED
from convoy_geo.display import frame_html
from convoy_geo.errors import UnknownIdError
from convoy_geo.model.claims import Claim, Report
from convoy_geo.model.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import pandas as pd

__all__ = ["Claims", "Places", "Reports"]

Record = TypeVar("Record")
SHOWN = 6
"""Maximum number of ids in a repr."""
SHOWN_ROWS = 20
"""Maximum number of rows in a notebook."""
NEAR = 70
"""Minimum similarity, of 100, of an id that is suggested."""


class _ById(dict[str, Record]):
    """Records by id, in the order of the files."""

    COLUMNS: ClassVar[tuple[str, ...]] = ()
    """Columns shown in a notebook."""

    def __init__(self, records: Iterable[Any]) -> None:
        super().__init__((record.id, record) for record in records)

    def __missing__(self, key: object) -> Record:
        from rapidfuzz import process, utils  # noqa: PLC0415  (10 ms)

        near = process.extract(
            str(key), list(self), processor=utils.default_process, score_cutoff=NEAR, limit=3
        )
        raise UnknownIdError(type(self).__name__.lower(), key, [name for name, _, _ in near])

    def __repr__(self) -> str:
        ids = ", ".join([*list(self)[:SHOWN], *(["..."] if len(self) > SHOWN else [])])
        return f"<{len(self)} {type(self).__name__.lower()}: {ids}>"[:200]

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """The records as a table indexed by id."""

    def _repr_html_(self) -> str:
        frame = self.to_frame()
        columns = [name for name in self.COLUMNS if name in frame.columns]
        more = f"; to_frame() has {len(frame.columns)} columns"
        return frame_html(frame[columns], caption=type(self).__name__, most=SHOWN_ROWS, more=more)


class Claims(_ById[Claim]):
    """The claims of a case by id.

    Parameters
    ----------
    claims
        In the order of the reports.
    reports
        The reports by id, for publisher and date.
    """

    COLUMNS = ("report", "side", "summary", "happened", "places", "low", "high", "unit", "state")

    def __init__(self, claims: Iterable[Claim], reports: Mapping[str, Report]) -> None:
        super().__init__(claims)
        self._reports = reports

    def to_frame(self) -> pd.DataFrame:
        """The claims as a table.

        Returns
        -------
        DataFrame
            Indexed by ``claim``; the columns of claims.csv, with publisher and date of publication
            of the report. Dates are texts, accompanied by the first and the last possible instant
            in the case's time zone: ``happened_from``, ``happened_to`` and so on, missing if an end
            is open. ``places`` contains tuples of (role, place id), ``tellers`` and ``where``
            tuples of texts.
        """
        from convoy_geo.model.claims import claims_frame  # noqa: PLC0415  (pandas is heavy)

        frame = claims_frame(self.values())
        reports = [self._reports.get(key) for key in frame["report"]]
        frame.insert(1, "publisher", [one.publisher if one else None for one in reports])
        published = [one.published if one else UNDATED for one in reports]
        frame.insert(2, "published", list(map(str, published)))
        for name, dates in (
            ("published", published),
            ("happened", [claim.happened for claim in self.values()]),
            ("said", [claim.said for claim in self.values()]),
        ):
            zone = next((date.zone for date in dates if date.zone), "")
            frame[name] = list(map(str, dates))
            for end in ("from", "to"):
                frame[f"{name}_{end}"] = instants(dates, zone, last=end == "to")
        return frame


class Places(_ById[Place]):
    """The places of a case by id."""

    COLUMNS = ("name", "kind", "shape", "lon", "lat", "radius_km", "coordinate_source")

    def to_frame(self) -> gpd.GeoDataFrame:
        """The places as a table, EPSG:4326, indexed by ``place``.

        Points are only representative if ``shape`` is not ``point``; a place without location has
        no geometry.
        """
        from convoy_geo.gazetteer.case_gazetteer import Gazetteer  # noqa: PLC0415

        return Gazetteer(self.values()).to_frame()


class Reports(_ById[Report]):
    """The reports of a case by id."""

    COLUMNS = ("publisher", "title", "published", "language", "url")

    def to_frame(self) -> pd.DataFrame:
        """The reports as a table indexed by ``report``; the columns of reports.csv."""
        import pandas as pd  # noqa: PLC0415

        rows = [
            {("report" if name == "id" else name): value for name, value in _fields(report).items()}
            for report in self.values()
        ]
        return pd.DataFrame(rows, columns=None if rows else ["report"]).set_index("report")


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
