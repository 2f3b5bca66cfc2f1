"""Map where something moved when the reports disagree.

Public names are imported on first use, so ``import convoy_geo`` is fast.

>>> import convoy_geo
>>> case = convoy_geo.read_case()
>>> case.gazetteer.locate("Albukamal").name
'Abu Kamal'
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convoy_geo.analysis.consistency.beliefs import Belief
    from convoy_geo.analysis.consistency.bounds import Bound
    from convoy_geo.analysis.consistency.conflict import Conflict
    from convoy_geo.analysis.consistency.fits import Fits
    from convoy_geo.analysis.consistency.question import Question
    from convoy_geo.analysis.consistency.result import Consistency
    from convoy_geo.analysis.consistency.verdicts import ClaimVerdict
    from convoy_geo.analysis.distances import DistanceReport
    from convoy_geo.analysis.ledger import Ledger
    from convoy_geo.analysis.source_dependence import Sources
    from convoy_geo.analysis.time_distance import TimeDistance
    from convoy_geo.analysis.verdicts import Verdict
    from convoy_geo.case.case import Case, read_case
    from convoy_geo.case.case_widget import CaseWidget, DiagramWidget, LedgerWidget
    from convoy_geo.case.collections import Claims, Places, Reports
    from convoy_geo.case.quick_map import QuickMap, quick_map
    from convoy_geo.casefiles.locate import case_names
    from convoy_geo.casefiles.scaffold import new_case
    from convoy_geo.casefiles.spans import Span, SpanCheck, check_spans, find_spans
    from convoy_geo.casefiles.validate import check_case
    from convoy_geo.dates.find import FoundDate, find_dates
    from convoy_geo.dates.relative import RelativeDate, relative_date
    from convoy_geo.display import ResultList, ResultTuple
    from convoy_geo.errors import ConvoyGeoError, Fault
    from convoy_geo.gazetteer.case_gazetteer import Gazetteer, Match
    from convoy_geo.gazetteer.chain import Gazetteers
    from convoy_geo.gazetteer.normalize import fold
    from convoy_geo.gazetteer.user_file import read_gazetteer
    from convoy_geo.geodesy import distance_km, length_km
    from convoy_geo.geoparse.finder import Finder, find_places, make_finder
    from convoy_geo.geoparse.mentions import Mention, Mentions
    from convoy_geo.io.read_frame import read_file
    from convoy_geo.model.case_info import CaseInfo
    from convoy_geo.model.claims import Claim, Report, ReportedRoute
    from convoy_geo.model.closures import Closure, Control
    from convoy_geo.model.lines import GivenShape
    from convoy_geo.model.places import Place, Spelling
    from convoy_geo.network.from_file import network_from_file
    from convoy_geo.network.from_frames import network_from_frames
    from convoy_geo.network.from_lines import network_from_lines
    from convoy_geo.network.from_osm import network_from_osm
    from convoy_geo.network.from_osmnx import network_from_osmnx
    from convoy_geo.network.network import RoadNetwork
    from convoy_geo.network.read_write import read_network, write_network
    from convoy_geo.page.case_page import CasePage
    from convoy_geo.routing import Route, Router, Routes
    from convoy_geo.routing.closure_impact import ClosureImpact
    from convoy_geo.routing.compare import Comparison
    from convoy_geo.routing.reported_routes import Alternatives, Track
    from convoy_geo.timegeo.bands import Bands
    from convoy_geo.timegeo.prism import Reach
    from convoy_geo.viz.explore import explore
    from convoy_geo.viz.findings import Findings
    from convoy_geo.viz.view_data import Contents
    from convoy_geo.viz.widget import MapWidget
    from convoy_geo.webmap.html import OfflineMap, export_html

__version__ = "0.1.0"

__all__ = [
    "Alternatives",
    "Bands",
    "Belief",
    "Bound",
    "Case",
    "CaseInfo",
    "CasePage",
    "Claim",
    "ClaimVerdict",
    "Claims",
    "Closure",
    "ClosureImpact",
    "Comparison",
    "Conflict",
    "Consistency",
    "Contents",
    "Control",
    "ConvoyGeoError",
    "DistanceReport",
    "Fault",
    "Finder",
    "Findings",
    "Fits",
    "FoundDate",
    "Gazetteer",
    "Gazetteers",
    "GivenShape",
    "Ledger",
    "Match",
    "Mention",
    "Mentions",
    "OfflineMap",
    "Place",
    "Places",
    "Question",
    "QuickMap",
    "Reach",
    "RelativeDate",
    "Report",
    "ReportedRoute",
    "Reports",
    "ResultList",
    "ResultTuple",
    "RoadNetwork",
    "Route",
    "Router",
    "Routes",
    "Sources",
    "Span",
    "SpanCheck",
    "Spelling",
    "TimeDistance",
    "Track",
    "Verdict",
    "__version__",
    "case_names",
    "check_case",
    "check_spans",
    "distance_km",
    "explore",
    "export_html",
    "find_dates",
    "find_places",
    "find_spans",
    "fold",
    "length_km",
    "make_finder",
    "network_from_file",
    "network_from_frames",
    "network_from_lines",
    "network_from_osm",
    "network_from_osmnx",
    "new_case",
    "quick_map",
    "read_case",
    "read_file",
    "read_gazetteer",
    "read_network",
    "relative_date",
    "write_network",
]

_MODULES = {
    "convoy_geo.display": ("ResultList", "ResultTuple"),
    "convoy_geo.case.case": ("Case", "read_case"),
    "convoy_geo.case.collections": ("Claims", "Places", "Reports"),
    "convoy_geo.case.quick_map": ("QuickMap", "quick_map"),
    "convoy_geo.casefiles.locate": ("case_names",),
    "convoy_geo.casefiles.validate": ("check_case",),
    "convoy_geo.model.claims": ("Claim", "Report", "ReportedRoute"),
    "convoy_geo.errors": ("ConvoyGeoError", "Fault"),
    "convoy_geo.gazetteer.chain": ("Gazetteers",),
    "convoy_geo.gazetteer.user_file": ("read_gazetteer",),
    "convoy_geo.gazetteer.case_gazetteer": ("Gazetteer", "Match"),
    "convoy_geo.io.read_frame": ("read_file",),
    "convoy_geo.model.lines": ("GivenShape",),
    "convoy_geo.model.places": ("Place", "Spelling"),
    "convoy_geo.geodesy": ("distance_km", "length_km"),
    "convoy_geo.gazetteer.normalize": ("fold",),
    "convoy_geo.casefiles.scaffold": ("new_case",),
    "convoy_geo.webmap.html": ("OfflineMap", "export_html"),
    "convoy_geo.timegeo.bands": ("Bands",),
    "convoy_geo.timegeo.prism": ("Reach",),
    "convoy_geo.viz.explore": ("explore",),
    "convoy_geo.dates.find": ("FoundDate", "find_dates"),
    "convoy_geo.dates.relative": ("RelativeDate", "relative_date"),
    "convoy_geo.model.closures": ("Closure", "Control"),
    "convoy_geo.network.from_file": ("network_from_file",),
    "convoy_geo.network.from_frames": ("network_from_frames",),
    "convoy_geo.network.from_lines": ("network_from_lines",),
    "convoy_geo.network.from_osm": ("network_from_osm",),
    "convoy_geo.network.from_osmnx": ("network_from_osmnx",),
    "convoy_geo.network.network": ("RoadNetwork",),
    "convoy_geo.network.read_write": ("read_network", "write_network"),
    "convoy_geo.routing": ("Route", "Router", "Routes"),
    "convoy_geo.casefiles.spans": ("Span", "SpanCheck", "check_spans", "find_spans"),
    "convoy_geo.analysis.consistency.bounds": ("Bound",),
    "convoy_geo.analysis.consistency.beliefs": ("Belief",),
    "convoy_geo.analysis.consistency.fits": ("Fits",),
    "convoy_geo.analysis.consistency.question": ("Question",),
    "convoy_geo.analysis.time_distance": ("TimeDistance",),
    "convoy_geo.analysis.consistency.conflict": ("Conflict",),
    "convoy_geo.analysis.consistency.result": ("Consistency",),
    "convoy_geo.analysis.consistency.verdicts": ("ClaimVerdict",),
    "convoy_geo.analysis.verdicts": ("Verdict",),
    "convoy_geo.geoparse.finder": ("Finder", "find_places", "make_finder"),
    "convoy_geo.geoparse.mentions": ("Mention", "Mentions"),
    "convoy_geo.routing.reported_routes": ("Alternatives", "Track"),
    "convoy_geo.model.case_info": ("CaseInfo",),
    "convoy_geo.page.case_page": ("CasePage",),
    "convoy_geo.routing.closure_impact": ("ClosureImpact",),
    "convoy_geo.routing.compare": ("Comparison",),
    "convoy_geo.analysis.distances": ("DistanceReport",),
    "convoy_geo.analysis.ledger": ("Ledger",),
    "convoy_geo.analysis.source_dependence": ("Sources",),
    "convoy_geo.viz.view_data": ("Contents",),
    "convoy_geo.viz.findings": ("Findings",),
}
_WIDGETS = {
    "convoy_geo.case.case_widget": ("CaseWidget", "DiagramWidget", "LedgerWidget"),
    "convoy_geo.viz.widget": ("MapWidget",),
}
if importlib.util.find_spec("anywidget") is not None:  # the extra `notebooks`
    __all__ += ["CaseWidget", "DiagramWidget", "LedgerWidget", "MapWidget"]
    _MODULES |= _WIDGETS
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        return getattr(importlib.import_module(_MODULE_OF[name]), name)
    msg = f"module 'convoy_geo' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
