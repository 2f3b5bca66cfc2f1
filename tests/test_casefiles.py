"""Checking a case: the embedded one is clean, and every kind of fault is found and placed."""

import json
import shutil
from pathlib import Path

import pytest

from convoy_geo.casefiles.axis_order import looks_swapped
from convoy_geo.casefiles.locate import case_folder, case_names
from convoy_geo.casefiles.read import read_case_files
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import main
from convoy_geo.errors import CaseFileError, CaseNotFoundError
from convoy_geo.io.files import geodata


@pytest.fixture
def folder(tmp_path):
    """A copy of the embedded case to spoil."""
    return shutil.copytree(geodata("cases", "convoy-2017"), tmp_path / "case")


def edit(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def found(folder):
    return [(f.file, f.column, f.problem, f.text) for f in check_case(folder)]


def line_of(folder, file, start):
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.startswith(start))


def test_every_shipped_case_is_clean():
    assert "convoy-2017" in case_names()
    for name in case_names():
        assert check_case(name) == []


def test_a_copy_elsewhere_is_read_the_same(folder):
    files = read_case_files(folder)
    assert len(files.claims) == 158
    assert len(files.reports) == 5


# file, what to replace, by what, then the fault's column, problem and text
SPOILED = [
    ("names.csv", "\nsukhna,", "\nsukna,", "place", "unknown place", "sukna"),
    ("names.csv", ",R2\n", ",R9\n", "reports", "unknown report", "R9"),
    ("claims.csv", "\nR0-02,R0,", "\nR0-02,R7,", "report", "unknown report", "R7"),
    ("claims.csv", "\nR0-02,R0,", "\nR0-01,R0,", "claim", "duplicate", "R0-01"),
    ("claims.csv", ",coalition,", ",nobody,", "side", "unknown side of case.toml", "nobody"),
    ("claims.csv", "toward:palmyra", "toward:pamyra", "places", "unknown place", "pamyra"),
    ("claims.csv", "toward:palmyra", "near:palmyra", "places", "bad value", "near:palmyra"),
    ("claims.csv", ",asserted,", ",perhaps,", "status", "bad value", "perhaps"),
    ("claims.csv", ",in_desert,", ",in_space,", "state", "unknown state of case.toml", "in_space"),
    ("claims.csv", ",75,402,", ",402,75,", "span_end", "span ends before it starts", "402..75"),
    ("claims.csv", ",75,402,", ",75,99999,", "span_end", "span beyond the report's end", "99999"),
    ("claims.csv", "2017-08-30/2017-09-03", "30.8.2017", "happened", "bad value", "30.8.2017"),
    ("claims.csv", ",2017-09-03,for five", ",2017-10-03,for five", "said",
     "said after publication", "2017-10-03"),
    ("claims.csv", ",17,17,buses", ",18,17,buses", "low", "low is above high", "18..17"),
    ("claims.csv", ",17,17,buses", ",17,17,", "unit", "a count without a unit", ""),
    ("places.csv", ",38.8711,34.88533,", ",34.88533,138.8711,", "lat", "bad value", "138.8711"),
    ("places.csv", ",38.8711,34.88533,", ",,,", "lon", "no position for shape point", ""),
    ("places.csv", ",38.8711,34.88533,", ",38.8711,,", "lon,lat", "half a position", "38.8711"),
    ("places.csv", ",town,SY,", ",hamlet,SY,", "kind", "bad value", "hamlet"),
    ("places.csv", ",town,SY,", ",town,Syria,", "country", "bad value", "Syria"),
    ("places.csv", ",point,Sukhna,", ",point,Sukna,", "road_node", "unknown road node", "Sukna"),
    ("reports.csv", ",2017-09-04,", ",04-09-2017,", "published", "bad value", "04-09-2017"),
    ("reports.csv", "https://", "javascript:", "url", "bad value", None),
    ("routes.csv", "humaymah|sukhna", "humaymah|sukna", "places", "unknown place", "sukna"),
    ("routes.csv", "R0-21|R1-03", "R2-99|R1-03", "claims", "unknown claim", "R2-99"),
    ("routes.csv", "unknown|road|road", "unknown|road", "leg_modes", "2 leg_modes", "unknown|road"),
    ("case.toml", 'colour = "#0b62a4"', 'colour = "blue"', "side", "bad value", None),
    ("case.toml", "view = [36.0, 33.3", "view = [36.0, 39.3", "view", "bad value", None),
    ("case.toml", "format = 2", "format = 7", "format", "bad value", "7"),
    ("case.toml", 'end = "2017-09-20"', 'end = "2017-08-24"', "end", "bad value", "2017-08-24"),
    ("case.toml", 'end = "2017-09-20"', 'end = "20170920"', "end", "bad value", "20170920"),
    ("case.toml", "Asia/Damascus", "Mars/X", "time_zone", "bad value", "Mars/X"),
    ("case.toml", "syria-iraq-2017", "atlantis", "roads", "no such network", "atlantis"),
    ("case.toml", "[states]", "[states", "", "broken TOML", ""),
    ("closures.geojson", '"E102"', '"E999"', "edges", "unknown road edge", "E999"),
    ("closures.geojson", '"R0-17"', '"R9-17"', "claims", "unknown claim", "R9-17"),
    ("closures.geojson", "2017-08-30/..", "Wednesday", "closed", "bad value", "Wednesday"),
    ("closures.geojson", '"kind": "cut"', '"kind": "blown"', "kind", "bad value", "blown"),
    ("closures.geojson", "[39.755, 34.4415]", "[34.4415, 139.755]", "geometry",
     "coordinates out of range", None),
    ("closures.geojson", '"type": "FeatureCollection",',
     '"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:32637"}},',
     "crs", "another CRS", "EPSG:32637"),
    ("closures.geojson", '"features": [', '"features": [,', "", "broken JSON", ""),
    ("areas.geojson", '"anbar"', '"anbr"', "place", "unknown place", "anbr"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "column", "problem", "text"),
    SPOILED,
    ids=[f"{row[0]}-{row[3]}-{row[2][:30]!r}" for row in SPOILED],
)
def test_a_fault_is_named_with_file_line_column_and_text(
    folder, file, old, new, column, problem, text
):
    edit(folder / file, old, new)
    hits = [
        fault
        for fault in check_case(folder)
        if fault.file == file
        and fault.column.startswith(column)
        and fault.problem.startswith(problem)
        and (text is None or fault.text == text)
    ]
    assert hits, [str(fault) for fault in check_case(folder)]
    assert all(fault.allowed for fault in hits)
    with pytest.raises(CaseFileError):
        read_case_files(folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "column", "problem"),
    [
        ("case.toml", 'to = "Abu Kamal"', 'to = "Atlantis"', "alternatives", "no place is named"),
        ("case.toml", '["departure", "surr', '["departuer", "surr', "once", "no claim has this"),
        ("case.toml", '"between_the_lines"', '"between_lines"', "apart", "unknown place"),
        ("claims.csv", "toward(palmyra,west)", "near(palmyra,9000km)", "where", "crosses the"),
    ],
)
def test_what_only_the_whole_case_shows_is_a_fault(folder, file, old, new, column, problem):
    edit(folder / file, old, new)
    (fault,) = check_case(folder)
    assert (fault.file, fault.column) == (file, column)
    assert fault.problem.lower().startswith(problem)
    assert fault.line == next(
        number
        for number, line in enumerate((folder / file).read_text("utf-8").splitlines(), 1)
        if new.split(" = ")[-1].strip('[]"').split(",")[0].strip('"') in line
    )
    read_case_files(folder)  # it can be read all the same


def test_a_topic_that_no_claim_has_yet_may_be_meant(folder):
    edit(folder / "case.toml", '"departure", "surrender"', '"departure", "coronation"')
    assert check_case(folder) == []


def test_swapped_coordinates_are_suspected(folder):
    edit(folder / "places.csv", ",36.74284,34.15558,", ",34.15558,36.74284,")  # in the sea
    assert found(folder) == [("places.csv", "lon,lat", "lat and lon swapped?", "34.15558,36.74284")]
    edit(folder / "places.csv", ",34.15558,36.74284,", ",35.5,35.9,")  # in Syria either way
    assert [f[1:3] for f in found(folder)] == [("road_node", "224 km from the place")]
    edit(folder / "places.csv", ",44.40088,33.34058,", ",3.34058,44.40088,")
    edit(folder / "case.toml", "view = [36.0, 33.3, 42.4, 35.8]", "view = [36, 3, 42, 6]")
    swapped = [f for f in found(folder) if f[2] == "lat and lon swapped?"]
    assert ("places.csv", "lon,lat", "lat and lon swapped?", "3.34058,44.40088") in swapped


@pytest.mark.parametrize(
    ("lon", "lat", "countries", "swapped"),
    [
        (34.7, 36.7, ["SY"], True),  # Homs
        (36.7, 34.7, ["SY"], False),
        (34.7, 36.7, [], False),  # a place of no country may be anywhere near
        (34.7, 36.7, ["SY", "FR"], False),  # of one country too many to be sure
        (34.7, 36.7, ["FR"], False),
        (34.7, 36.7, ["SY", "TR"], False),  # in Turkey it would be right
        (35.35, 36.9, ["SY"], False),  # within half a degree of its country
        (33.3, 44.4, ["IQ"], True),  # Baghdad
        (12.5, 41.9, ["IT"], False),
        (41.9, 12.5, ["IT"], False),  # far from here, whichever way it is turned
        (34.7, 36.7, ["periods"], False),  # the name of a table that is none of a country
        (34.7, 36.7, ["../gazetteer/SY"], False),
    ],
)
def test_swapped_only_where_there_is_little_doubt(lon, lat, countries, swapped):
    assert looks_swapped(lon, lat, (36.0, 33.3, 42.4, 35.8), countries) is swapped


@pytest.mark.parametrize("name", case_names())
def test_no_place_of_a_case_that_ships_looks_swapped(name):
    files = read_case_files(name)
    placed = [place for place in files.places if place.lon is not None]
    assert len(placed) > 10
    for place in placed:
        assert not looks_swapped(place.lon, place.lat, files.info.view, place.country)


@pytest.mark.slow
@pytest.mark.parametrize("file", ["reports.csv", "places.csv", "claims.csv", "routes.csv"])
def test_a_table_that_is_none_is_one_fault(folder, file):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",", ";"), encoding="utf-8")
    assert [(f.file, f.problem) for f in check_case(folder)] == [(file, "separated by semicolons")]
    path.write_text("", encoding="utf-8")
    assert [(f.file, f.problem) for f in check_case(folder)] == [(file, "empty file")]


def test_lines_are_those_of_the_file(folder):
    edit(folder / "claims.csv", "\nR2-14,R2,", "\nR2-14,R8,")
    edit(folder / "closures.geojson", '"E063"', '"E0"')
    faults = check_case(folder)
    lines = {(fault.file, fault.text): fault.line for fault in faults}
    assert lines["claims.csv", "R8"] == line_of(folder, "claims.csv", "R2-14,")
    assert lines["closures.geojson", "E0"] == 5


def test_all_faults_come_at_once_and_sorted(folder):
    edit(folder / "claims.csv", ",asserted,", ",perhaps,")
    edit(folder / "places.csv", ",town,SY,", ",hamlet,SY,")
    edit(folder / "routes.csv", "R0-21|R1-03", "R2-99")
    (folder / "names.csv").write_bytes(b"")
    faults = check_case(folder)
    assert [fault.file for fault in faults] == [
        "claims.csv",
        "names.csv",
        "places.csv",
        "routes.csv",
    ]


def test_bad_encoding_names_the_line(folder):
    data = (folder / "places.csv").read_bytes().split(b"\n")
    data[4] += b"\xff"
    (folder / "places.csv").write_bytes(b"\n".join(data))
    faults = [fault for fault in check_case(folder) if fault.problem == "not UTF-8"]
    assert [fault.line for fault in faults] == [5]


@pytest.mark.slow
@pytest.mark.parametrize("geometry", [None, {"type": "LineString", "coordinates": []},
                                      {"type": "LineString", "coordinates": [[1, 2]]},
                                      {"type": "Cube", "coordinates": []}, "line", 7])  # fmt: skip
def test_empty_and_absurd_geometries(folder, geometry):
    path = folder / "closures.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"][1]["geometry"] = geometry
    document["features"][1]["properties"]["edges"] = []  # else it is where its edges are
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    faults = check_case(folder)
    assert [fault.column for fault in faults] == ["geometry"]
    assert faults[0].line > 10


def test_a_case_that_is_not_there():
    with pytest.raises(CaseNotFoundError, match="not a folder, and not one of convoy-2017"):
        case_folder("no-such-case")


def test_a_folder_without_a_case(tmp_path):
    with pytest.raises(CaseNotFoundError, match=r"does not contain case\.toml"):
        case_folder(tmp_path)


def test_a_name_that_ships_is_that_case_whatever_folder_is_around(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(geodata("cases", "titanic-1912"), tmp_path / "convoy-2017")
    assert len(read_case_files("convoy-2017").reports) == 5
    assert read_case_files("./convoy-2017").info.id == "titanic-1912"
    assert read_case_files(Path("convoy-2017")).info.id == "titanic-1912"
    assert main(["cases"]) == 0
    assert "convoy-2017  The convoy of 17 buses" in capsys.readouterr().out


def test_a_path_is_no_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CaseNotFoundError, match="not a folder"):
        case_folder(Path("convoy-2017"))
    with pytest.raises(CaseNotFoundError, match="no case 'xxx"):
        case_folder("x" * 300)


BERLIN = ('time_zone = "Asia/Damascus"', 'time_zone = "Europe/Berlin"')


def test_a_time_in_a_gap_is_moved_past_it_and_reported(folder, capsys):
    edit(folder / "case.toml", *BERLIN)
    edit(folder / "claims.csv", "2017-08-30/2017-09-03", "2017-03-26T02:30/2017-09-03")
    assert check_case(folder) == []
    (remark,) = read_case_files(folder).remarks
    assert (remark.file, remark.column) == ("claims.csv", "happened")
    assert "2017-03-26T03:30+02:00" in remark.problem
    assert main(["check", str(folder)]) == 0
    assert "remark: claims.csv" in capsys.readouterr().out


def test_a_time_of_day_is_valid_wherever_a_date_is(folder):
    edit(folder / "claims.csv", "2017-08-30/2017-09-03", "2017-08-30T14/2017-09-03T06:00Z")
    assert check_case(folder) == []
    told = [
        c.happened
        for c in read_case_files(folder).claims
        if "T" in c.happened.text and "T18:39" not in c.happened.text
    ]
    assert [when.first.isoformat() for when in told] == ["2017-08-30T14:00:00+03:00"]
    assert told[0].last.isoformat() == "2017-09-03T06:00:59.999999+00:00"


def test_times_that_end_before_they_start_are_a_fault(folder):
    edit(folder / "claims.csv", "2017-08-30/2017-09-03", "2017-08-30T14:00/2017-08-30T13:00")
    (fault,) = check_case(folder)
    assert (fault.column, fault.problem) == ("happened", "bad value")
    assert "2017-08-30T14:00 or 2017-08-30/2017-09-03" in fault.allowed
