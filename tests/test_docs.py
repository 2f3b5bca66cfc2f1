"""What README and docs say is so: the Python runs, the commands are there, the links lead on."""

import json
import re
import shlex
from pathlib import Path

import pytest

from convoy_geo import cli
from convoy_geo.geodesy import KM_PER_MILE
from convoy_geo.model import schema

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCS = ROOT / "docs"
WORDS_OF_THE_README = 1000

pytestmark = pytest.mark.skipif(not README.is_file(), reason="not in a checkout")


def text():
    return README.read_text(encoding="utf-8")


def commands():
    """The page that lists all commands, options and exit codes."""
    return (DOCS / "commands.md").read_text(encoding="utf-8")


def test_the_readme_is_short():
    assert len(text().split()) <= WORDS_OF_THE_README


@pytest.mark.slow
def test_the_python_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", text(), re.DOTALL)
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102
    assert "road" in capsys.readouterr().out
    assert (tmp_path / "convoy-2017.html").stat().st_size > 100_000


def parsers(parser=None):
    """The real parser of every command, by its words: ``map``, ``roads build``."""
    parser = parser or cli.main.__globals__["_parser"]()
    groups = [action for action in parser._actions if isinstance(action.choices, dict)]
    if not groups:
        return {"": parser}
    return {
        f"{word} {rest}".strip(): found
        for word, sub in groups[0].choices.items()
        for rest, found in parsers(sub).items()
    }


def parser_help():
    return cli.main.__globals__["_parser"]().format_help()


def rows():
    """The table of commands: what is in code in the first cell, and in the second."""
    table = re.findall(r"^\| `convoy-geo .*$", commands(), re.MULTILINE)
    for row in table:
        cells = re.split(r"(?<!\\)\|", row)[1:-1]
        assert len(cells) == 2, row  # a bar in a cell is written with a backslash
        yield [re.findall("`([^`]+)`", cell.replace("\\|", "|")) for cell in cells]


def usages():
    """Command -> how the first cells show it, with the options of the second."""
    known = parsers()
    shown = {}
    for usage, told in rows():
        name = ""
        for code in usage:
            words = code.removeprefix("convoy-geo ").split()
            if code.startswith("convoy-geo "):
                name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
            shown.setdefault(name, []).append(code)
        for code in told:
            first = code.split()[0]
            if first.startswith("-") or first in known:
                shown.setdefault(name if first.startswith("-") else first, []).append(code)
    return shown


OPTION = re.compile(
    r"(?<![\w-])(--?[a-z][a-z-]*)(?: ([A-Z][A-Z,|]*|[a-z_]+(?:\|[a-z_]+)+)(?![\w-]))?"
)


def test_every_command_is_in_the_list_and_nothing_else():
    assert set(usages()) == set(parsers())


@pytest.mark.slow
@pytest.mark.parametrize("command", sorted(parsers()))
def test_options_of_the_list_are_those_of_the_command(command):
    real = {
        option: action for action in parsers()[command]._actions for option in action.option_strings
    }
    for code in usages()[command]:
        for option, value in OPTION.findall(code):
            assert option in real, f"{command} has no {option}"
            if code.split()[0] != option or value:  # a lone name of an option shows no value
                assert bool(value) == (real[option].nargs != 0), f"{command} {option} {value}"
            if value.islower():
                assert set(value.split("|")) == set(real[option].choices), option
    assert "--json" in real  # as the page says of all


def test_the_list_says_which_commands_take_a_case_last():
    shown = {name for name, codes in usages().items() if any("[CASE]" in code for code in codes)}
    real = {
        name
        for name, parser in parsers().items()
        if any(a.metavar == "CASE" and not a.option_strings for a in parser._actions)
    }
    assert shown == real
    option = {name for name, parser in parsers().items() if "--case" in parser.format_usage()}
    assert not real & option
    assert set(parsers()) - option - real == {
        "cases", "new", "page-hashes", "roads build", "roads info", "span", "dates",
        "gazetteer add", "gazetteer list", "gazetteer remove",
    }  # fmt: skip


def pages():
    return [README, *sorted(DOCS.glob("**/*.md"))]


def test_options_in_the_text_are_those_of_a_command():
    known = {o for parser in parsers().values() for a in parser._actions for o in a.option_strings}
    for page in pages():
        named = set(re.findall(r"`(?:[a-z-]+ )*(--[a-z-]+)", page.read_text(encoding="utf-8")))
        assert named - known == set(), page.name


def test_the_main_commands_of_the_readme_are_commands():
    main = re.findall(r"^\| `convoy-geo ([a-z]+)", text(), re.MULTILINE)
    assert len(main) == 5
    assert set(main) <= set(parsers())


LINES = {
    "cases": ["cases"],
    "check": ["check", "{bad}"],
    "find": ["find", "{text}", "--case", "convoy-2017"],
    "geocode": ["geocode", "Rawa", "Anah"],
    "page-hashes": ["page-hashes"],
    "read": ["read", "{text}", "--case", "{new}", "--dry-run", "--gazetteer", "region"],
    "verdict --all": ["verdict", "--all"],
    "dates": ["dates", "today", "yesterday", "--dateline", "2017-09-04"],
}
DOCUMENTS = {
    "claims": ["claims"],
    "closures": ["closures"],
    "compare": ["compare", "plan"],
    "conflicts": ["conflicts"],
    "believe": ["believe", "coalition"],
    "ask": ["ask", "--when", "2017-09-02"],
    "closure-impact": ["closure-impact", "cratered_road", "Sukhna", "T2"],
    "distance": ["distance", "Sukhna", "T2"],
    "along": ["along", "Sukhna", "T2", "--km=100"],
    "export": ["export", "-o", "{new}.geojson"],
    "import": ["import", "{places}"],
    "ledger": ["ledger"],
    "map": ["map", "-o", "{new}.html"],
    "new": ["new", "{new}"],
    "reach": [
        "reach", "--from", "Sukhna", "--to", "T2", "--leave", "2017-08-31", "--arrive", "2017-09-01"
    ],
    "travel-times": ["travel-times", "Sukhna", "T2"],
    "gazetteer list": ["gazetteer", "list"],
    "roads info": ["roads", "info", "syria-iraq-2017"],
    "route": ["route", "Sukhna", "T2", "--alternatives", "1"],
    "sources": ["sources"],
    "span": ["span", "{text}", "the buses"],
}  # fmt: skip


@pytest.fixture
def files(tmp_path):
    bad = tmp_path / "bad"
    cli.main(["new", str(bad)])
    text = (bad / "case.toml").read_text(encoding="utf-8")
    (bad / "case.toml").write_text(text.replace('= ""', '= "May"'), encoding="utf-8")
    (tmp_path / "a.txt").write_text("The buses left Anah for Rawa.", encoding="utf-8")
    (tmp_path / "b.csv").write_text("name,lon,lat\nA,40,34\nB,41,34\n", encoding="utf-8")
    made = {"text": "a.txt", "new": "new", "places": "b.csv"}
    return {"bad": bad} | {name: tmp_path / file for name, file in made.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*LINES, *DOCUMENTS])
def test_json_is_lines_or_one_document_as_the_page_says(name, files, capsys):
    capsys.readouterr()
    words = [word.format(**files) for word in (LINES | DOCUMENTS)[name]]
    cli.main([*words, "--json"])
    lines = capsys.readouterr().out.splitlines()
    assert all(isinstance(json.loads(line), dict | list) for line in lines)
    assert (len(lines) > 1) == (name in LINES)


def test_the_page_says_which_commands_print_lines():
    (said,) = re.findall(
        r"These print one object a line: (.*?); all\s+others", commands(), re.DOTALL
    )
    assert set(re.findall("`([^`]+)`", re.sub(r"\(.*?\)", "", said, flags=re.DOTALL))) == set(LINES)
    covered = {name.removesuffix(" --all") for name in (*LINES, *DOCUMENTS)} | {"roads build"}
    covered |= {"basemap build", "gazetteer add", "gazetteer remove"}
    assert covered == set(parsers())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["verdict", "R0-36"], 0),
        (["conflicts", "--claim", "R0-40"], 0),  # of which there are none
        (["geocode", "Rawa", "Sukhnal"], 1),
        (["route", "Sukhna", "Atlantis"], 1),
        (["verdict", "R9-99"], 1),
        (["ledger", "--when", "2017-08-26"], 1),
        (["check", "{bad}"], 1),
        (["span", "{text}", "no such words"], 1),
        (["dates", "soonish", "--dateline", "2017-09-04"], 1),
        (["ledger", "--believing", "coalition"], 2),
        (["claims", "--when", "31.8."], 2),
        (["claims", "--report", "R9"], 2),
        (["check", "no-such-case"], 2),
    ],
)
def test_exit_codes_are_those_of_the_page(words, code, files, capsys):
    assert cli.main([word.format(**files) for word in words]) == code
    capsys.readouterr()
    assert "0 done, 1 no result, 2 wrong usage" in " ".join(parser_help().split())
    for word in (words[0], "**0**", "**1**", "**2**"):
        assert word in commands()


def test_the_example_of_the_readme_prints_what_it_shows(capsys):
    example = text().partition("    $ convoy-geo ")[2].partition("\n\n")[0].splitlines()
    assert cli.main(shlex.split(example[0])) == 0
    printed = capsys.readouterr().out.splitlines()
    for line in example[1:]:
        if line.strip() != "...":
            assert line.removeprefix("    ") in printed
    assert f"{164 * KM_PER_MILE:.1f} km" in text()


def test_every_table_of_a_case_is_in_the_readme():
    for table in schema.TABLES:
        assert f"`{table.file}`" in text()


def anchors(page):
    """The anchors of the headings of a page, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_and_pictures_are_there(page):
    prose = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        file, _, anchor = target.partition("#")
        if not target.startswith("http"):
            found = page.parent / file if file else page
            assert found.is_file(), target
            assert not anchor or anchor in anchors(found), target


def test_every_package_is_in_the_contributors_guide():
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    package = ROOT / "convoy_geo"
    packages = {path.stem for path in package.glob("*.py")} - {"__init__"}
    packages |= {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    assert {name for name in packages if f"`{name}`" not in guide} == set()
