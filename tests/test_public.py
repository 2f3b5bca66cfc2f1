"""The public names: what is there, what it costs, and that the examples run."""

import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections import Counter

import pytest

import convoy_geo

MODULES = [
    module.name for module in pkgutil.walk_packages(convoy_geo.__path__, prefix="convoy_geo.")
]


def test_public_names_are_these():
    assert set(convoy_geo.__all__) == {
        "CaseWidget", "DiagramWidget", "LedgerWidget", "MapWidget",  # where anywidget is installed
        "Bands", "Belief", "Bound", "Fits", "Question", "TimeDistance",
        "Alternatives", "Case", "CaseInfo", "CasePage", "Claim", "ClaimVerdict", "Claims",
        "Closure",
        "ClosureImpact", "Comparison", "Conflict", "Consistency", "Contents",
        "Control", "ConvoyGeoError", "DistanceReport", "Fault",
        "Finder", "Findings", "FoundDate", "Gazetteer", "Gazetteers", "GivenShape", "QuickMap",
        "quick_map", "read_file", "Ledger", "Match", "Mention",
        "Mentions", "OfflineMap", "Place", "Places", "Reach", "RelativeDate", "Report", "Reports",
        "ResultList", "ResultTuple", "Routes",
        "ReportedRoute", "RoadNetwork", "Route", "Router", "Sources", "Span", "SpanCheck",
        "Spelling", "Track", "Verdict", "__version__", "case_names", "check_case",
        "check_spans", "distance_km", "explore", "export_html", "find_dates", "find_places",
        "find_spans",
        "fold", "length_km", "make_finder", "network_from_file",
        "network_from_frames", "network_from_lines",
        "network_from_osm", "network_from_osmnx", "new_case", "read_case", "read_gazetteer",
        "read_network", "relative_date", "write_network",
    }  # fmt: skip


@pytest.mark.parametrize("name", convoy_geo.__all__)
def test_every_public_name_is_there_and_documented(name):
    thing = getattr(convoy_geo, name)
    assert name in dir(convoy_geo)
    if name != "__version__":
        assert thing.__doc__


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="atlantis"):
        convoy_geo.atlantis  # noqa: B018


def test_the_import_costs_nothing():
    code = (
        "import sys; before = set(sys.modules); import convoy_geo\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "heavy = {'geopandas', 'pandas', 'numpy', 'shapely', 'folium', 'scipy', 'pyproj', 'edtf'}\n"
        "sys.exit(str(heavy & new) if heavy & new else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    results = doctest.testmod(importlib.import_module(name))
    assert results.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_exports(name):
    module = importlib.import_module(name)
    assert module.__doc__
    if not name.endswith("__init__"):
        assert all(hasattr(module, public) for public in getattr(module, "__all__", []))


def test_errors_form_one_tree_of_built_ins():
    from convoy_geo import errors

    for name in errors.__all__:
        thing = getattr(errors, name)
        if isinstance(thing, type) and issubclass(thing, Exception) and name != "ConvoyGeoError":
            assert issubclass(thing, errors.ConvoyGeoError)
            others = [b for b in thing.__mro__ if b.__module__ == "builtins"]
            assert others[0] not in {Exception, BaseException, object}, name


def public_classes():
    """Every class that the `__all__` of its own module names."""
    for name in MODULES:
        module = importlib.import_module(name)
        for public in getattr(module, "__all__", ()):
            thing = getattr(module, public)
            if inspect.isclass(thing) and thing.__module__ == name:
                yield thing


def test_no_two_public_classes_share_a_name():
    counts = Counter(one.__name__ for one in public_classes())
    assert not {name for name, count in counts.items() if count > 1}


def returned(function):
    """Names in the annotation of what a function returns."""
    return set(re.findall(r"[A-Za-z_]\w*", str(function.__annotations__.get("return", ""))))


def answers(owner):
    """What the public methods and properties of a class return, by the method's name."""
    for key, member in inspect.getmembers_static(owner):
        inner = getattr(member, "fget", None) or getattr(member, "func", None) or member
        inner = getattr(inner, "__func__", inner)
        if not key.startswith("_") and inspect.isfunction(inner):
            yield key, returned(inner)


def test_classes_that_are_returned_are_public_and_documented():
    ours = {one.__name__: one for one in public_classes()}
    every = {
        name: thing
        for module in MODULES
        for name, thing in vars(importlib.import_module(module)).items()
        if inspect.isclass(thing) and thing.__module__ == module
    }
    for name in convoy_geo.__all__:
        thing = getattr(convoy_geo, name)
        if inspect.isfunction(thing):
            found = {name: returned(thing)}
        elif inspect.isclass(thing) and thing.__module__.startswith("convoy_geo"):
            found = dict(answers(thing))
        else:
            continue
        for where, words in found.items():
            for word in words & set(every):
                assert word in ours, f"{name}, {where}: {word} is in no __all__"
                assert ours[word].__doc__, word
                if thing is convoy_geo.Case or inspect.isfunction(thing):
                    public = word in convoy_geo.__all__ or word == "Path"
                    assert public, f"{name}, {where}: {word}"
