"""Reports in several languages: names in their cases, and persons and papers that are no places."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from convoy_geo import distance_km, make_finder
from convoy_geo.geoparse.inflect import Endings
from convoy_geo.geoparse.lexicon import LISTS, lexicon
from convoy_geo.geoparse.tokens import split_words
from convoy_geo.lang import languages, load
from convoy_geo.lang.detect import detect, parts

TEXTS = Path(__file__).parent / "reports_by_language.txt"
MARK = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
READ = [code for code in languages("reader.toml") if code != "en"]


def reports():
    """Texts written for this test: language, text, its places with points, and names of others.

    ``[name|lat,lon]`` is a place, with the kilometres that a found one may be off behind another
    comma (100 without), and ``[name|-]`` a person or a thing that is called like a place.
    """
    for block in TEXTS.read_text("utf-8").split("== ")[1:]:
        code, marked = block.split("\n", 1)
        text, places, others, at = "", [], [], 0
        for found in MARK.finditer(marked):
            text += marked[at : found.start()]
            span = (len(text), len(text) + len(found[1]))
            if found[2] == "-":
                others.append(span)
            else:
                places.append((*span, *map(float, found[2].split(","))))
            text += found[1]
            at = found.end()
        yield code.strip(), text + marked[at:], places, others


@pytest.fixture(scope="module")
def finder():
    return make_finder()


def _placed(found, place):
    start, end, lat, lon, *rest = place
    return any(
        one.start < end
        and start < one.end
        and one.place is not None
        and distance_km(one.place.lon, one.place.lat, lon, lat) <= (rest[0] if rest else 100)
        for one in found
    )


def scored(finder, code):
    """Of a language: places, those of them found and placed, others, and those of them taken."""
    total, placed, persons, taken = 0, 0, 0, []
    for lang, text, places, others in reports():
        if lang != code:
            continue
        found = [one for one in finder.find(text) if one.role != "demonym"]
        total += len(places)
        placed += sum(_placed(found, place) for place in places)
        persons += len(others)
        taken += [
            text[start:end] for start, end in others
            if any(one.start < end and start < one.end for one in found)
        ]  # fmt: skip
    return total, placed, persons, taken


GOALS = {"ar": 0.7, "es": 0.8, "fa": 0.6, "fr": 0.8, "he": 0.6, "ru": 0.8, "tr": 0.75, "uk": 0.8}
"""Share of the places that must be found and placed."""


@pytest.mark.parametrize("code", READ)
def test_places_are_found_and_others_are_not(finder, code):
    total, placed, _, taken = scored(finder, code)
    assert total >= 15
    assert placed >= GOALS[code] * total
    assert len(taken) <= 1, taken


@pytest.mark.parametrize("code", READ)
def test_the_language_of_each_text_is_recognised(code):
    assert all(detect(text) == code for lang, text, *_ in reports() if lang == code)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Колонна подошла к Гудермесу.", "Gudermes"),
        ("Автобусы едут в Крым через Армянск.", "Armyansk"),
        ("Раненых привезли в Хасавюрт из Назрани.", "Nazran"),
        ("Люди вийшли з Нової Каховки.", "Nova Kakhovka"),
        ("Потяг прибув до Кривого Рогу.", "Kryvyy Rih"),
        ("Автобуси їдуть до Миколаєва.", "Mykolayiv"),
        ("Ekipler Diyarbakır'dan yola çıktı.", "Diyarbakır"),
        ("Les blessés viennent d'Alep.", "Aleppo"),
        ("Des camions ont quitté l'Algérie.", "Algeria"),
        ("La columna cruzó a Túnez por el sur.", "Tunisia"),
    ],
)
def test_the_case_and_the_little_words_of_a_name(finder, text, name):
    found = [one for one in finder.find(text) if one.place is not None]
    assert name in {one.place.name for one in found}


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("Le convoi est à 20 km au nord de Homs.", ("offset", "north", "20km")),
        ("Il est arrivé près d'Alep.", ("near", "", "")),
        ("La caravana está a 15 km al sur de Bogotá.", ("offset", "south", "15km")),
        ("Колонна стоит в 20 км к северу от Пензы.", ("offset", "north", "20km")),
        ("Колона стоїть за 20 км на північ від Полтави.", ("offset", "north", "20km")),
        ("الحافلات على بعد 20 كم شمال حمص", ("offset", "north", "20km")),
        ("השיירה נמצאת 20 קילומטרים צפונית לחיפה", ("offset", "north", "20km")),
        ("کاروان در نزدیک اصفهان است", ("near", "", "")),
        ("Konvoy Ankara'nın 20 km kuzeyinde durdu ve bekledi.", ("offset", "north", "20km")),
        ("Konvoy Ankara yakınında durdu ve bekledi.", ("near", "", "")),
    ],
)
def test_what_is_said_of_a_place(finder, text, relation):
    (found,) = [one.relation for one in finder.find(text) if one.relation]
    assert (found.how, found.direction, found.distance) == relation


def test_a_text_in_two_languages(finder):
    text = "The convoy left Homs at dawn. Колонна вышла из Грозного и дошла до Хасавюрта."
    found = {one.text: one.place.country for one in finder.find(text)}
    assert found == {"Homs": ("SY",), "Грозного": ("RU",), "Хасавюрта": ("RU",)}
    assert [one.text for one in finder.find(text)] == [
        text[one.start : one.end] for one in finder.find(text)
    ]


def test_the_language_can_be_named(finder):
    with pytest.raises(ValueError, match="one of the languages"):
        make_finder(lang="tlh")
    named = make_finder(lang="fr")
    assert [one.text for one in named.find("Départ d'Alep.")] == ["Alep"]
    assert list(finder.find("")) == []


def test_an_unknown_language_is_read_as_english(finder):
    assert lexicon("tlh").lang == "en"
    assert detect("Heghlu'meH QaQ jajvam") == ""
    assert [one.text for one in finder.find("Konvoi nach Homs, Damaskus")][:1] == ["Homs"]


def test_words_and_gaps_are_the_text():
    for text in ("L'eau d'Alep et jusqu'à l'Oronte.", "Irak'ın Musul'dan 'x' Van'da", "'", "d'"):
        for apostrophe in ("", "elision", "suffix"):
            split = split_words(text, apostrophe)
            assert len(split.edges) == 2 * len(split.words) + 1
            assert split.edges == sorted(split.edges)
            assert split.edges[-1] == len(text)
    split = split_words("d'Alep", "elision")
    assert split.words == ["d'", "Alep"]
    assert "d'Alep"[split.edges[2] : split.edges[3]] == "Alep"


def test_endings_propose_main_forms():
    endings = Endings({"ом": "_ о", "_": "ы"})
    assert set(endings.forms("Чеховом")) == {"Чехов", "Чехово", "Чеховомы"}
    assert endings.forms("ом") == ()
    assert not Endings({})


@pytest.mark.parametrize("code", languages("reader.toml"))
def test_words_of_a_reader_are_known_keys(code):
    """What a table has and the reader does not ask for would be dead."""
    known = set(load("en").reader) | set(LISTS) | {
        "quoted", "apostrophe", "endings", "adjectives", "demonyms", "demonym", "clitics",
        "long_clitics", "postpositions", "article", "nisba", "home",
    }  # fmt: skip
    assert set(load(code).reader) <= known


def test_sentences_in_other_languages_are_told_apart():
    text = "Il est parti vers la ville. Выехали из города и не вернулись. The men were late."
    assert [part.lang for part in parts(text)] == ["fr", "ru", "en"]
    assert "".join(text[part.start : part.end] for part in parts(text)) == text
    assert parts("") == []


PAGE = Path(__file__).parent.parent / "docs" / "languages.md"
CODE = """
from convoy_geo import find_dates, find_places, relative_date
text = "Il convoglio è partito da Torino lunedì sera ed era fermo nella città di Novara."
print([(one.text, one.place.name) for one in find_places(text)])
print([(one.text, str(one.interval), one.lang) for one in find_dates(text, "2017-09-06")])
print(relative_date("tre giorni fa", "2017-09-06").edtf, relative_date("tra il 2 e il 4 settembre",
      "2017-09-06").edtf, relative_date("la settimana scorsa", "2017-09-06").edtf)
"""


@pytest.mark.slow
@pytest.mark.skipif(not PAGE.is_file(), reason="not in a checkout")
def test_a_tenth_language_is_the_folder_that_the_page_shows(tmp_path, monkeypatch):
    folder = tmp_path / "it"
    folder.mkdir()
    for name, block in re.findall(
        r"`it/(\w+\.toml)`.*?```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL
    ):
        (folder / name).write_text(block, "utf-8")
    monkeypatch.setenv("CONVOY_GEO_LANG", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    places, dates, phrases = done.stdout.splitlines()
    assert places == "[('Torino', 'Turin'), ('Novara', 'Novara')]"
    assert dates == "[('lunedì sera', '2017-09-04', 'it')]"
    assert phrases == "2017-09-03 2017-09-02/2017-09-04 2017-08-27/2017-09-03"
