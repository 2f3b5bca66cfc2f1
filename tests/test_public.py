"""The public names: what is there, what it costs, and that the examples run."""

import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

import convoy_geo

MODULES = [
    module.name for module in pkgutil.walk_packages(convoy_geo.__path__, prefix="convoy_geo.")
]


def test_public_names_are_these():
    assert set(convoy_geo.__all__) == {
        "Case", "Claim", "Closure", "ConvoyGeoError", "Fault", "Finder", "Gazetteer", "Gazetteers",
        "Match", "Mention", "Mentions", "OfflineMap", "find_places", "find_spans", "make_finder",
        "Place", "Reach", "Report", "ReportedRoute", "RoadNetwork", "Route", "Router", "Spelling",
        "Verdict", "__version__", "case_names", "check_case", "check_spans",
        "distance_km", "explore", "export_html", "fold", "length_km", "network_from_frames",
        "network_from_lines", "network_from_osm", "network_from_osmnx", "new_case", "read_case",
        "read_gazetteer", "read_network", "relative_date", "write_network",
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
