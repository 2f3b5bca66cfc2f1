"""Valhalla as a peer of bench_routing: the same network as its tiles, and the same questions.

Tiles are built once and kept. Every edge becomes a residential street whose speed limit is the
speed that our network has for it. Our search knows no classes of roads, only costs, and neither
shall Valhalla's: where there are classes it leaves small streets alone far from both ends, and as
those of the grid are drawn by lot, it then finds no way for most pairs. It adds the costs of turns,
which ours has not; its ways over the grid are longer by less than a hundredth in the median.

Wheels that build tiles need Python 3.12; without one, or without pyosmium, there is no such peer.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import statistics
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

ALTERNATIVES = 3
HIGHWAY = "residential"


def installed():
    """Whether there are a Valhalla that builds tiles and a writer of extracts."""
    if not all(map(importlib.util.find_spec, ("valhalla", "osmium"))):
        return False
    return tuple(map(int, version("pyvalhalla").split(".")[:2])) >= (3, 9)


def write_extract(network, path):
    """The network as OpenStreetMap data: its nodes first, then the bends of its edges."""
    import osmium
    from osmium.osm.mutable import Node, Way

    number = {name: at for at, name in enumerate(network.node_table.index.tolist(), 1)}
    rows = network.edge_table
    ends = zip(rows["from"].map(number).tolist(), rows["to"].map(number).tolist(), strict=True)
    km, seconds, edge = network.segments.km, network.seconds(), network.segments.edge
    kmh = np.empty(len(rows))
    kmh[edge] = km * 3600 / seconds
    limits = kmh.round().astype(int).astype(str).tolist()
    starts = np.append(network.edge_start[:-1], len(network.coords)).tolist()
    spots = network.node_table[["lon", "lat"]].to_numpy()
    inner = np.ones(len(network.coords), bool)
    inner[starts[:-1]] = inner[np.array(starts[1:]) - 1] = False
    first_bend = len(spots) + 1 + np.append(0, np.cumsum(inner))
    with osmium.SimpleWriter(str(path)) as writer:
        for at, spot in enumerate(np.vstack([spots, network.coords[inner]]).tolist(), 1):
            writer.add_node(Node(id=at, location=spot, version=1))
        for at, ((tail, head), limit) in enumerate(zip(ends, limits, strict=True)):
            bends = range(*first_bend[[starts[at], starts[at + 1]]].tolist())
            tags = {"highway": HIGHWAY, "maxspeed": limit}
            writer.add_way(Way(id=at + 1, nodes=[tail, *bends, head], tags=tags, version=1))


def tiles_of(network, folder):
    """The settings for the network's tiles in a folder, which are built unless they are there."""
    import valhalla

    if not folder.exists():
        fresh = folder.with_suffix(".part")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        extract, settings = fresh / "roads.osm.pbf", fresh / "settings.json"
        write_extract(network, extract)
        settings.write_text(json.dumps(valhalla.get_config(tile_dir=fresh, tile_extract="")))
        builder = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
        words = [builder, "-c", settings, extract]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            msg = f"Valhalla builds no tiles: {done.stdout[-1000:]} {done.stderr[-1000:]}"
            raise RuntimeError(msg)
        extract.unlink()
        fresh.rename(folder)
    settings = valhalla.get_config(tile_dir=folder, tile_extract="")
    settings["service_limits"]["max_alternates"] = ALTERNATIVES
    return settings


def with_valhalla(data, few, stored):
    """Medians of a way and of three alternatives, each as JSON with its line and no directions."""
    from valhalla import Actor

    from convoy_geo.network.read_write import read_network

    network = read_network(stored)
    actor = Actor(tiles_of(network, stored.with_suffix(".valhalla")))
    spots = network.node_table[["lon", "lat"]].to_numpy()

    def asked(pair, alternates):
        words = {
            "locations": [{"lon": lon, "lat": lat} for lon, lat in spots[pair].tolist()],
            "costing": "auto",
            "directions_type": "none",
            "alternates": alternates,
        }
        start = time.process_time()
        answer = actor.route(json.dumps(words))
        return (time.process_time() - start) * 1000, answer

    def median(pairs, alternates):
        answers = [asked(pair, alternates) for pair in pairs]
        return statistics.median(ms for ms, _ in answers), [json.loads(text) for _, text in answers]

    pairs = data["pairs"].tolist()
    median(pairs[-9:], ALTERNATIVES)  # until the tiles are in memory
    route, _ = median(pairs[: 20 if few else 200], 0)
    alternatives, answers = median(pairs[: 20 if few else 200], ALTERNATIVES)
    more = [len(answer.get("alternates", ())) for answer in answers]
    found = [100 * statistics.mean(one >= k for one in more) for k in (1, 2, 3)]
    return {"route": route, "alternatives": alternatives, "found": found}
