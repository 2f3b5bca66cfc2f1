"""The basemap's areas as the page draws them, against shapely's answer about the same data."""

from __future__ import annotations

from functools import cache, reduce

import numpy as np
import pyproj
import pytest
import shapely
from browser import visit

from convoy_geo.viz.folium_map import add_basemap
from convoy_geo.webmap.basemap import basemap_of
from convoy_geo.webmap.elements import BASEMAP_STYLES
from convoy_geo.webmap.html import OfflineMap, export_html

pytestmark = pytest.mark.browser

WORLD = 2 * 20037508.342789244  # metres of the Web Mercator square
FROM_MERCATOR = pyproj.Transformer.from_crs(3857, 4326, always_xy=True)
TO_MERCATOR = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
INSIDE = """([x, y, fill, from]) => {
  const paths = [...document.querySelectorAll(`.leaflet-basemap-pane path[fill="${fill}"]`)];
  const frame = document.getElementById("map").getBoundingClientRect();
  return x.map((_, number) => {
    const point = new DOMPoint(frame.left + x[number], frame.top + y[number]);
    return paths.slice(from).some((path) =>
      path.isPointInFill(point.matrixTransform(path.getScreenCTM().inverse())));
  });
}"""
SIZE = """() => {
  const { width, height } = document.getElementById("map").getBoundingClientRect();
  return [width, height];
}"""


@cache
def ground(name, lon, lat):
    rings = getattr(basemap_of(view(lon, lat)), name)
    polygons = [shapely.make_valid(shapely.polygons(ring)) for ring in rings]
    # A ring inside another is a hole, such as the Caspian Sea
    return reduce(shapely.symmetric_difference, polygons)


def view(lon, lat):
    return (lon - 3, lat - 2, lon + 3, lat + 2)


def compare(page, kind, name, lat, lon, zoom):
    """Points all over the view, but for those within two pixels or 150 m of the edge."""
    width, height = page.evaluate(SIZE)
    x, y = (
        grid.ravel()
        for grid in np.meshgrid(np.linspace(3, width - 3, 40), np.linspace(3, height - 3, 25))
    )
    metres = WORLD / 256 / 2**zoom
    east, north = TO_MERCATOR.transform(lon, lat)
    found = FROM_MERCATOR.transform(
        east + (x - width / 2) * metres, north - (y - height / 2) * metres
    )
    points = shapely.points(*found)
    areas = ground(name, lon, lat)
    clear = shapely.distance(points, areas.boundary) > max(0.0015, 2 * 360 / 256 / 2**zoom)
    # The sea lies beneath all and has the colour of the lakes
    fill, first = BASEMAP_STYLES[kind]["fillColor"], int(kind == "lake")
    drawn = page.evaluate(INSIDE, [x.tolist(), y.tolist(), fill, first])
    truth = shapely.contains(areas, points)
    assert clear.sum() > 500
    assert (np.array(drawn) == truth)[clear].all()
    return truth[clear]


@pytest.mark.parametrize(
    ("kind", "name", "lat", "lon", "zoom"),
    [
        ("land", "land", 34.5, 40.0, 6),
        ("land", "land", 33.9, 35.55, 8),
        ("land", "land", 33.9, 35.55, 13),
        ("land", "land", 34.5, 38.0, 13),
        ("land", "land", 33.5, 34.6, 12),
        ("lake", "lakes", 36.0, 38.2, 9),
    ],
)
def test_areas_lie_where_they_are_at_every_zoom(chromium, tmp_path, kind, name, lat, lon, zoom):
    chart = OfflineMap([lat, lon], zoom_start=zoom)
    add_basemap(chart, view(lon, lat))
    seen = visit(chromium, export_html(chart, tmp_path / "ground.html"), reduced_motion="reduce")
    before = compare(seen.page, kind, name, lat, lon, zoom)
    if zoom in {8, 9}:
        assert before.any()
        assert not before.all()
    seen.page.locator(".leaflet-control-zoom-in").click()
    compare(seen.page, kind, name, lat, lon, zoom + 1)
    assert seen.troubles() == []
