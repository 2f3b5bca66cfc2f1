"""Map plain points and lines without setting up a case."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.case.case import Case
from convoy_geo.case.quick_case import quick_case_texts
from convoy_geo.casefiles.assume import assumed_info
from convoy_geo.casefiles.files import CaseFiles
from convoy_geo.casefiles.locate import own_folder
from convoy_geo.casefiles.scaffold import make_case
from convoy_geo.dates.interval import Interval
from convoy_geo.errors import DateError, ExchangeFileError, Fault, wrong_type
from convoy_geo.exchange.feature_values import DAY_COLUMNS, check_shapes_as, radius_of
from convoy_geo.io.csv_tables import Row
from convoy_geo.io.csv_writing import cell_problem
from convoy_geo.io.found import Found, FoundFile
from convoy_geo.io.read_features_csv import table_features
from convoy_geo.io.read_file import read_found
from convoy_geo.model.case_info import WORLD, CaseInfo
from convoy_geo.model.closures import Closure
from convoy_geo.model.defaults import key_of
from convoy_geo.model.lines import GivenShape
from convoy_geo.model.places import Place
from convoy_geo.model.views import HIGHEST, in_view
from convoy_geo.type_checks import checks_types
from convoy_geo.viz.widget_extra import need_anywidget

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from convoy_geo.gazetteer.chain import Gazetteers
    from convoy_geo.gazetteer.choice import GazetteerChoice
    from convoy_geo.page.case_page import CasePage
    from convoy_geo.viz.widget import MapWidget
    from convoy_geo.webmap.html import OfflineMap

__all__ = ["QuickMap", "quick_map"]

MOST_POINTS = 2000
"""Number of points up to which a page draws each with its name; beyond it, clickable dots."""
SKIPPED = {"name", "lon", "lat", "layer", "wkt", "geometry", "id", "place"}
"""Columns that a card shows in another form, or not at all."""
MOST_ZOOM = 16
LINE_COLOUR = "#0b5394"
SHOWN = 5
"""Maximum number of names suggested in a message."""


@dataclass(frozen=True)
class QuickMap:
    """A map of points and lines; a notebook displays it.

    Parameters
    ----------
    case
        The points and lines as a case without reports and claims.
    problems
        What could not be drawn, as sentences: unknown names, bad rows.
    notes
        What was corrected or interpreted.
    areas
        Outlines of the places that are areas.
    """

    case: Case
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lang: str = field(default="en", repr=False)
    areas: Mapping[str, BaseGeometry] = field(default_factory=dict, repr=False)

    @property
    def page(self) -> CasePage:
        """The page, with a name for each point and a table of the points."""
        return self.case.page(lang=self.lang)

    @property
    def is_crowded(self) -> bool:
        """Whether there are too many points for names: they are then drawn as dots."""
        return len(self.case.gazetteer) > MOST_POINTS

    @cached_property
    def chart(self) -> OfflineMap:
        """The points as dots and the lines, each with its data in a popup."""
        return _crowded_map(self.case, self.lang)

    def widget(self, *, height_px: int = 640) -> MapWidget:
        """The map in a cell of a notebook; what is selected and drawn there comes back.

        Up to 2,000 points the widget is that of a case, see `Case.widget`: its ids are those of
        ``case.places`` and ``case.lines``. Of more, `selected_gdf` gives rows with name and note.

        Parameters
        ----------
        height_px
            Height in the cell.

        Raises
        ------
        MissingExtraError
            If anywidget is not installed (extra ``notebooks``).
        ValueError
            If there are more than 10,000 points and lines.
        """
        if not self.is_crowded:
            return self.case.widget(lang=self.lang, conflicts=False, height_px=height_px)
        need_anywidget()
        from convoy_geo.viz.explore import explore  # noqa: PLC0415

        made = explore(_rows(self.case), title=self.case.info.title, weight=4.0, widget=True)
        made.height_px = height_px
        return made

    def _repr_html_(self) -> str:
        return self.chart._repr_html_() if self.is_crowded else self.page._repr_html_()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page as one HTML file.

        Raises
        ------
        OutputFileError
            If the file cannot be written.
        """
        if self.is_crowded:
            from convoy_geo.webmap.html import export_html  # noqa: PLC0415

            return export_html(self.chart, path)
        return self.page.save(path)

    def save_case(self, folder: str | Path) -> list[Path]:
        """Write a case to build on: case.toml, places.csv and the lines, areas and closures.

        Parameters
        ----------
        folder
            A folder that does not exist or is empty.

        Returns
        -------
        list of Path
            The files.

        Raises
        ------
        FolderInUseError
            If the folder is not empty.
        OutputFileError
            If the folder cannot be created.
        """
        return make_case(own_folder(folder), quick_case_texts(self.case, self.areas))


@checks_types
def quick_map(
    points: Any = None,
    lines: Any = None,
    *,
    title: str = "",
    columns: Mapping[str, str] | None = None,
    crs: str = "",
    gazetteer: GazetteerChoice = None,
    lang: str = "en",
    shapes_as: str = "",
) -> QuickMap:
    """Draw points and lines on a map that works without a network connection.

    Parameters
    ----------
    points
        A file (CSV, GeoJSON, KML, GPX, GeoPackage and so on), a GeoDataFrame, a DataFrame with
        columns such as name, lon and lat, or a list of names, which are looked up. Rows with a name
        but no position are looked up too. Several files can be given as a list of paths.
    lines
        The same for lines and areas. Each of the two may contain any geometry.
    title
        Heading of the page.
    columns
        Column names for ``name``, ``lon`` and ``lat``, if they are unusual.
    crs
        CRS of lon and lat in tables, such as ``EPSG:32637``; by default WGS 84.
    gazetteer
        Where names are looked up: ``region``, ``world``, a file, or several of these.
    lang
        Language of the user interface, ``en`` or ``ar``.
    shapes_as
        What lines and polygons are: ``lines`` (the default) are drawn as they are, ``areas`` are
        places with an outline, ``closures`` have a day in ``closed``, ``when`` or ``date``.

    Returns
    -------
    QuickMap
        The map; `problems` lists what could not be drawn.

    Raises
    ------
    ExchangeFileError
        If a file as a whole is unreadable, or there is nothing to draw.
    ValueError
        If a frame has no CRS, or `shapes_as` is none of these.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame({"name": ["Suva", "Neiafu"], "x": [178.4, -174], "y": [-18.1, -18.7]})
    >>> drawn = quick_map(towns)
    >>> len(drawn.case.gazetteer), drawn.problems
    (2, ())
    """
    check_shapes_as(shapes_as, ("lines", "areas", "closures"))
    maker = _Maker(gazetteer, columns, crs, shapes_as)
    for given in (points, lines):
        if given is not None:
            maker.take(given)
    return maker.done(title, lang)


class _Maker:
    """Collects places and shapes, and what cannot be drawn."""

    def __init__(
        self, gazetteer: GazetteerChoice, columns: Mapping[str, str] | None, crs: str,
        shapes_as: str = "",
    ) -> None:  # fmt: skip
        self.gazetteer = gazetteer
        self.columns, self.crs, self.shapes_as = columns, crs, shapes_as
        self.areas: dict[str, BaseGeometry] = {}
        self.closures: list[Closure] = []
        self.names: Gazetteers | None = None
        self.places: dict[str, Place] = {}
        self.shapes: list[GivenShape] = []
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.faults: list[Fault] = []
        self.numbers: dict[str, int] = {}

    def take(self, given: Any) -> None:
        """Add points or lines in any form that `quick_map` accepts."""
        import pandas as pd  # noqa: PLC0415

        if isinstance(given, (str, Path)):
            self.file(Path(given))
        elif isinstance(given, pd.DataFrame):
            self.frame(given)
        elif not isinstance(given, Iterable):
            words = "a GeoDataFrame, a path or a list of names"
            raise wrong_type(given, "quick_map", "points", words)
        else:
            for one in given:
                if isinstance(one, Path) or (isinstance(one, str) and Path(one).is_file()):
                    self.file(Path(one))
                elif isinstance(one, str):
                    self.feature(Found("", 0, "", {"name": one}), "")
                else:
                    raise wrong_type(one, "quick_map", "points", "a list of names or paths")

    def file(self, path: Path) -> None:
        self.found(read_found(path, columns=self.columns, crs=self.crs, names=True), path.name)

    def found(self, read: FoundFile, source: str) -> None:
        self.faults += read.faults
        self.problems += map(str, read.faults)
        self.notes += map(str, read.repaired)
        for found in read.features:
            self.feature(found, source)

    def frame(self, frame: pd.DataFrame) -> None:
        import geopandas as gpd  # noqa: PLC0415

        if not isinstance(frame, gpd.GeoDataFrame):
            header = [str(column) for column in frame.columns]
            records = frame.astype(object).where(frame.notna(), "").to_numpy().tolist()
            rows = [
                Row(number, dict(zip(header, map(str, values), strict=True)))
                for number, values in enumerate(records, 1)
            ]
            table = FoundFile("the frame")
            read = table_features(
                table, header, rows, columns=self.columns, crs=self.crs, names=True
            )
            self.found(read, "")
            return
        if frame.crs is None:
            msg = "the frame has no CRS; set one, such as frame.set_crs(4326)"
            raise ValueError(msg)
        named = frame.geometry.name
        for number, (values, shape) in enumerate(
            zip(frame.drop(columns=named).to_dict("records"), frame.to_crs(4326).geometry,
                strict=True), 1,
        ):  # fmt: skip
            said = {str(key): value for key, value in values.items() if value == value}  # noqa: PLR0124
            self.feature(Found(f"row {number}", 0, "", said, shape), "")

    def feature(self, found: Found, source: str) -> None:
        """Convert a feature to a place or a shape, or record why this is impossible."""
        said = {}
        for key, value in found.properties.items():
            text = _text(value)
            if problem := cell_problem(text):
                self.problem(found, f"{key}: {problem}, ignored")
                continue
            said[key] = text
        name = next((said[key] for key in ("name", "Name", "title", "label") if said.get(key)), "")
        shape = found.geometry
        if shape is None or shape.is_empty:
            self.look_up(found, name, said)
            return
        parts = list(getattr(shape, "geoms", [shape]))
        points = [part for part in parts if part.geom_type == "Point"]
        others = [part for part in parts if part.geom_type != "Point"]
        for point in points:
            self.place(
                name or f"Point {len(self.places) + 1}", point.x, point.y, said, source, found
            )
        if others:
            self.shape(name or f"Line {len(self.shapes) + 1}", shape, others, said, source, found)

    def place(
        self, name: str, lon: float, lat: float, said: Mapping[str, str], source: str,
        found: Found, outline: BaseGeometry | None = None,
    ) -> None:  # fmt: skip
        lon = (lon + 180) % 360 - 180 if not -180 <= lon <= 180 and abs(lon) <= 540 else lon
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            self.problem(
                found, f"{name!r}: {lon:g}, {lat:g} is outside the coordinate range (metres?)"
            )
            return
        if abs(lat) > HIGHEST:
            self.problem(found, f"{name!r} lies beyond {HIGHEST:g} degrees, off this projection")
            return
        key = key_of(name, "place")
        base, number = key, self.numbers.get(key, 1)
        while key in self.places:
            number += 1
            key = f"{base}_{number}"
        self.numbers[base] = number
        is_area = outline is not None
        self.places[key] = Place(
            key, name, round(lon, 7), round(lat, 7), float(radius_of(outline)) if is_area else None,
            "region" if is_area else "site", shape="area" if is_area else "point",
            note=_note(said), source=said.get("coordinate_source") or source,
        )  # fmt: skip
        if outline is not None:
            self.areas[key] = outline

    def shape(
        self, name: str, whole: Any, parts: Sequence[Any], said: Mapping[str, str], source: str,
        found: Found,
    ) -> None:  # fmt: skip
        import shapely  # noqa: PLC0415

        west, south, east, north = whole.bounds
        if not (-540 <= west <= east <= 540 and -90 <= south <= north <= 90):
            self.problem(found, f"{name!r}: coordinates out of range (metres?)")
            return
        if south > HIGHEST or north < -HIGHEST:
            self.problem(found, f"{name!r} lies beyond {HIGHEST:g} degrees, off this projection")
            return
        if south < -HIGHEST or north > HIGHEST:
            self.note(found, f"{name!r} is drawn up to {HIGHEST:g} degrees, where this map ends")
        many = {"Polygon": shapely.multipolygons, "LineString": shapely.multilinestrings}
        for kind, joined in many.items():
            same = [part for part in parts if part.geom_type == kind]
            if not same:
                continue
            one = same[0] if len(same) == 1 else joined(same)
            if kind == "Polygon" and self.shapes_as == "areas":
                inside = one.representative_point()
                self.place(name, inside.x, inside.y, said, source, found, one)
            elif self.shapes_as != "closures" or not self.closure(name, one, said, source, found):
                key = f"line_{len(self.shapes) + 1}"
                self.shapes.append(GivenShape(key, name, one, source=source, note=_note(said)))

    def closure(
        self, name: str, shape: BaseGeometry, said: Mapping[str, str], source: str, found: Found
    ) -> bool:
        """A line or an area as a closure; False if it has no day, and is drawn as it is."""
        day = next((said[one] for one in DAY_COLUMNS if said.get(one)), "")
        try:
            closed = Interval.parse(day)
        except DateError as error:
            self.note(found, f"{name!r} is drawn as a line: {day!r} is no day ({error})")
            return False
        if not day:
            self.note(found, f"{name!r} is drawn as a line: it has no day of closure")
            return False
        key = f"closure_{len(self.closures) + 1}"
        self.closures.append(
            Closure(key, name, "cut", shape, closed, source=source, note=_note(said))
        )
        return True

    def look_up(self, found: Found, name: str, said: Mapping[str, str]) -> None:
        """Look up a name without a position in the gazetteers."""
        if not name:
            self.problem(found, "neither a position nor a name")
            return
        from convoy_geo.gazetteer.chain import Gazetteers  # noqa: PLC0415
        from convoy_geo.gazetteer.normalize import fold  # noqa: PLC0415

        if self.names is None:
            self.names = Gazetteers(gazetteer=self.gazetteer)
        matches = self.names.search(name)
        same = [
            match
            for match in matches
            if fold(match.spelling) == fold(name) and match.place.lon is not None
        ]
        if not same:
            near = matches or self.names.search(name, fuzzy=True)
            meant = ", ".join(dict.fromkeys(match.place.name for match in near[:SHOWN]))
            self.problem(found, f"no place is known as {name!r}" + f"; {meant}?" * bool(meant))
            return
        best = same[0].place
        if len(same) > 1 and same[1].score >= same[0].score:
            others = ", ".join("|".join(match.place.country) for match in same[1:SHOWN])
            self.notes.append(
                f"{name!r} read as {best.name} in {'|'.join(best.country)}; also in {others}"
            )
        assert best.lon is not None  # noqa: S101  (asked for above)
        assert best.lat is not None  # noqa: S101
        self.place(name, best.lon, best.lat, {**said, "coordinate_source": best.source}, "", found)

    def problem(self, found: Found, text: str) -> None:
        self.problems.append(_at(found, text))

    def note(self, found: Found, text: str) -> None:
        self.notes.append(_at(found, text))

    def done(self, title: str, lang: str) -> QuickMap:
        if len(self.places) > MOST_POINTS:
            self.notes.append(
                f"{len(self.places):,} points are drawn as dots without names, because they are "
                f"more than {MOST_POINTS:,}; a click on a dot shows its data"
            )
        if not (self.places or self.shapes or self.closures):
            told = self.problems or ["no points and no lines were given"]
            raise ExchangeFileError(
                self.faults or [Fault("map", 0, "", "", one, "") for one in told[:SHOWN]]
            )
        info = CaseInfo("quick", title or "Map", "", "", "", "", WORLD, {}, {})  # type: ignore[arg-type]
        rows = [
            Row(0, {"lon": repr(one.lon), "lat": repr(one.lat), "shape": "point", "role": ""})
            for one in self.places.values()
        ]
        tables: dict[str, list[Row]] = {name: [] for name in ("claims.csv", "routes.csv",
                                                              "reports.csv")}  # fmt: skip
        tables["places.csv"] = rows
        drawn = [*(one.geometry for one in self.shapes), *(one.geometry for one in self.closures)]
        drawn += self.areas.values()
        info, _ = assumed_info(info, tables, drawn)
        files = CaseFiles(
            Path(), info, (), tuple(self.places.values()), (), (), tuple(self.closures),
            self.areas, None, lines=tuple(self.shapes),
        )  # fmt: skip
        return QuickMap(Case(files), tuple(self.problems), tuple(self.notes), lang, self.areas)


def _at(found: Found, text: str) -> str:
    where = found.where or (f"line {found.line}" if found.line else "")
    return f"{where}: {text}" if where else text


def _rows(case: Case) -> gpd.GeoDataFrame:
    """Points and lines as one frame, by id."""
    import geopandas as gpd  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    places = [one for one in case.gazetteer if one.lon is not None]
    rows: list[Any] = [*places, *case.lines]
    shapes = [shapely.Point(one.lon, one.lat) for one in places]
    shapes += [one.geometry for one in case.lines]
    values = {"name": [one.name for one in rows], "note": [one.note for one in rows]}
    return gpd.GeoDataFrame(values, geometry=shapes, index=[one.id for one in rows], crs=4326)


def _crowded_map(case: Case, lang: str) -> OfflineMap:
    """The dots and lines of a case on a map that can draw very many of them."""
    import folium  # noqa: PLC0415
    import geopandas as gpd  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    from convoy_geo.viz.explore_style import new_map  # noqa: PLC0415

    chart = new_map(case.info.view, case.info.title, max_zoom=MOST_ZOOM)
    chart.lang = lang
    places = list(case.gazetteer)
    west = case.info.view[0]
    points = [(one.lon + 360 * (one.lon < west), one.lat) for one in places if one.lon is not None]
    lines = [in_view(one.geometry, case.info.view) for one in case.lines]
    frames: list[tuple[Sequence[Any], Any]]
    frames = [(places, shapely.points(points)), (case.lines, lines)]
    style = {"color": LINE_COLOUR, "weight": 1, "fill": True, "fillOpacity": 0.6}
    for rows, shapes in frames:
        if len(rows):
            said = {"name": [one.name for one in rows], "note": [one.note for one in rows]}
            frame = gpd.GeoDataFrame(said, geometry=shapes, crs="EPSG:4326")
            folium.GeoJson(
                frame, marker=folium.CircleMarker(radius=3), style_function=lambda _: style,
                popup=folium.GeoJsonPopup(["name", "note"], labels=False),
                tooltip=folium.GeoJsonTooltip(["name"], labels=False),
            ).add_to(chart)  # fmt: skip
    return chart


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _note(said: Mapping[str, str]) -> str:
    """The content of the columns, for the card."""
    parts = [
        text if key.lower() in {"note", "description", "desc"} else f"{key}: {text}"
        for key, text in said.items()
        if text and key.lower() not in SKIPPED and key != "coordinate_source"
    ]
    return "; ".join(parts)
