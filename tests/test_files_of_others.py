"""Formats that people have: My Maps, uMap, tracks, GeoJSON lines, Excel; and `read_file`."""

from __future__ import annotations

import io
import json
import sys
import zipfile

import pandas as pd
import pytest
from shapely import Point

import convoy_geo
from convoy_geo.errors import ExchangeFileError, MissingExtraError
from convoy_geo.exchange.to_records import read_records
from convoy_geo.io import read_excel

KML = (
    '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
)
MARK = "<Placemark>{}<Point><coordinates>{}</coordinates></Point></Placemark>"


def written(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def places(tmp_path, name, data):
    return [(one.name, one.lon, one.lat, one.note)
            for one in read_records(written(tmp_path, name, data)).places]  # fmt: skip


def test_a_description_a_folder_and_a_time_of_kml_are_kept(tmp_path):
    mark = MARK.format(
        "<name>Mill</name><description><![CDATA[<img src='x'/><b>Burnt</b> &amp; left]]>"
        "</description><TimeSpan><begin>2020-05-01</begin><end>2020-05-04</end></TimeSpan>", "5,50",
    )  # fmt: skip
    folder = f"<Folder><name>Outer</name><Folder><name>Inner</name>{mark}</Folder></Folder>"
    after = MARK.format("<name>Gate</name><TimeStamp><when>2021</when></TimeStamp>", "6,51")
    made = places(tmp_path, "a.kml", KML.format(folder + after))
    assert made == [
        ("Mill", 5, 50, "Burnt & left; folder: Outer / Inner; when: 2020-05-01/2020-05-04"),
        ("Gate", 6, 51, "when: 2021"),
    ]


def test_an_empty_name_in_the_data_of_kml_hides_no_name(tmp_path):
    data = '<ExtendedData><Data name="name"><value></value></Data></ExtendedData>'
    assert places(tmp_path, "a.kml", KML.format(MARK.format("<name>Well</name>" + data, "5,50")))
    data = '<ExtendedData><Data name="name"><value>Well</value></Data></ExtendedData>'
    made = places(tmp_path, "a.kml", KML.format(MARK.format(data, "5,50")))
    assert made == [("Well", 5, 50, "")]


def test_a_track_of_kml_is_a_line_with_its_times(tmp_path):
    track = (
        "<Placemark><name>T</name><gx:Track><when>2017-08-28T02:02:09Z</when>"
        "<when>2017-08-28T02:03:09Z</when><gx:coord>38 34 0</gx:coord>"
        "<gx:coord>38.1 34 0</gx:coord></gx:Track></Placemark>"
    )
    frame = convoy_geo.read_file(written(tmp_path, "a.kml", KML.format(track)))
    assert list(frame.geometry[0].coords) == [(38, 34), (38.1, 34)]
    assert frame["when"][0] == "2017-08-28T02:02:09Z/2017-08-28T02:03:09Z"


def kmz(**entries):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name.replace("__", "/") + ".kml", text)
    return stream.getvalue()


LINK = "<NetworkLink><name>more</name><Link><href>{}</href></Link></NetworkLink>"


def test_links_inside_an_archive_are_followed_and_none_twice(tmp_path):
    inner = MARK.format("<name>Well</name>", "5,50") + LINK.format("../doc.kml")
    data = kmz(doc=KML.format(LINK.format("files/a.kml")), files__a=KML.format(inner))
    assert places(tmp_path, "a.kmz", data) == [("Well", 5, 50, "")]


def test_a_link_to_elsewhere_is_named_and_not_followed(tmp_path):
    text = KML.format(LINK.format("https://example.org/x.kml"))
    with pytest.raises(ExchangeFileError, match="not followed: nothing is fetched"):
        read_records(written(tmp_path, "a.kml", text))
    text = KML.format(LINK.format("other.kml") + MARK.format("<name>Well</name>", "5,50"))
    read = read_records(written(tmp_path, "b.kml", text))
    assert [one.name for one in read.places] == ["Well"]
    assert len(read.faults) == 1


GPX = '<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1">{}</gpx>'
POINT = '<rtept lon="{}" lat="{}"><name>{}</name></rtept>'


def test_named_points_of_a_route_are_places(tmp_path):
    points = POINT.format(38.27, 34.56, "Gate") + POINT.format(38.41, 34.61, "Post 7")
    made = places(tmp_path, "a.gpx", GPX.format(f"<rte><name>Run</name>{points}</rte>"))
    assert [(name, lon) for name, lon, _, _ in made] == [("Gate", 38.27), ("Post 7", 38.41)]
    points = POINT.format(38.27, 34.56, "Gate")
    made = places(tmp_path, "b.gpx", GPX.format(f"<rte><name>Run</name>{points}</rte>"))
    assert [name for name, *_ in made] == ["Gate"]


def test_a_track_of_gpx_has_its_first_and_last_time(tmp_path):
    points = "".join(
        f'<trkpt lon="{lon}" lat="45"><time>2020-12-18T06:1{lon}:00Z</time></trkpt>'
        for lon in (1, 2, 3)
    )
    text = GPX.format(f"<trk><name>T</name><trkseg>{points}</trkseg></trk>")
    frame = convoy_geo.read_file(written(tmp_path, "a.gpx", text))
    assert frame["when"][0] == "2020-12-18T06:11:00Z/2020-12-18T06:13:00Z"


def feature(lon, lat, **said):
    return {"type": "Feature", "properties": said,
            "geometry": {"type": "Point", "coordinates": [lon, lat]}}  # fmt: skip


def test_features_without_names_are_numbered_and_said_to_be(tmp_path):
    features = [feature(1, 2), feature(3, 4, name="B"), feature(5, 6)]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    read = read_records(written(tmp_path, "a.geojson", text))
    assert [one.name for one in read.places] == ["Place 1", "B", "Place 2"]
    assert "no name, called 'Place 2'" in str(read.repaired[-1])


def test_several_points_of_one_feature_are_several_places(tmp_path):
    one = feature(0, 0, name="Posts")
    one["geometry"] = {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}
    made = places(tmp_path, "a.geojson", json.dumps(one))
    assert [(name, lon) for name, lon, *_ in made] == [("Posts 1", 1), ("Posts 2", 3)]


@pytest.mark.parametrize("suffix", ["geojsonl", "ndjson"])
def test_a_feature_a_line_and_a_bad_line_is_named(tmp_path, suffix):
    lines = [
        json.dumps(feature(1, 2, name="A")),
        "",
        "{broken",
        json.dumps(feature(3, 4, name="B")),
    ]
    read = read_records(written(tmp_path, f"a.{suffix}", "\n".join(lines) + "\n"))
    assert [(one.name, one.lon) for one in read.places] == [("A", 1), ("B", 3)]
    assert [fault.line for fault in read.faults] == [3]
    text = "\x1e" + "\n\x1e".join(lines[:1] + lines[3:])
    assert len(convoy_geo.read_file(written(tmp_path, f"b.{suffix}", "\n" + text))) == 2


def test_a_file_of_umap_keeps_the_names_of_its_layers(tmp_path):
    one = feature(1, 2, name="A", description="seen", _umap_options={"x": 1})
    options = {"name": "Posts"}
    layer = {"type": "FeatureCollection", "_umap_options": options, "features": [one]}
    made = places(tmp_path, "a.umap", json.dumps({"type": "umap", "layers": [layer]}))
    assert made == [("A", 1, 2, "seen; folder: Posts")]
    with pytest.raises(ExchangeFileError, match="no layers"):
        read_records(written(tmp_path, "b.umap", "{}"))


def excel(tmp_path, rows, name="a.xlsx", other=None):
    path = tmp_path / name
    with pd.ExcelWriter(path) as writer:
        pd.DataFrame(rows[1:], columns=rows[0]).to_excel(writer, index=False, sheet_name="Posts")
        if other is not None:
            pd.DataFrame(other).to_excel(writer, index=False, sheet_name="Notes")
    return path


def test_a_table_of_excel(tmp_path):
    pytest.importorskip("openpyxl", reason="pip install 'convoy_geo[files]'")
    rows = [
        ["Name", "Latitude", "Longitude", "Seen"],
        ["Gate", 34.5, "38,25", pd.Timestamp("2017-08-30")],
        ["Mill", None, 38.0, None],
    ]
    frame = convoy_geo.read_file(excel(tmp_path, rows, other={"a": [1]}))
    assert frame.geometry[0] == Point(38.25, 34.5)
    assert frame["Seen"][0] == "2017-08-30"
    assert any("not 'Notes'" in note for note in frame.attrs["notes"])
    assert frame.crs.to_epsg() == 4326
    with pytest.raises(ExchangeFileError, match="no columns of places"):
        read_records(excel(tmp_path, [["a", "b"], [1, 2]], "b.xlsx"))


def test_the_cells_of_a_gap_in_excel_are_not_looked_at_one_by_one(tmp_path, monkeypatch):
    """A single cell in the last row took minutes."""
    openpyxl = pytest.importorskip("openpyxl", reason="pip install 'convoy_geo[files]'")
    seen, text = [], read_excel._text
    monkeypatch.setattr(read_excel, "_text", lambda value: seen.append(value) or text(value))
    book = openpyxl.Workbook()
    for row in (["name", "lon", "lat"], ["A", 1, 2]):
        book.active.append(row)
    book.active["ALL30000"] = "x"
    book.save(tmp_path / "far.xlsx")
    assert [one.name for one in read_records(tmp_path / "far.xlsx").places] == ["A"]
    assert len(seen) < 5000


def test_excel_without_openpyxl_names_the_command(tmp_path, monkeypatch):
    pytest.importorskip("openpyxl", reason="pip install 'convoy_geo[files]'")
    path = excel(tmp_path, [["name", "lon", "lat"], ["A", 1, 2]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'convoy_geo\[files\]'"):
        read_records(path)


def test_a_zip_that_is_no_table_of_excel_is_an_error(tmp_path):
    pytest.importorskip("openpyxl", reason="pip install 'convoy_geo[files]'")
    with pytest.raises(ExchangeFileError, match=r"a\.xlsx"):
        read_records(written(tmp_path, "a.xlsx", kmz(doc="<kml/>")))


def test_read_file_gives_what_import_reads_and_says_what_it_cannot(tmp_path):
    path = written(tmp_path, "a.csv", "NAME,LAT,LON,n\nA,34,38,1\nB,north,38,2\nC,35,39,3\n")
    frame = convoy_geo.read_file(path)
    assert list(frame["NAME"]) == ["A", "C"]
    assert frame.geometry[1] == Point(39, 35)
    assert len(frame.attrs["problems"]) == 1
    assert "north" in frame.attrs["problems"][0]
    by_name = written(tmp_path, "b.csv", "who,east,north\nA,38,34\n")
    columns = {"name": "who", "lon": "east", "lat": "north"}
    assert convoy_geo.read_file(by_name, columns=columns).geometry[0] == Point(38, 34)
