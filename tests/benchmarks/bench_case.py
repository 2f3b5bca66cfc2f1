"""The main job, cold, against plain folium and bare imports of the same libraries, in one run.

Every command runs in a fresh process; the figure is the median of its processor time (user and
system), which a busy machine disturbs less than the clock. Figures are printed as ratios; only
sizes are asserted. Run it by ``make bench``.
"""

from __future__ import annotations

import gzip
import resource
import statistics
import subprocess
import sys

import folium
import pytest
from browser import DESKTOP, WATCH

from convoy_geo.page import export_html, page_parts

pytestmark = pytest.mark.benchmark

RUNS = 5
PLAIN = (
    "import sys, folium; from convoy_geo import read_case;"
    "folium.Map.save(read_case().map(), sys.argv[1])"
)


JQUERY = """window.$ = window.jQuery = (html) => {
  const box = document.createElement("div"); box.innerHTML = html; return [box.firstElementChild];
};"""
"""As much of jQuery as folium's popups use, and none of its weight."""


def seconds(*words: str) -> float:
    """Median processor time of a command in a fresh process."""
    times = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times)


def test_cold_commands(tmp_path):
    page = str(tmp_path / "case.html")
    python = seconds("-c", "pass")
    libraries = seconds("-c", "import geopandas, folium, scipy.sparse.csgraph, pyproj, edtf")
    figures = {
        "python alone": python,
        "import of geopandas, folium, scipy, pyproj, edtf": libraries,
        "import convoy_geo": seconds("-c", "import convoy_geo"),
        "convoy-geo --help": seconds("-m", "convoy_geo.cli", "--help"),
        "convoy-geo geocode": seconds("-m", "convoy_geo.cli", "geocode", "Albukamal"),
        "convoy-geo distance": seconds("-m", "convoy_geo.cli", "distance", "Sukhna", "Abu Kamal"),
        "convoy-geo map": seconds("-m", "convoy_geo.cli", "map", "-o", page),
        "the same layers, saved by plain folium": seconds("-c", PLAIN, page),
    }
    print(f"\nprocessor time of a cold process, median of {RUNS}")
    for name, value in figures.items():
        print(f"  {name:<50} {value:6.2f} s   {value / libraries:5.2f} of the bare imports")
    ratio = figures["convoy-geo map"] / figures["the same layers, saved by plain folium"]
    print(f"  convoy-geo map against plain folium: {ratio:.2f}")


def measure(chromium, path, *, local):
    """Milliseconds of the main thread until the map was drawn, and requests to the outside."""
    context = chromium.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    context.add_init_script(WATCH)
    page = context.new_page()
    requests = []

    def answer(route):
        url = route.request.url
        if url.startswith("file:"):
            route.continue_()
            return
        requests.append(url)
        if local and url.endswith("leaflet.js"):
            route.fulfill(body=page_parts()[1], content_type="text/javascript")
        elif "jquery" in url:
            route.fulfill(body=JQUERY, content_type="text/javascript")
        else:  # Bootstrap, icons and fonts: as if they cost nothing
            route.fulfill(body="", content_type="text/javascript" if ".js" in url else "text/css")

    context.route("**/*", answer)
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(path.resolve().as_uri())
    page.locator("path.leaflet-interactive").nth(50).wait_for(state="attached")
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    found = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    context.close()
    return found["TaskDuration"] * 1000, len(requests)


def test_page_size_and_first_render(chromium, case, tmp_path):
    chart = case.map()
    ours, plain = tmp_path / "ours.html", tmp_path / "plain.html"
    export_html(chart, ours)
    folium.Map.save(case.map(), str(plain))
    rows = {}
    for name, path in (("convoy-geo map", ours), ("plain folium, files served locally", plain)):
        runs = [measure(chromium, path, local=True) for _ in range(RUNS)]
        data = path.read_bytes()
        rows[name] = (
            len(data), len(gzip.compress(data)), statistics.median(r[0] for r in runs), runs[0][1],
        )  # fmt: skip
    print(f"\npage of the same layers, medians of {RUNS}")
    for name, (size, packed, ready, asked) in rows.items():
        print(
            f"  {name:<36} {size / 1000:7.0f} kB ({packed / 1000:4.0f} gzipped)"
            f"   main thread {ready:5.0f} ms   {asked} outside requests"
        )
    (size, _, ready, asked), (other_size, _, other_ready, _) = rows.values()
    print(f"  ratios: size {size / other_size:.2f}, time to first render {ready / other_ready:.2f}")
    assert size <= 400_000
    assert asked == 0
