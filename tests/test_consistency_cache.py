"""Results that are kept: equal to fresh ones, found by content only, and never in the way."""

import dataclasses
import json
import shutil

import geopandas as gpd
import pytest
from shapely import LineString

from convoy_geo import network_from_lines
from convoy_geo.analysis.consistency import cache
from convoy_geo.analysis.consistency.judge import find_consistency
from convoy_geo.case.case import Case, read_case
from convoy_geo.case.case_consistency import case_story
from convoy_geo.casefiles.locate import case_folder, case_names
from convoy_geo.casefiles.read import read_case_files
from convoy_geo.io.files import geodata


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the smaller case, and a cache folder of its own."""
    monkeypatch.setenv("CONVOY_GEO_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "case"
    shutil.copytree(geodata("cases", "titanic-1912"), folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", case_names())
def test_what_the_bundled_cases_carry_is_what_is_computed(name):
    """Else run geodata/keep_consistency.py and geodata/update_hashes.py."""
    kept = json.loads((case_folder(name) / cache.KEPT).read_text(encoding="utf-8"))
    assert kept.pop("key") == cache.content_key(read_case_files(name))
    fresh = find_consistency(case_story(read_case(name)))
    assert json.loads(json.dumps(cache.to_document(fresh))) == kept
    assert cache.from_document(kept) == fresh


def test_a_kept_result_is_not_computed_again(monkeypatch):
    def never(*_, **__):
        raise AssertionError

    monkeypatch.setattr("convoy_geo.case.case_consistency.Judge.consistency", never)
    for name in case_names():
        assert read_case(name).consistency().complete
        assert read_case(name).verdicts()["verdict"].notna().all()


def changed(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.slow
def test_any_change_of_what_is_judged_is_another_key(copy):
    before = cache.content_key(read_case_files(copy))
    assert cache.content_key(read_case_files(copy), {"UR-01": "at_least"}) != before
    changed(copy / "claims.csv", "2223", "2201")
    claims = cache.content_key(read_case_files(copy))
    assert claims != before
    found = read_case(copy).consistency()
    assert not [one for one in found.conflicts if one.kind == "total"]
    changed(copy / "case.toml", 'mode = "ship"', 'mode = "car"')
    assert cache.content_key(read_case_files(copy)) != claims


def test_what_only_readers_see_keeps_the_key(copy):
    files = read_case_files(copy)
    before = cache.content_key(files)
    changed(copy / "case.toml", "Where was the Titanic?", "Where?")
    (copy / "chapters.csv").unlink()
    (copy / "notes.csv").write_text("a table beside it", encoding="utf-8")
    assert cache.content_key(read_case_files(copy)) == before
    for records in ("claims", "places"):
        shown = [
            dataclasses.replace(one, note="seen by readers") for one in getattr(files, records)
        ]
        assert cache.content_key(dataclasses.replace(files, **{records: tuple(shown)})) == before


def test_the_roads_of_a_case_in_memory_are_part_of_the_key(copy):
    files = read_case_files(copy)
    lines = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (0, 0.1)])], crs=4326)
    longer = lines.set_geometry([LineString([(0, 0), (0, 0.2)])], crs=4326)
    keys = {
        cache.content_key(dataclasses.replace(files, network=network))
        for network in (None, network_from_lines(lines), network_from_lines(longer))
    }
    assert len(keys) == 3


@pytest.mark.slow
def test_a_result_of_another_case_is_kept_in_the_cache_folder(copy, tmp_path, monkeypatch):
    (copy / cache.KEPT).unlink()
    found = read_case(copy).consistency()
    assert list((tmp_path / "cache").glob("consistency-*.json"))
    monkeypatch.setattr("convoy_geo.case.case_consistency.Judge.consistency", None)
    assert read_case(copy).consistency() == found


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": 1}'])
def test_a_damaged_result_is_computed_again(copy, tmp_path, text):
    (copy / cache.KEPT).write_text(text, encoding="utf-8")
    first = read_case(copy).consistency()
    (kept,) = (tmp_path / "cache").glob("consistency-*.json")
    kept.write_text(text, encoding="utf-8")
    assert read_case(copy).consistency() == first


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_keeps_nothing(copy, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("CONVOY_GEO_CACHE", str(tmp_path / "file"))
    (copy / cache.KEPT).unlink()
    assert read_case(copy).consistency().complete


@pytest.mark.slow
def test_an_incomplete_result_is_kept_for_the_same_time_only(copy, monkeypatch):
    (copy / cache.KEPT).unlink()
    case = read_case(copy)
    short = case.consistency(seconds=0)
    assert not short.complete
    assert case.consistency(seconds=0) == short
    assert case.consistency().complete
    changed(copy / "claims.csv", "2223", "2224")  # another key
    again = read_case(copy).consistency(seconds=0)
    assert not again.complete
    monkeypatch.setattr("convoy_geo.case.case_consistency.Judge.consistency", None)
    assert read_case(copy).consistency(seconds=0) == again


def test_records_that_were_changed_in_memory_are_another_key(copy):
    files = read_case_files(copy)
    fewer = dataclasses.replace(files, claims=files.claims[:1])
    assert cache.content_key(fewer) != cache.content_key(files)
    assert Case(fewer).consistency().conflicts == ()
