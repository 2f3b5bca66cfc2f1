"""What the command prints to a terminal, and how it ends when something goes wrong."""

import os
import pty
import subprocess
import sys

import pytest

from convoy_geo import cli
from convoy_geo.cli import main
from convoy_geo.cli.terminal import visible


def on_a_terminal(*words):
    """Exit code of the command, and what a terminal gets of it."""
    reader, writer = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "convoy_geo", *words], stdout=writer, stderr=writer, stdin=writer
    )
    os.close(writer)
    shown = b""
    while True:
        try:
            part = os.read(reader, 4096)
        except OSError:  # the end, on Linux
            break
        if not part:
            break
        shown += part
    os.close(reader)
    return run.wait(), shown.decode()


@pytest.mark.slow
def test_control_characters_do_not_reach_a_terminal(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("name,\x1b[2J\x9bA\u202e,\x1b[2J\x9bA\u202e\nA,1,2\n", encoding="utf-8")
    code, shown = on_a_terminal("import", str(path), "--case", "titanic-1912")
    assert code == 1
    assert r"\u001b[2J\u009bA\u202e (columns 2 and 3)" in shown
    assert not set("\x1b\x9b\u202e") & set(shown)


def test_letters_of_all_scripts_stay():
    text = "D\u0113r \u062f\u064a\u0631\tx\n\U0001f600"
    assert visible(text) == text
    assert visible("\x00\x1b\x7f\x9b\u202e\r") == r"\u0000\u001b\u007f\u009b\u202e" + "\\u000d"


@pytest.mark.parametrize(
    "error", [TypeError("a\nb"), RecursionError("deep"), MemoryError(), ZeroDivisionError("0")]
)
def test_whatever_is_raised_is_one_line_that_names_the_file(tmp_path, monkeypatch, capsys, error):
    path = tmp_path / "x.csv"
    path.write_text("name,lon,lat\nA,1,2\n", encoding="utf-8")

    def broken(*_):
        raise error

    monkeypatch.setattr("convoy_geo.exchange.to_records.read_found", broken)
    assert main(["import", str(path), "--case", "convoy-2017"]) == 1
    out, err = capsys.readouterr()
    assert not out
    assert err.count("\n") == 1
    assert str(path) in err
    assert type(error).__name__ in err
    monkeypatch.setenv(cli.TRACEBACK, "1")
    with pytest.raises(type(error)):
        main(["import", str(path), "--case", "convoy-2017"])


def test_control_c_is_130(monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("convoy_geo.casefiles.locate.case_names", stopped)
    monkeypatch.setattr(cli, "_drop_output", lambda: None)
    assert main(["cases"]) == 130
    assert "stopped" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_control_c_waits_for_a_module_that_is_being_loaded(tmp_path):
    """Found by Ctrl-C at random moments: numpy made an ImportError and a traceback of it."""
    done = tmp_path / "done"
    (tmp_path / "loaded_late.py").write_text(
        "import os, pathlib, signal, time\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "time.sleep(0.05)\n"
        f"pathlib.Path({str(done)!r}).touch()\n"
    )
    script = (
        "import sys, signal, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "import convoy_geo.casefiles.locate as locate\n"
        "from convoy_geo.cli import main\n"
        "locate.case_names = lambda: __import__('loaded_late') and time.sleep(60)\n"
        "sys.exit(main(['cases']))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=50, check=False
    )
    assert (run.returncode, done.exists()) == (130, True), run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_control_c_ends_a_real_process_with_130():
    script = (
        "import sys, threading, os, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored in the background
        "from convoy_geo.cli import main\n"
        "threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "sys.exit(main(['find', '-']))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        err = run.stderr.read()
        assert run.wait(60) == 130
    assert "Traceback" not in err
    assert "stopped" in err
