"""Stored networks: the same answers as the one that was saved, and clear words for bad files."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString

from convoy_geo.case.case import read_case
from convoy_geo.errors import (
    CaseFileError,
    EdgeNotFoundError,
    NoRouteError,
    OutputFileError,
    PlaceNotFoundError,
    RoadDataError,
)
from convoy_geo.io.files import geodata
from convoy_geo.network.from_frames import network_from_frames
from convoy_geo.network.from_lines import network_from_lines
from convoy_geo.network.read_write import read_network, write_network
from convoy_geo.network.store import load_order, save_order, stored_orders
from convoy_geo.routing.router import Router


@pytest.fixture(scope="module")
def network():
    return read_network(geodata("roads", "syria-iraq-2017"))


@pytest.fixture
def file(network, tmp_path):
    path = tmp_path / "made.roads"
    write_network(network, path)
    return path


def plain(table):
    """A table whose missing values are all None."""
    return table.astype(object).where(table.notna(), None)


def same(one, other):
    """Whether two networks have the same tables and arrays."""
    for table in ("node_table", "edge_table", "speeds"):
        pd.testing.assert_frame_equal(
            plain(getattr(one, table)),
            plain(getattr(other, table)),
            check_index_type=False,
            check_names=table != "speeds",
        )
    for name in ("tail", "head", "edge", "first", "last", "km"):
        assert np.array_equal(getattr(one.segments, name), getattr(other.segments, name))
    assert np.array_equal(one.coords, other.coords)
    for name in ("title", "licence", "attribution", "road_factor", "estimated_radius_km"):
        assert getattr(one, name) == getattr(other, name)
    assert one.provenance == other.provenance


def test_an_opened_network_is_the_one_that_was_saved(network, file):
    opened = read_network(file)
    same(network, opened)
    assert opened.edges.geometry.geom_equals_exact(network.edges.geometry, 0).all()
    assert repr(opened) == repr(network)
    assert opened.file.path == file


@pytest.mark.parametrize("by", ["time", "length"])
def test_its_routes_are_the_same(network, file, by):
    here, there = Router(network), Router(read_network(file))
    question = {"closures": ["E063"], "weight": by}
    assert there.route(["Damascus", "Abu Kamal"], weight=by) == here.route(
        ["Damascus", "Abu Kamal"], weight=by
    )
    ends = [(38.87, 34.9), "Abu Kamal"]
    assert there.alternatives(*ends, **question) == here.alternatives(*ends, **question)
    assert there.table(["Damascus", "Sukhna"]).equals(here.table(["Damascus", "Sukhna"]))


def test_a_route_makes_no_tables(file):
    opened = read_network(file)
    Router(opened).route([(38.87, 34.9), "Abu Kamal"], closures=["E063"])
    assert not {"node_table", "edge_table"} & set(vars(opened))


def test_names_are_found_one_by_one_and_many_at_once(network, file):
    opened = read_network(file)
    for position, name in enumerate(network.node_table.index):
        assert opened.node_position(name) == position
    ids = list(network.edge_table.index)
    assert opened.edge_positions(ids[:3]).tolist() == [0, 1, 2]
    assert opened.edge_positions(ids).tolist() == list(range(len(ids)))
    for other in ("Atlantis", "", "Damascu", "Damascus\0Harasta"):
        assert opened.node_position(other) is None
    with pytest.raises(EdgeNotFoundError, match="did you mean"):
        opened.edge_positions(["E0633"])
    with pytest.raises(PlaceNotFoundError, match="Sukhna"):
        Router(opened).route(["Sukna", "Abu Kamal"])


def test_saving_what_was_opened_gives_the_same_bytes(file, tmp_path):
    again = tmp_path / "again.roads"
    write_network(read_network(file), again)
    assert again.read_bytes() == file.read_bytes()


def test_it_can_be_pickled_and_replaced_while_open(network, file):
    opened = read_network(file)
    same(network, pickle.loads(pickle.dumps(opened)))  # noqa: S301  (our own)
    write_network(opened, file)
    same(network, opened)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.data())
def test_law_of_round_trips(tmp_path_factory, data):
    points = st.tuples(st.integers(0, 4), st.integers(0, 4))
    shapes = data.draw(st.lists(st.lists(points, min_size=2, max_size=4), min_size=1, max_size=6))
    size = len(shapes)
    texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)
    ways = st.sampled_from(["yes", "no", "-1"])
    columns = {
        "oneway": data.draw(st.lists(ways, min_size=size, max_size=size)),
        "name": data.draw(st.lists(texts | st.none(), min_size=size, max_size=size)),
        "width": data.draw(st.lists(st.floats(0, 9), min_size=size, max_size=size)),
    }  # fmt: skip
    frame = gpd.GeoDataFrame(columns, geometry=[LineString(one) for one in shapes], crs="EPSG:4326")
    made = network_from_lines(frame)
    path = tmp_path_factory.mktemp("law") / "made.roads"
    write_network(made, path)
    opened = read_network(path)
    same(made, opened)
    names = made.node_names(np.arange(made.node_count))
    if len(names) > 1:
        try:
            best = Router(made).route([names[0], names[-1]])
        except NoRouteError:
            return
        assert Router(opened).route([names[0], names[-1]]) == best


# ---- the engine's order ----


def test_an_order_is_kept_beside_the_network(network, file):
    assert load_order(file, "cch", "1") is None
    save_order(file, "cch", "1", b"first")
    save_order(file, "other", "2", b"")
    save_order(file, "cch", "2", b"second")
    opened = read_network(file)
    assert bytes(load_order(opened, "cch", "2")) == b"second"
    assert bytes(load_order(file, "other", "2")) == b""
    assert load_order(opened, "cch", "1") is None  # of another version
    assert load_order(network, "cch", "2") is None  # not from a file
    assert stored_orders(opened) == {"cch": "2", "other": "2"}
    assert stored_orders(network) == {}
    same(network, opened)


# ---- what cannot be stored ----


def test_what_cannot_be_stored_is_named_and_nothing_is_left(network, tmp_path):
    path = tmp_path / "made.roads"
    points = gpd.GeoDataFrame(
        index=["a", "b"], geometry=gpd.points_from_xy([0, 1], [0, 0]), crs="EPSG:4326"
    )
    roads = pd.DataFrame(
        {"from": ["a"], "to": ["b"], "class": ["trunk"], "surface": ["paved"]}, index=["e"]
    )
    for column in ([["list"]], [object()]):
        bad = network_from_frames(points, roads.assign(odd=pd.Series(column, index=["e"])))
        with pytest.raises(RoadDataError, match="odd"):
            write_network(bad, path)
    named = network_from_frames(points, roads.set_axis(["e\0f"]))
    with pytest.raises(RoadDataError, match="texts"):
        write_network(named, path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputFileError):
        write_network(network, tmp_path / "nowhere" / "made.roads")


# ---- bad files ----


@pytest.mark.parametrize("share", [0, 0.001, 0.3, 0.7, 0.99, 0.9999])
def test_a_file_cut_short(file, share):
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(RoadDataError, match=r"made\.roads"):
        read_network(file)


def test_foreign_files(tmp_path):
    path = tmp_path / "made.roads"
    with pytest.raises(RoadDataError, match="not found"):
        read_network(path)
    with pytest.raises(CaseFileError, match=r"network\.toml"):
        read_network(tmp_path)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(RoadDataError, match="not a stored road network"):
        read_network(path)
    np.savez(tmp_path / "made.npz", a=np.arange(3))
    with pytest.raises(RoadDataError, match="not a stored road network"):
        read_network(tmp_path / "made.npz")


def changed(file, change):
    """Rewrite a stored file's manifest, every entry else as it is."""
    target = file.with_suffix(".new")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
            new.writestr(name, content)
    return target


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one.update(format=3), "format 3"),
        (lambda one: one.update(name="other"), "not a stored road network"),
        (lambda one: one["arrays"].pop("coords"), "coords"),
        (lambda one: one["arrays"].update(coords=["<f8", [3, 2]]), "size"),
        (lambda one: one["arrays"].update(coords=["|O", [3, 2]]), "coords"),
        (lambda one: one.pop("speeds"), "damaged"),
        (lambda one: one["speeds"].clear(), "damaged|no speed"),
        (lambda one: one["tables"]["edges"]["columns"].pop("class"), "damaged"),
    ],
    ids=["newer", "foreign", "unsaid", "size", "objects", "no speeds", "empty speeds", "column"],
)
def test_a_manifest_that_does_not_fit(file, change, said):
    with pytest.raises(RoadDataError, match=said):
        read_network(changed(file, change))


def test_a_rewritten_file_still_opens(network, file):
    same(network, read_network(changed(file, dict)))  # its arrays are not aligned


def with_array(file, name, change):
    """A stored file in which one array is another one, all checksums right."""
    target = file.with_suffix(".new")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        described = json.loads(old.read("manifest.json"))["arrays"]
        for entry in old.namelist():
            content = old.read(entry)
            if entry == name:
                kind, shape = described[entry]
                array = np.frombuffer(content, kind).reshape(shape).copy()
                change(array)
                content = array.tobytes()
            new.writestr(entry, content)
    return target


@pytest.mark.parametrize(
    ("name", "at", "value", "said"),
    [
        ("segments/head", 0, 10**6, "segments/head has an invalid position"),
        ("segments/tail", 0, -1, "segments/tail has an invalid position"),
        ("segments/first", 0, 10**6, "segments/first has an invalid position"),
        ("edge_start", 0, 5, "edge_start is out of order"),
        ("segments/km", 0, -1.0, "negative, infinite or NaN"),
        ("segments/km", 0, np.nan, "negative, infinite or NaN"),
        ("segments/km", 0, np.inf, "negative, infinite or NaN"),
        ("coords", (0, 1), np.nan, "outside the Earth"),
        ("coords", (0, 0), 400.0, "outside the Earth"),
    ],
)
def test_numbers_that_cannot_be_are_refused_and_nothing_follows_them(file, name, at, value, said):
    def change(array):
        array[at] = value

    with pytest.raises(RoadDataError, match=said):
        read_network(with_array(file, name, change))


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one["speeds"][0].__setitem__(2, -5.0),
        lambda one: one["speeds"][0].__setitem__(2, float("inf")),
        lambda one: one.update(road_factor=[1, float("nan"), 2]),
        lambda one: one.update(estimated_radius_km=-1),
    ],
    ids=["negative", "endless", "no number", "radius"],
)
def test_speeds_and_factors_that_cannot_be_are_refused(file, change):
    with pytest.raises(RoadDataError, match="impossible"):
        read_network(changed(file, change))


def read_all(file):
    network = read_network(file)
    return network.node_table, network.edge_table, network.node_position("no such node")


@pytest.mark.slow
def test_a_flipped_bit_is_found_and_the_array_named(file):
    content = file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        spans = {
            entry.filename: entry.header_offset + 30 + len(entry.filename) + len(entry.extra)
            for entry in archive.infolist()
            if entry.file_size and entry.filename != "manifest.json"
        }
    for name, start in spans.items():
        broken = bytearray(content)
        broken[start] ^= 1
        file.write_bytes(broken)
        with pytest.raises(RoadDataError, match=f"{name} is not what was written") as caught:
            read_all(file)
        assert str(file) in str(caught.value)


def test_an_engine_takes_no_cost_below_nothing(network):
    from convoy_geo.graph.dijkstra import ScipyEngine

    for wrong in (-1.0, np.nan):
        with pytest.raises(RoadDataError, match="negative or non-numeric cost"):
            ScipyEngine(network.arcs, np.full(len(network.segments.km), wrong))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_no_network(tmp_path):
    os.mkfifo(tmp_path / "x.roads")
    with pytest.raises(RoadDataError, match="a pipe, not a file"):
        read_network(tmp_path / "x.roads")


# ---- a case ----


def test_a_case_may_name_a_stored_network(network, tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(geodata("cases", "convoy-2017"), folder)
    write_network(network, folder / "own.roads")
    settings_file = folder / "case.toml"
    text = settings_file.read_text(encoding="utf-8")
    settings_file.write_text(text.replace('"syria-iraq-2017"', '"own.roads"'), encoding="utf-8")
    own, usual = read_case(folder), read_case()
    stops = ["Sukhna", "Abu Kamal"]
    assert own.roads.route(stops) == usual.roads.route(stops)
    (folder / "own.roads").write_bytes(b"cut short")
    with pytest.raises(CaseFileError, match="roads build"):
        read_case(folder)
