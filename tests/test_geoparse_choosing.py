"""Which place of a name is meant: towns and provinces, countries, cities, streets, persons."""

import pytest

from convoy_geo.gazetteer.build_index import Entry, build_store
from convoy_geo.gazetteer.index import Store
from convoy_geo.geoparse.clean import clean_text
from convoy_geo.geoparse.finder import Finder, make_finder
from convoy_geo.geoparse.lookup import StoreLayer


def entry(name, where, people, *others, kind="town"):
    """A place; `where` is its area's code with the position, such as ``SY.11 36.7 34.7``."""
    area, lon, lat = where.split()
    spellings = tuple((text, "alternate") for text in others)
    country = area[:2]
    code = area if "." in area else ""
    number = abs(hash((name, where))) % 10**8 + 1
    return Entry(name, float(lon), float(lat), kind, country, code, people, number,
                 spellings=spellings)  # fmt: skip


WORLD = [
    entry("Mozambique", "MZ 35 -18", 29_000_000, kind="country"),
    entry("Israel", "IL 34.75 31.5", 8_800_000, kind="country"),
    entry("Germany", "DE 10.5 51.5", 82_000_000, "Mana", kind="country"),
    entry("Jordan", "JO 36 31", 10_000_000, kind="country"),
    entry("Iraq", "IQ 44 33", 38_000_000, kind="country"),
    entry("Turkey", "TR 35 39", 82_000_000, kind="country"),
    entry("Madagascar", "MG 47 -20", 26_000_000, kind="country"),
    entry("United States", "US -98 39", 327_000_000, "Sam", kind="country"),
    entry("France", "FR 2 46", 67_000_000, kind="country"),
    entry("Jamaica", "JM -77 18", 2_900_000, kind="country"),
    entry("Senegal", "SN -14 14", 16_000_000, kind="country"),
    entry("Gaza Province", "MZ.02 33.7 -23.3", 1_422_000, "Gaza", kind="area1"),
    entry("Gaza", "PS.GZ 34.47 31.5", 410_000),
    entry("Maan", "JO.19 35.73 30.19", 50_000, "Ma'an", "Mana"),
    entry("Muhafazat Dali", "IQ.01 41.3 33", 1_900_000, "Dali", "Rami", kind="area1"),
    entry("Rami", "IQ.01 43.3 33.4", 220_000),
    entry("Texas", "US.TX -99 31", 29_000_000, kind="area1"),
    entry("Maine", "US.ME -69 45", 1_300_000, kind="area1"),
    entry("Missouri", "US.MO -92 38", 6_100_000, kind="area1"),
    entry("Paris", "FR.11 2.35 48.85", 2_138_000), entry("Paris", "US.TX -95.6 33.7", 24_800),
    entry("Virginia", "US.VA -78 37.5", 8_500_000, kind="area1"),
    entry("Richmond", "US.VA -77.5 37.5", 220_000),
    entry("Portland", "JM.11 -76.5 18.1", 82_000, kind="area1"),
    entry("Portland", "US.ME -70.3 43.7", 66_000),
    entry("St. Louis", "US.MO -90.2 38.6", 315_000),
    entry("Saint-Louis", "SN.14 -16.5 16", 176_000),
    entry("Acre", "BR.01 -70 -9", 907_000, kind="area1"), entry("Acre", "IL.04 35.1 32.9", 51_000),
    entry("Milas", "NL.07 4.9 52.4", 742_000), entry("Milas", "US.NY -74.2 42.9", 18_000),
    entry("King of Texas", "US.PA -75.4 40.1", 20_000),
    entry("Side", "TR.07 31.4 36.8", 20_500), entry("Of", "TR.61 40.3 40.9", 42_000),
]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    build_store(folder, WORLD, info={"id": "test", "title": "a test"})
    return Finder([StoreLayer(Store(folder))])


@pytest.fixture(scope="module")
def region():
    return make_finder(gazetteer="region")


def places(finder, text):
    """What is found beside adjectives: the words, the kind of the place and its country."""
    return [
        (mention.text, mention.place.kind, "".join(mention.place.country))
        for mention in finder.find(text)
        if mention.role != "demonym" and mention.place
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Israeli tanks drove into Gaza at dawn.", ("Gaza", "town", "PS")),
        ("A Jordanian court in Mana heard the case.", ("Mana", "town", "JO")),
        ("Iraqi engineers came to Rami.", ("Rami", "town", "IQ")),
        ("Iraqi engineers came to Dali.", ("Dali", "area1", "IQ")),
        ("Paris denied it; a man from Richmond, Va., was freed.", ("Paris", "town", "FR")),
        ("They drove through Paris, TX, at noon.", ("Paris", "town", "US")),
        ("They drove through Paris, Texas, at noon.", ("Paris", "town", "US")),
        ("The ship is from Portland, Me.", ("Portland", "town", "US")),
        ("Rain fell on Saint Louis in Missouri.", ("Saint Louis", "town", "US")),
        ("Rain fell on Saint Louis in Senegal.", ("Saint Louis", "town", "SN")),
        ("Turkish divers came to Side on Friday.", ("Side", "town", "TR")),
        ("The bus left the town of Of at night.", ("Of", "town", "TR")),
        # A city before an area elsewhere that has its name as another one only
        ("Aid reached Gaza at noon.", ("Gaza", "town", "PS")),
        ("Rain fell on Gaza. It fell on all of Mozambique.", ("Gaza", "area1", "MZ")),
        # A name does not vouch for its own country; a large city needs no country beside it.
        ("Israeli engineers came to Acre.", ("Acre", "town", "IL")),
        ("A plane from Milas landed. Rain fell on Missouri.", ("Milas", "town", "NL")),
        ("They drove to King of Texas at noon.", ("King of Texas", "town", "US")),
        ("They spoke to the King of Texas at noon.", ("Texas", "area1", "US")),
    ],
)
def test_world(world, text, expected):
    assert places(world, text)[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "On the other side they waited.", "He spoke to Sam about it.",
        "Israel Dali told the court that he had left.",
    ],
)  # fmt: skip
def test_no_place(world, text):
    assert places(world, text) == []


def test_a_person_called_like_a_country_leaves_the_country(world):
    text = (
        "Jordan has shut the crossing. Ann Jordan, who drove, went home. Jordan said she was tired."
    )
    assert [mention.start for mention in world.find(text)] == [0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A shell fell in Raqqa city.", [("Raqqa", "town")]),
        ("A shell fell in Raqqa province.", [("Raqqa", "area1")]),
        ("Rockets fell on Aleppo airport.", [("Aleppo", "town")]),
        ("Snow in Hama, Homs and Idlib provinces.",
         [("Hama", "area1"), ("Homs", "area1"), ("Idlib", "area1")]),
        ("Snow in the provinces of Hama and Homs.", [("Hama", "area1"), ("Homs", "area1")]),
        ("Snow in the city of Hama, Homs and Idlib.",
         [("Hama", "town"), ("Homs", "town"), ("Idlib", "town")]),
        ("The town of Hit in Anbar is calm.", [("Hit", "town"), ("Anbar", "area1")]),
        ("HIT, Iraq (AP) - The bridge is shut.", [("HIT", "town"), ("Iraq", "country")]),
        ("Rain fell on Samawa, then on Ramadi.", [("Samawa", "town"), ("Ramadi", "town")]),
        ("He lives in Damascus Street, near Amman.", [("Amman", "town")]),
        ("He lives at 9 Baghdad Road in Homs.", [("Homs", "town")]),
        ("A shell hit Kobani at noon.", [("Kobani", "town")]),
        ("The bus broke down in Aş Şanamayn.", [("Aş Şanamayn", "town")]),
        ("They came from Mt. Lebanon.", [("Mt. Lebanon", "area1")]),
        ("They came to Deir ez-\nZor by bus.", [("Deir ez-\nZor", "town")]),
        ("They came to Tad\u00admur by bus.", [("Tad\u00admur", "town")]),
        ("They came to Maya\u200bdin by bus.", [("Maya\u200bdin", "town")]),
    ],
)  # fmt: skip
def test_region(region, text, expected):
    assert [(name, kind) for name, kind, _ in places(region, text)] == expected


def test_a_name_follows_the_area_that_was_named_with_it(world):
    text = "Paris, Texas, is small. In Paris a mill burned."
    assert [name[2] for name in places(world, text) if name[0] == "Paris"] == ["US", "US"]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain", "plain"), ("", ""), ("Pal\u00admyra", "Palmyra"), ("\ufb01rst", "first"),
        ("ez-\r\n Zor", "ez-Zor"), ("one -\ntwo", "one -\ntwo"), ("a\u200cb", "a\u200cb"),
    ],
)  # fmt: skip
def test_clean_text(text, clean):
    found = clean_text(text)
    assert found.text == clean
    assert found.span(0, len(clean))[1] <= max(len(text), 0)
    if clean:
        assert found.span(0, len(clean)) == (0, len(text))


def test_spans_of_a_cleaned_text():
    text = "a \ufb01eld of Pal\u00admyra and Ho\u200bms"
    found = clean_text(text)
    for word, written in (
        ("field", "\ufb01eld"),
        ("Palmyra", "Pal\u00admyra"),
        ("Homs", "Ho\u200bms"),
    ):
        start = found.text.index(word)
        first, last = found.span(start, start + len(word))
        assert text[first:last] == written
