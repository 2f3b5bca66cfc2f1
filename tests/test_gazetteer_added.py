"""Gazetteers that a user adds: dumps, extracts and exports, kept with source and licence."""

import json
import zipfile

import pytest

from convoy_geo.cli import main
from convoy_geo.errors import GazetteerFileError
from convoy_geo.gazetteer.added import (
    add_gazetteer,
    added_gazetteers,
    added_stores,
    remove_gazetteer,
)
from convoy_geo.gazetteer.chain import Gazetteers
from convoy_geo.gazetteer.index import Store
from convoy_geo.geoparse.finder import make_finder


def row(number, name, lat, lon, code="PPL", others="", people=0):
    """A row of a GeoNames dump."""
    group = "P" if code.startswith("PPL") else {"STM": "H", "ADM1": "A"}.get(code, "S")
    cells = [number, name, name, others, lat, lon, group, code, "SY", "", "11", "", "", "",
             people, "", "", "Asia/Damascus", "2020-01-01"]  # fmt: skip
    return "\t".join(map(str, cells))


DUMP = [
    row(9000001, "Xumbarra", 34.5, 38.1, others="Zumbarra,زمبارا", people=120),
    row(9000002, "Wadi Xilqan", 34.6, 38.2, "STM"),
    row(9000003, "Post Xerxa", 34.7, 38.3, "BDG"),
    row(9000004, "Not wanted", 34.7, 38.3, "ZOO"),
]


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVOY_GEO_GAZETTEERS", str(tmp_path / "own"))
    return tmp_path


def dump(folder, rows, name="XY.txt"):
    file = folder / name
    file.write_text("\n".join(rows) + "\n", "utf-8")
    return file


def test_a_dump_is_added_and_then_known(tmp_path):
    assert added_gazetteers() == ()
    text = "A mine near Xumbarra in Syria killed two."
    assert next(each.place for each in make_finder(gazetteer="region").find(text)) is None
    added = add_gazetteer(dump(tmp_path, DUMP))
    assert (added.name, added.places, added.countries) == ("XY", 3, ("SY",))
    assert "GeoNames" in added.source
    assert added.licence == "CC BY 4.0"
    assert added_gazetteers() == (added,)
    place = next(each.place for each in make_finder(gazetteer="region").find(text))
    assert (place.lon, place.lat, place.geonames) == (38.1, 34.5, "9000001")
    (match, *_) = Gazetteers(gazetteer="region").search("Zumbarra")
    assert match.place.name == "Xumbarra"
    remove_gazetteer("XY")
    assert added_stores() == ()
    with pytest.raises(LookupError, match="none"):
        remove_gazetteer("XY")


def test_a_zipped_dump_is_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "SY.zip", "w") as archive:
        archive.writestr("readme.txt", "read me")
        archive.writestr("SY.txt", "\n".join(DUMP))
    assert add_gazetteer(tmp_path / "SY.zip").places == 3


def test_added_twice_is_refused_unless_it_is_to_be_replaced(tmp_path):
    file = dump(tmp_path, DUMP)
    add_gazetteer(file)
    with pytest.raises(GazetteerFileError, match=r"was already added on .*, with 3 places"):
        add_gazetteer(file)
    assert add_gazetteer(dump(tmp_path, DUMP[:1]), replace=True).places == 1
    assert add_gazetteer(file, name="second", licence="mine").licence == "mine"
    assert [each.name for each in added_gazetteers()] == ["XY", "second"]


def test_bad_rows_are_left_out_and_named(tmp_path):
    rows = [DUMP[0], "short\trow", row(9000009, "Xofar", 95, 38), *DUMP[1:3]]
    added = add_gazetteer(dump(tmp_path, rows))
    assert (added.places, added.left_out) == (3, 2)
    assert "XY.txt:2" in added.faults[0]
    assert "2 columns" in added.faults[0]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("\t".join(["x"] * 12), "12 columns"),
        ("", "no column name"),
        ("nothing", "no column name"),
        (row(1, "X", 99, 200), "no position"),
        ('{"results": {"bindings": []}}', "no place in it"),
        ('{"results": {"bindings"', "not JSON"),
    ],
)
def test_a_file_without_places_is_one_clear_error(tmp_path, content, problem):
    file = tmp_path / "XY.csv"
    file.write_text(content, "utf-8")
    with pytest.raises(GazetteerFileError, match=problem):
        add_gazetteer(file)
    assert added_stores() == ()


def test_a_dump_with_too_few_columns_is_named(tmp_path):
    with pytest.raises(GazetteerFileError, match="3 columns"):
        add_gazetteer(dump(tmp_path, ["1\tXumbarra\t34.5"]))


def test_what_is_no_text_is_one_clear_error(tmp_path):
    file = tmp_path / "XY.txt"
    file.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(GazetteerFileError, match="not UTF-8"):
        add_gazetteer(file)
    with pytest.raises(GazetteerFileError, match="no such file"):
        add_gazetteer(tmp_path / "none.txt")
    with pytest.raises(ValueError, match="country code"):
        add_gazetteer(file, country="Syria")
    with pytest.raises(ValueError, match="letters"):
        add_gazetteer(file, name="../up")


def test_a_wikidata_export_is_read(tmp_path):
    def cell(value):
        return {"type": "literal", "value": value}

    rows = [
        {"item": cell("http://www.wikidata.org/entity/Q7"), "itemLabel": cell("Xumbarra"),
         "coord": cell("Point(38.1 34.5)"), "itemAltLabel": cell("Zumbarra, Jumbarra"),
         "population": cell("120")},
        {"item": cell("http://www.wikidata.org/entity/Q8"), "itemLabel": cell("Q8"),
         "coord": cell("Point(38.1 34.5)")},
    ]  # fmt: skip
    file = tmp_path / "q.json"
    file.write_text(json.dumps({"head": {}, "results": {"bindings": rows}}), "utf-8")
    added = add_gazetteer(file, country="sy")
    assert (added.places, added.left_out, added.countries) == (1, 1, ("SY",))
    assert "CC0" in added.licence
    place = Gazetteers(gazetteer="region").search("Jumbarra")[0].place
    assert (place.lon, place.lat, place.source) == (38.1, 34.5, "Wikidata Q7")
    table = tmp_path / "q2.csv"
    table.write_text("item,itemLabel,coord\nhttp://w/Q7,Xumbarra,Point(38.1 34.5)\n", "utf-8")
    assert add_gazetteer(table).places == 1


def test_an_openstreetmap_extract_is_read(tmp_path):
    pytest.importorskip("osmium")
    file = tmp_path / "sy.osm"
    file.write_text(
        '<osm version="0.6"><node id="5" version="1" lat="34.5" lon="38.1">'
        '<tag k="place" v="hamlet"/><tag k="name" v="زمبارا"/><tag k="name:en" v="Xumbarra"/>'
        '<tag k="alt_name" v="Zumbarra;Jumbarra"/></node>'
        '<node id="6" version="1" lat="34.5" lon="38.1"><tag k="place" v="hamlet"/></node>'
        '<node id="7" version="1" lat="34.5" lon="38.1"><tag k="name" v="Well"/></node></osm>',
        "utf-8",
    )
    added = add_gazetteer(file, country="SY")
    assert added.places == 1
    assert "ODbL" in added.licence
    place = Gazetteers(gazetteer="region").search("Jumbarra")[0].place
    assert (place.name, place.kind, place.source) == ("Xumbarra", "village", "OpenStreetMap node 5")
    broken = tmp_path / "broken.osm"
    broken.write_text("<osm><node", "utf-8")
    with pytest.raises(GazetteerFileError, match="cannot be read"):
        add_gazetteer(broken)


def test_linked_places_are_read(tmp_path):
    feature = {
        "@id": "x1", "type": "Feature", "properties": {"title": "Xumbarra", "ccodes": ["SY"]},
        "names": [{"toponym": "Zumbarra"}],
        "geometry": {"type": "Point", "coordinates": [38.1, 34.5]},
    }  # fmt: skip
    file = tmp_path / "x.lpf.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    assert add_gazetteer(file, source="a survey").source == "a survey"
    assert Gazetteers(gazetteer="region").search("Zumbarra")[0].place.name == "Xumbarra"


def test_the_command(tmp_path, capsys):
    file = dump(tmp_path, [*DUMP, "short\trow"])
    assert main(["gazetteer", "list"]) == 0
    assert "no gazetteers were added" in capsys.readouterr().out
    assert main(["gazetteer", "add", str(file), "--name", "syria"]) == 0
    out = capsys.readouterr().out
    assert "syria: 3 places" in out
    assert "1 rows were left out" in out
    assert main(["gazetteer", "add", str(file), "--name", "syria"]) == 1
    assert "already" in capsys.readouterr().err
    assert main(["gazetteer", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["licence"] == "CC BY 4.0"
    assert main(["gazetteer", "remove", "syria"]) == 0
    assert main(["gazetteer", "remove", "syria"]) == 1


def test_a_table_of_the_world_historical_gazetteer_is_read(tmp_path):
    file = tmp_path / "wells.tsv"
    file.write_text(
        "id\ttitle\ttitle_source\tstart\tccodes\tlon\tlat\tgeowkt\tvariants\ttypes\n"
        "w1\tTall Alfa\tsurvey\t1900\tSY\t38.1\t34.2\t\tTell Alfa; Tal Alfa\tsettlement\n"
        "w2\tWadi Alfa\tsurvey\t1900\t\t\t\tPOINT (38.2 34.3)\t\tstream\n"
        "w3\tNowhere\tsurvey\t1900\tSY\t\t\t\t\tsettlement\n"
        "w4\tOff the Earth\tsurvey\t1900\tSY\t38.1\t95\t\t\tsettlement\n",
        "utf-8",
    )
    added = add_gazetteer(file, country="jo")
    assert (added.places, added.left_out) == (2, 2)
    assert added.countries == ("JO", "SY")
    assert "World Historical Gazetteer" in added.source
    assert "wells.tsv:4" in added.faults[0]
    found = {place.name: place for place in map(Store(added_stores()[0]).place, range(2))}
    assert found["Tall Alfa"].source == "World Historical Gazetteer w1"
    assert found["Wadi Alfa"].kind == "river"
    assert (found["Wadi Alfa"].lon, found["Wadi Alfa"].lat) == (38.2, 34.3)
