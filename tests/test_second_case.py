"""The case titanic-1912: no roads, sea miles, another ocean. Nothing may be tied to 2017."""

import re

import folium
import pytest
from browser import DESKTOP, PHONE, expect, visit
from shapely.geometry import Point

from convoy_geo import geodesy
from convoy_geo.case.case import read_case
from convoy_geo.casefiles.locate import case_names
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import main
from convoy_geo.viz.folium_map import add_graticule, graticule
from convoy_geo.webmap.html import export_html

NAME = "titanic-1912"


@pytest.fixture(scope="module")
def titanic():
    return read_case(NAME)


@pytest.fixture(scope="module")
def page_file(titanic, tmp_path_factory):
    path = tmp_path_factory.mktemp("second") / "titanic.html"
    return export_html(titanic.map(), path, title=titanic.info.title)


def test_it_ships_and_is_clean(titanic):
    assert NAME in case_names()
    assert check_case(NAME) == []
    assert titanic.network is None
    assert titanic.alternatives == ()
    assert titanic.relative_places().crs == "EPSG:4326"


def test_positions_are_in_the_north_atlantic(titanic):
    for place in titanic.gazetteer:
        assert -60 < place.lon < -35, place.id
        assert 40 < place.lat < 46, place.id
    second = titanic.gazetteer.locate("Boxhall's position")
    assert (second.lon, second.lat) == (pytest.approx(-50.2333, abs=1e-4), 41.76667)
    assert geodesy.position_text(second.lon, second.lat).endswith("W")


def test_distances_in_nautical_miles(titanic):
    found = titanic.distance("distress_second", "wreck_bow")
    assert found.geodesic_km / geodesy.KM_PER_NAUTICAL_MILE == pytest.approx(13.0, abs=0.05)
    reported = titanic.distance("Californian stopped", "Second distress position").reported
    fits = {item.claim: item.fits for item in reported}
    assert fits["US-06"] == "straight"  # the captain's figure agrees with his own log
    assert fits["BR-12"] == fits["BR-13"] == "neither"  # the court's do not
    (item,) = titanic.distance("mount_temple_call", "distress_second").reported
    assert (item.unit, item.fits) == ("nmi", "straight")


def test_the_counts_of_each_inquiry_add_up_and_differ(titanic):
    counts = {
        side: {c.state: c.low for c in titanic.claims.values() if c.side == side and c.state}
        for side in ("british_inquiry", "us_inquiry")
    }
    for count in counts.values():
        assert count["rescued"] + count["lost"] == count["total"]
    assert counts["british_inquiry"] != counts["us_inquiry"]


def test_the_place_of_the_carpathia_is_where_her_captain_says(titanic):
    area = titanic.relative_places().set_index("claim").loc["US-02", "geometry"]
    place = titanic.gazetteer["carpathia_call"]
    assert area.contains(Point(place.lon, place.lat))


def test_every_route_is_a_schematic_link(titanic):
    assert len(titanic.tracks) == 5
    for track in titanic.tracks:
        assert track.length_km is None
        assert track.confidence == "unknown"
        assert all(leg.geometry is not None for leg in track.legs)


@pytest.mark.slow
def test_the_commands_work_without_roads(tmp_path, capsys):
    assert main(["map", NAME, "-o", str(tmp_path / "t.html")]) == 0
    out = capsys.readouterr().out
    assert "5 reported, 0 computed" in out
    assert "19.5 nmi (36.1 km): fits the straight line\n" in out
    assert main(["distance", "distress_first", "distress_second", "--case", NAME]) == 0
    assert "does not fit the straight line" in capsys.readouterr().out
    assert main(["check", NAME]) == 0
    assert main(["route", "corner", "wreck", "--case", NAME]) == 1
    assert "has no road network" in capsys.readouterr().err


@pytest.mark.slow
def test_no_word_of_2017_on_its_page(page_file):
    # The names of countries on the basemap of the world, far from here
    text = re.sub('"text":"[^"]*"', "", page_file.read_text(encoding="utf-8"))
    for word in (
        "Syria",
        "desert road",
        "GeoNames",
        "villages",
        "by bus",
        "convoy",
    ):
        assert word not in text.replace("convoy_geo", "").replace("convoy-geo", ""), word


@pytest.mark.parametrize(
    "view",
    [
        (-51.5, 41.0, -48.9, 42.25),
        (170.0, -80.0, 180.0, -60.0),
        (10.0, 10.0, 10.2, 10.1),
        (178.0, -25, 183.0, -20),
    ],
)
def test_a_graticule_has_a_few_labelled_lines(view):
    chart = folium.Map(tiles=None)
    add_graticule(chart, view)
    names = [getattr(child, "text", "") for child in chart._children.values()]
    assert 4 <= len(names) <= 60


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_its_map_opens(chromium, page_file, titanic, size):
    seen = visit(chromium, page_file, size=size)
    page = seen.page
    page.wait_for_timeout(300)
    seen.picture(f"titanic-{size[0]}")
    for track in titanic.tracks:
        line = page.locator(f'path.leaflet-interactive[aria-label^="{track.route.title}"]')
        expect(line).to_have_count(len(track.legs))
    expect(page.locator(".name", has_text="Second distress position")).to_have_count(1)
    expect(page.locator(".name", has_text="42° N")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.troubles() == []


def test_a_graticule_goes_on_beyond_180_degrees():
    lines, labels = graticule((178.0, -25.0, 183.0, -20.0))
    assert max(lon for line in lines for lon, _ in line) > 183
    assert {"179° E", "179° W"} <= {name for name, _, _ in labels}
