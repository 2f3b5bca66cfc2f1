"""Files of other tools, as they come: the right values, nothing lost without a word."""

from __future__ import annotations

import json

import pytest
from shapely import Point

from convoy_geo.exchange.to_records import read_records
from convoy_geo.io.read_features_csv import place_columns
from convoy_geo.io.read_file import read_found


def records(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_records(path)


def geojson(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Name,Latitude,Longitude", ("Name", "Longitude", "Latitude")),
        ("TITLE,LAT,LON", ("TITLE", "LON", "LAT")),
        ("label,y,x", ("label", "x", "y")),
        ("event_date,location,latitude,longitude", ("location", "longitude", "latitude")),
        ("SQLDATE,ActionGeo_FullName,ActionGeo_Lat,ActionGeo_Long",
         ("ActionGeo_FullName", "ActionGeo_Long", "ActionGeo_Lat")),
        ("Place name,Lat (dd),Long (dd)", ("Place name", "Long (dd)", "Lat (dd)")),
        ("Nombre,Latitud,Longitud", ("Nombre", "Longitud", "Latitud")),
        ("Название,Широта,Долгота", ("Название", "Долгота", "Широта")),
        ("الاسم,خط العرض,خط الطول", ("الاسم", "خط الطول", "خط العرض")),
    ],
)  # fmt: skip
def test_columns_have_many_names(header, found):
    columns = place_columns(header.split(","))
    assert (columns["name"], columns["lon"], columns["lat"]) == found


@pytest.mark.parametrize(
    "data",
    [
        b"Name,Latitude,Longitude\nWell,35.8653,36.8059\n",
        b'WKT,name,description\n"POINT (36.8059 35.8653)",Well,From a map\n',
        "name;lat;lon\nWell;35,8653;36,8059\n",
        "name\tlat\tlon\r\nWell\t35.8653\t36.8059\r\n".encode("utf-16"),
        'title,coordinates\nWell,"35.8653, 36.8059"\n',
        "name,lat,lon\nWell,\"N 35° 51' 55.1\"\"\",\"E 36° 48' 21.2\"\"\"\n",
        "name,mgrs\nWell,37S CV 01899 71231\n",
        b"event_date,country,location,latitude,longitude\n04 June 2023,SY,Well,35.8653,36.8059\n",
    ],
)  # fmt: skip
def test_tables_of_others(tmp_path, data):
    (place,) = records(tmp_path, "a.csv", data).places
    assert place.name == "Well"
    assert (place.lon, place.lat) == (
        pytest.approx(36.8059, abs=0.01), pytest.approx(35.8653, abs=0.01),
    )  # fmt: skip


def test_the_encoding_is_said(tmp_path):
    found = records(
        tmp_path, "a.csv", "name,lat,lon,note\nCafé,34,38,à l'entrée\n".encode("cp1252")
    )
    (place,) = found.places
    assert (place.name, place.note) == ("Café", "à l'entrée")
    assert "read as Windows-1252" in str(found.repaired[0])


def test_a_layer_of_others_is_no_layer_of_ours(tmp_path):
    point = {"type": "Point", "coordinates": [36.31, 33.52]}
    (place,) = records(
        tmp_path, "a.geojson", collection(geojson(point, name="North", layer="x"))
    ).places
    assert place.name == "North"


def test_a_multipoint_of_one_point_is_a_point(tmp_path):
    points = {"type": "MultiPoint", "coordinates": [[40.14, 35.33]]}
    for name, data in (
        ("a.geojson", collection(geojson(points, name="Bridge"))),
        ("b.csv", 'name,wkt\nBridge,"MULTIPOINT ((40.14 35.33))"\n'),
    ):
        (place,) = records(tmp_path, name, data).places
        assert (place.name, place.lon, place.lat) == ("Bridge", 40.14, 35.33)


def test_names_of_openstreetmap(tmp_path):
    point = {"type": "Point", "coordinates": [38.27, 34.56]}
    tags = {
        "@id": "node/1",
        "name": "تدمر",
        "name:en": "Palmyra",
        "name:ar": "تدمر",
        "place": "town",
    }
    (place,) = records(tmp_path, "a.geojson", collection(geojson(point, **tags))).places
    assert (place.id, place.name, place.arabic_name) == ("palmyra", "Palmyra", "تدمر")
    assert {one.text for one in place.spellings} == {"Palmyra", "تدمر"}


def test_one_feature_and_four_numbers(tmp_path):
    point = {"type": "Point", "coordinates": [38.2741, 34.5583, 412.0, 17.5]}
    for data in (json.dumps(geojson(point, name="Gate")), collection(geojson(point, name="Gate"))):
        (place,) = records(tmp_path, "a.geojson", data).places
        assert (place.lon, place.lat) == (38.2741, 34.5583)


def test_longitudes_beyond_180_are_turned(tmp_path):
    path = tmp_path / "a.geojson"
    far = {"type": "Point", "coordinates": [-215.45, -16.92]}
    ring = [[179.0, -17.4], [-179.6, -17.4], [-179.6, -16.4], [179.0, -16.4], [179.0, -17.4]]
    box = {"type": "Polygon", "coordinates": [ring]}
    world = [[-180, -60], [180, -60], [180, 70], [-180, 70], [-180, -60]]
    whole = {"type": "Polygon", "coordinates": [world]}
    path.write_text(collection(*(geojson(one, name="x") for one in (far, box, whole))))
    point, area, all_of_it = (found.geometry for found in read_found(path).features)
    assert (point.x, point.y) == (pytest.approx(144.55), -16.92)
    assert area.geom_type == "MultiPolygon"
    assert area.area == pytest.approx(1.4)
    assert area.contains(Point(-179.8, -17))
    assert not area.contains(Point(0, -17))
    assert all_of_it.area == pytest.approx(360 * 130)
