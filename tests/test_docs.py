"""What the README says is so: its Python runs, its commands are there, its files are the case's."""

import re
import shlex
from pathlib import Path

import pytest

from convoy_geo import cli
from convoy_geo.casefiles import schema
from convoy_geo.geodesy import KM_PER_MILE

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

pytestmark = pytest.mark.skipif(not README.is_file(), reason="not in a checkout")


def text():
    return README.read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", text(), re.DOTALL)
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102
    assert "road" in capsys.readouterr().out
    assert (tmp_path / "convoy-2017.html").stat().st_size > 100_000


def test_every_command_is_in_the_readme_and_nothing_else():
    named = set(re.findall(r"^\| `convoy-geo ([a-z-]+)", text(), re.MULTILINE))
    help_text = cli.main.__globals__["_parser"]().format_help()
    shown = set(re.findall(r"^    ([a-z][a-z-]+)(?: |$)", help_text, re.MULTILINE))
    assert named == shown


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


def test_links_and_pictures_of_the_readme_are_there():
    for target in re.findall(r"\]\(([^)#]+)\)", text()):
        if not target.startswith("http"):
            assert (ROOT / target).is_file(), target


def test_every_room_is_in_the_contributors_guide():
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    package = ROOT / "convoy_geo"
    rooms = {path.stem for path in package.glob("*.py")} - {"__init__"}
    rooms |= {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    assert {name for name in rooms if f"`{name}`" not in guide} == set()
