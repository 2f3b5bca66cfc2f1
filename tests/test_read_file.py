"""Files of other tools: what they hold arrives, what cannot is named, and nothing else happens."""

import json
import os
import socket
import threading

import geopandas as gpd
import pyogrio
import pytest
import shapely
from hostile_files import (
    GOOD,
    SEEDS,
    VRT,
    blob,
    collection,
    feature,
    geopackage,
    nested_wkb,
    point,
    wkb_point,
    zipped,
)

from convoy_geo.errors import ExchangeFileError
from convoy_geo.exchange.to_records import read_records
from convoy_geo.io.limits import changed_limits
from convoy_geo.io.read_file import read_found
from convoy_geo.io.shapes import shape_from_wkt


def outcome(path):
    """Names of the places in a file, and all that is said of the rest."""
    try:
        found = read_records(path)
    except ExchangeFileError as error:
        return (), str(error)
    told = [*found.left_out, *map(str, found.faults), *map(str, found.repaired)]
    return tuple(place.name for place in found.places), "\n".join(told)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_a_hostile_file_gives_what_it_holds_and_names_the_rest(tmp_path, seed):
    path = tmp_path / seed.name
    path.write_bytes(seed.data)
    taken, told = outcome(path)
    assert taken == seed.taken
    assert seed.told in told
    assert bool(told) == bool(seed.told)
    if told and not taken:
        assert seed.name in told


@pytest.mark.slow
def test_no_address_that_a_file_names_is_asked(tmp_path):
    server = socket.create_server(("127.0.0.1", 0))
    asked = []

    def listen():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            asked.append(connection)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    where = f"127.0.0.1:{server.getsockname()[1]}".encode()
    for suffix in ("gpkg", "geojson", "json", "kml", "kmz", "gpx", "csv", "parquet", "lpf.json"):
        for text in (VRT, b"SQLite format 3\0" + VRT, b"PAR1" + VRT, b"fgb\x03fgb\1" + VRT):
            path = tmp_path / f"x.{suffix}"
            path.write_bytes(text.replace(b"127.0.0.1:9", where))
            assert outcome(path)[0] == ()
    server.close()
    thread.join(5)
    assert asked == []


def test_a_geopackage_is_read_by_its_tables(tmp_path):
    rows = [
        (blob(wkb_point(38, 34)), "A"),
        (blob(wkb_point(38, 34), flags=0x11), "Empty"),
        (blob(nested_wkb(50_000)), "Deep"),
        (b"GP", "Cut"),
        (None, "Nowhere"),
        (blob(wkb_point(39, 35)), b"\xff\xfe"),
        (blob(wkb_point(float("nan"), 1)), "Nan"),
        (blob(wkb_point(40, 36)), "B"),
    ]
    path = geopackage(
        tmp_path / "x.gpkg",
        rows,
        extra=[
            "CREATE VIEW spy AS SELECT 1 AS fid, geom, load_extension('x') AS name FROM wells",
            "INSERT INTO gpkg_contents VALUES ('spy', 'features', 'spy', 4326)",
            "INSERT INTO gpkg_geometry_columns VALUES ('spy', 'geom', 'POINT', 4326)",
            "INSERT INTO gpkg_contents VALUES ('gone', 'features', 'gone', 4326)",
        ],
    )
    base = __import__("sqlite3").connect(path)
    base.execute("UPDATE wells SET name = CAST(name AS TEXT)")
    base.commit()
    base.close()
    taken, told = outcome(path)
    assert taken == ("A", "B")
    for words in ("spy: a view, not read", "gone: a layer without a table", "wells 3, geometry",
                  "wells 4, geometry", "wells 6, name: bytes that are no text", "wells 7",
                  "wells 2, wells 5"):  # fmt: skip
        assert words in told, words


def test_positions_of_another_crs_come_to_longitude_and_latitude(tmp_path):
    row = (blob(wkb_point(500000, 3763000), 32637), "A")
    found = read_records(geopackage(tmp_path / "x.gpkg", [row], srs=32637))
    assert found.places[0].lon == pytest.approx(39.0, abs=1e-6)
    assert found.places[0].lat == pytest.approx(34.0, abs=0.02)
    for srs, words in ((9, "an unknown CRS"), (-1, "without a CRS"), (77, "without a CRS")):
        path = geopackage(tmp_path / f"{srs}.gpkg", [row], srs=srs)
        assert words in outcome(path)[1]


def test_a_geopackage_that_another_program_writes_is_not_read_by_halves(tmp_path):
    path = geopackage(tmp_path / "x.gpkg", [(blob(wkb_point(1, 2)), "A")])
    (tmp_path / "x.gpkg-wal").write_bytes(b"x")
    assert "not in the file yet" in outcome(path)[1]


@pytest.mark.slow
def test_a_mutated_geopackage_never_gives_more_than_a_line(tmp_path):
    path = geopackage(tmp_path / "x.gpkg", [(blob(wkb_point(1, 2)), f"P{n}") for n in range(40)])
    data = path.read_bytes()
    for at in range(16, len(data), 397):
        broken = tmp_path / "y.gpkg"
        broken.write_bytes(data[:at] + bytes([data[at] ^ 0xFF, 0xFF]) + data[at + 2 :])
        outcome(broken)  # raises nothing but what is told


def test_parquet_is_checked_before_geos_sees_it(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    frame = gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=gpd.points_from_xy([1, 2], [3, 4]),
                             crs="EPSG:4326")  # fmt: skip
    path = tmp_path / "x.parquet"
    frame.to_parquet(path)
    assert outcome(path) == (("A", "B"), "")
    table = parquet.read_table(path)
    shapes = pa.array([nested_wkb(50_000), wkb_point(1, 2)])
    changed = table.set_column(table.column_names.index("geometry"), "geometry", shapes)
    parquet.write_table(changed.replace_schema_metadata(table.schema.metadata), path)
    taken, told = outcome(path)
    assert taken == ("B",)
    assert "row 1, geometry" in told
    unknown = {"encoding": "WKB", "crs": {"a": 1}}
    crs = {"primary_column": "geometry", "columns": {"geometry": unknown}}
    for geo in (
        b"{", b"[]", b'{"primary_column":"x","columns":{}}', b"[" * 9999, json.dumps(crs).encode(),
    ):  # fmt: skip
        parquet.write_table(changed.replace_schema_metadata({b"geo": geo}), path)
        assert outcome(path)[0] == ()
    with changed_limits(rows=1):
        assert "limit rows" in outcome(path)[1]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
@pytest.mark.parametrize("suffix", ["geojson", "csv", "kml", "gpx", "gpkg", "parquet", "kmz"])
def test_a_pipe_a_device_and_a_folder_are_refused_at_once(tmp_path, suffix):
    os.mkfifo(tmp_path / f"pipe.{suffix}")
    (tmp_path / f"folder.{suffix}").mkdir()
    (tmp_path / f"device.{suffix}").symlink_to("/dev/zero")
    (tmp_path / f"nothing.{suffix}").symlink_to(tmp_path / "not there")
    for name, words in (("pipe", "a pipe"), ("folder", "a folder"), ("device", "a device"),
                        ("nothing", "a link to nothing")):  # fmt: skip
        assert words in outcome(tmp_path / f"{name}.{suffix}")[1]


def test_limits_hold_for_every_format(tmp_path):
    places = [feature(point(n / 10), name=f"P{n}") for n in range(9)]
    files = {
        "x.geojson": collection(*places),
        "x.csv": b"name,lon,lat\n" + b"".join(b"P%d,1,2\n" % n for n in range(9)),
        "x.gpx": b"<gpx>" + b'<wpt lat="1" lon="2"><name>A</name></wpt>' * 9 + b"</gpx>",
    }
    for name, data in files.items():
        path = tmp_path / name
        path.write_bytes(data)
        assert len(read_found(path).features) == 9
        with changed_limits(rows=8):
            assert "limit rows" in outcome(path)[1]
        with changed_limits(file_bytes=20):
            assert "limit file_bytes" in outcome(path)[1]
    with changed_limits(elements=5):
        assert "limit elements" in outcome(tmp_path / "x.gpx")[1]
    line = feature({"type": "LineString", "coordinates": [[0, n / 100] for n in range(99)]})
    (tmp_path / "y.geojson").write_bytes(collection(GOOD, line))
    with changed_limits(vertices=50):
        assert "limit vertices" in outcome(tmp_path / "y.geojson")[1]
    (tmp_path / "z.kmz").write_bytes(zipped(*((f"{n}.kml", b"<kml/>") for n in range(9))))
    with changed_limits(zip_entries=8):
        assert "limit zip_entries" in outcome(tmp_path / "z.kmz")[1]


def test_every_feature_arrives_with_its_line(tmp_path):
    path = tmp_path / "many.geojson"
    features = [feature(point(n % 360 - 180, n % 170 - 85), name=f"P{n}") for n in range(3000)]
    features[1500] = feature({"type": "Point", "coordinates": "x"}, name="bad")
    text = ",\n".join(map(json.dumps, features))
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{text}\n]}}', encoding="utf-8")
    found = read_records(path)
    assert len(found.places) == 2999
    assert [fault.line for fault in found.faults] == [1502]


def test_settings_of_gdal_are_those_of_the_analyst(tmp_path):
    before = pyogrio.get_gdal_config_option("GDAL_SKIP"), pyogrio.list_drivers()
    for name in ("x.gpkg", "x.geojson"):
        (tmp_path / name).write_bytes(VRT)
        outcome(tmp_path / name)
    read_records(geopackage(tmp_path / "y.gpkg", [(blob(wkb_point(1, 2)), "A")]))
    assert (pyogrio.get_gdal_config_option("GDAL_SKIP"), pyogrio.list_drivers()) == before


@pytest.mark.parametrize(("text", "kept"), [
    ("POLYGON((0 0,1 0,1 1,0 0), EMPTY)", "POLYGON ((0 0, 1 0, 1 1, 0 0))"),
    ("MULTIPOLYGON(((0 0,1 0,1 1,0 0), EMPTY),((5 5,6 5,6 6,5 5)))",
     "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))"),
    ("MULTIPOINT(EMPTY,(1 2))", "MULTIPOINT ((1 2))"),
    ("GEOMETRYCOLLECTION(POINT EMPTY,LINESTRING(0 0,1 1))",
     "GEOMETRYCOLLECTION (LINESTRING (0 0, 1 1))"),
])  # fmt: skip
def test_parts_without_a_point_are_left_out(text, kept):
    """GEOS ends the process when a polygon with an empty hole is held against another."""
    shape = shape_from_wkt(text).geometry
    assert shape.wkt == kept
    assert shape.geom_type == "GeometryCollection" or shape.equals(shape)


def test_shapes_keep_two_dimensions(tmp_path):
    rows = [(blob(shapely.to_wkb(shapely.Point(1, 2, 3), output_dimension=3)), "A")]
    (found,) = read_found(geopackage(tmp_path / "x.gpkg", rows)).features
    assert found.geometry.equals(shapely.Point(1, 2))
    assert not found.geometry.has_z
