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


def seconds(*words: str, runs: int = RUNS) -> float:
    """Median processor time of a command in a fresh process."""
    times = []
    for _ in range(runs):
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
    commands = {
        "--help": ["--help"],
        "geocode": ["geocode", "Albukamal"],
        "geocode, of another spelling": ["geocode", "Albukamaal"],
        "find --gazetteer region": ["find", str(text), "--gazetteer", "region"],
        "find": ["find", str(text)],
        "find --case convoy-2017": ["find", str(text), "--case", "convoy-2017"],
    }
    ratios: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):  # side by side, so that a busy machine slows both
        libraries = seconds("-c", "import geopandas", runs=1)
        for name, words in commands.items():
            ratios[name].append(seconds(*command, *words, runs=1) / libraries)
    print("\nprocessor time against `import geopandas`, median and range; goal 0.55")
    for name, found in ratios.items():
        middle = statistics.median(found)
        print(f"  convoy-geo {name:<30} {middle:5.2f}  ({min(found):.2f} to {max(found):.2f})")
