"""Pictures of the map against references, close enough that a layer which is missing is seen.

Names and controls are hidden, so that fonts do not matter; pictures are made smaller, so that the
edges of lines do not. After a change that is meant, `CONVOY_GEO_NEW_LOOKS=1 pytest
tests/test_case_looks.py` writes the references anew; look at them before they are committed.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from browser import visit
from PIL import Image, ImageFilter

from convoy_geo.case.case import read_case

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).parent / "looks"
WINDOW = (800, 760)
SMALL = (400, 230)
STEP = 13
"""Steps of 255 by which a pixel must differ in one colour to count."""

TOLERANCE = 0.001
"""Share of pixels that may differ."""

QUIET = """() => {
  const set = (selector, name, value) => {
    for (const part of document.querySelectorAll(selector)) part.style.setProperty(name, value);
  };
  set("#map", "flex", "none");
  set("#map", "height", "460px");
  const hidden = "#map .leaflet-control-container, #map .leaflet-names-pane, #frame > .legend";
  set(hidden, "display", "none");
}"""


@pytest.fixture(scope="module")
def pages(chromium, case, tmp_path_factory):
    """The pages of two cases, each opened once."""
    folder = tmp_path_factory.mktemp("looks")
    found = {}
    for each in (case, read_case("titanic-1912")):
        name = each.info.id
        path = each.page().save(folder / f"{name}.html")
        found[name] = visit(chromium, path, size=WINDOW, reduced_motion="reduce").page
        found[name].evaluate(QUIET)
    return found


def picture(page, day=""):
    page.evaluate("(day) => { location.hash = `day=${day}`; }", day)
    page.wait_for_timeout(250)
    shot = Image.open(io.BytesIO(page.locator("#map").screenshot())).convert("RGB")
    return shot.resize(SMALL, Image.Resampling.BOX).filter(ImageFilter.BoxBlur(1))


def share(one, other):
    """Share of the pixels that differ."""
    apart = np.abs(np.asarray(one, dtype=int) - np.asarray(other.convert("RGB"), dtype=int))
    return float((apart.max(axis=2) > STEP).mean())


VIEWS = [("convoy-2017", ""), ("convoy-2017", "2017-08-31"), ("titanic-1912", "")]


def reference(name, day):
    return FOLDER / f"{name}{day and '-'}{day}.png"


@pytest.mark.parametrize(("name", "day"), VIEWS)
def test_the_map_looks_as_it_did(pages, name, day):
    found = picture(pages[name], day)
    path = reference(name, day)
    if os.environ.get("CONVOY_GEO_NEW_LOOKS"):
        found.quantize(256, Image.Quantize.MAXCOVERAGE).save(path, optimize=True)
    assert share(found, Image.open(path)) < TOLERANCE
    assert path.stat().st_size < 40_000


HIDE = """(name) => {
  for (const label of document.querySelectorAll(".layers label")) {
    if (label.textContent === name) label.querySelector("input").click();
  }
}"""
PANE = """(shown) => {
  document.querySelector(".leaflet-basemap-pane").style.setProperty("display", shown);
}"""


@pytest.mark.parametrize("layer", ["Reported routes", "Places", "Closures", "Roads", "basemap"])
def test_a_missing_layer_would_be_seen(pages, layer):
    page = pages["convoy-2017"]
    whole = Image.open(reference("convoy-2017", ""))
    hide, args = (PANE, "none") if layer == "basemap" else (HIDE, layer)
    page.evaluate(hide, args)
    found = share(picture(page), whole)
    page.evaluate(hide, "" if layer == "basemap" else args)
    assert found > 2 * TOLERANCE, found
    assert share(picture(page), whole) < TOLERANCE
