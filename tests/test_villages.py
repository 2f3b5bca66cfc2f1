"""A list of small places, asked last: which of its places are taken, and which are not."""

from __future__ import annotations

import gzip
import json

import pytest

from convoy_geo.gazetteer import cache, villages
from convoy_geo.gazetteer.build_index import build_store
from convoy_geo.gazetteer.cache import open_region
from convoy_geo.gazetteer.index import Store
from convoy_geo.geoparse.finder import Finder
from convoy_geo.geoparse.lookup import StoreLayer

ROWS = [
    ("IQ", "Zarbuq", 33.0, 44.0, 4.0),
    ("SY", "Zarbuq", 34.92, 36.73, 4.0),
    ("SY", "Zarbuq", 34.95, 36.75, 4.0),  # the same with another postal code
    ("SY", "Holbrook", 36.8, 41.0, 4.0),
    ("SY", "Guesswell", 34.9, 36.7, 1.0),
    ("SY", "Homs 07", 34.7, 36.7, 6.0),
    ("SY", "Tell Mirdash", 34.85, 36.6, None),
    ("AE", "Wahat Zarbuq", 25.2, 55.3, 6.0),
]


def rows():
    keys = ("country_code", "city", "latitude", "longitude", "accuracy")
    return [dict(zip(keys, row, strict=True)) for row in ROWS]


@pytest.fixture(scope="module")
def finder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("villages")
    info = {"id": "villages", "title": "a list of ours"}
    build_store(folder, villages.entries_of(rows()), info=info, alike=False)
    layer = StoreLayer(Store(folder), supplement=True)
    return Finder([StoreLayer(open_region())], small_places=lambda: layer)


def placed(finder, text):
    return {
        each.text: (each.place.lat, each.place.country) for each in finder.find(text) if each.place
    }


def test_rows_that_are_no_places_are_left_out():
    found = [(each.country, each.name, each.lat) for each in villages.entries_of(rows())]
    assert found == [("IQ", "Zarbuq", 33.0), ("SY", "Zarbuq", 34.92), ("SY", "Holbrook", 36.8)]


@pytest.mark.parametrize(
    ("text", "name", "lat"),
    [
        # Called a place by the words, in a country of the text, and not far away.
        ("Trucks left Homs for Hama and stopped in the village of Zarbuq.", "Zarbuq", 34.92),
        ("Residents of Baghdad and Hillah fled to the village of Zarbuq.", "Zarbuq", 33.0),
        # Amid the places of the text.
        ("Trucks left Homs for Hama on Monday. Nobody slept in Zarbuq then.", "Zarbuq", 34.92),
        # In languages whose prepositions are enough if it lies amid the others.
        ("Des camions ont quitté Homs pour Hama lundi. Les habitants de Zarbuq ont fui.", "Zarbuq",
         34.92),
    ],
)  # fmt: skip
def test_a_village_in_a_country_of_the_text(finder, text, name, lat):
    found = placed(finder, text)
    assert found[name][0] == lat
    mention = next(each for each in finder.find(text) if each.text == name)
    assert "a list of small places has it" in mention.reasons
    assert mention.place.kind == "village"
    assert mention.place.source == "a list of ours"


@pytest.mark.parametrize(
    "text",
    [
        "Trucks left Homs for Hama on Monday, Mark Holbrook told reporters.",  # a person
        "Trucks left Homs for Hama on Monday in Holbrook's car.",  # 400 km from both
        "Trains between Lyon and Paris stopped in the village of Zarbuq.",  # another country
        "Mr Zarbuq left Homs for Hama on Monday.",
        "Trucks left Homs for Hama on Monday, said Zarbuq.",
        "Nobody knew where Zarbuq was.",
    ],
)
def test_a_namesake_is_no_village(finder, text):
    assert not {"Zarbuq", "Holbrook", "Holbrook's"} & placed(finder, text).keys()


def test_without_the_package_there_is_no_list(monkeypatch):
    monkeypatch.setattr(villages, "PACKAGE", "no-such-package-of-villages")
    cache.open_villages.cache_clear()
    try:
        assert cache.open_villages() is None
    finally:
        cache.open_villages.cache_clear()


def test_the_file_of_the_package_is_read_as_data(monkeypatch, tmp_path):
    path = tmp_path / "rows.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows())

    class Distribution:
        version = "1"

        @staticmethod
        def locate_file(_name):
            return path

    monkeypatch.setattr("importlib.metadata.distribution", lambda _name: Distribution)
    assert villages.villages_version() == "1"
    assert [each.country for each in villages.village_entries()] == ["IQ", "SY", "SY"]
    path.unlink()
    assert villages.villages_version() == ""
