"""Names found over archives: parts, workers that die, runs that go on where they stopped."""

import json
import os
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
from filelock import FileLock

from convoy_geo.archives.parts import BAD, find_part
from convoy_geo.archives.plan import LOCK, archive_files, archive_parts, settle, undone
from convoy_geo.archives.run import find_archive, made_with
from convoy_geo.cli import main
from convoy_geo.errors import ArchiveError
from convoy_geo.io.files import geodata
from convoy_geo.io.limits import changed_limits

pa = pytest.importorskip("pyarrow", reason="pip install 'convoy_geo[dask]'")
parquet = pytest.importorskip("pyarrow.parquet")
TOWNS = ("Homs", "Kirkuk", "Mosul", "Erbil", "Aleppo")


def article(number):
    here, there = TOWNS[number % 5], TOWNS[(number + 1) % 5]
    return {"id": f"a{number}", "text": f"Buses left {here} on Monday for {there}, officials said."}


def write_lines(path, numbers):
    text = "".join(json.dumps(article(number)) + "\n" for number in numbers)
    path.write_text(text, encoding="utf-8")
    return path


def write_parquet(path, numbers, groups=20):
    table = pa.Table.from_pylist([article(number) for number in numbers])
    parquet.write_table(table, path, row_group_size=groups)
    return path


def mentions(folder):
    rows = parquet.read_table(folder).to_pylist()
    return sorted((row["id"], row["start"], row["text"]) for row in rows)


def expected(numbers):
    rows = []
    for number in numbers:
        text = article(number)["text"]
        pair = (TOWNS[number % 5], TOWNS[(number + 1) % 5])
        rows += [(f"a{number}", text.index(town), town) for town in pair]
    return sorted(rows)


def run_parts(parts, folder, **options):
    settle(parts, folder)
    return [find_part(part, str(folder), gazetteer="region", **options) for part in parts]


@pytest.mark.slow
def test_lines_are_cut_into_parts_without_losing_one(tmp_path):
    file = write_lines(tmp_path / "news.jsonl", range(60))
    for block in (97, 1000, 10**6):
        out = tmp_path / f"out-{block}"
        parts = archive_parts([file], {}, block=block)
        found = run_parts(parts, out)
        assert sum(texts for texts, _, _ in found) == 60
        assert mentions(out) == expected(range(60))


def test_row_groups_are_parts(tmp_path):
    file = write_parquet(tmp_path / "news.parquet", range(50))
    parts = archive_parts([file], {})
    assert len(parts) == 3
    run_parts(parts, tmp_path / "out")
    assert mentions(tmp_path / "out") == expected(range(50))
    rows = parquet.read_table(tmp_path / "out").to_pylist()
    assert {row["row"] for row in rows} == set(range(50))
    assert {row["country"] for row in rows} == {"SY", "IQ"}


def test_what_is_no_text_leaves_a_row_that_says_so(tmp_path):
    file = tmp_path / "news.jsonl"
    good = json.dumps(article(1))
    file.write_text(f'{good}\n{{"id": 1\n[]\n{{"text": 5}}\n\n{good}\n', encoding="utf-8")
    found = run_parts(archive_parts([file], {}), tmp_path / "out")
    assert found == [(5, 4, 3)]
    rows = parquet.read_table(tmp_path / "out").to_pylist()
    bad = [row for row in rows if row["role"] == BAD]
    assert [row["row"] for row in bad] == [len(good) + 1, len(good) + 10, len(good) + 13]
    assert "byte" in bad[0]["text"]
    assert "no text under 'text'" in bad[2]["text"]


def test_a_folder_of_other_results_is_refused(tmp_path):
    file = write_lines(tmp_path / "news.jsonl", range(5))
    out = tmp_path / "out"
    parts = archive_parts([file], {"gazetteer": "region"})
    settle(parts, out)
    with pytest.raises(ArchiveError, match="other files, or made with other options"):
        settle(archive_parts([file], {"gazetteer": "world"}), out)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("x", encoding="utf-8")
    with pytest.raises(ArchiveError, match="contains other files"):
        settle(parts, tmp_path / "full")
    assert (tmp_path / "full" / "thesis.doc").exists()


def test_files_that_are_no_archive_are_refused(tmp_path):
    with pytest.raises(ArchiveError, match="no file matches"):
        archive_files([str(tmp_path / "*.parquet")])
    (tmp_path / "a.docx").write_text("x", encoding="utf-8")
    with pytest.raises(ArchiveError, match="neither Parquet"):
        archive_files([str(tmp_path / "a.docx")])
    broken = tmp_path / "a.parquet"
    broken.write_bytes(b"PAR1 not really")
    with pytest.raises(ArchiveError, match="not a Parquet file"):
        archive_parts([broken], {})


def test_one_bad_record_is_one_row_and_the_rest_goes_on(tmp_path):
    """Nested too deep, half a character, an id that is none, a line without an end."""
    lines = [
        json.dumps(article(1)),
        '{"text":' + "[" * 200_000 + "]" * 200_000 + "}",
        json.dumps({"id": {"a": "x" * 1000}, "text": "in \ud800 Homs"}),
        '{"text": "' + "x" * 5000 + '"}',
        json.dumps(article(2)),
        '{"text": "cut',
    ]
    file = tmp_path / "news.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    for block in (150_000, 10**6):
        with changed_limits(record_bytes=5000):
            found = run_parts(archive_parts([file], {}, block=block), tmp_path / f"out-{block}")
        assert sum(texts for texts, _, _ in found) == 6
        assert sum(bad for _, _, bad in found) == 3
        rows = parquet.read_table(tmp_path / f"out-{block}").to_pylist()
        assert {row["id"] for row in rows if row["text"] == "Homs"} >= {"{'a': '" + "x" * 193}
        bad = [row["text"] for row in rows if row["role"] == BAD]
        assert len(bad) == 3
        assert all(str(file) == row["file"] for row in rows)


def test_a_row_that_is_no_text_loses_no_other(tmp_path):
    table = pa.table({
        "id": pa.array(["a", "b", "c"]),
        "text": pa.Array.from_buffers(
            pa.string(), 3,
            [None, pa.py_buffer(np.array([0, 7, 9, 16], np.int32)),
             pa.py_buffer(b"in Homs\xff\xfein Hama")],
        ),
    })  # fmt: skip
    file = tmp_path / "news.parquet"
    parquet.write_table(table, file)
    assert run_parts(archive_parts([file], {}), tmp_path / "out") == [(3, 2, 1)]
    rows = parquet.read_table(tmp_path / "out").to_pylist()
    assert {row["id"]: row["role"] for row in rows} == {"a": "place", "b": BAD, "c": "place"}


def test_damaged_row_groups_are_named_and_the_others_are_read(tmp_path):
    file = write_parquet(tmp_path / "news.parquet", range(60))
    content = bytearray(file.read_bytes())
    column = parquet.ParquetFile(file).metadata.row_group(1).column(1)
    start = column.dictionary_page_offset or column.data_page_offset
    content[start : start + 60] = b"\xff" * 60
    file.write_bytes(content)
    run_parts(archive_parts([file], {}), tmp_path / "out")
    rows = parquet.read_table(tmp_path / "out").to_pylist()
    bad = [row for row in rows if row["role"] == BAD]
    assert bad
    assert "cannot be read" in bad[0]["text"]
    assert {f"a{number}" for number in (*range(20), *range(40, 60))} <= {row["id"] for row in rows}


def test_what_the_mentions_depend_on_counts(tmp_path):
    """The content of the files, the case, the gazetteer and the code; not the time of a file."""
    file = write_lines(tmp_path / "news.jsonl", range(5))
    first = archive_parts([file], {})
    os.utime(file, (1, 1))
    assert archive_parts([file], {}) == first
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Monday", "Sunday"), encoding="utf-8")  # as long as before
    assert archive_parts([file], {}) != first
    case = tmp_path / "case"
    shutil.copytree(geodata("cases", "titanic-1912"), case)
    mine = tmp_path / "mine.csv"
    mine.write_text("name,lon,lat\nWell,40,34\n", encoding="utf-8")
    before = made_with(str(case), ("region", str(mine)))
    assert before == made_with(str(case), ("region", str(mine)))
    with (case / "names.csv").open("a", encoding="utf-8") as names:
        names.write("new,New,en,Latn,alternate,\n")
    after = made_with(str(case), ("region", str(mine)))
    assert {key for key in before if before[key] != after[key]} == {"case names.csv"}
    mine.write_text("name,lon,lat\nWell,41,34\n", encoding="utf-8")
    last = made_with(str(case), ("region", str(mine)))
    assert {key for key in last if last[key] != after[key]} == {f"gazetteer {mine}"}


def test_only_our_own_files_are_removed(tmp_path):
    file = write_parquet(tmp_path / "news.parquet", range(30))
    out = tmp_path / "out"
    parts = archive_parts([file], {})
    settle(parts, out)
    for name in ("mine.parquet", ".hidden", "part-000000-0123456789ab.parquet"):
        (out / name).write_bytes(b"mine")
        with pytest.raises(ArchiveError, match="contains other files"):
            settle(parts, out)
        assert (out / name).read_bytes() == b"mine"
        (out / name).unlink()
    settle(parts, out)


@pytest.mark.slow
def test_on_this_machine_no_port_is_opened(tmp_path):
    psutil = pytest.importorskip("psutil")
    file = write_lines(tmp_path / "news.jsonl", range(40))
    script = tmp_path / "here.py"
    script.write_text(
        "import sys, psutil\n"
        "from convoy_geo.archives.run import find_archive\n"
        "def main():\n"
        "    def look(done, parts, texts):\n"
        "        me = psutil.Process()\n"
        "        for one in (me, *me.children(recursive=True)):\n"
        "            print(one.pid, [c.status for c in one.net_connections(kind='inet')])\n"
        "    print(find_archive(sys.argv[1:2], sys.argv[2], gazetteer='region', workers=2,\n"
        "                       block=2000, progress=look))\n"
        "if __name__ == '__main__':\n"
        "    main()\n",
        encoding="utf-8",
    )
    run = subprocess.run(
        [sys.executable, script, file, tmp_path / "out"],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    shown = [line for line in run.stdout.splitlines() if line.endswith("]")]
    assert len({line.split()[0] for line in shown}) >= 3  # this process and two workers
    assert all(line.endswith("[]") for line in shown)
    assert "texts=40, mentions=80, bad=0" in run.stdout
    assert mentions(tmp_path / "out") == expected(range(40))
    assert psutil


def test_two_runs_into_one_folder_do_not_mix(tmp_path):
    file = write_lines(tmp_path / "news.jsonl", range(5))
    with FileLock(_made(tmp_path / "out") / LOCK), pytest.raises(ArchiveError, match="another run"):
        find_archive([str(file)], tmp_path / "out", gazetteer="region")


def _made(folder):
    folder.mkdir()
    return folder


def test_half_written_parts_go_and_whole_ones_stay(tmp_path):
    file = write_parquet(tmp_path / "news.parquet", range(50))
    out = tmp_path / "out"
    parts = archive_parts([file], {})
    settle(parts, out)
    find_part(parts[1], str(out), gazetteer="region")
    (out / f".{parts[0].name}.x1y2").write_bytes(b"half")
    settle(parts, out)
    assert [part.number for part in undone(parts, out)] == [0, 2]
    assert not list(out.glob(".part-*"))


CLUSTER = """
import sys
from distributed import LocalCluster
from convoy_geo.archives.run import find_archive
import os, signal

def main():
    pattern, out, how = sys.argv[1:4]
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None,
                      silence_logs="CRITICAL") as cluster:
        killed = []

        def tell(done, parts, texts):
            print(done, flush=True)
            if done == 2 and how == "worker" and not killed:
                killed.append(cluster.workers[0].pid)
                os.kill(killed[0], signal.SIGKILL)
            if done == 2 and how == "stop":
                os.killpg(0, signal.SIGKILL)

        found = find_archive([pattern], out, scheduler=cluster.scheduler_address,
                             gazetteer="region", progress=tell, block=400)
        print("found", found.parts, found.skipped, found.texts, found.mentions, flush=True)

if __name__ == "__main__":
    main()
"""


def start(tmp_path, *words):
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(script), *map(str, words)],
        stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


@pytest.mark.slow
def test_two_workers_one_killed_half_way(tmp_path):
    pytest.importorskip("distributed")
    write_lines(tmp_path / "news.jsonl", range(400))
    with start(tmp_path, tmp_path / "news.jsonl", tmp_path / "out", "worker") as process:
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "found" in out
    assert mentions(tmp_path / "out") == expected(range(400))


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on(tmp_path):
    pytest.importorskip("distributed")
    write_lines(tmp_path / "news.jsonl", range(400))
    words = (tmp_path / "news.jsonl", tmp_path / "out")
    with start(tmp_path, *words, "stop") as process:
        out, _ = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert "found" not in out
    before = {file.name for file in (tmp_path / "out").glob("part-*")}
    assert before
    with start(tmp_path, *words, "go on") as process:
        out, _ = process.communicate(timeout=120)
    parts, skipped = map(int, out.split("found")[1].split()[:2])
    assert skipped >= len(before) > 0
    assert skipped < parts
    assert mentions(tmp_path / "out") == expected(range(400))


@pytest.mark.slow
def test_the_command(tmp_path, capsys):
    pytest.importorskip("distributed")
    write_lines(tmp_path / "news.jsonl", range(10))
    assert main(["find", "--archive", str(tmp_path / "*.jsonl")]) == 2
    assert "--archive needs -o" in capsys.readouterr().err
