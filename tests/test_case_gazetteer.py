"""From names to places: the places of the 2017 case and a small one made by hand."""

import pytest

from convoy_geo.errors import AmbiguousPlaceError, PlaceNotFoundError
from convoy_geo.gazetteer.case_gazetteer import Gazetteer
from convoy_geo.io.csv_tables import read_rows
from convoy_geo.io.files import geodata
from convoy_geo.model.places import Place, Spelling
from convoy_geo.model.schema import NAMES


@pytest.fixture
def small():
    return Gazetteer(
        [
            Place("anah", "Anah", 41.98, 34.37, 4, spellings=(Spelling("Aana", use="report"),)),
            Place("anah_old", "Anah (old town)", 41.94, 34.47, 3, role="decoy",
                  spellings=(Spelling("Anah", use="old"),)),
            Place("zor", "Deir ez-Zor", 40.14, 35.34, 5),
            Place("zor_province", "Deir ez-Zor Governorate", 40.29, 35.14, 120, kind="province",
                  shape="area", spellings=(Spelling("Deir ez-Zor"),)),
            Place("zone", "Held territory", None, None, shape="unmapped"),
        ]
    )  # fmt: skip


def test_every_spelling_of_the_case_finds_its_place(case):
    rows, faults = read_rows(geodata("cases", "convoy-2017"), NAMES)
    assert not faults
    missed = [
        row["name"]
        for row in rows
        if row["place"] not in {match.place.id for match in case.gazetteer.search(row["name"])}
    ]
    assert missed == []
    assert len(rows) > 400


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Albukamal", "abu_kamal"),
        ("Bukamal", "abu_kamal"),
        ("ABU KAMAL", "abu_kamal"),
        ("البوكمال", "abu_kamal"),
        ("Sukhna", "sukhna"),
        ("al-Sukhnah", "sukhna"),
        ("Palmyra", "palmyra"),
        ("Tadmur", "palmyra"),
        ("Qalamoun", "qalamoun"),
        ("Rawah", "rawa"),
        ("Aana", "anah"),
        ("Anah", "anah"),
    ],
)
def test_the_places_of_the_reports(case, name, place):
    assert case.gazetteer.locate(name).id == place


def test_the_new_town_of_anah_is_meant_not_the_flooded_one(case):
    found = case.gazetteer.search("Anah")
    assert [match.place.id for match in found] == ["anah", "anah_old"]
    assert found[0].score > found[1].score
    assert found[0].place.lat == pytest.approx(34.36857)


def test_a_decoy_is_found_by_its_id(small):
    assert small.locate("anah_old").name == "Anah (old town)"


def test_several_candidates_raise_with_all_of_them(small):
    with pytest.raises(AmbiguousPlaceError, match="zor_province") as caught:
        small.locate("deir ez zor")
    assert {place.id for place in caught.value.candidates} == {"zor", "zor_province"}


def test_the_town_can_be_asked_for(small):
    assert small.locate("deir ez zor", point=True).id == "zor"
    assert small.locate("Deir ez-Zor Governorate", point=True).id == "zor_province"


def test_no_candidate_raises_with_suggestions(small):
    with pytest.raises(PlaceNotFoundError, match="did you mean Anah") as caught:
        small.locate("Anh")
    assert caught.value.suggestions[0] == "Anah"
    with pytest.raises(LookupError, match="Xyzzy"):
        small["Xyzzy"]


def test_geocode_keeps_unmatched_rows_and_all_candidates(small):
    frame = small.geocode(["Anah", "nowhere", "Held territory"])
    assert list(frame["query"]) == ["Anah", "Anah", "nowhere", "Held territory"]
    assert frame.geometry.notna().tolist() == [True, True, False, False]
    assert frame.crs == "EPSG:4326"
    assert frame.geometry.iloc[0].x == pytest.approx(41.98)


def test_geocode_of_nothing_is_an_empty_frame(small):
    assert len(small.geocode([])) == 0
    assert len(small.geocode(["nowhere"])) == 1


def test_the_table_has_a_geometry_only_where_there_is_a_position(small):
    frame = small.to_frame()
    assert frame.geometry["zone"] is None
    assert frame.geometry["zor"].x == pytest.approx(40.14)
