"""What `check` says of how a case is told, and that a page is made all the same."""

import csv
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.case.case import read_case
from convoy_geo.casefiles.validate import check_case, check_with_remarks
from convoy_geo.io.files import geodata
from convoy_geo.model.shades import (
    DARK_PAPER,
    LIGHT_PAPER,
    TEXT_CONTRAST,
    contrast,
    shades_of,
)


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(geodata("cases", "convoy-2017"), tmp_path / "case")
    return tmp_path / "case"


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def cell(path, key, value, **cells):
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    next(row for row in rows if row[key] == value).update(cells)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def chapter(folder, **cells):
    cell(folder / "chapters.csv", "chapter", "bombed", **cells)


LONG = "Where did the buses go? " * 13
TOML = {
    "headline": ('headline = "Where did the 17 buses go?"', f'headline = "{LONG}"', "too long"),
    "count": ('count = "2017-09-03"', 'count = "2018-01-01"', "a day outside the story"),
    "colours": ('colour = "#007a5e"', 'colour = "#0b62a4"', "have the same colour"),
    "faint": ('dark = "#67b5f2"', 'dark = "#67b5f2"\ntext = "#9ccbf0"', "too faint for text"),
    "states": ('in_iraq = "dots"', 'in_peru = "dots"', "unknown state"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TOML)
def test_the_words_of_case_toml(folder, name):
    old, new, problem = TOML[name]
    edit(folder / "case.toml", old, new)
    (fault,) = check_case(folder)
    assert problem in fault.problem
    assert fault.line > 0
    assert "<title>" in read_case(folder).page().html


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"claims": ""}, "no claim"),
        ({"day": "2016-01-01"}, "a day outside the story"),
        ({"twin": "yes", "sides": "coalition"}, "separate pictures of one side"),
        ({"text": "A [strike](R9-99)."}, "unknown claim"),
    ],
)
def test_chapters(folder, cells, problem):
    chapter(folder, **cells)
    (fault,) = check_case(folder)
    assert (fault.file, problem in fault.problem) == ("chapters.csv", True)
    assert fault.line == 3
    assert "<title>" in read_case(folder).page().html


@pytest.mark.slow
def test_cells_that_cannot_be_read_are_faults_of_the_file(folder):
    for cells in ({"view": "1|2|3"}, {"view": "1|5|3|4"}, {"sides": "nobody"}, {"routes": "none"}):
        shutil.copy(geodata("cases", "convoy-2017", "chapters.csv"), folder / "chapters.csv")
        chapter(folder, **cells)
        (fault,) = check_case(folder)
        assert fault.column in cells


def test_a_claim_from_before_the_story_is_a_remark(folder):
    cell(folder / "claims.csv", "claim", "R0-21", happened="2017-07-01")
    faults, remarks = check_with_remarks(folder)
    assert faults == []
    assert [(one.column, "before the story" in one.problem) for one in remarks] == [
        ("happened", True)
    ]


@pytest.mark.parametrize("name", ["convoy-2017", "titanic-1912"])
def test_the_sides_of_the_bundled_cases_can_be_read(name):
    for side in read_case(name).info.sides.values():
        assert contrast(side.shades.text, LIGHT_PAPER) >= TEXT_CONTRAST, side.id
        assert contrast(side.shades.dark_text, DARK_PAPER) >= TEXT_CONTRAST, side.id


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_has_shades_that_can_be_read(number):
    found = shades_of(f"#{number:06x}")
    assert contrast(found.text, LIGHT_PAPER) >= TEXT_CONTRAST
    assert contrast(found.dark_text, DARK_PAPER) >= TEXT_CONTRAST
    assert contrast(found.fill, LIGHT_PAPER) >= 3
    assert contrast(found.dark_fill, DARK_PAPER) >= 3
