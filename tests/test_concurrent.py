"""Two people on one case, and runs that are killed: see tests/soak.py, and `make soak` for more."""

import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import soak

from convoy_geo.casefiles import locking, transaction
from convoy_geo.casefiles.locking import case_lock, consistently, is_case_folder
from convoy_geo.casefiles.scaffold import new_case
from convoy_geo.casefiles.transaction import JOURNAL, OURS, commit, make_folder, recover
from convoy_geo.cli import main
from convoy_geo.errors import CaseFileError, FolderInUseError, OutputFileError
from convoy_geo.io.files import writing

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


@pytest.mark.slow
@forks
def test_ten_pairs_and_ten_kills_lose_double_and_mix_nothing():
    """In a process of its own: it forks, and pytest has threads."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", soak.__file__, "--pairs", "10", "--kills", "10"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 failed" in run.stdout


@pytest.fixture
def folder(tmp_path):
    new_case(tmp_path / "case")
    return tmp_path / "case"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


class Died(BaseException):
    """In place of a kill: no handler of errors catches it."""


def dying(monkeypatch, call):
    """Let the n-th call that changes the disk be the last one."""
    count = 0

    def counted(function):
        def wrapped(*words, **named):
            nonlocal count
            count += 1
            if count >= call:
                raise Died
            return function(*words, **named)

        return wrapped

    for name in ("rename", "replace", "fsync"):
        monkeypatch.setattr(os, name, counted(getattr(os, name)))


@pytest.mark.parametrize("call", range(1, 15))
def test_a_write_to_two_files_happens_in_both_or_in_none(folder, monkeypatch, call):
    before = {name: (folder / name).read_bytes() for name in ("places.csv", "names.csv")}
    texts = {"places.csv": "new places\n", "names.csv": "new names\n"}
    died = False
    with monkeypatch.context() as patched:
        dying(patched, call)
        try:
            with case_lock(folder):
                commit(folder, texts)
        except Died:
            died = True
    after = consistently(folder, lambda: {name: (folder / name).read_bytes() for name in before})
    assert after in (before, {name: text.encode() for name, text in texts.items()})
    with case_lock(folder):
        pass
    assert [path for path in folder.iterdir() if path.name.startswith(".")] == []
    assert died == (call <= 10)


@pytest.mark.parametrize("call", range(1, 15))
def test_a_new_case_is_complete_or_not_there(tmp_path, monkeypatch, call):
    with monkeypatch.context() as patched:
        dying(patched, call)
        try:
            new_case(tmp_path / "case")
            made = True
        except Died:
            made = False
    assert made or not (tmp_path / "case").exists() or len(names(tmp_path / "case")) == 8
    if not (tmp_path / "case").exists():
        new_case(tmp_path / "case")
    with case_lock(tmp_path / "case"):
        pass
    assert names(tmp_path) == ["case"]
    assert len(names(tmp_path / "case")) == 8


def test_the_journal_names_what_is_damaged(folder):
    with case_lock(folder):
        commit(folder, {"places.csv": "x"})
    journal = folder / JOURNAL
    for content, file in (("{}", "places.csv"), ("[1]", "journal.json"), ('{"../x": "1"}', "jour")):
        journal.mkdir()
        (journal / "journal.json").write_text(content if content != "{}" else '{"places.csv":"1"}')
        with pytest.raises(CaseFileError, match=f"{file}.*journal is damaged"):
            recover(folder)
        for path in journal.iterdir():
            path.unlink()
        journal.rmdir()


def test_who_waits_is_told_for_whom(folder, caplog):
    taken, go = threading.Event(), threading.Event()

    def hold():
        with case_lock(folder):
            taken.set()
            go.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(20)
    assert is_case_folder(folder)
    threading.Timer(0.3, go.set).start()
    with caplog.at_level(logging.WARNING, logger=locking.__name__), case_lock(folder):
        assert go.is_set()
    holder.join()
    assert f"waiting for process {os.getpid()} (" in caplog.text
    assert str(folder) in caplog.text


def test_the_lock_of_a_dead_process_is_free(folder):
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from convoy_geo.casefiles.locking import case_lock\n"
        "with case_lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    os._exit(9)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, folder], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (9, "held\n"), run.stderr
    assert (folder / f"{OURS}lock").exists()
    started = time.monotonic()
    with case_lock(folder):
        assert time.monotonic() - started < 30
    assert not list(folder.glob(".*"))


@pytest.mark.slow
def test_a_reader_sees_one_state_of_two_files(folder):
    tables = ("places.csv", "names.csv")
    with case_lock(folder):
        commit(folder, dict.fromkeys(tables, "0"))
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            with case_lock(folder):
                commit(folder, dict.fromkeys(tables, str(number) * 100))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(60):
            seen = consistently(folder, lambda: {(folder / name).read_text() for name in tables})
            assert len(seen) == 1
    finally:
        stop.set()
        writer.join()


def test_holding_a_lock_twice_is_one_hold(folder):
    with case_lock(folder):
        with case_lock(folder / ".." / folder.name):
            assert (folder / f"{OURS}lock").exists()
        assert (folder / f"{OURS}lock").exists()
    assert not list(folder.glob(".*"))


def test_two_that_make_one_case_are_told_apart(tmp_path):
    new_case(tmp_path / "case")
    with pytest.raises(FolderInUseError):
        new_case(tmp_path / "case")
    with pytest.raises(OutputFileError, match="its parent does not exist"):
        new_case(tmp_path / "no" / "case")
    (tmp_path / "empty").mkdir()
    assert len(new_case(tmp_path / "empty")) == 8


def test_a_folder_is_not_made_of_what_cannot_be_written(tmp_path):
    with pytest.raises(OutputFileError):
        make_folder(tmp_path / "x", {"a.csv": "a\ud800"})
    assert names(tmp_path) == []


def test_a_link_that_leaves_the_case_is_not_followed(folder, tmp_path):
    outside = tmp_path / "secret.csv"
    outside.write_text("secret", encoding="utf-8")
    (folder / "names.csv").unlink()
    (folder / "names.csv").symlink_to(outside)
    assert main(["check", str(folder)]) == 1
    with case_lock(folder):
        commit(folder, {"names.csv": "x"})
    assert outside.read_text(encoding="utf-8") == "secret"


def test_files_that_a_killed_run_left_half_written_go(tmp_path):
    target = tmp_path / "x.html"
    process = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                             capture_output=True, text=True, check=True)  # fmt: skip
    with writing(target) as stream:
        stream.write(b"1")
        (living,) = (path for path in tmp_path.iterdir() if path.name.startswith("."))
        dead = living.with_name(living.name.replace(str(os.getpid()), process.stdout.strip()))
        other = living.with_name(".x.html.part-elsewhere-1-abc")
        other.write_bytes(b"")
        dead.write_bytes(b"half")
        with writing(target) as second:
            second.write(b"2")
        assert not dead.exists()
        assert living.exists()
    assert names(tmp_path) == [other.name, "x.html"]


def test_a_write_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    order = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: order.append("fsync") or fsync(handle))
    monkeypatch.setattr(os, "replace", lambda *a, **k: order.append("replace") or replace(*a, **k))
    with writing(tmp_path / "x") as stream:
        stream.write(b"1")
    assert order[:2] == ["fsync", "replace"]
    assert transaction.JOURNAL.startswith(OURS)
    assert Path(tmp_path / "x").read_bytes() == b"1"


@pytest.mark.skipif(os.name == "nt", reason="no pipes by name, and links need rights")
def test_our_own_names_in_a_shared_case_lead_nowhere_else(folder, tmp_path):
    """Whoever shares the folder can put a link or a pipe where our lock and journal stand."""
    outside = tmp_path / "outside.txt"
    for name in (locking.LOCK, locking.HOLDER):
        for there in ("", "mine"):
            outside.write_text(there, encoding="utf-8")
            (folder / name).symlink_to(outside)
            with case_lock(folder):
                pass
            assert outside.read_text(encoding="utf-8") == there
            (folder / name).unlink(missing_ok=True)
        outside.unlink()
        (folder / name).symlink_to(outside)
        with case_lock(folder):
            pass
        assert not outside.exists()
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)
        with case_lock(folder):
            pass
        (folder / name).unlink(missing_ok=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "journal.json").write_text("{}", encoding="utf-8")
    (folder / JOURNAL).symlink_to(elsewhere)
    with pytest.raises(CaseFileError, match="its journal is damaged"):
        recover(folder)
    assert (elsewhere / "journal.json").exists()


@pytest.mark.skipif(os.name == "nt", reason="no pipes by name")
@pytest.mark.parametrize("content", ["[" * 5000, '{"..": "x"}', "[]", None])
def test_a_journal_of_somebody_else_is_a_fault(folder, content):
    (folder / JOURNAL).mkdir()
    if content is None:
        os.mkfifo(folder / JOURNAL / "journal.json")
    else:
        (folder / JOURNAL / "journal.json").write_text(content, encoding="utf-8")
    with pytest.raises((CaseFileError, OutputFileError)):
        recover(folder)
