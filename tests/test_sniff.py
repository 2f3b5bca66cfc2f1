"""What a file is by its content, and which files are opened at all."""

import os

import pytest
from hostile_files import zipped

from convoy_geo.errors import ExchangeFileError, GazetteerFileError, TextFileError
from convoy_geo.gazetteer.dumps import read_dump
from convoy_geo.io.limits import VARIABLE, changed_limits, limits
from convoy_geo.io.sniff import CONTENTS, check_content, read_bytes, regular_fault, sniff
from convoy_geo.io.text_files import read_text

EXAMPLES = {
    b"": "empty",
    b" \n": "empty",
    b"\xef\xbb\xbf": "empty",
    b"SQLite format 3\0" + bytes(52) + b"GPKG": "GeoPackage",
    b"SQLite format 3\0" + bytes(52) + b"abcd": "SQLite",
    b"fgb\x03fgb\x00": "FlatGeobuf",
    b"\x00\x00\x27\x0a" + bytes(96): "shapefile",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06" + bytes(18): "zip",
    b"\x1f\x8b\x08": "gzip",
    b"PAR1": "Parquet",
    b"<kml/>": "XML",
    b'\xef\xbb\xbf{"a": 1}': "JSON",
    " [1]".encode("utf-16"): "JSON",
    b"name,lon,lat\n": "text",
    "\u0627\u0633\u0645,lon\n".encode(): "text",
    b"name\0": "binary",
    b"\x89PNG\r\n\x1a\n\0\0\0\r": "binary",
}


@pytest.mark.parametrize(("data", "kind"), EXAMPLES.items())
def test_a_file_is_told_by_its_first_bytes(data, kind):
    assert sniff(data).kind == kind
    assert kind in CONTENTS


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("<kml>", "kml"),
        ('<?xml version="1.0"?>\n<!-- <gpx> -->\n<kml:kml xmlns:kml="x">', "kml"),
        ("<!DOCTYPE gpx [<!ENTITY a '<kml>'>]> <gpx version='1.1'>", "gpx"),
        ("<OGRVRTDataSource><kml>", "OGRVRTDataSource"),
        ("<", ""),
    ],
)
def test_xml_is_told_by_its_root(text, root):
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert sniff(text.encode(encoding)).root == root


def test_what_is_not_what_its_name_says_is_refused(tmp_path):
    path = tmp_path / "x.kml"
    path.write_text("<kml/>", encoding="utf-8")
    assert check_content(path, "x.kml", ("XML:kml",), "KML").root == "kml"
    with pytest.raises(ExchangeFileError, match="root element kml, not what the name says"):
        check_content(path, "x.kml", ("XML:gpx", "zip"), "GPX")


def test_a_link_must_stay_in_its_folder(tmp_path):
    inside, outside = tmp_path / "case", tmp_path / "secret.csv"
    inside.mkdir()
    outside.write_text("secret", encoding="utf-8")
    (inside / "real.csv").write_text("a", encoding="utf-8")
    (inside / "good.csv").symlink_to("real.csv")
    (inside / "bad.csv").symlink_to(outside)
    assert regular_fault(inside / "good.csv", "good.csv", inside=inside) is None
    fault = regular_fault(inside / "bad.csv", "bad.csv", inside=inside)
    assert fault.problem == "a link that leaves the folder"
    assert read_bytes(inside / "bad.csv", "bad.csv") == b"secret"  # no folder was named
    with pytest.raises(ExchangeFileError, match="leaves the folder"):
        read_bytes(inside / "bad.csv", "bad.csv", inside=inside)
    linked = tmp_path / "linked"
    linked.symlink_to(inside)
    assert regular_fault(linked / "good.csv", "good.csv", inside=linked) is None


def test_a_name_that_no_file_can_have_is_a_fault(tmp_path):
    assert regular_fault("a\0b", "x").problem.startswith("unreadable file")
    assert regular_fault(tmp_path / ("x" * 5000), "x").problem.startswith("unreadable file")
    assert regular_fault(tmp_path / "x", "x").problem == "missing file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_fault(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"x")
    path.chmod(0)
    with pytest.raises(ExchangeFileError, match="Permission denied"):
        read_bytes(path, "x")


def test_limits_are_changed_for_a_while_or_by_the_environment(monkeypatch):
    normal = limits().rows
    with changed_limits(rows=3) as now:
        assert limits().rows == now.rows == 3
        with changed_limits(columns=4):
            assert (limits().rows, limits().columns) == (3, 4)
    assert limits().rows == normal
    monkeypatch.setenv(VARIABLE, "rows=1e7, columns = 9")
    assert (limits().rows, limits().columns) == (10_000_000, 9)
    for wrong in ("rows", "rows=x", "rows=0", "row=5", "rows=inf"):
        monkeypatch.setenv(VARIABLE, wrong)
        with pytest.raises(ValueError, match="is not NAME=NUMBER"):
            limits()


@pytest.mark.skipif(os.name == "nt", reason="no pipes by name")
def test_no_reader_of_texts_waits_for_a_pipe(tmp_path):
    """Each of these waited for ever: a report, a dump of names, a text that is checked."""
    for name in ("a.txt", "a.zip", "a.osm"):
        os.mkfifo(tmp_path / name)
    with pytest.raises(TextFileError, match="a pipe, not a file"):
        read_text(tmp_path / "a.txt")
    for name in ("a.txt", "a.zip", "a.osm"):
        with pytest.raises(GazetteerFileError, match="a pipe, not a file"):
            list(read_dump(tmp_path / name).entries)
    with pytest.raises(FileNotFoundError):
        read_text(tmp_path / "b.txt")


def test_a_zip_of_names_is_unpacked_within_the_limits(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped(("SY.txt", b" " * 100_000)))
    with (
        changed_limits(unpacked_bytes=50_000),
        pytest.raises(GazetteerFileError, match="too large"),
    ):
        read_dump(tmp_path / "a.zip")
