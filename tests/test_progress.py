"""How far long work is: seen on terminals and in notebooks, never in a pipe or beside JSON."""

import contextlib
import io
import sys
import types

import pytest

from convoy_geo.cli import main
from convoy_geo.cli.terminal import plain_terminal
from convoy_geo.io import progress
from convoy_geo.io.progress import Progress, is_watched, no_progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(progress, "WAIT_S", 0)
    monkeypatch.setattr(progress, "EVERY_S", 0)


def on_terminal():
    return contextlib.redirect_stderr(Terminal())


def in_pipe():
    return contextlib.redirect_stderr(io.StringIO())


def test_a_pipe_shows_nothing():
    with in_pipe() as stream, Progress(total=2, unit="names") as shown:
        shown.text("first")
        shown.step(2)
    assert stream.getvalue() == ""


def test_a_terminal_shows_steps_and_is_clean_at_the_end():
    with on_terminal() as stream, Progress(total=2, unit="names") as shown:
        shown.step()
        shown.step()
    seen = stream.getvalue()
    assert "2/2" in seen
    assert "names" in seen
    assert seen.endswith("\r")  # the line is taken away


def test_a_text_is_shown_at_once_without_control_characters():
    with on_terminal() as stream, Progress() as shown:
        shown.text("reading \x1b[2Jnodes")
        assert "nodes" in stream.getvalue()
    assert "\x1b[2J" not in stream.getvalue()


def test_false_and_true_decide():
    with on_terminal() as stream, Progress(False) as shown:
        shown.text("nothing")
    assert stream.getvalue() == ""
    with in_pipe() as stream, Progress(True) as shown:
        shown.text("something")
    assert "something" in stream.getvalue()


def test_it_works_behind_the_escaping_of_the_command():
    with on_terminal() as stream, plain_terminal(), Progress() as shown:
        shown.text("reading nodes")
    assert "\\u000d" not in stream.getvalue()
    assert "reading nodes" in stream.getvalue()


def test_a_notebook_is_watched(monkeypatch):
    module = types.ModuleType("IPython")
    module.get_ipython = lambda: types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", module)
    with in_pipe():
        assert is_watched()
        module.get_ipython = lambda: None
        assert not is_watched()


def test_json_is_silent():
    with on_terminal() as stream:
        with no_progress():
            assert not is_watched()
        assert is_watched()
        assert main(["geocode", "Sukhna", "--case", "convoy-2017", "--json"]) == 0
    assert stream.getvalue() == ""
