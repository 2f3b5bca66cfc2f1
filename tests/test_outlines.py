"""Outlines by name: of the basemap's regions, and of areas that name their place."""

import json

import pytest
import shapely

import convoy_geo
from convoy_geo.casefiles.read import read_case_files
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import main

HEAD = "place,name,kind,shape,lon,lat,radius_km\n"


def case(tmp_path, *rows, names="", areas=None):
    (tmp_path / "case.toml").write_text('format = 2\ntitle = "Regions"\n', "utf-8")
    (tmp_path / "places.csv").write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    if names:
        (tmp_path / "names.csv").write_text(f"place,name\n{names}\n", "utf-8")
    if areas is not None:
        rows = [
            {"type": "Feature", "properties": said, "geometry": shapely.geometry.mapping(shape)}
            for said, shape in areas
        ]
        text = json.dumps({"type": "FeatureCollection", "features": rows})
        (tmp_path / "areas.geojson").write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("row", "inside", "outside"),
    [
        ("a,Bayern,province,area,11.5,48.9,150", (11.58, 48.14), (9.18, 48.78)),
        ("a,Sonora,region,area,-110.5,29.5,250", (-110.96, 29.07), (-106.07, 28.63)),
        ("a,Bavaria,province,area,11.5,48.9,150", (11.58, 48.14), (9.18, 48.78)),
        ("a,Cherkasy Oblast,province,area,31,49.3,100", (32.06, 49.44), (30.52, 50.45)),
        ("a,Chad,country,area,18,15,600", (15.05, 12.11), (32.5, 15.6)),
        ("a,Syrian Arab Republic,country,area,38,35,240", (36.3, 33.5), (44.4, 33.3)),
        ("a,Fiji,country,area,178,-17.8,90", (178.4, -18), (168.3, -17.7)),
        ("a,Chukchi Autonomous Okrug,province,area,171,66,480", (172, 66.5), (158.65, 53.02)),
    ],
)  # fmt: skip
def test_a_region_takes_its_outline_from_the_basemap(tmp_path, row, inside, outside):
    outline = read_case_files(case(tmp_path, row)).areas["a"]
    assert outline.contains(shapely.Point(inside))
    assert not outline.contains(shapely.Point(outside))


def test_another_spelling_of_the_case_finds_it_too(tmp_path):
    folder = case(tmp_path, "a,The province,province,area,11.5,48.9,150", names="a,Bayern")
    assert "a" in read_case_files(folder).areas


@pytest.mark.parametrize(
    "row",
    [
        "a,Bayern,province,area,2.35,48.85,150",  # Paris
        "a,Bayern,province,area,11.5,48.9,5",  # a small place of that name
        "a,Bayern,town,point,11.5,48.9,",
        "a,Bayern,border,area,11.5,48.9,150",
        "a,Chad,country,area,2.35,48.85,600",
        "a,Chad,country,area,18,15,60",
        "a,Nowhere,country,area,18,15,600",
        "a,Nowhere land,province,area,11.5,48.9,150",
    ],
)
def test_what_is_elsewhere_or_of_another_size_or_kind_takes_none(tmp_path, row):
    assert read_case_files(case(tmp_path, row)).areas == {}


def test_an_outline_of_the_case_comes_first(tmp_path):
    own = shapely.box(11, 48, 12, 49)
    row = "a,Bayern,province,area,11.5,48.5,150"
    folder = case(tmp_path, row, areas=[({"place": "a"}, own)])
    assert read_case_files(folder).areas["a"].equals(own)


def test_an_outline_may_name_its_place(tmp_path):
    own = shapely.box(11, 48, 12, 49)
    row = "a,The bend,region,area,11.5,48.5,40"
    folder = case(tmp_path, row, areas=[({"name": "the Bend"}, own)])
    assert read_case_files(folder).areas["a"].equals(own)
    two = case(tmp_path, row, "b,The bend,region,area,11.6,48.5,40",
               areas=[({"name": "the Bend"}, own)])  # fmt: skip
    assert any("unknown place" in str(fault) for fault in check_case(two))


def test_it_is_drawn_as_an_area_and_check_says_that_it_was_assumed(tmp_path, capsys):
    folder = case(tmp_path, "a,Bayern,province,area,11.5,48.9,150")
    frame = convoy_geo.read_case(folder).to_gdf("areas")
    assert frame.geometry.iloc[0].contains(shapely.Point(11.58, 48.14))
    assert main(["check", str(folder)]) == 0
    assert "no outline given, assumed: that of 'Bayern' on the basemap" in capsys.readouterr().out
