"""Names found over archives: parts, workers that die, runs that go on where they stopped."""

import json
import signal
import subprocess
import sys

import pytest

from convoy_geo.archives.parts import BAD, find_part
from convoy_geo.archives.plan import archive_files, archive_parts, settle, undone
from convoy_geo.cli import main
from convoy_geo.errors import ArchiveError

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
    with pytest.raises(ArchiveError, match="holds other things"):
        settle(parts, tmp_path / "full")
    assert (tmp_path / "full" / "thesis.doc").exists()


def test_files_that_are_no_archive_are_refused(tmp_path):
    with pytest.raises(ArchiveError, match="no file is called"):
        archive_files([str(tmp_path / "*.parquet")])
    (tmp_path / "a.docx").write_text("x", encoding="utf-8")
    with pytest.raises(ArchiveError, match="neither Parquet"):
        archive_files([str(tmp_path / "a.docx")])
    broken = tmp_path / "a.parquet"
    broken.write_bytes(b"PAR1 not really")
    with pytest.raises(ArchiveError, match="no Parquet file"):
        archive_parts([broken], {})


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


def test_two_workers_one_killed_half_way(tmp_path):
    pytest.importorskip("distributed")
    write_lines(tmp_path / "news.jsonl", range(400))
    with start(tmp_path, tmp_path / "news.jsonl", tmp_path / "out", "worker") as process:
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "found" in out
    assert mentions(tmp_path / "out") == expected(range(400))


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


def test_the_command(tmp_path, capsys):
    pytest.importorskip("distributed")
    write_lines(tmp_path / "news.jsonl", range(10))
    assert main(["find", "--archive", str(tmp_path / "*.jsonl")]) == 2
    assert "--archive needs -o" in capsys.readouterr().err
