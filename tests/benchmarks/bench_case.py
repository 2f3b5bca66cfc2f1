"""The main job, cold, against plain folium and bare imports of the same libraries, in one run.

Every command runs in a fresh process; the figure is the median of its processor time (user and
system), which a busy machine disturbs less than the clock. Figures are printed as ratios.
What a browser needs for the page is measured in ``bench_page.py``. Run it by ``make bench``.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

import pytest

pytestmark = pytest.mark.benchmark

RUNS = 5
PLAIN = (
    "import sys, folium; from convoy_geo import read_case;"
    "folium.Map.save(read_case().map(), sys.argv[1])"
)


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


def test_cold_start_of_looking_up_names(tmp_path):
    """The goal: at most 0.55 of the processor time of ``import geopandas``, in the same run."""
    text = tmp_path / "report.txt"
    text.write_text("Buses left Homs in Syria for Sukhna and stopped near Abu Kamal.", "utf-8")
    command = ("-m", "convoy_geo.cli")
    seconds(*command, "find", str(text))  # compiles what the cache does not have yet
    figures = {
        "--help": seconds(*command, "--help"),
        "geocode": seconds(*command, "geocode", "Albukamal"),
        "geocode, of another spelling": seconds(*command, "geocode", "Albukamaal"),
        "find --gazetteer region": seconds(*command, "find", str(text), "--gazetteer", "region"),
        "find": seconds(*command, "find", str(text)),
        "find --case convoy-2017": seconds(*command, "find", str(text), "--case", "convoy-2017"),
    }
    libraries = seconds("-c", "import geopandas")
    print(f"\nimport geopandas: {libraries:.2f} s; goal 0.55 of it")
    for name, value in figures.items():
        print(f"  convoy-geo {name:<32} {value:5.2f} s   {value / libraries:5.2f}")
