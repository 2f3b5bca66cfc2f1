"""Coordinates, roads and places that no gazetteer has, as texts name them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.gazetteer.build_index import Entry, build_store
from convoy_geo.gazetteer.case_gazetteer import Gazetteer
from convoy_geo.gazetteer.index import Store
from convoy_geo.geoparse.coordinates import find_coordinates
from convoy_geo.geoparse.finder import Finder, find_places, make_finder
from convoy_geo.geoparse.lookup import StoreLayer
from convoy_geo.geoparse.roads import find_roads
from convoy_geo.model.places import Place
from convoy_geo.model.relative_places import relative_place


@pytest.fixture(scope="module")
def region():
    return make_finder(gazetteer="region")


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("The bus stood at 34.5 N, 38.25 E.", 34.5, 38.25),
        ("at 34.5\u00b0N 38.25\u00b0E", 34.5, 38.25),
        ("at 33\u00b051'36\"S, 151\u00b012'36\"E", -33.86, 151.21),
        ("at 33\u00b051\u203236\u2033 S 151\u00b012\u203236\u2033 E", -33.86, 151.21),
        ("at N 34\u00b0 33.6' W 38\u00b0 16.2'", 34.56, -38.27),
        ("at 34.5 degrees north and 38.25 degrees west", 34.5, -38.25),
        ("at -33.8651, 151.2099 in the harbour", -33.8651, 151.2099),
        ("a well (34.56, 38.27) of his", 34.56, 38.27),
        ("41\u00b0 43' N 49\u00b0 56' W", 41.71667, -49.93333),
        ("grid 37S DU 12345 67890, again", 34.94974, 38.04002),
        ("grid 37SDU1234567890", 34.94974, 38.04002),
        ("UTM 37S 412345 3767890", 34.04805, 38.0503),
    ],
)
def test_coordinates(text, lat, lon):
    (found,) = find_coordinates(text)
    assert (found.lat, found.lon) == pytest.approx((lat, lon), abs=2e-5)
    assert not found.problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("at 35.5 N, 190 E", "longitude 190 is off the Earth"),
        ("at 95.5 N, 19 E", "latitude 95.5 is off the Earth"),
        ("at 34\u00b075'N 38\u00b016'E", "60 minutes or seconds"),
        ("grid 37S JU 12345 67890", "has no square"),
    ],
)
def test_off_the_earth_is_a_problem_and_no_place(region, text, problem):
    (found,) = find_coordinates(text)
    assert (found.lon, found.lat) == (None, None)
    assert problem in found.problem
    mentions = region.find(text)
    assert not [each for each in mentions if each.role == "coordinates"]
    assert (
        problem in next(each for each in mentions.refused if each.role == "coordinates").reasons[0]
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "Scores of 3.5, 7.25 and 8.125.", "between 5 N and 7 E streets", "10.25, 20.5, 30.75",
        "It cost 12.345, not 200.500.", "on 3.4.2017, 5 E", "v 1.2.3456, 7.8.9012", "12N 34N",
        "a" * 1000 + "1" * 1000, "37S", "7 B 52",
    ],
)  # fmt: skip
def test_other_numbers_are_no_coordinates(text):
    assert [each for each in find_coordinates(text) if each.lat is not None] == []


@given(st.floats(-80, 84), st.floats(-180, 180))
def test_coordinates_as_written_are_read_back(lat, lon):
    text = f"{abs(lat):.4f} {'NS'[lat < 0]}, {abs(lon):.4f} {'EW'[lon < 0]}"
    (found,) = find_coordinates(text)
    assert (found.lat, found.lon) == pytest.approx((lat, lon), abs=1e-4)
    (found,) = find_coordinates(f"{lat:.4f}, {lon:.4f}")
    assert (found.lat, found.lon) == pytest.approx((lat, lon), abs=1e-4)


@given(st.text("0123456789NSEW°'\", .-/ab\n", max_size=60))
def test_any_text_is_read_without_a_fault(text):
    for each in (*find_coordinates(text), *find_roads(text)):
        assert 0 <= each.start < each.end <= len(text)


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("They left Highway 7 at noon.", ["7"]), ("along the M4, then the A9.", ["M4", "A9"]),
        ("the M-5 highway is shut", ["M5"]), ("He took the M5 from Homs.", ["M5"]),
        ("Interstate 95 is shut", ["95"]), ("the N 4 road", ["N4"]), ("route RN16", ["RN16"]),
        ("He bought an M4 rifle and a T72 tank.", []), ("the G20 in May", []), ("by the B52", []),
        ("a road 12.5 km long", []), ("road 1,200 km long", []), ("", []),
    ],
)  # fmt: skip
def test_roads(text, refs):
    assert [each.ref for each in find_roads(text)] == refs


def test_a_road_is_an_area_about_the_towns_beside_it(region):
    (road,) = [m for m in region.find("The M5 from Homs to Nabk is shut.") if m.role == "road"]
    assert road.place.shape == "area"
    assert 36.7 < road.place.lon < 36.75
    assert 34.0 < road.place.lat < 34.75
    assert road.place.radius_km > 30
    (road,) = [m for m in region.find("He took the M5 at noon.") if m.role == "road"]
    assert road.place is None


def test_a_road_of_a_case_lies_on_its_network():
    mentions = find_places("Buses took the M5 near Nabk.", case="convoy-2017", gazetteer="region")
    (road,) = [mention for mention in mentions if mention.role == "road"]
    assert "road network" in road.place.source
    assert (road.place.lon, road.place.lat) == pytest.approx((36.73, 34.02), abs=0.1)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("They fled the village of Xumbarra at dawn.", "Xumbarra"),
        ("A mine near Xumbarra killed two.", "Xumbarra"),
        ("They met at Xumbarra, a small village in Syria.", "Xumbarra"),
        ("The bus went from Homs to Xumbarra.", "Xumbarra"),
        ("The road between Xumbarra and Homs is shut.", "Xumbarra"),
        ("The bridge at Xum-Qarrat is down.", "Xum-Qarrat"),
        ("They came to Homs, Hama and Xumbarra.", "Xumbarra"),
        ("Two died in Xumbarra.", "Xumbarra"), ("He is of Xumbarra, Syria.", "Xumbarra"),
    ],
)  # fmt: skip
def test_a_place_that_no_gazetteer_has_is_told(region, text, name):
    mention = next(each for each in region.find(text) if each.text == name)
    assert mention.place is None
    assert "no gazetteer has it" in mention.reasons
    assert 0 < mention.score < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "He met Karim Xumbarra in Homs.", "Mr Xumbarra said so.", "Xumbarra told us.",
        "The Department of Xumbarra was shut.", "He works with Xumbarra.", "At Xumbarra's house",
        "In March they left.", "They watched a Xumbarra village.",
    ],
)  # fmt: skip
def test_other_names_are_not(region, text):
    assert [each.text for each in region.find(text) if each.place is None] == []


def test_guesses_are_names_that_are_alike():
    (mention,) = find_places("They fled the village of Palmyrra.", gazetteer="region", fuzzy=True)
    assert mention.place is None or mention.place.name == "Tadmur"
    assert mention.matches


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("They fought east of the Euphrates in Syria.", "Euphrates", "river"),
        ("A boat sank on the Tigris near Mosul.", "Tigris", "river"),
        ("A ship sank in the Red Sea.", "Red Sea", "sea"),
        ("Tankers pass the Gulf of Aqaba.", "Gulf of Aqaba", "gulf"),
        ("Men hid in the Syrian Desert.", "Syrian Desert", "desert"),
        ("Boats on Lake Assad were shelled.", "Lake Assad", "lake"),
        ("Jordan shut its border.", "Jordan", "country"),
        ("He was baptised in the Jordan river.", "Jordan", "river"),
        ("Troops stood along the Jordan.", "Jordan", "river"),
    ],
)
def test_seas_and_rivers_are_no_points(region, text, name, kind):
    (mention,) = [each for each in region.find(text) if each.text == name]
    assert mention.place.kind == kind
    if kind != "country":
        assert mention.place.shape == "area"
        assert mention.place.radius_km >= 20


def test_a_river_is_where_the_town_beside_it_is(region):
    def where(text):
        place = next(each.place for each in region.find(text) if each.text == "Euphrates")
        return place.lon, place.lat

    lon, lat = where("They crossed the Euphrates at Raqqa.")
    assert abs(lon - 39.0) < 0.3
    assert abs(lat - 35.95) < 0.3
    lon, _ = where("They crossed the Euphrates at Nasiriyah.")
    assert lon > 45


@pytest.mark.parametrize(
    ("text", "how", "words", "term"),
    [
        ("The post is 30km outside Homs.", "around", "30km outside Homs", "near(homs,30km)"),
        ("The ship is 77 nautical miles off Homs.", "around", "77 nautical miles off Homs",
         "near(homs,77nmi)"),
        ("The well is 15 miles (24 km) south-east of Homs.", "offset",
         "15 miles (24 km) south-east of Homs", "offset(homs,15mi,southeast)"),
        ("They are 1,200 metres north of Homs.", "offset", "1,200 metres north of Homs",
         "offset(homs,1200m,north)"),
        ("They met halfway between Homs and Hama.", "halfway", "halfway between Homs and Hama",
         "between(homs,hama)"),
        ("The mine between Homs and Hama is old.", "between", "between Homs and Hama",
         "between(homs,hama)"),
        ("They stood along the road from Homs to Hama.", "along",
         "along the road from Homs to Hama", "between(homs,hama)"),
        ("The men hid on the outskirts of Homs.", "outskirts", "outskirts of Homs", "near(homs)"),
        ("The ship sank off the coast of Homs.", "off", "off the coast of Homs", "near(homs)"),
    ],
)  # fmt: skip
def test_relative_places(text, how, words, term):
    places = Gazetteer([Place("homs", "Homs", 36.7, 34.7), Place("hama", "Hama", 36.75, 35.13)])
    mention = next(iter(make_finder(case=places, gazetteer="region", lang="en").find(text)))
    assert (mention.relation.how, mention.relation.text) == (how, words)
    assert mention.relation.term(mention.place.id) == term
    area = relative_place(term, {place.id: place for place in places})
    assert not area.geometry.is_empty


def test_a_small_namesake_far_away_is_no_place(tmp_path):
    rows = [("Mali", "ML", -4, 17, "country", 19e6), ("Mopti", "ML", -4.2, 14.5, "town", 186e3),
            ("Gao", "ML", 0, 16.3, "town", 133e3), ("Kidal", "ML", 1.4, 18.4, "town", 40e3),
            ("Moura", "BR", -61.6, -1.5, "town", 2e3)]  # fmt: skip
    entries = [
        Entry(name, lon, lat, kind, code, population=int(people), geonames=number)
        for number, (name, code, lon, lat, kind, people) in enumerate(rows, 1)
    ]
    build_store(tmp_path, entries, info={"id": "test", "title": "a test"})
    finder = Finder([StoreLayer(Store(tmp_path))])
    text = "Soldiers left Mopti, Gao and Kidal in Mali. They were seen in Moura."
    places = {each.text: each.place for each in finder.find(text)}
    assert places["Kidal"].country == ("ML",)
    assert places["Moura"] is None
    (alone,) = finder.find("They were seen in the town of Moura.")
    assert alone.place.country == ("BR",)
