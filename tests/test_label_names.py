"""Names in the reader's language: of places by names.csv, of the basemap by its layers."""

import pytest

from convoy_geo.model.places import Place, Spelling
from convoy_geo.page.case_layers import label_items
from convoy_geo.webmap.basemap import BasemapLabel
from convoy_geo.webmap.label_names import label_name

TOWN = Place(
    "sukhna", "Sukhna", 38.9, 34.9, arabic_name="السخنة",
    spellings=(
        Spelling("Soukhné", "fr", "Latn", "alternate"), Spelling("Soukhna", "fr", "Latn", "report"),
        Spelling("Suchne", "de", "Latn", "old"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "name"),
    [("en", "Sukhna"), ("ar", "السخنة"), ("fr", "Soukhna"), ("de", "Sukhna"), ("ru", "Sukhna")],
)
def test_a_place_is_called_as_its_language_has_it(lang, name):
    assert TOWN.in_language(lang).name == name
    assert TOWN.in_language(lang).id == "sukhna"


def test_the_arabic_name_is_not_shown_twice():
    assert TOWN.in_language("ar").arabic_name == ""
    assert TOWN.in_language("fr").arabic_name == "السخنة"
    assert Place("x", "X", 1.0, 2.0).in_language("ar") == Place("x", "X", 1.0, 2.0)


@pytest.mark.parametrize(
    ("name", "lang", "shown"),
    [
        ("Euphrates", "ar", "الفرات"), ("Black Sea", "fr", "mer Noire"),
        ("Dead Sea", "en", "Dead Sea"),
        ("Syria", "ar", "سوريا"), ("Syria", "tr", "Suriye"),
        ("United Kingdom", "fr", "Royaume-Uni"), ("Nowhere Lake", "ar", "Nowhere Lake"),
    ],
)  # fmt: skip
def test_the_basemap_is_called_as_the_language_has_it(name, lang, shown):
    assert label_name(name, lang) == shown


def test_labels_of_an_arabic_page():
    labels = [
        BasemapLabel("Euphrates", "river", 40.0, 35.0, 1.0, 0.0),
        BasemapLabel("Syria", "country", 38.0, 35.0, 1.0, 0.0, "سوريا"),
    ]
    told = {lang: label_items(labels, lang=lang)["items"] for lang in ("en", "ar")}
    assert [item["text"] for item in told["en"]] == ["Euphrates", "Syria"]
    assert [item["text"] for item in told["ar"]] == ["الفرات", "سوريا"]
    assert [item.get("arabic") for item in told["en"]] == [None, "سوريا"]
    assert [item.get("arabic") for item in told["ar"]] == [None, None]
