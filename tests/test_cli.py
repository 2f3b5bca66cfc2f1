"""The command: what it prints, its JSON, its exit codes."""

import json
import shutil
import subprocess
import sys

import pytest

import convoy_geo
from convoy_geo.cli import main
from convoy_geo.io.files import geodata

COMMANDS = [
    "cases", "check", "claims", "closure-impact", "closures", "compare", "conflicts",
    "dates",
    "distance", "export", "find", "geocode", "import", "ledger", "map", "new", "page-hashes",
    "reach", "read", "route", "sources", "span", "verdict",
]  # fmt: skip


def run(capsys, *words):
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys, *words):
    code, out, _ = run(capsys, *words, "--json")
    return code, [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command(capsys, command):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert "--json" in text
    assert "usage: convoy-geo" in text


def test_the_help_names_every_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    lines = {line.strip().partition(" ")[0] for line in text.splitlines()}
    assert lines >= set(COMMANDS)


@pytest.mark.parametrize(
    "words", [[], ["fly"], ["distance", "A"], ["route", "A", "B", "--alternatives", "-1"]]
)
def test_wrong_usage_is_exit_2_in_one_line(capsys, words):
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("convoy-geo: ")
    assert err.count("\n") == 1


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom convoy_geo import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'geopandas', 'pandas', 'numpy', 'shapely', 'folium', 'scipy', 'pyproj'}\n"
        "sys.exit(f'imports {sorted(heavy & set(sys.modules))}' if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_geocode(capsys):
    code, (line,) = run_json(capsys, "geocode", "Albukamal")
    assert code == 0
    assert line["query"] == "Albukamal"
    match = line["matches"][0]
    assert match["id"] == "abu_kamal"
    assert {"id", "name", "lon", "lat", "radius_km", "kind", "country", "score", "source"} <= set(
        match
    )
    assert (match["lon"], match["lat"]) == (40.91854, 34.45226)


def test_geocode_of_an_unknown_name_is_exit_1_with_a_suggestion(capsys):
    code, out, err = run(capsys, "geocode", "Sukhnal", "Rawa", "--gazetteer", "region")
    assert code == 1
    assert "Rawa [rawa]" in out
    assert "did you mean Sukhna" in err
    code, lines = run_json(capsys, "geocode", "Sukhnal", "Rawa", "--gazetteer", "region")
    assert code == 1
    assert lines[0]["matches"][0]["reason"] == "one letter apart"
    assert [match["id"] for match in lines[1]["matches"]] == ["rawa"]


def test_distance_json_has_the_agreed_keys(capsys):
    code, (report,) = run_json(capsys, "distance", "Sukhna", "Abu Kamal")
    assert code == 0
    assert {
        "from", "to", "geodesic_km", "geodesic_mi", "road_polyline_km", "road_km", "road_km_low",
        "road_km_high", "road_mi", "via", "edges", "reported",
    } <= set(report)  # fmt: skip
    assert set(report["from"]) == {"id", "name", "lon", "lat"}
    assert report["geodesic_km"] == pytest.approx(193.70, abs=0.01)
    assert report["geodesic_mi"] == pytest.approx(120.36, abs=0.01)
    assert report["road_polyline_km"] == pytest.approx(256.9, abs=0.05)
    assert report["road_km_low"] < report["reported"][0]["km"] < report["road_km_high"]
    assert report["reported"][0]["fits"] == "road"


def test_distance_in_words_says_that_length_does_not_tell(capsys):
    _, out, _ = run(capsys, "distance", "Sukhna", "Abu Kamal")
    assert "193.7 km (120.4 mi)" in out
    assert "as drawn 256.9 km" in out
    assert "164 miles (263.9 km): fits the road, not the straight line" in out
    assert "2 roads are about that long: length alone does not show which was meant" in out


def test_route_json_is_geojson(capsys):
    code, (collection,) = run_json(
        capsys, "route", "Sukhna", "Abu Kamal", "--weight", "length", "--alternatives", "3"
    )
    assert code == 0
    assert collection["type"] == "FeatureCollection"
    assert [f["properties"]["rank"] for f in collection["features"]] == [0, 1]
    for feature in collection["features"]:
        assert {
            "kind", "rank", "length_km", "polyline_km", "duration_h", "via", "edges", "stretch",
            "sharing", "confidence", "claims",
        } <= set(feature["properties"])  # fmt: skip
        assert feature["geometry"]["type"] == "LineString"
        lon, lat = feature["geometry"]["coordinates"][0]
        assert (lon, lat) == pytest.approx((38.8711, 34.88533))


@pytest.mark.slow
def test_route_with_via_closures_and_a_day(capsys):
    _, out, _ = run(capsys, "route", "Sukhna", "Abu Kamal", "--via", "T2")
    assert "E102" in out
    code, out, _ = run(capsys, "route", "Sukhna", "Abu Kamal", "--when", "2017-08-31")
    assert code == 0
    assert "cratered_road" in out
    assert "front_east_of_sukhna" in out
    _, (collection,) = run_json(capsys, "route", "Palmyra", "Mayadin", "--close", "E064")
    assert "E064" not in collection["features"][0]["properties"]["edges"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["route", "Sukhna", "Abu Kamal", "--close", "E999"], 2, "E999"),
        (["route", "Sukhna", "Abu Kamal", "--when", "31.8."], 2, "31.8."),
        (["route", "Sukhna", "Atlantis"], 1, "Atlantis"),
        (["route", "Sukhna", "Humaymah", "--close", "E102", "--close", "E101"], 1, "Humaymah"),
        (["map", "-o", "no-such-folder/x.html"], 1, "no-such-folder/x.html"),
        (["map", "--tiles", "Atlantis"], 2, "Atlantis"),
        (["map", "--tiles", "CartoDB.Positron"], 2, "a key"),
    ],
)
def test_errors_are_one_line(capsys, tmp_path, monkeypatch, words, code, text):
    monkeypatch.chdir(tmp_path)
    got, _, err = run(capsys, *words)
    assert got == code
    assert err.startswith("convoy-geo: ")
    assert text in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_check(capsys, tmp_path):
    assert run(capsys, "check") == (0, "convoy-2017: no faults\n", "")
    folder = shutil.copytree(geodata("cases", "convoy-2017"), tmp_path / "c")
    (folder / "routes.csv").write_bytes(b"route\nx\xff\n")
    code, out, _ = run(capsys, "check", str(folder))
    assert code == 1
    assert "routes.csv:2: not UTF-8" in out
    assert out.endswith("1 fault\n")
    code, faults = run_json(capsys, "check", str(folder))
    assert code == 1
    assert (faults[0]["file"], faults[0]["line"]) == ("routes.csv", 2)


@pytest.mark.parametrize(
    "words",
    [
        ["check", "no-such-case"],
        ["map", "no-such-case"],
        ["geocode", "x", "--case", "no-such-case"],
    ],
)
def test_a_case_that_is_not_there_is_wrong_usage(capsys, words):
    code, _, err = run(capsys, *words)
    assert code == 2
    assert "no-such-case" in err


def test_cases(capsys):
    code, lines = run_json(capsys, "cases")
    assert code == 0
    assert "convoy-2017" in {line["case"] for line in lines}


@pytest.mark.slow
def test_map(capsys, tmp_path):
    path = tmp_path / "map.html"
    code, out, _ = run(capsys, "map", "convoy-2017", "-o", str(path))
    assert code == 0
    assert "158" in out
    assert "193.7 km" in out
    assert str(path) in out
    assert path.stat().st_size <= 1_500_000
    code, (summary,) = run_json(capsys, "map", "-o", str(path))
    assert summary["bytes"] == path.stat().st_size
    assert (summary["places"], summary["claims"], summary["reported_routes"]) == (50, 158, 9)


@pytest.mark.slow
def test_online_tiles_only_when_asked_for(capsys, tmp_path):
    for words in ([], ["--tiles", "open topo map"]):
        code, _, err = run(capsys, "map", "-o", str(tmp_path / "m.html"), *words)
        assert (code, err) == (0, "")
        page = (tmp_path / "m.html").read_text(encoding="utf-8")
        policy = page.partition("img-src")[2].partition(";")[0]
        assert ("tile.opentopomap.org" in policy) == bool(words)


@pytest.mark.slow
def test_the_same_case_gives_the_same_bytes(capsys, tmp_path):
    for name in ("a.html", "b.html"):
        main(["map", "-o", str(tmp_path / name)])
    capsys.readouterr()
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


@pytest.mark.slow
def test_another_process_gives_the_same_bytes(tmp_path):
    for seed in ("0", "1"):
        subprocess.run(
            [sys.executable, "-m", "convoy_geo.cli", "map", "-o", str(tmp_path / f"{seed}.html")],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            check=True,
            capture_output=True,
        )
    assert (tmp_path / "0.html").read_bytes() == (tmp_path / "1.html").read_bytes()


@pytest.mark.slow
def test_page_hashes_are_those_of_the_policy(capsys, case):
    code, lines = run_json(capsys, "page-hashes")
    assert code == 0
    policy = case.page().html.partition("Content-Security-Policy")[2].partition(">")[0]
    parts = {line["part"]: line["source"] for line in lines}
    used = ["leaflet.js", "leaflet.css", "case.js", "case.css"]
    assert [f"'{parts[name]}'" in policy for name in used] == [True] * 4
    assert policy.count("sha256-") == 4
    _, out, _ = run(capsys, "page-hashes")
    assert out.splitlines()[0].split() == ["leaflet.js", f"'{parts['leaflet.js']}'"]


def test_the_package_runs_as_a_module():
    words = [sys.executable, "-m", "convoy_geo", "--version"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == f"convoy-geo {convoy_geo.__version__}\n"


HEAVY = {"pandas", "geopandas", "shapely", "scipy", "folium", "pyproj", "pyarrow", "edtf"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["--help"], ["geocode", "Sukhna"], ["find", "{text}", "--case", "convoy-2017"]]
)
def test_looking_up_names_loads_no_heavy_library(tmp_path, words):
    text = tmp_path / "a.txt"
    text.write_text("The buses left Homs for Sukhna.", encoding="utf-8")
    given = [word.format(text=text) for word in words]
    code = (
        "import sys\nfrom convoy_geo.cli import main\n"
        f"try:\n    main({given!r})\nexcept SystemExit:\n    pass\n"
        f"heavy = {HEAVY!r} & set(sys.modules)\nsys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout
