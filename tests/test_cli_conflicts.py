"""The command ``conflicts``, and what the page and other commands make of the same result."""

import json
from pathlib import Path

import pytest

from convoy_geo.cli import main

BUSES = Path(__file__).parent / "data" / "buses.json"


def run(capsys, *words):
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def test_one_document(capsys, case):
    code, out, _ = run(capsys, "conflicts", "--json")
    found = json.loads(out)
    assert code == 0
    assert set(found) >= {"conflicts", "repairs", "claims", "complete", "missing", "not_encoded",
                          "relations"}  # fmt: skip
    assert [one["claims"] for one in found["conflicts"]] == [
        list(one.claims) for one in case.conflicts()
    ]
    assert found["complete"] is True
    assert found["claims"].keys() | found["not_encoded"].keys() == set(case.claims)
    assert not found["claims"].keys() & found["not_encoded"].keys()
    assert set(found["conflicts"][0]) >= {"id", "kind", "claims", "readings", "assumptions"}


def test_in_words(capsys):
    code, out, _ = run(capsys, "conflicts")
    assert code == 0
    assert "different numbers at one place and time" in out
    assert "R0-26 (Hezbollah): Six buses were stuck in the desert." in out
    assert "read as: at some moment of the time given" in out
    assert "no conflict if R3-08 means: at some moment of the time given" in out
    assert out.rstrip().endswith("this does not say which claim is right")


def test_the_triples_of_2017_and_the_pair_with_the_subheading(case):
    """17 in all, six at most then in the desert, and the whole there for two weeks."""
    found = {frozenset(one.claims): one for one in case.conflicts()}
    triples = [claims for claims in found if len(claims) == 3]
    assert len(triples) >= 3
    assert found[frozenset({"R0-05", "R0-26", "R3-09"})].kind == "whole"
    assert frozenset({"R4-01", "R4-05"}) in found  # stuck at the border, and in the desert
    assert frozenset({"R2-20", "R3-18"}) in found  # nine bodies, eight bodies
    for claims in found:
        assert not claims & {"R2-01", "R2-14"}  # toward the interior, toward Sukhna: compatible
        assert not claims & {"R4-21", "R4-22"}  # two routes tried, a second change of course


def test_the_wreck_is_encoded_and_nothing_says_who_is_right(capsys):
    _, out, _ = run(capsys, "conflicts", "titanic-1912", "--json")
    found = json.loads(out)
    assert {found["claims"][key]["status"] for key in ("WR-01", "WR-02")} == {"all"}
    assert "right" not in out


def test_only_those_of_one_claim(capsys):
    _, out, _ = run(capsys, "conflicts", "--claim", "R2-20")
    assert out.startswith("k089e5979a2: a number that would have to fall\n")
    assert out.splitlines()[-1].startswith("1 conflicts of ")
    _, out, _ = run(capsys, "conflicts", "--claim", "R0-09")
    assert "R0-09 is not judged: a plan is no position" in out


def test_another_reading(capsys):
    case = "titanic-1912"
    _, out, _ = run(capsys, "conflicts", case, "--json")
    before = {frozenset(one["claims"]) for one in json.loads(out)["conflicts"]}
    _, out, _ = run(capsys, "conflicts", case, "--reading", "BR-09=at_least", "--json")
    found = json.loads(out)
    assert "at_least" in {one["code"] for one in found["claims"]["BR-09"]["readings"]}
    gone = before - {frozenset(one["claims"]) for one in found["conflicts"]}
    assert gone
    assert all("BR-09" in claims for claims in gone)


@pytest.mark.parametrize(
    "words",
    [
        ("--reading", "R4-01"),
        ("--reading", "R4-01=sometimes"),
        ("--reading", "R9-99=moment"),
        ("--reading", "R4-01=moment", "--reading", "R4-01=period"),
        ("--claim", "R9-99"),
    ],
)
def test_wrong_words_are_one_line(capsys, words):
    code, out, err = run(capsys, "conflicts", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)


@pytest.mark.slow
def test_conditions_written_by_hand(capsys):
    code, out, _ = run(capsys, "conflicts", BUSES, "--json")
    found, expected = json.loads(out), json.loads(BUSES.read_text(encoding="utf-8"))
    assert code == 0
    for one, other in ((found, expected), *(
        (found["variants"][variant["name"]], variant) for variant in expected["variants"]
    )):  # fmt: skip
        assert {frozenset(conflict["claims"]) for conflict in one["conflicts"]} == set(
            map(frozenset, other["conflicts"])
        )
        assert set(map(frozenset, one["repairs"])) == set(map(frozenset, other["repairs"]))
    _, out, _ = run(capsys, "conflicts", BUSES)
    assert out.startswith("as read: 18 conflicts, 5 repairs\n")


@pytest.mark.slow
def test_a_page_without_conflicts_says_so(capsys, tmp_path):
    path = tmp_path / "page.html"
    code, out, _ = run(capsys, "map", "titanic-1912", "--no-conflicts", "-o", path)
    assert code == 0
    assert "conflicts left out (--no-conflicts)" in out
    page = path.read_text(encoding="utf-8")
    assert "Conflicts were left out of this page." in page
    _, out, _ = run(capsys, "map", "titanic-1912", "-o", path)
    assert "conflicts 8\n" in out
    assert "Conflicts were left out" not in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_lists_conflicts_relations_and_disputes(case):
    for lang, words in (
        ("en", ("Where accounts conflict (", "No conflict: the same, more precisely",
                "Marked as disputed by whoever keeps the case",
                "no conflict, as the claims are read")),
        ("ar", ("حيث تتعارض الروايات", "ليس تعارضًا", "ما وسمه معدّ الملف", "بافتراض أن")),
    ):  # fmt: skip
        page = case.page(lang=lang).html
        body = page.split('id="disputes"')[1].split("</section>")[0]
        for word in words:
            assert word in body, word
        for one in {claim.dispute for claim in case.claims.values()} - {""}:
            assert f"<b>{one}</b>" in body
