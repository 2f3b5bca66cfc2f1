"""Names in texts: what is found, what for, which namesake, and what must never happen."""

import json
import math
import sys

import pytest
import smallworld
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from convoy_geo.errors import TextFileError
from convoy_geo.gazetteer.case_gazetteer import Gazetteer
from convoy_geo.gazetteer.index import Store
from convoy_geo.gazetteer.normalize import name_letters
from convoy_geo.geoparse.finder import Finder, find_places
from convoy_geo.geoparse.lookup import CaseLayer, StoreLayer, part
from convoy_geo.geoparse.mentions import ROLES
from convoy_geo.geoparse.tokens import split_words
from convoy_geo.io.text_files import decode_text, read_text
from convoy_geo.model.places import Place, Spelling
from convoy_geo.viz.explore import explore

CASE = Gazetteer(
    [
        Place("rawa", "Rawa", 41.919, 34.482, country=("IQ",)),
        Place("west", "Western Anbar", 41.4, 34.2, shape="area", kind="region", country=("IQ",),
              spellings=(Spelling("western Anbar"),)),
        Place("border", "Iraq-Syria border", 40.98, 34.4, shape="area", kind="border",
              country=("SY", "IQ"), spellings=(Spelling("Iraqi border"),)),
        Place("held", "Land between", None, None, shape="unmapped", kind="region",
              spellings=(Spelling("nobody's land"), Spelling("back roads"))),
        Place("old", "Homs", 30.0, 30.0, role="decoy"),
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(smallworld.build(tmp_path_factory.mktemp("store")))


@pytest.fixture(scope="module")
def finder(store):
    return Finder([StoreLayer(store)])


def found(finder, text):
    return [(mention.text, mention.role) for mention in finder.find(text)]


def one(finder, text, name):
    (mention,) = [mention for mention in finder.find(text) if mention.text == name]
    return mention


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The buses went from Homs to Rawa.", [("Homs", "place"), ("Rawa", "place")]),
        ("Damascus said it would answer.", [("Damascus", "metonym")]),
        ("Moscow has denied the report.", [("Moscow", "metonym")]),
        ("They sent a message to Damascus.", [("Damascus", "metonym")]),
        ("Fighting in Damascus went on.", [("Damascus", "place")]),
        ("Sources in Syria say nothing.", [("Syria", "place")]),
        ("Iraq's south and Syria\u2019s east", [("Iraq", "possessive"), ("Syria", "possessive")]),
        ("Syrian and Iraqi drivers", [("Syrian", "demonym"), ("Iraqi", "demonym")]),
        ("Two Iraqis met a Russian.", [("Iraqis", "demonym"), ("Russian", "demonym")]),
        ("ERBIL, Iraq \u2013 The road was cut.", [("ERBIL", "dateline"), ("Iraq", "dateline")]),
        ("NAIROBI (Reuters) - Rain fell.", [("NAIROBI", "dateline")]),
        ("NAIROBI, Aug 16, 2021 (Reuters) - Rain.", [("NAIROBI", "dateline")]),
        *(
            (f"NAIROBI, Kenya, {date} - Rain.", [("NAIROBI", "dateline"), ("Kenya", "dateline")])
            for date in ("Aug 16", "16 August 2021", "Aug. 16, 2021", "Aug 16, 2021 (Reuters)")
        ),
        ("LONDON, Ontario, Canada, Sept. 3, 2021 (AP) -- Rain.",
         [("LONDON", "dateline"), ("Ontario", "dateline"), ("Canada", "dateline")]),
        ("TRINIDAD, Bolivia, Aug 16, 2011 - They left.",
         [("TRINIDAD", "dateline"), ("Bolivia", "dateline")]),
        ("London, Nairobi, Lima, Moscow - all are wet.",
         [(name, "place") for name in ("London", "Nairobi", "Lima", "Moscow")]),
        ("He works for the Washington Post.", []),
        ("An office of Deir al-Zour 24, a network", []),
        ("Paris Hilton sang.", []),
        ("London United beat Real Paris.", []),
        ("Mr. Franklin and Dr Franklin were late.", []),
        ("Benjamin Franklin wrote. Franklin slept.", []),
        ("Asmaa Al-Ani spoke to Omar Rawa.", []),
        ("J. London wrote novels.", []),
        ("Buses left, Deir al-Zour 24 wrote on Sunday.", []),
        ("Deir al-Zour 24 has also reported it.", []),
        ("In Homs 24 said that they were hurt.", [("Homs", "place")]),
        ("Near Homs 24 buses stand.", [("Homs", "place")]),
        ("Chad Smith agreed to go. Smith left.", []),
        ("Chad Wood", []),
        ("In Chad Smith Ltd wants to dig.", [("Chad", "place")]),
        ("Chad agreed.", [("Chad", "metonym")]),
        ("The Times of India reported rain.", []),
        ("In times of India we hope.", [("India", "place")]),
        ("The Rawa news agency reported rain.", []),
        ("A Moscow news agency reported rain.", [("Moscow", "place")]),
        ("Two Moscow news agencies; Moscow news agency Tass", [("Moscow", "place")] * 2),
        ("The Bank of England, the Paris Review", []),
        ("Reading is fun, and mobile phones ring.", []),
        ("On Sunday in March they may march.", []),
        ("near Al-Qa'im and al-Qaim", [("Al-Qa'im", "place"), ("al-Qaim", "place")]),
        ("from St. Louis to Rio de Janeiro", [("St. Louis", "place"), ("Rio de Janeiro", "place")]),
        ("The U.S. and the US army asked us.", [("U.S.", "place"), ("US", "place")]),
        ("A New Texas law", [("Texas", "place")]),
        ("As Iraq burns, Iraq's army waits.", [("Iraq", "place"), ("Iraq", "possessive")]),
        ("TROOPS LEAVE BAGHDAD FOR HOMS TODAY", [("BAGHDAD", "place"), ("HOMS", "place")]),
        ("Floods hit Kisumu, Nairobi and Surabaya.",
         [("Kisumu", "place"), ("Nairobi", "place"), ("Surabaya", "place")]),
        ("Kenyan runners came to Lima, Peru.",
         [("Kenyan", "demonym"), ("Lima", "place"), ("Peru", "place")]),
        ("وصلت الحافلات إلى دير الزور", [("دير الزور", "place")]),
        ("من حمص وبغداد", [("حمص", "place"), ("بغداد", "place")]),
    ],
)  # fmt: skip
def test_roles(finder, text, expected):
    assert found(finder, text) == expected


@pytest.mark.parametrize(
    ("text", "name", "country", "kind"),
    [
        ("He moved to Paris last year.", "Paris", "FR", "town"),
        ("He moved to Paris, Texas.", "Paris", "US", "town"),
        ("In Paris, Ontario, snow fell.", "Paris", "CA", "town"),
        ("LONDON, Ky. (AP) -- A man is well.", "LONDON", "US", "town"),
        ("The towns of Rawa and Qaim in Iraq", "Rawa", "IQ", "town"),
        ("Alabama, Kentucky and Georgia voted.", "Georgia", "US", "area1"),
        ("Russia and Georgia talked.", "Georgia", "GE", "country"),
        ("He lives in Georgia, United States.", "Georgia", "US", "area1"),
        ("Iraq, Iran and Syria agreed.", "Iraq", "IQ", "country"),
        ("The buses left Homs.", "Homs", "SY", "town"),
        ("In Homs province nothing moves.", "Homs", "SY", "area1"),
        ("A man in Washington said no.", "Washington", "US", "town"),
        ("The march left Trinidad, Bolivia, for San Borja.", "Trinidad", "BO", "town"),
        ("TRINIDAD, Bolivia (AP) - Men march.", "TRINIDAD", "BO", "town"),
        ("From Lima, Peru and Trinidad, Bolivia they came.", "Trinidad", "BO", "town"),
        ("Trinidad, Bolivia and Peru agreed.", "Trinidad", "TT", "country"),
        ("Peru, Trinidad, Bolivia and others", "Trinidad", "TT", "country"),
        ("Trinidad Bolivia", "Trinidad", "TT", "country"),
        ("They met in Armenia, Colombia last week.", "Armenia", "CO", "town"),
        ("Armenia, Colombia: talks", "Armenia", "CO", "town"),
        ("Armenia, Colombia sign a pact.", "Armenia", "AM", "country"),
        ("In Armenia, Colombia opened an office.", "Armenia", "AM", "country"),
        ("Armenia, Colombia, Peru and Japan", "Armenia", "AM", "country"),
        ("The rivals, China, Japan, are calm.", "China", "CN", "country"),
    ],
)
def test_namesakes(finder, text, name, country, kind):
    mention = one(finder, text, name)
    assert mention.place.country == (country,)
    assert mention.place.kind == kind
    assert mention.matches[0].place == mention.place
    assert mention.matches[0].reason
    assert mention.reasons


def test_one_name_is_one_place_in_a_text_unless_it_says_otherwise(finder):
    text = "Paris, Texas is small. Paris has a mayor. But Paris, France has more."
    lons = [mention.place.lon for mention in finder.find(text) if mention.text == "Paris"]
    assert lons == [-95.55, -95.55, 2.35]


def test_a_country_that_loses_to_a_town_says_why_and_brings_no_other_places(finder):
    text = "They left Trinidad, Bolivia, at dawn. Trinidad was calm, Chaguanas too."
    first, bolivia, again = finder.find(text)
    assert "the area it lies in follows" in first.reasons
    assert "lies in the area that follows" in first.matches[0].reason
    assert (first.place.id, first.matches[1].place.kind) == (again.place.id, "country")
    assert bolivia.place.country == ("BO",)


def test_an_ambiguous_area_holds_the_place_before_it(finder):
    mentions = finder.find("Savannah, Georgia, is old. Georgia is older.")
    assert [mention.place.kind for mention in mentions] == ["town", "area1", "area1"]
    assert mentions[0].place.country == ("US",)


def test_all_candidates_are_counted_and_weighed(finder):
    mention = one(finder, "He likes London.", "London")
    assert mention.candidates == 3
    assert math.isclose(sum(match.score for match in mention.matches), 1.0, abs_tol=0.01)
    assert mention.matches[0].score > mention.matches[1].score


@pytest.mark.parametrize(
    ("text", "name", "how", "words", "term"),
    [
        ("in western Anbar", "Anbar", "part", "western Anbar", "part(x,west)"),
        ("in north-eastern Syria", "Syria", "part", "north-eastern Syria", "part(x,northeast)"),
        ("near the town of Rawa", "Rawa", "near", "near the town of Rawa", "near(x)"),
        ("went toward Rawa", "Rawa", "toward", "toward Rawa", "toward(x)"),
        ("20 km north of Homs", "Homs", "offset", "20 km north of Homs", "offset(x,20km,north)"),
        ("164 miles from Rawa", "Rawa", "offset", "164 miles from Rawa", ""),
        ("on the Iraqi border", "Iraqi", "border", "Iraqi border", ""),
        ("Syria's border with Iraq", "Syria", "border", "Syria's border with Iraq", ""),
        ("the Lebanon-Syria border zone", "Lebanon", "border", "Lebanon-Syria border zone", ""),
        ("the Lebanon-Syria border zone", "Syria", "border", "Lebanon-Syria border zone", ""),
    ],
)
def test_relations(finder, text, name, how, words, term):
    relation = one(finder, text, name).relation
    assert (relation.how, relation.text) == (how, words)
    assert text[relation.start : relation.end] == words
    assert relation.term("x") == term


def test_terms_are_those_of_relative_places(finder):
    from convoy_geo.model.relative_places import parse_relation

    for text in ("western Anbar", "near Rawa", "20 km north of Homs", "toward Rawa"):
        (mention,) = finder.find(f"They were {text}.")
        parse_relation(mention.relation.term("place"))


def test_a_case_comes_first(store):
    finder = Finder([CaseLayer(CASE), StoreLayer(store)])
    text = "From Rawa in western Anbar to the Iraqi border near Homs, beyond the Land between."
    places = [(mention.text, mention.place.id) for mention in finder.find(text)]
    assert places[:3] == [("Rawa", "rawa"), ("western Anbar", "west"), ("Iraqi border", "border")]
    assert places[3][0] == "Homs"
    assert places[3][1].startswith("geonames:")  # the case says that its own Homs is not meant
    assert places[4] == ("Land between", "held")
    phrases = finder.find(
        "By back roads, through nobody\u2019s land, to Rawa's market; roads back."
    )
    assert [(mention.text, mention.place.id) for mention in phrases] == [
        ("back roads", "held"),
        ("nobody\u2019s land", "held"),
        ("Rawa", "rawa"),
    ]


def test_only_countries_asked_for(store):
    finder = Finder([StoreLayer(store, ("CA",))])
    mention, other = finder.find("from London to Baghdad, Iraq")
    assert mention.place.country == ("CA",)
    assert (other.text, other.place) == ("Baghdad", None)


def test_other_romanisations_where_a_place_is_wanted(store):
    text = "Iraq is hot. The convoy stopped near Raawah. Mr Raawah left; Surabayah is far."
    (mention,) = [each for each in Finder([StoreLayer(store)]).find(text) if each.text != "Iraq"]
    assert (mention.text, mention.place) == ("Raawah", None)
    closer = Finder([StoreLayer(store)], fuzzy=True)
    assert found(closer, text) == [("Iraq", "place"), ("Raawah", "place")]
    assert one(closer, text, "Raawah").place.name == "Rāwah"
    # In a country that the text does not speak of, nothing is looked for.
    (mention,) = closer.find("The convoy stopped near Raawah.")
    assert mention.place is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("From Santiago, Chile, they flew.", []),
        ("He spoke of Chile and to Chile.", []),
        ("TRIPOLI, Libya (AP) - Men left. Tripoli is calm, Homs is not.", ["Homs"]),
        ("He died in Lebanon, Ohio, and not in Lebanon.", ["Lebanon", "Lebanon"]),
        ("He died in Damascus (Maryland).", []),
        ("Tripoli, Lebanon, is calm.", ["Tripoli", "Lebanon"]),
        ("From Beirut, Cyprus and Egypt they came.", ["Beirut"]),
        ("From Beirut, Cyprus and Iraq they came.", ["Beirut", "Iraq"]),
        ("Damascus, Cuba sign a pact.", ["Damascus"]),
        ("From Homs, Russia sent ships.", ["Homs"]),
        ("They left Homs, Germany said.", ["Homs"]),
        ("They left Tripoli, Libya on Monday.", []),
        ("From Tripoli, Libya to Homs", ["Homs"]),
        ("Tripoli, Libya to sign a pact", ["Tripoli"]),
        ("In the town of Mali", ["Mali"]),
        ("The government of Mali fell.", []),
    ],
)
def test_a_country_that_the_gazetteer_lacks_is_no_town_of_it(text, expected):
    mentions = find_places(text, gazetteer="region")
    assert [mention.text for mention in mentions] == expected
    for refused in mentions.refused:
        if refused.text.title() in {"Chile", "Tripoli", "Damascus"}:
            assert "the gazetteer" in refused.reasons[-1]


def test_only_countries_of_the_gazetteers_at_hand_are_missing(store):
    text = "They met in Paris, France, and in Rawa, Poland."
    assert found(Finder([StoreLayer(store, ("FR",))]), text)[0] == ("Paris", "place")
    assert found(Finder([StoreLayer(store, ("IQ",))]), "From Rawa, Poland") == []
    case = Finder([CaseLayer(CASE), StoreLayer(store, ("IQ",))])
    assert found(case, "From Rawa, Poland") == [("Rawa", "place")]  # the case knows better


def test_two_gazetteers_give_each_place_once(store):
    finder = Finder([StoreLayer(store), StoreLayer(store, supplement=True)])
    assert one(finder, "He likes London.", "London").candidates == 3


def test_a_town_is_meant_rather_than_the_area_called_after_it(tmp_path):
    from convoy_geo.gazetteer.build_index import Entry, build_store

    entries = [
        Entry("Iraq", 44.0, 33.0, "country", "IQ", "", 38_000_000, 1),
        Entry("Baghdad", 44.4, 33.3, "area1", "IQ", "IQ.07", 7_000_000, 2),
        Entry("Baghdad", 44.37, 33.34, "town", "IQ", "IQ.07", 5_600_000, 3),
    ]
    build_store(tmp_path, entries, info={"id": "two", "title": "two"})
    finder = Finder([StoreLayer(Store(tmp_path))])
    kinds = [m.place.kind for m in finder.find("From Baghdad to Baghdad province in Iraq.")]
    assert kinds == ["town", "area1", "country"]


def test_what_is_refused_says_why(finder):
    (refused,) = finder.find("He reads the Washington Post.").refused
    assert (refused.text, refused.role, refused.place) == ("Washington", "organisation", None)
    assert "Post" in " ".join(refused.reasons)


@pytest.mark.slow
def test_frame_json_and_map(finder):
    mentions = finder.find("Syrian buses left Homs; <b>Iraq</b> waits for Mordor.")
    frame = mentions.to_frame()
    assert list(frame["text"]) == ["Syrian", "Homs", "Iraq"]
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.iloc[1].x == frame["lon"].iloc[1]
    rows = [json.loads(json.dumps(mention.to_dict())) for mention in mentions]
    assert [row["start"] for row in rows] == list(frame["start"])
    html = explore(mentions)._repr_html_()
    assert "Homs" in html
    assert "<b>Iraq</b> waits" not in html


def test_nothing_found_has_a_frame_and_a_map(finder):
    mentions = finder.find("")
    assert (len(mentions), len(mentions.to_frame())) == (0, 0)
    assert explore(mentions) is not None


# --- Laws -----------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "Paris", "Texas", ", ", "'s ", "\u2019s", " the ", "Syrian", " border", "-", "al",
        "Al-Qa'im", "\n",
        "London", ". ",
        "U", ".", "S", " said ", "western ", "Mr. ", "دير الزور", "و",
        "\u064f", "\u200f",
        "\ufeff", "St", "of", " ", "\x00", "IRAQ", "(", "\u2013", "20 km north of ", "Deir", " 24,",
        "日本", "_",
        "\U0001f697", "e\u0301", "Rio de Janeiro", "County", "border with ",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
@example("al-")
@example("-al-Qa'im's")
@example("I. London County")
def test_spans_are_true_sorted_apart_and_the_same_again(finder, text):
    mentions = finder.find(text)
    last = 0
    for mention in mentions:
        assert last <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        assert mention.role in ROLES
        assert 0.0 < mention.score <= 1.0
        if mention.relation:
            relation = mention.relation
            assert text[relation.start : relation.end] == relation.text
            assert mention.text in relation.text
        last = mention.end
    again = finder.find(text)
    assert [mention.to_dict() for mention in again] == [mention.to_dict() for mention in mentions]


@given(st.text(max_size=80))
def test_words_and_gaps_are_the_text(text):
    words = split_words(text)
    parts = [piece for pair in zip(words.gaps, [*words.words, ""], strict=True) for piece in pair]
    assert "".join(parts) == text
    for k, word in enumerate(words.words):
        assert text[words.edges[2 * k] : words.edges[2 * k + 1]] == word


@pytest.mark.parametrize("name", ["Deir ez-Zor", "Rio de Janeiro", "دير الزور", "Al-Qa'im"])
def test_the_key_of_a_name_is_that_of_its_words(name):
    assert "".join(map(part, split_words(name).words)) == name_letters(name)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "A", "Paris ", "al-", "Paris, ", " ", "U.S.", "border with ", "دير", "A\u0301", "Paris\n",
        "Paris' ", "-", "Paris, (", "St. ", "Paris, Texas -- ",
    ],
)  # fmt: skip
def test_work_grows_with_the_length_only(finder, piece):
    def calls(length):
        """Of functions: the same on any machine."""
        count = 0

        def tell(*_):
            nonlocal count
            count += 1

        text = piece * (length // len(piece))
        sys.setprofile(tell)
        try:
            finder.find(text)
        finally:
            sys.setprofile(None)
        return count

    calls(2_000)  # words are remembered
    small = calls(5_000)
    # Eight times the text; what is quadratic would be sixty-four times as much.
    assert calls(40_000) < 10 * small + 1_000


# --- Files ----------------------------------------------------------------------------------------


def test_a_text_of_any_mark_is_read(tmp_path):
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        file = tmp_path / f"{encoding}.txt"
        file.write_bytes("Rāwah\r\nدمشق".encode(encoding))
        assert read_text(file) == "Rāwah\r\nدمشق"


@pytest.mark.parametrize(
    ("data", "byte"),
    [
        (b"Caf\xe9 in Homs", 3),
        (b"ab\0cd", 2),
        (b"\xc3\xa9\xc3", 2),
        (b"\xef\xbb\xbfCaf\xe9", 6),  # bytes of the file, its mark counted
    ],
)
def test_what_is_no_text_names_file_and_byte(data, byte):
    with pytest.raises(TextFileError, match=rf"a\.txt: byte {byte}\b"):
        decode_text(data, "a.txt")
