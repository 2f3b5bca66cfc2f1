"""Files that nobody here wrote, each with what must come of it: the seeds of the tests of readers.

Each is a fault that was found once: it ended in a traceback, a request, a hang, a dead
interpreter, or rows that were lost without a word.
"""

import io
import json
import sqlite3
import struct
import warnings
import zipfile
from typing import NamedTuple


class Seed(NamedTuple):
    """A file, and what reading it must give."""

    name: str
    data: bytes
    taken: tuple[str, ...] = ()
    """Names of the places that must arrive."""
    told: str = ""
    """What must be said of the rest."""


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(lon=38.2741, lat=34.5583):
    return {"type": "Point", "coordinates": [lon, lat]}


def kml(*marks, head="<kml>"):
    return f"{head}<Document>{''.join(marks)}</Document></kml>".encode()


def mark(name, shape="<Point><coordinates>38.2,34.5</coordinates></Point>"):
    return f"<Placemark><name>{name}</name>{shape}</Placemark>"


def zipped(*entries, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one of them has a name twice
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, method)
    return stream.getvalue()


def broken_zip():
    """A zip whose packed data were overwritten; the directory at its end is as it was."""
    data = bytearray(zipped(("doc.kml", kml(*(mark(f"W{n}") for n in range(40))))))
    at = data.index(b"doc.kml") + len("doc.kml") + 3
    data[at : at + 40] = b"\xff" * 40
    return bytes(data)


def unknown_packing():
    """A zip that says it is packed in a manner nobody knows."""
    data = bytearray(zipped(("doc.kml", kml(mark("A")))))
    for head, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = data.index(head) + at
        data[start : start + 2] = struct.pack("<H", 77)
    return bytes(data)


def blob(wkb, srs=4326, flags=1):
    return b"GP\0" + bytes([flags]) + struct.pack("<i", srs) + wkb


def wkb_point(lon, lat):
    return struct.pack("<BIdd", 1, 1, lon, lat)


def nested_wkb(levels):
    return struct.pack("<BII", 1, 7, 1) * levels + wkb_point(1, 2)


def geopackage(path, rows, *, extra=(), kind="features", srs=4326):
    """A GeoPackage with one layer `wells`, as small as it can be."""
    base = sqlite3.connect(path)
    base.executescript("""
        PRAGMA application_id = 0x47504b47;
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY,
            organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, '');
        INSERT INTO gpkg_spatial_ref_sys VALUES ('UTM 37N', 32637, 'EPSG', 32637, '');
        INSERT INTO gpkg_spatial_ref_sys VALUES ('nonsense', 9, 'NONE', 9, 'not a CRS');
        CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, identifier TEXT,
            srs_id INTEGER);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,
            geometry_type_name TEXT, srs_id INTEGER);
        CREATE TABLE wells (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT);
    """)
    base.execute("INSERT INTO gpkg_contents VALUES ('wells', ?, 'wells', ?)", (kind, srs))
    base.execute("INSERT INTO gpkg_geometry_columns VALUES ('wells', 'geom', 'POINT', ?)", (srs,))
    base.executemany("INSERT INTO wells (geom, name) VALUES (?, ?)", rows)
    for statement in extra:
        base.execute(statement)
    base.commit()
    base.close()
    return path


VRT = (
    b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>"
    b"/vsicurl/http://127.0.0.1:9/x.geojson</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
)

GOOD = feature(point(), name="Quarry gate")

SEEDS = [
    # what is not what its name says
    Seed("vrt.gpkg", VRT, told="not what the name says"),
    Seed("vrt.geojson", VRT, told="not what the name says"),
    Seed("vrt.kml", VRT, told="not what the name says"),
    Seed("vrt.csv", VRT, told="not what the name says"),
    Seed("kmz.kml", zipped(("doc.kml", kml(mark("A")))), told="the content is zip"),
    Seed("kml.kmz", kml(mark("A")), told="root element kml"),
    Seed("gpx.kml", b"<gpx/>", told="root element gpx"),
    Seed("html.gpx", b"<!DOCTYPE html><html></html>", told="root element html"),
    Seed("empty.geojson", b"", told="an empty file"),
    Seed("binary.csv", b"name,lon,lat\nA\0,1,2\n", told="binary data"),
    Seed("fgb.gpkg", b"fgb\x03fgb\x01" + VRT, told="FlatGeobuf"),
    Seed("sqlite.gpkg", b"SQLite format 3\0" + bytes(100), told="unreadable file"),
    # brackets, elements and shapes in each other
    Seed("deep.geojson", b'{"a":' * 20000 + b"1" + b"}" * 20000, told="limit nesting"),
    Seed("open.geojson", b"[" * 30000, told="limit nesting"),
    Seed("deep.kml", kml("<MultiGeometry>" * 1000 + "</MultiGeometry>" * 1000), told="nesting"),
    Seed(
        "deep.csv",
        b'name,wkt\nA,"' + b"GEOMETRYCOLLECTION(" * 50000 + b"POINT(1 2)" + b")" * 50000 + b'"\n',
        told="limit nesting",
    ),
    Seed(
        "deep_property.geojson",
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":'
        + b"[" * 5000 + b"]" * 5000 + b'},"geometry":null}]}',
        told="limit nesting",
    ),
    # numbers that are none
    Seed("nan.geojson", collection(GOOD, feature(point(float("nan")), name="N")),
         ("Quarry gate",), "geometry"),
    Seed("infinite.geojson", collection(GOOD, feature(point(float("inf")), name="N")),
         ("Quarry gate",), "geometry"),
    Seed("huge.geojson", b'{"type":"FeatureCollection","features":[1' + b"0" * 5000 + b"]}",
         told="JSON that cannot be read"),
    Seed("nan.kml", kml(mark("A"), mark("B", "<Polygon><outerBoundaryIs><LinearRing><coordinates>"
         "0,0 nan,1 1,0 0,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon>")),
         ("A",), "a coordinate that is no number"),
    Seed("nan.csv", b"name,wkt\nA,POINT (1 2)\nB,POINT (nan 2)\n", ("A",), "wkt"),
    Seed("nan.gpx", b'<gpx><wpt lat="1" lon="2"><name>A</name></wpt><wpt lat="nan" lon="2">'
         b"<name>B</name></wpt></gpx>", ("A",), "no number"),
    # half of a file without a word
    Seed(
        "list_named_features.geojson",
        b'{"type":"FeatureCollection","name":"features","bbox":[0,0,9,9],"features":[\n'
        + b",\n".join(json.dumps(feature(point(n, 2), name=f"P{n}")).encode() for n in range(8))
        + b"]}",
        tuple(f"P{n}" for n in range(8)),
    ),
    Seed("twice.geojson", b'{"type":"FeatureCollection","features":[],"features":[]}',
         told="a second member 'features'"),
    Seed("cut.geojson", collection(GOOD)[:-2], told="broken JSON"),
    Seed("more.geojson", collection(GOOD) + b"{}", told="Extra data"),
    # one bad feature, and good ones
    Seed("mixed.geojson", collection(GOOD, 5, None, feature({"type": "Point"}, name="B"),
         feature(point(700), name="C"), {"type": "Feature", "properties": [], "geometry": None}),
         ("Quarry gate",), "no Feature"),
    Seed("unnamed.gpx", b'<gpx><wpt lat="35.9" lon="36.8"><name>Silo</name></wpt>'
         b'<wpt lat="35.9" lon="36.8"/></gpx>', ("Silo", "Place 1"), "no name"),
    Seed("unplaced.kml", kml(mark("Pump"), mark("Lost", "<Point><coordinates/></Point>")),
         ("Pump",), "Point without coordinates"),
    Seed("foreign.geojson", collection(feature(point(), name="Azaz", country="Syria", role="school",
         shape="circle", wikidata="https://www.wikidata.org/wiki/Q804930")),
         ("Azaz",), "value left out"),
    Seed("short.csv", b"name,lat,lon,note,by\nW1,34,38,dry,A\nW2,34,38,dry\nW3,34,38\n"
         b"W4,34,38,a,b,c\n", ("W1", "W2", "W3"), "6 fields in place of 5"),
    Seed("twice.csv", b"name,lat,lon,source,lat,lon\nA,34,38,GPS,0,0\n",
         told="lat (columns 2 and 5), lon (columns 3 and 6): named twice"),
    Seed("empty_point.csv", b"name,wkt\nQuarry,POINT (38 34)\nUnknown,POINT EMPTY\n",
         ("Quarry",), "line 3"),
    Seed("curve.csv", b'name,wkt\nA,POINT (1 2)\nB,"CIRCULARSTRING(0 0,1 1,2 0)"\n',
         ("A",), "bad geometry"),
    # texts that no table can hold, and such that many cannot
    Seed("nul.geojson", collection(GOOD, feature(point(), name="a\0b")), ("Quarry gate",), "NUL"),
    Seed("surrogate.geojson", collection(GOOD, feature(point(), name="a\ud800b")),
         ("Quarry gate",), "surrogate"),
    Seed("long.geojson", collection(GOOD, feature(point(), name="B", note="x" * 1_000_001)),
         ("Quarry gate",), "over the limit cell_characters"),
    # ids that are paths
    Seed("area.geojson", collection(GOOD, feature({"type": "Polygon", "coordinates":
         [[[0, 0], [1, 0], [1, 1], [0, 0]]]}, layer="areas", outline="given", place="../../x")),
         ("Quarry gate",), "'../../x'"),
    Seed("area_point.geojson", collection(GOOD, feature(point(), layer="areas", outline="given",
         place="x")), ("Quarry gate",), "not an area"),
    Seed("dots.geojson", collection(feature(point(), name="A", place="../..")), ("A",)),
    # lists of things that are none
    Seed("spellings.geojson", collection(feature(point(), name="A", spellings=[1, {"text": 2}])),
         ("A",), "spelling left out"),
    Seed("citations.geojson", collection(
         {**feature(point(), name="A"), "names": [{"toponym": "x", "citations": 5}, 7],
          "links": 3, "types": "x"}), ("A",)),
    Seed("bow.geojson", collection(feature({"type": "Polygon", "coordinates":
         [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}, name="Bow")), ("Bow",), "repaired"),
    # an empty hole: GEOS ended the process when such a shape was held against itself
    Seed("hole.geojson", collection(feature({"type": "Polygon", "coordinates":
         [[[0, 0], [1, 0], [1, 1], [0, 0]], []]}, name="Hole")), ("Hole",)),
    # XML
    Seed("prefixes.kml", kml(mark("Quarry") + '<gx:Tour xsi:x="1"/>'), ("Quarry",)),
    Seed("blanks.kml", kml(mark("Quarry", "<Point><coordinates>38.2, 34.5, 0</coordinates>"
         "</Point>")), ("Quarry",)),
    Seed("entities.kml", b'<!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>', told="document type"),
    Seed("encoding.kml", b'<?xml version="1.0" encoding="x-nonsense"?><kml/>', told="XML"),
    # zips
    Seed("mac.kmz", zipped(("__MACOSX/._doc.kml", b"\0\5\x16\7"), ("doc.kml", kml(mark("Well")))),
         ("Well",)),
    Seed("capitals.kmz", zipped(("DOC.KML", kml(mark("Well")))), ("Well",)),
    Seed("twice.kmz", zipped(("doc.kml", kml(mark("A"))), ("doc.kml", kml(mark("B")))),
         told="twice in the zip"),
    Seed("coordinates.csv", b"name,lon,lat\nA,38,34\nB,0x10,34\nC,1 2 3 4 5,34\nD,1e2,34\n",
         ("A",), "no position"),
    Seed("toponyms.lpf.json", collection({**GOOD, "names": [{"toponym": ["x"]}, {"toponym": 5}]}),
         ("Quarry gate",)),
    Seed("no_kml.kmz", zipped(("readme.txt", b"x")), told="no .kml in it"),
    Seed("broken.kmz", broken_zip(), told="damaged"),
    Seed("packing.kmz", unknown_packing(), told="damaged, or packed with an unknown method"),
    Seed("cut.kmz", zipped(("doc.kml", kml(mark("A"))))[:-30], told="damaged"),
]  # fmt: skip
"""Each is read by `read_records` in tests/test_read_file.py, and mutated in tests/test_fuzz.py."""
