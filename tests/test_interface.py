"""docs/interface.md is so: words, options, commands, public names, and the old formats of files."""

import argparse
import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

import convoy_geo
from convoy_geo.case.case import Case, read_case
from convoy_geo.casefiles.locate import case_folder
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import COMMANDS, _parser, main

PAGE = Path(__file__).parent.parent / "docs" / "interface.md"
pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="not in a checkout")

OLD_WORDS = {"at", "on", "means", "close", "alike", "where", "world", "region", "off_road"}
"""Parameters of the past; `by` and `day` have other meanings in a few inner functions."""

OLD_OPTIONS = {
    "--at", "--on", "--by", "--off-road", "--alike", "--world", "--region", "--as-written",
    "--map", "--out", "--output", "--means",
}  # fmt: skip


def table(head):
    """Rows of the table whose first line begins so, cell by cell."""
    text = PAGE.read_text(encoding="utf-8")
    lines = text[text.index(f"\n| {head} |") + 1 :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def codes(cell):
    return re.findall("`([^`]+)`", cell)


def parsers(parser=None):
    """The parser of every command by its words."""
    parser = parser or _parser()
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        return {"": parser}
    return {
        f"{word} {rest}".strip(): found
        for word, sub in groups[0].choices.items()
        for rest, found in parsers(sub).items()
    }


def usage(name, parser):
    """A command as the table shows it: its words and what stands after them."""
    shapes = {None: "{}", "?": "[{}]", "+": "{}...", "*": "[{}...]"}
    places = [a for a in parser._actions if not a.option_strings]
    return " ".join([name, *(shapes[a.nargs].format(a.metavar) for a in places)])


def test_every_command_is_listed_with_all_its_options():
    listed = {codes(row[0])[0]: set(codes(row[2])) for row in table("command")}
    real = {
        usage(name, parser): {
            option for action in parser._actions for option in action.option_strings
        }
        - {"-h", "--help", "--json"}
        for name, parser in parsers().items()
    }
    assert listed == real


@pytest.mark.parametrize("name", sorted(parsers()))
def test_no_option_has_an_old_name(name):
    options = {o for a in parsers()[name]._actions for o in a.option_strings}
    assert "--json" in options
    assert not options & OLD_OPTIONS
    if name not in {"verdict", "reach"}:  # there it is a place
        assert "--to" not in options


def test_every_word_is_a_parameter_and_an_option():
    options = {
        o for parser in parsers().values() for a in parser._actions for o in a.option_strings
    }
    parameters = {
        name for function in functions() for name in inspect.signature(function).parameters
    }
    for word, _, python, command in table("word"):
        assert codes(command)[0].split()[0] in options, word
        if python.startswith("`"):
            assert codes(python)[0].rstrip("=") in parameters, word


def modules():
    """All modules but those of the command."""
    for module in pkgutil.walk_packages(convoy_geo.__path__, prefix="convoy_geo."):
        if not module.name.startswith("convoy_geo.cli") and not module.name.endswith("__main__"):
            yield importlib.import_module(module.name)


def functions(*places):
    """The public functions of modules, and the methods of their public classes."""
    for place in places or modules():
        for name in getattr(place, "__all__", ()):
            thing = getattr(place, name)
            if inspect.isfunction(thing):
                yield thing
            for key, member in inspect.getmembers_static(thing) if inspect.isclass(thing) else ():
                whole = getattr(member, "__func__", member)
                if inspect.isfunction(whole) and (key == "__init__" or not key.startswith("_")):
                    yield whole


def test_no_public_function_takes_an_old_word():
    for function in functions(convoy_geo):
        if function.__module__.startswith("convoy_geo") and not of_a_record(function):
            who = f"{function.__module__}.{function.__qualname__}"
            assert not OLD_WORDS & set(inspect.signature(function).parameters), who


def test_no_function_takes_options_without_names():
    for function in functions():
        if not function.__module__.startswith("convoy_geo"):
            continue
        who = f"{function.__module__}.{function.__qualname__}"
        if who == "convoy_geo.webmap.html.OfflineMap.__init__":  # what folium.Map takes
            continue
        for one in inspect.signature(function).parameters.values():
            if one.kind is one.VAR_KEYWORD:
                assert one.annotation not in {"Any", Any, one.empty}, who


def of_a_record(function):
    """Whether it is the constructor that a dataclass makes of its fields."""
    return function.__name__ == "__init__" and "<string>" in function.__code__.co_filename


def test_public_names_are_those_of_the_page():
    listed = {name for row in table("from `convoy_geo`") for name in codes(row[0])}
    functions_there = {
        name for name in convoy_geo.__all__ if not inspect.isclass(getattr(convoy_geo, name))
    } | {"Gazetteers"}
    assert listed == functions_there


def test_names_on_a_case_are_those_of_the_page():
    listed = {name.split("(")[0] for row in table("on a case") for name in codes(row[0])}
    assert listed == {name for name in dir(Case) if not name.startswith("_")}


@pytest.fixture
def old_case(tmp_path):
    """A case as format 1 wrote it."""
    folder = tmp_path / "old"
    folder.mkdir()
    for file in case_folder("titanic-1912").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    rename(folder / "case.toml", "format = 2", "format = 1")
    rename(folder / "case.toml", 'mode = "ship"', 'means = "ship"')
    rename(folder / "routes.csv", ",leg_modes,", ",ways,")
    return folder


def rename(path, new, old):
    text = path.read_text(encoding="utf-8")
    assert text.count(new) == 1
    path.write_text(text.replace(new, old), encoding="utf-8")


def test_a_case_of_format_1_is_read(old_case):
    assert check_case(old_case) == []
    old, new = read_case(old_case), read_case("titanic-1912")
    assert (old.info.format, new.info.format) == (1, 2)
    assert old.info.mode == new.info.mode == "ship"
    assert old.reported_routes == new.reported_routes
    assert list(old.verdicts()["verdict"]) == list(new.verdicts()["verdict"])


def test_faults_of_an_old_case_name_its_own_columns(old_case):
    rename(old_case / "routes.csv", "unknown,told", "sail,told")
    rename(old_case / "case.toml", 'means = "ship"', 'means = "sledge"')
    faults = {(fault.file, fault.column, fault.text) for fault in check_case(old_case)}
    assert faults == {("routes.csv", "ways", "sail"), ("case.toml", "means", "sledge")}


def test_format_2_does_not_take_the_old_names(old_case):
    rename(old_case / "case.toml", "format = 1", "format = 2")
    (fault,) = check_case(old_case)
    assert (fault.file, fault.column) == ("case.toml", "rules")
    rename(old_case / "case.toml", 'means = "ship"', 'mode = "ship"')
    problems = {(fault.column, fault.problem) for fault in check_case(old_case)}
    assert ("ways", "unknown column") in problems


def test_rows_are_added_to_an_old_table_under_its_own_columns(old_case, tmp_path, capsys):
    exported = tmp_path / "new.geojson"
    assert main(["export", "titanic-1912", "-o", str(exported)]) == 0
    table_file = old_case / "routes.csv"
    lines = table_file.read_text(encoding="utf-8").splitlines(keepends=True)
    table_file.write_text("".join(lines[:-1]), encoding="utf-8")
    capsys.readouterr()
    assert main(["import", str(exported), "--case", str(old_case), "--add", "--json"]) == 0
    assert [Path(path).name for path in json.loads(capsys.readouterr().out)["added_to"]] == [
        "routes.csv"
    ]
    assert read_case(old_case).reported_routes == read_case("titanic-1912").reported_routes


def test_an_export_with_the_old_column_is_imported(tmp_path, capsys):
    exported = tmp_path / "old.geojson"
    assert main(["export", "titanic-1912", "-o", str(exported)]) == 0
    text = exported.read_text(encoding="utf-8")
    assert '"leg_modes"' in text
    exported.write_text(text.replace('"leg_modes"', '"ways"'), encoding="utf-8")
    capsys.readouterr()
    assert main(["import", str(exported), "--case", "titanic-1912", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["proposals"]
    assert {one["status"] for one in found if one["file"] == "routes.csv"} == {"same"}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(parsers()))
def test_a_command_is_found_by_its_file(name):
    """Files that hold more than the command of their name are few: `COMMANDS` lists them."""
    first = name.split()[0]
    module = parsers()[name].get_default("run").__module__.rpartition(".")[2]
    assert module == COMMANDS[first]
    assert module in {name.replace("-", "_"), "case", "files", "place", "network", "reach", "route",
                      "gazetteer", "basemap"}  # fmt: skip
    (alone,) = [one for key, one in parsers(_parser(first)).items() if key == name]
    assert alone.format_help() == parsers()[name].format_help()
