"""How reports are written: without capitals, over line ends, with sites and roads by number."""

import pytest

from convoy_geo.gazetteer.build_index import Entry, build_store
from convoy_geo.gazetteer.index import Store
from convoy_geo.geoparse.finder import Finder, make_finder
from convoy_geo.geoparse.lookup import StoreLayer
from convoy_geo.geoparse.recase import recased


@pytest.fixture(scope="module")
def region():
    return make_finder(gazetteer="region")


WORLD = [
    Entry("France", 2.0, 46.0, "country", "FR", "", 67_000_000, 1),
    Entry("Alsace", 7.5, 48.3, "area1", "FR", "FR.42", 1_900_000, 2),
    Entry("Woerth", 7.745, 48.94, "town", "FR", "FR.42", 1_800, 3),
    Entry("Worth", -87.8, 41.7, "town", "US", "US.IL", 10_800, 4),
    Entry("Sedan", 4.94, 49.7, "town", "FR", "FR.21", 20_000, 5),
    Entry("Bouillon", 5.07, 49.79, "town", "BE", "BE.WAL", 16_000, 6),
    Entry("Floing", 4.93, 49.72, "town", "FR", "FR.21", 2_400, 7),
    Entry("Floing", 15.75, 47.26, "town", "AT", "AT.06", 460, 8),
    Entry("Best", 5.39, 51.51, "town", "NL", "NL.06", 29_000, 9),
    Entry("Eindhoven", 5.48, 51.44, "town", "NL", "NL.06", 209_000, 10),
    Entry("Veghel", 5.55, 51.62, "town", "NL", "NL.06", 26_000, 11),
    Entry("Damascus", -77.2, 39.3, "town", "US", "US.MD", 15_000, 12,
          spellings=(("City of Damascus", "alternate"),)),
    Entry("Damascus", 36.29, 33.51, "town", "SY", "SY.13", 1_500_000, 13),
    Entry("Kalach", 41.02, 50.42, "town", "RU", "RU.86", 20_400, 14),
    Entry("Kalach-na-Donu", 43.53, 48.69, "town", "RU", "RU.84", 27_500, 15,
          spellings=(("Kalach", "alternate"),)),
    Entry("Don", 41.0, 49.0, "river", "", "", 0, 0, id="river/don", radius_km=500.0, rank=5.0),
    Entry("Al Wadiah", 47.0, 17.0, "town", "SA", "SA.16", 30_000, 16,
          spellings=(("Wadi", "alternate"),)),
]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    build_store(folder, WORLD, info={"id": "test", "title": "a test"})
    return Finder([StoreLayer(Store(folder))])


def named(finder, text):
    """The words of each mention with the name and the country of its place."""
    return [
        (each.text, each.place.name if each.place else None)
        for each in finder.find(text)
        if each.role != "demonym"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a shell fell near palmyra, on the road from homs, as syrian troops left deir ez-zor.",
         ["palmyra", "homs", "deir ez-zor"]),
        ("the buses waited in the village of sukhna for two days and then left for the us.",
         ["sukhna"]),
        ("A SHELL FELL NEAR PALMYRA WHEN SYRIAN TROOPS LEFT HOMS FOR DEIR EZ-ZOR.",
         ["PALMYRA", "HOMS", "DEIR EZ-ZOR"]),
        ("ROCKETS HIT ALEPPO AND HAMA IN THE NIGHT\nNobody was hurt in Homs.",
         ["ALEPPO", "HAMA", "Homs"]),
        ("nothing of that kind was ever said by anybody who knows the side of the matter.", []),
    ],
)  # fmt: skip
def test_letters_of_one_case(region, text, expected):
    assert [each.text for each in region.find(text) if each.role != "demonym"] == expected


def test_letters_stay_where_they_stand(region):
    text = (
        "\u0130ZM\u0130R VE ANKARA ARASINDA TREN SEFERLER\u0130 DURDU, \u0130STANBUL BEKL\u0130YOR"
    )
    from convoy_geo.geoparse.lexicon import lexicon

    assert len(recased(text, lexicon("tr"), region.layers)) == len(text)
    mixed = "The buses left Homs."
    assert recased(mixed, lexicon(), region.layers) is mixed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They came from Deir\nez-Zor to Abu\nKamal.", ["Deir\nez-Zor", "Abu\nKamal"]),
        ("They came to Al-\nQaim in Iraq.", ["Al-\nQaim", "Iraq"]),
        ("Guards at the T-2 pumping station in Syria fled.", ["T-2", "Syria"]),
        ("They camped beside the T2 station in Syria.", ["T2", "Syria"]),
        ("Jets left the K9 airbase in Iraq.", ["K9 airbase", "Iraq"]),
        ("The T-72 tank stood in Homs.", ["Homs"]),
        ("The City of Homs and the city of Aleppo agreed.", ["Homs", "Aleppo"]),
        ("A bus stopped 12 km east of Sukhna.", ["Sukhna"]),
        ("A bus stopped to the north of Sukhna.", ["Sukhna"]),
    ],
)
def test_names(region, text, expected):
    assert [each.text for each in region.find(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Snow shut the Homs-Palmyra highway.", "Homs-Palmyra highway"),
        ("Snow shut the Damascus\u2013Baghdad international road today.",
         "Damascus\u2013Baghdad international road"),
        ("La neige a fermé l'autoroute Damas-Homs dans la nuit.", "autoroute Damas-Homs"),
        ("La nieve cerró la carretera Damasco-Homs y los que iban por ella.",
         "carretera Damasco-Homs"),
    ],
)  # fmt: skip
def test_roads_between_two_towns(region, text, expected):
    road = next(each for each in region.find(text) if each.role == "road")
    assert road.text == expected
    assert road.place.shape == "area"
    assert 33 < road.place.lat < 35
    assert road.place.radius_km >= 25


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("Les camions sont passés par la RN5 ; ils sont à Homs.", "RN5"),
        ("Los camiones fueron por la carretera federal 200 hacia el sur.", "200"),
        ("Движение по трассе М-5 в районе Хомса закрыли.", "М5"),
        ("Рух трасою М-5 біля міста та на околиці перекрито.", "М5"),
        ("وأغلق مسلحون طريق M4 قرب عين عيسى", "M4"),
        ("Su altında kalan D-400 karayolu için çalışma var ve bu yol kapalı.", "D400"),
    ],
)
def test_roads_by_number_in_other_languages(region, text, ref):
    roads = [each.text for each in region.find(text) if each.role == "road"]
    assert [each.split()[-1].replace("-", "") for each in roads] == [ref]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("El barco que iba por el mar Rojo está en el puerto de la ciudad.", "Red Sea"),
        ("Le bateau qui est dans le golfe d'Aden a été vu par les pêcheurs.", "Gulf of Aden"),
        ("Суда стоят в Азовском море, и их не выпускают.", "Sea of Azov"),
        ("تراجع منسوب الفرات إلى مستوى غير مسبوق", "Euphrates"),
        ("Gemi bu sabah Karadeniz açıklarında battı ve kurtarma ekipleri yola çıktı.", "Black Sea"),
    ],
)
def test_waters_in_other_languages(region, text, name):
    assert name in [place for _, place in named(region, text)]


def test_a_village_amid_the_places_of_the_text(world):
    text = "Hussars burnt Floing. The army lay at Sedan; some got over to Bouillon."
    assert named(world, text)[0] == ("Floing", "Floing")
    assert world.find(text)[0].place.country == ("FR",)
    assert named(world, "Hussars burnt Floing, it is said, and nothing else.") == []


def test_a_common_word_amid_the_places_of_the_text(world):
    text = "The column was held up at Best. It came from Eindhoven and went on to Veghel."
    assert ("Best", "Best") in named(world, text)
    assert named(world, "He is at best a fool. It rained in Eindhoven and in Veghel.")[0] != (
        "Best", "Best")  # fmt: skip


def test_umlauts_rivers_and_first_words(world):
    assert ("Wörth", "Woerth") in named(world, "It began at Wörth in Alsace, in France.")
    assert named(world, "They met at Kalach on the Don at noon.")[0] == ("Kalach", "Kalach-na-Donu")
    assert named(world, "They met in Kalach at noon in the rain.")[0] == ("Kalach", "Kalach")
    assert named(world, "City of Damascus officials came, Syrians said.")[0][0] == "Damascus"
    assert named(world, "He fled towards Wadi Jarif by car.") == [("Wadi Jarif", None)]


@pytest.mark.parametrize(
    "text",
    [
        "HMS Ramadi was late, sailors said.", "The ferry Aleppo took on coal.",
        "The SS Damascus sank in a gale.", "Homs, 34, a baker, waved to them.",
        "The frigate Mosul and the destroyer Homs met.",
    ],
)  # fmt: skip
def test_ships_and_persons_with_an_age_are_no_places(region, text):
    assert [each.text for each in region.find(text)] == []


def test_a_ship_that_goes_to_a_town_leaves_the_town(region):
    found = region.find("The ferry to Latakia was late; in Homs, 34, among them two boys, died.")
    assert [each.text for each in found] == ["Latakia", "Homs"]
