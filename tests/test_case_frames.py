"""A case as tables: collections, layers as GeoDataFrames, files."""

import dataclasses
import pickle

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

import convoy_geo
from convoy_geo.casefiles.scaffold import new_case
from convoy_geo.exchange.feature_tables import TIMES
from convoy_geo.exchange.frames import FRAME_LAYERS, layer_gdf

LAYERS = (
    "places", "claims", "reported_routes", "computed_routes", "closures", "controls", "relations",
    "reports",
)  # fmt: skip


@pytest.fixture(scope="module", params=["convoy-2017", "titanic-1912"])
def case(request):
    return convoy_geo.read_case(request.param)


@pytest.mark.parametrize("layer", [*LAYERS, "areas", "roads"])
def test_every_layer_is_a_frame_with_a_crs_an_index_of_ids_and_aware_times(case, layer):
    frame = case.to_gdf(layer)
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs == "EPSG:4326"
    assert frame.index.is_unique
    assert frame.index.name == FRAME_LAYERS[layer]
    for name in frame.columns:
        if name.rpartition("_")[0] in TIMES:
            assert isinstance(frame[name].dtype, pd.DatetimeTZDtype), name
            assert str(frame[name].dt.tz) == case.info.time_zone
    if len(frame):
        both = frame.dropna(subset=["happened_from", "happened_to"])
        assert (both["happened_from"] <= both["happened_to"]).all()


def test_ids_are_those_of_the_records(case):
    assert list(case.to_gdf("claims").index) == list(case.claims)
    assert list(case.to_gdf("places").index) == list(case.places)
    assert list(case.to_gdf("reports").index) == list(case.reports)


def test_an_unknown_layer_is_named_with_those_there_are(case):
    with pytest.raises(ValueError, match=r"no layer 'ways'; there are places, .*reported_routes"):
        case.to_gdf("ways")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Non-conformant content")  # times with an offset, says GDAL
@pytest.mark.parametrize("layer", LAYERS)
def test_geopandas_writes_a_layer_as_it_is(case, layer, tmp_path):
    frame = case.to_gdf(layer)
    if len(frame) == 0:
        pytest.skip("the case has none")
    frame.to_file(tmp_path / "x.gpkg")
    back = pyogrio.read_dataframe(tmp_path / "x.gpkg")
    assert len(back) == len(frame)


def empty_case(folder):
    new_case(folder, title="Nothing yet")
    path = folder / "case.toml"
    text = path.read_text(encoding="utf-8")
    days = 'start = "2020-01-01"\nend = "2020-01-09"\n'
    kept = [line for line in text.splitlines() if line.split(" ")[0] not in {"start", "end"}]
    path.write_text(days + "\n".join(kept) + "\n", encoding="utf-8")
    return folder


def test_an_empty_case_gives_empty_frames(tmp_path):
    case = convoy_geo.read_case(empty_case(tmp_path / "empty"))
    for layer in LAYERS:
        frame = case.to_gdf(layer)
        assert len(frame) == 0
        assert frame.crs == "EPSG:4326"
    assert [len(one.to_frame()) for one in (case.claims, case.places, case.reports)] == [0, 0, 0]
    assert "0 claims" in repr(case.claims)


def test_collections_are_mappings_with_tables(case):
    frame = case.claims.to_frame()
    assert list(frame.index) == list(case.claims)
    assert set(frame["publisher"]) <= {report.publisher for report in case.reports.values()}
    assert list(case.places.to_frame().index) == list(case.places)
    assert case.places.to_frame().crs == "EPSG:4326"
    assert list(case.reports.to_frame().index) == list(case.reports)
    for one in (case.claims, case.places, case.reports):
        assert len(repr(one)) <= 200
        assert "<table" in one._repr_html_()
        again = pickle.loads(pickle.dumps(one))  # noqa: S301
        assert again == one
        assert list(again.to_frame().index) == list(one)


def test_clock_times_keep_their_hour_and_open_ends_are_missing(case):
    first, second, *_ = case.claims.values()
    claims = [
        dataclasses.replace(first, happened="2017-08-31T06:00"),
        dataclasses.replace(second, happened="../2017-08-31"),
    ]
    contents = dataclasses.replace(case.contents, claims={claim.id: claim for claim in claims})
    frame = layer_gdf(contents, "claims")
    start = frame.loc[first.id, "happened_from"]
    assert (start.hour, start.minute) == (6, 0)
    assert frame.loc[first.id, "happened_to"] - start < pd.Timedelta(minutes=1)
    assert pd.isna(frame.loc[second.id, "happened_from"])
    assert not pd.isna(frame.loc[second.id, "happened_to"])


def test_to_file_writes_by_suffix(case, tmp_path):
    path = case.to_file(tmp_path / "case.geojson", layers=["places"])
    assert set(gpd.read_file(path)["layer"]) == {"places"}


def test_an_unknown_id_offers_those_that_are_like_it():
    case = convoy_geo.read_case()
    with pytest.raises(KeyError, match="did you mean sukhna"):
        case.places["Sukhna"]
    with pytest.raises(LookupError, match="did you mean R0-01"):
        case.claim("R0-1")
    assert case.places.get("Sukhna") is None


@pytest.mark.slow
def test_one_layer_is_one_table(case, tmp_path):
    import pyogrio

    file = case.to_file(tmp_path / "routes.gpkg", layers="reported_routes")
    assert [name for name, _ in pyogrio.list_layers(file)] == ["reported_routes"]
    several = case.to_file(tmp_path / "two.gpkg", layers=["reported_routes", "claims"])
    assert "sides" in {name for name, _ in pyogrio.list_layers(several)}


def test_a_layer_that_is_not_there_names_all_that_are(case):
    with pytest.raises(ValueError, match="conflicts"):
        case.to_gdf("Claims")
