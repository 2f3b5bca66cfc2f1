import contextlib
import http.server
import os
import random
import shutil
import subprocess
import threading
import warnings
import zipfile

import geopandas as gpd
import pyogrio
import pytest
import shapely
from hostile_files import VRT

from convoy_geo.errors import ExchangeFileError
from convoy_geo.exchange.to_records import read_records
from convoy_geo.io import read_ogr as module
from convoy_geo.io.limits import changed_limits
from convoy_geo.io.read_file import read_found
from convoy_geo.io.read_ogr import read_ogr, read_ogr_frames

NAMES = ["Quarry gate", "Söğüt", "الرقة"]
SUFFIXES = (".fgb", ".shp", ".gml", ".zip")


def wells(crs=4326, count=3):
    frame = gpd.GeoDataFrame(
        {"name": [NAMES[n % 3] for n in range(count)], "depth": [n * 5 for n in range(count)]},
        geometry=shapely.points([38 + n / 100 for n in range(count)], 34.5),
        crs=4326,
    )
    return frame.to_crs(crs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files of three wells as other tools write them."""
    folder = tmp_path_factory.mktemp("ogr")
    frame = wells()
    for suffix in (".fgb", ".shp", ".gml"):
        frame.to_file(folder / f"wells{suffix}", encoding="utf-8")
    with zipfile.ZipFile(folder / "wells.zip", "w") as archive:
        for part in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            archive.write(folder / f"wells{part}", f"inner/wells{part}")
    return folder


def said(result):
    return " ".join(f"{fault.text} {fault.problem}" for fault in result.faults + result.repaired)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_format_gives_its_features_in_longitude_and_latitude(folder, suffix):
    result = read_found(folder / f"wells{suffix}")
    assert not result.faults
    assert sorted(found.properties["name"] for found in result.features) == sorted(NAMES)
    assert {frozenset(found.properties) for found in result.features} == {
        frozenset({"name", "depth"})
    }
    (gate,) = (f for f in result.features if f.properties["name"] == "Quarry gate")
    assert (gate.geometry.x, gate.geometry.y) == pytest.approx((38, 34.5))
    assert gate.properties["depth"] == 0
    records = read_records(folder / f"wells{suffix}")
    assert sorted(place.name for place in records.places) == sorted(NAMES)


@pytest.mark.slow
def test_frames_are_numbered_by_layer(folder):
    frames = read_ogr_frames(folder / "wells.shp")
    assert list(frames) == ["wells"]
    frame = frames["wells"]
    assert frame.crs == 4326
    assert list(frame.index) == [1, 2, 3]
    assert frame["name"].tolist() == NAMES


@pytest.mark.slow
def test_another_crs_comes_to_longitude_and_latitude(tmp_path):
    wells(32637).to_file(tmp_path / "utm.shp")
    found = read_ogr(tmp_path / "utm.shp").features[0]
    assert (found.geometry.x, found.geometry.y) == pytest.approx((38, 34.5))


@pytest.mark.slow
def test_a_shapefile_without_its_companions(tmp_path):
    wells().to_file(tmp_path / "a.shp", encoding="utf-8")
    for part in (".shx", ".prj", ".cpg"):
        (tmp_path / f"a{part}").unlink()
    (tmp_path / "a.dbf").rename(tmp_path / "a.DBF")
    result = read_ogr(tmp_path / "a.shp")
    assert [found.properties["name"] for found in result.features] == NAMES
    assert "no CRS in it" in said(result)
    (tmp_path / "a.DBF").unlink()
    result = read_ogr(tmp_path / "a.shp")
    assert len(result.features) == 3
    assert "no .dbf beside it" in said(result)


@pytest.mark.slow
def test_metres_without_a_crs_are_refused(tmp_path):
    wells(32637).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(ExchangeFileError, match=r"metres, and no CRS"):
        read_ogr(tmp_path / "a.shp")


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".fgb", ".shp"])
def test_what_is_cut_short_is_named_and_the_rest_is_there(tmp_path, suffix):
    wells(count=90).to_file(tmp_path / f"a{suffix}")
    path = tmp_path / f"a{suffix}"
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 3 // 4])
    result = read_ogr(path)
    placed = [found for found in result.features if found.geometry is not None]
    assert 20 < len(placed) < 90
    assert "unreadable" in said(result) or "cut short" in said(result)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_is_not_what_its_name_says_reaches_no_driver(tmp_path, suffix, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a child was started"))
    for data in (VRT, b"name,lon\n", b"", b'{"type":"FeatureCollection","features":[]}'):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(data)
        for read in (read_found, read_ogr):
            with pytest.raises(ExchangeFileError):
                read(path)


def test_xml_with_a_document_type_or_too_deep_is_no_gml(tmp_path):
    space = 'xmlns:gml="http://www.opengis.net/gml"'
    for text in (
        f'<!DOCTYPE x [<!ENTITY a "b">]><gml:FeatureCollection {space}/>',
        f"<x {space}>" + "<y>" * 1000 + "</y>" * 1000 + "</x>",
    ):
        (tmp_path / "a.gml").write_text(text, encoding="utf-8")
        with pytest.raises(ExchangeFileError, match=r"document type|nesting"):
            read_ogr(tmp_path / "a.gml")


@pytest.mark.slow
def test_no_address_that_gml_names_is_asked(tmp_path):
    asked = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    wells().to_file(tmp_path / "a.gml")
    text = (tmp_path / "a.gml").read_text(encoding="utf-8")
    text = text.replace(
        'xsi:schemaLocation="http://ogr.maptools.org/ a.xsd"',
        f'xsi:schemaLocation="http://ogr.maptools.org/ {address}/a.xsd" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"',
    ).replace("<ogr:depth>5", f'<ogr:link xlink:href="{address}/b.gml#x"/><ogr:depth>5')
    assert text.count(address) == 2
    (tmp_path / "a.gml").write_text(text, encoding="utf-8")
    assert len(read_ogr(tmp_path / "a.gml").features) == 3
    server.shutdown()
    server.server_close()
    assert not asked


@pytest.mark.slow
def test_the_child_knows_one_driver_and_none_of_the_settings_of_gdal(folder, monkeypatch):
    monkeypatch.setenv("GDAL_SKIP", "FlatGeobuf")
    monkeypatch.setenv("OGR_ENABLE_PARTIAL_REPROJECTION", "YES")
    monkeypatch.setenv("https_proxy", "http://example.org")
    before = pyogrio.list_drivers()
    seen = {}
    run = subprocess.run

    def watched(*args, **options):
        seen.update(options["env"])
        return run(*args, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    assert len(read_ogr(folder / "wells.fgb").features) == 3
    assert "FlatGeobuf" not in seen["GDAL_SKIP"].split(",")
    assert {"GPKG", "OGR_VRT", "HTTP"} <= set(seen["GDAL_SKIP"].split(","))
    assert "OGR_ENABLE_PARTIAL_REPROJECTION" not in seen
    assert "example.org" not in str(seen)
    assert pyogrio.list_drivers() == before


@pytest.mark.slow
def test_a_child_that_does_not_end_or_dies_is_a_fault(folder, monkeypatch, tmp_path):
    script = tmp_path / "ogr_child.py"
    monkeypatch.setattr(module, "__file__", str(tmp_path / "read_ogr.py"))
    script.write_text("import time; time.sleep(60)", encoding="utf-8")
    with changed_limits(child_seconds=1), pytest.raises(ExchangeFileError, match="child_seconds"):
        read_ogr(folder / "wells.fgb")
    script.write_text("import os; os.kill(os.getpid(), 9)", encoding="utf-8")
    with pytest.raises(ExchangeFileError, match="signal 9"):
        read_ogr(folder / "wells.fgb")
    script.write_text("raise ValueError('no such thing')", encoding="utf-8")
    with pytest.raises(ExchangeFileError, match="no such thing"):
        read_ogr(folder / "wells.fgb")


def test_a_link_beside_a_shapefile_must_not_leave_the_folder(tmp_path):
    secret = tmp_path / "secret.dbf"
    inner = tmp_path / "case"
    inner.mkdir()
    wells().to_file(inner / "a.shp")
    shutil.move(inner / "a.dbf", secret)
    (inner / "a.dbf").symlink_to(secret)
    with pytest.raises(ExchangeFileError, match="leaves the folder"):
        read_ogr(inner / "a.shp")


@pytest.mark.skipif(os.name == "nt", reason="no pipes by name")
def test_a_pipe_beside_a_shapefile_is_refused_at_once(tmp_path):
    wells().to_file(tmp_path / "a.shp")
    (tmp_path / "a.dbf").unlink()
    os.mkfifo(tmp_path / "a.dbf")
    with pytest.raises(ExchangeFileError, match="a pipe"):
        read_ogr(tmp_path / "a.shp")


@pytest.mark.slow
def test_a_zip_of_several_shapefiles_and_of_none(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        for stem in ("a/north", "a/south"):
            for part in (".shp", ".dbf", ".prj", ".shx"):
                archive.write(folder / f"wells{part}", f"{stem}{part}")
        archive.writestr("../../escape.shp", b"\x00\x00\x27\x0a" + bytes(96))
    result = read_ogr(tmp_path / "two.zip")
    assert [found.where for found in result.features][::3] == ["a/north 1", "a/south 1"]
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(ExchangeFileError, match=r"no \.shp in it"):
        read_ogr(tmp_path / "none.zip")


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".fgb", ".shp", ".zip", ".gml"])
def test_a_mutated_file_gives_features_or_a_line(folder, tmp_path, suffix):
    data = (folder / f"wells{suffix}").read_bytes()
    for seed in range(2):
        rng = random.Random(seed)  # noqa: S311  (the same every time)
        changed = bytearray(data)
        for _ in range(rng.randint(1, 6)):
            changed[rng.randrange(12, len(changed))] = rng.randrange(256)
        for part in (".dbf", ".prj"):
            shutil.copy(folder / f"wells{part}", tmp_path / f"m{part}")
        (tmp_path / f"m{suffix}").write_bytes(changed)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with contextlib.suppress(ExchangeFileError):
                assert len(read_found(tmp_path / f"m{suffix}").features) <= 10
