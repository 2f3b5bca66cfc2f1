"""Exports of the case against what geopandas writes of the same features, in one run.

Processor time after all imports, the best of several runs, in this process. geopandas writes frames
that are made already, so that ours carries the making of the features besides. Only sizes are
asserted. Run it by ``make bench``.
"""

from __future__ import annotations

import time
import warnings

import geopandas as gpd
import pandas as pd
import pytest

from convoy_geo.exchange.feature_tables import LAYERS, features
from convoy_geo.exchange.geopackage import layer_frame

pytestmark = pytest.mark.benchmark

RUNS = 7
DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".kml": "LIBKML", ".csv": None, ".gpx": "GPX"}


def least(work):
    """The least processor time of several runs, in milliseconds; the first is thrown away."""
    times = []
    for number in range(RUNS + 1):
        start = time.process_time()
        work(number)
        times.append(time.process_time() - start)
    return min(times[1:]) * 1000


def by_geopandas(frames, suffix, folder, number):
    path = folder / f"theirs{number}{suffix}"
    if suffix == ".csv":
        pd.concat(frames.values()).to_csv(path, index=False)
    elif suffix == ".gpkg":
        for name, frame in frames.items():
            frame.to_file(path, layer=name, driver="GPKG", mode="a" if path.exists() else "w")
    elif suffix == ".gpx":  # which holds no columns but its own
        points = frames["places"].dropna(subset="geometry")
        points[["name", "geometry"]].to_file(path, layer="waypoints", driver="GPX")
    else:
        everything = gpd.GeoDataFrame(pd.concat(frames.values()), crs="EPSG:4326")
        options = {"RFC7946": "YES"} if suffix == ".geojson" else {}
        everything.to_file(path, driver=DRIVERS[suffix], **options)


def test_exports(case, tmp_path):
    found = features(case.contents)  # the case is read, its ways are found
    frames = {name: layer_frame([f for f in found if f.layer == name]) for name in LAYERS}
    making = least(lambda _: features(case.contents))
    print(f"\nmaking the {len(found)} features: {making:.0f} ms")
    print("format      ours ms  geopandas ms  ratio  ours kB  theirs kB")
    for suffix in DRIVERS:
        ours = least(lambda n, s=suffix: case.to_file(tmp_path / f"ours{n}{s}"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = least(lambda n, s=suffix: by_geopandas(frames, s, tmp_path, n))
        sizes = [(tmp_path / f"{who}1{suffix}").stat().st_size / 1000 for who in ("ours", "theirs")]
        line = f"{suffix:10}{ours:9.0f}{theirs:14.0f}{ours / theirs:7.2f}"
        print(line + "".join(f"{size:10.0f}" for size in sizes))
        assert sizes[0] < 1000
