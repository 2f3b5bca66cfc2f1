"""Mutated inputs for every reader; `make fuzz` runs more of them, see tests/fuzz.py."""

import subprocess
import sys
import time

import fuzz
import pytest

from convoy_geo.webmap.sanitize import parse, to_html

SEED = 13


@pytest.mark.slow
def test_mutated_inputs_end_in_an_error_that_is_told():
    """In a process of its own, so that one that dies is seen."""
    run = subprocess.run(
        [sys.executable, fuzz.__file__, "--rounds", "700", "--seconds", "45", "--seed", str(SEED)],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 failed" in run.stdout


def test_the_fuzzer_finds_what_it_looks_for():
    """A reader that raises what nobody told is found, and the round that does it is named."""

    class Broken:
        def __getattr__(self, kind):
            def read(rng):
                raise TypeError(kind)

            return read

    assert "round 3 (file): Traceback" in fuzz.one(Broken(), 3, SEED)


@pytest.mark.parametrize("text", ["<![-- x><b>a</b>", "<![if y]><b>a</b>", "<![", "<![a", "a<![]>"])
def test_marked_sections_are_passed_over(text):
    """Found by the mutations: Python's parser ended in an AssertionError."""
    assert "!" not in to_html(parse(text))
    assert ("a" in to_html(parse(text))) == (text not in {"<![", "<![a"})


MARKUP = {
    "tags": "<b>" * 300_000,
    "ends": "</b>" * 250_000,
    "less": "<" * 1_000_000,
    "text": "a < b &amp; " * 90_000,
    "comments": "<!--" * 250_000,
    "tables": "<table><tr><td>x" * 60_000,
    "links": '<a href="https://x.y">' * 45_000,
    "attributes": "<b " + "x=1 " * 250_000 + ">",
    "entities": "&#x1F600;" * 110_000,
    "sections": "<![CDATA[" * 110_000,
    "quotes": "<a title='" * 100_000,
    "open ends": "<a title='>" * 90_000,
    "instructions": "<?x" * 300_000,
    "declarations": "<!x" * 300_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", MARKUP)
def test_markup_takes_time_in_proportion(kind):
    """Ten times as much takes no more than thirty times as long: it is not the square."""
    text = MARKUP[kind][:200_000]
    short = text[: len(text) // 10]

    def seconds(piece):
        started = time.process_time()
        parse(piece)
        return time.process_time() - started

    parse(short)
    assert seconds(text) < max(30 * seconds(short), 2.0)
