"""Languages are folders: what is in one is used, and what it lacks is English."""

import pickle
import re
import subprocess
import sys

import pytest

from convoy_geo import lang
from convoy_geo.lang.templates import FOREIGN

MADE_UP = {
    "language.toml": 'name = "Qan"\ndirection = "rtl"\n',
    "page.json": '{"script": {"map": "qamap"}, "html": {"role_from": "qafrom {place}"}}',
    "dates.toml": 'short_months = "qa qb qc qd qe qf qg qh qi qj qk ql"\n'
    'months = "qanor qbnor qcnor qdnor qenor qfnor qgnor qhnor/qhshort qinor qjnor qknor qlnor"\n',
    "reader.toml": 'stop = "palmyra"\n',
    "names.toml": 'units = "qaprov"\n',
}
CODE = """
import sys
from convoy_geo.lang import load, languages
from convoy_geo.dates.relative import relative_date
from convoy_geo.gazetteer.normalize import fold
from convoy_geo.geoparse.lexicon import lexicon
words = load("qx")
print("qx" in languages("page.json"), words.name, words.direction, words.strings["map"],
      words.strings["legend"], words.date("2017-08-30"), "palmyra" in lexicon().common,
      relative_date("30 qhshort 2017", "2017-09-04").edtf, fold("Homs qaprov") == fold("Homs"),
      sep="|")
from convoy_geo.case.case import read_case
page = read_case("titanic-1912").page(lang="qx").html
print('lang="qx" dir="rtl"' in page, "qamap" in page, " qd 1912" in page)
"""


@pytest.mark.slow
def test_a_new_folder_is_a_new_language(tmp_path, monkeypatch):
    folder = tmp_path / "qx"
    folder.mkdir()
    for name, text in MADE_UP.items():
        (folder / name).write_text(text, "utf-8")
    monkeypatch.setenv("CONVOY_GEO_LANG", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first == "True|Qan|rtl|qamap|Legend|30 qh 2017|True|2017-08-30|True"
    assert second == "True True True"


def test_without_the_folder_there_is_no_such_language():
    with pytest.raises(
        ValueError, match="one of the languages en, ar, es, fa, fr, he, ru, tr, uk, not 'qx'"
    ):
        lang.load("qx")
    with pytest.raises(ValueError, match="one of the languages en, ar, not 'fa'"):
        lang.load("fa", having="page.json")
    for bad in ("", "../en", "en us", 'ar" x'):
        with pytest.raises(ValueError, match="one of the languages"):
            lang.load(bad)


def test_a_language_is_read_once_and_travels_to_other_processes():
    words = lang.load("ar-SY")
    assert words is lang.load("ar")
    assert pickle.loads(pickle.dumps(words)) is words  # noqa: S301 (our own bytes)


@pytest.mark.parametrize("code", [code for code in lang.languages() if code != "en"])
def test_templates_take_the_values_of_the_english_ones(code):
    english, other = lang.load("en"), lang.load(code)
    for file in ("results.toml", "page.json"):
        if not other.has(file):
            continue
        own, ours = dict(_flat(other.table(file))), dict(_flat(english.table(file)))
        assert own.keys() == ours.keys()
        for key, text in ours.items():
            assert _fields(own[key]) == _fields(text), key


def _flat(table):
    for key, value in table.items():
        yield from _flat(value) if isinstance(value, dict) else [(key, value)]


def _fields(text):
    return {name.partition(":")[0] for name in re.findall(r"\{([^}]*)\}", text)}


@pytest.mark.parametrize("code", lang.languages("dates.toml"))
def test_a_year_has_twelve_months_and_a_week_seven_days(code):
    dates = lang.load(code).dates
    assert len(dates["short_months"].split()) == len(dates["months"].split()) == 12
    assert len(dates["weekdays"].split()) == 7


def test_texts_of_the_case_are_isolated_and_cannot_break_out():
    start, end = FOREIGN
    hostile = f"{end}A{end}{start}\u202e"
    said = lang.load("ar").text("role_from", place=hostile)
    assert said.count(start) == said.count(end) == 1
    assert "\u202e" not in said
    assert lang.load("en").text("role_from", place="A. B. (C)") == "from A. B. (C)"
    inner = lang.load("ar").text("role_from", place="A")
    assert lang.load("ar").text("role_to", place=inner).count(start) == 1  # not isolated twice


def test_relations_in_both_languages():
    values = {"places": ["Homs", "Hama"], "distance": "10.50", "unit": "km"}
    assert lang.load("en").relation("between", **values) == "between Homs and Hama, 10.50 km wide"
    arabic = lang.load("ar").relation("between", **values)
    assert re.findall("[A-Za-z]+", arabic) == ["Homs", "Hama"]
