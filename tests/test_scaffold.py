"""A new case: templates that check reads, nothing written over, and a way to a first map."""

import json

import pytest

from convoy_geo.case.case import read_case
from convoy_geo.casefiles.read import read_case_files
from convoy_geo.casefiles.scaffold import new_case
from convoy_geo.casefiles.validate import check_case
from convoy_geo.cli import main
from convoy_geo.errors import FolderInUseError, OutputFileError
from convoy_geo.model import schema
from convoy_geo.model.case_info import RULES
from convoy_geo.webmap.html import export_html


def fill_in(folder):
    path = folder / "case.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('start = ""', 'start = "2020-01-01"').replace(
            'end = ""', 'end = "2020-01-02"'
        ),
        encoding="utf-8",
    )


def test_a_new_case_has_no_faults_before_and_after_it_is_filled_in(tmp_path):
    folder = tmp_path / "my case"
    files = new_case(folder)
    assert {path.name for path in files} == {path.name for path in folder.iterdir()}
    assert check_case(folder) == []
    fill_in(folder)
    assert check_case(folder) == []
    info = read_case_files(folder).info
    assert (info.id, info.title) == ("my-case", "my case")


@pytest.mark.parametrize("title", ['A "quoted" \\ title', "عنوان", "# no comment", "  two\nlines "])
def test_any_title_comes_through(tmp_path, title):
    new_case(tmp_path / "case", title=title)
    fill_in(tmp_path / "case")
    assert read_case_files(tmp_path / "case").info.title == " ".join(title.split())


def test_an_empty_case_opens_as_a_map(tmp_path):
    new_case(tmp_path / "case")
    fill_in(tmp_path / "case")
    case = read_case(tmp_path / "case")
    assert len(case.claims) == 0
    assert len(case.relative_places()) == 0
    path = export_html(case.map(), tmp_path / "case.html", title=case.info.title)
    assert path.stat().st_size > 50_000


def test_the_readme_explains_every_table_and_every_optional_column(tmp_path):
    new_case(tmp_path / "case", title="The story")
    text = (tmp_path / "case" / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# The story\n")
    for table in (*schema.TABLES, schema.CONTROLS):
        assert f"## {table.file}" in text
    for column in schema.CLAIMS.columns:
        if column.optional:
            assert f"`{column.name}`" in text
    assert "{" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_nothing_is_written_over(tmp_path):
    kept = tmp_path / "case" / "notes.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    with pytest.raises(FolderInUseError, match="not empty; nothing was written"):
        new_case(tmp_path / "case")
    assert list(kept.parent.iterdir()) == [kept]
    with pytest.raises(FolderInUseError):
        new_case(kept)
    assert kept.read_text() == "mine"
    with pytest.raises(OutputFileError):
        new_case(tmp_path / "no" / "parent")


def test_the_name_of_a_case_that_ships_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputFileError, match=r"is a bundled case.* \./titanic-1912"):
        new_case("titanic-1912")
    assert list(tmp_path.iterdir()) == []
    assert new_case("./titanic-1912")
    assert (tmp_path / "titanic-1912" / "case.toml").is_file()


def test_the_template_says_whose_ids_the_states_are(tmp_path):
    new_case(tmp_path / "case")
    text = (tmp_path / "case" / "case.toml").read_text(encoding="utf-8")
    (comment,) = [part for part in text.split("\n\n") if "[states]" in part]
    assert "`state` of claims.csv" in comment


def test_an_empty_folder_is_taken(tmp_path):
    assert new_case(tmp_path)


def test_the_command(tmp_path, capsys):
    folder = tmp_path / "story"
    assert main(["new", str(folder), "--title", "A story", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["files"]) == 8
    assert told["to_do"] == []
    assert main(["new", str(folder)]) == 1
    assert "nothing was written" in capsys.readouterr().err
    assert main(["new", str(tmp_path / "other")]) == 0
    assert "case.toml" in capsys.readouterr().out


def test_the_rules_of_the_template_are_all_there_are(tmp_path):
    new_case(tmp_path / "mine", title="Mine")
    text = (tmp_path / "mine" / "case.toml").read_text(encoding="utf-8")
    rules = text.split("# [rules]\n")[1].split("\n\n")[0]
    assert [line.split(" = ")[0].strip("# ") for line in rules.splitlines()] == [
        "mode", *RULES, "whole",
    ]  # fmt: skip
    assert "\n# [rules.zones]\n" in text


@pytest.mark.slow
@pytest.mark.parametrize("story", ["march", "ship", "quick", "roads"])
def test_a_story_to_start_from_is_clean_and_maps_at_once(tmp_path, capsys, story):
    folder = tmp_path / "my {story}"
    assert main(["new", str(folder), "--title", 'A "first" try', "--from", story]) == 0
    assert "to fill in" not in capsys.readouterr().out
    assert check_case(folder) == []
    case = read_case(folder)
    assert case.info.title == 'A "first" try'
    assert len(case.gazetteer) >= 2
    assert case.tracks or case.lines or len(case.network.edges) == 10
    readme = (folder / "README.md").read_text(encoding="utf-8")
    keys = [place.id for place in case.gazetteer] if story not in ("quick", "roads") else []
    for key in (*keys, *case.claims, *case.reports):
        assert f"`{key}`" in readme
    assert "A &quot;first&quot; try" in case.page().html or "first" in case.page().html
    with pytest.raises(ValueError, match="march, ship, quick"):
        new_case(tmp_path / "x", start_from="novel")
