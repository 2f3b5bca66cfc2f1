"""Commands that run at the same time, and commands that are killed: nothing lost, doubled, mixed.

    python tests/soak.py --pairs 200 --kills 200 --seed 7

Each trial makes its own folder, forks processes that run the real command, and compares every byte
that they leave with what the same commands leave when nobody disturbs them. Half of the kills come
at a random moment; the others come at a chosen call that writes, so that they hit the moments
between the first and the last write.
"""

import argparse
import contextlib
import io
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

TEXTS = (
    "Buses left Homs on Monday for Palmyra, officials said.\nThey reached Hama at night.\n",
    "A convoy reached Palmyra.\nIt came from Deir ez-Zor, the army said, by way of Sukhna.\n",
    "In Aleppo and in Raqqa nobody saw it.\n",
)
OSM = """<?xml version="1.0"?><osm version="0.6">{nodes}
<way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/></way>
<way id="2" version="1"><nd ref="2"/><nd ref="4"/><tag k="highway" v="secondary"/></way></osm>"""
NODE = '<node id="{0}" version="1" lat="{1}" lon="{2}"/>'
WRITES = ("rename", "replace", "fsync", "mkdir", "unlink", "rmdir")
"""Functions of `os` that a write goes through; a kill can come before any call of them."""


def places(names, lon):
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "note": "a\rb", "country": "SY"},
            "geometry": {"type": "Point", "coordinates": [lon + at / 10, 34.5]},
        }
        for at, name in enumerate(names)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def inputs(folder):
    """The files that the commands read."""
    for number, text in enumerate(TEXTS):
        (folder / f"r{number}.txt").write_text(text, encoding="utf-8")
    (folder / "a.geojson").write_text(places(["Quarry", "Well 1", "Well 2"], 38), encoding="utf-8")
    (folder / "b.geojson").write_text(places(["Mill", "Well 1", "Ford"], 39), encoding="utf-8")
    nodes = "".join(
        NODE.format(*one) for one in ((1, 34, 38), (2, 34, 38.1), (3, 34, 38.2), (4, 34.1, 38.1))
    )
    (folder / "a.osm").write_text(OSM.format(nodes=nodes), encoding="utf-8")


def command(kind, folder):
    """The words of a command in a folder."""
    case = str(folder / "case")
    if kind.startswith("read"):
        report = str(folder / f"r{kind[-1]}.txt")
        return ["read", report, "--case", case, "--gazetteer", "region"]
    if kind.startswith("import"):
        return ["import", str(folder / f"{kind[-1]}.geojson"), "--case", case, "--add"]
    return ["roads", "build", str(folder / "a.osm"), "-o", str(folder / "a.roads")]


def run(words, *, before=None):
    """Run the command in a forked process; its number."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        os.setpgid(0, 0)
        if before:
            before()
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            from convoy_geo.cli import main

            code = main(words)
    finally:
        os._exit(code)


def wait(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def finish(words):
    """Run the command undisturbed."""
    code = wait(run(words))
    assert code == 0, f"{words} ended with {code}"


def tree(folder):
    """Every file below a folder, hidden ones too."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def prepared(root, kind, *, case):
    """A new folder with the inputs, and a case if the trial needs one that is there."""
    folder = root / kind
    folder.mkdir()
    inputs(folder)
    if case:
        finish(["new", str(folder / "case")])
    return folder


def undisturbed(root, kinds, *, case):
    """What a sequence of commands leaves."""
    folder = prepared(root, "+".join(kinds), case=case)
    for kind in kinds:
        finish(command(kind, folder))
    left = tree(folder)
    shutil.rmtree(folder)
    return {name: data.replace(str(folder).encode(), b"FOLDER") for name, data in left.items()}


def same(folder, wanted):
    """Whether a folder holds what is wanted; the names of files that do not."""
    here = {
        name: data.replace(str(folder).encode(), b"FOLDER") for name, data in tree(folder).items()
    }
    return sorted(name for name in {*here, *wanted} if here.get(name) != wanted.get(name))


PAIRS = (
    (("read0", "read1"), False), (("read0", "read1"), True), (("read1", "read2"), True),
    (("read0", "importa"), True), (("importa", "importb"), True), (("importa", "importa"), True),
    (("read2", "read2"), True),
)  # fmt: skip


def pairs(count, rng, root):
    """Two commands at the same time leave what one after the other leaves, in either order."""
    wanted = {}
    failed = []
    for number in range(count):
        kinds, case = PAIRS[number % len(PAIRS)]
        for order in (kinds, kinds[::-1]):
            if (order, case) not in wanted:
                (root / "w").mkdir()
                wanted[order, case] = undisturbed(root / "w", order, case=case)
                shutil.rmtree(root / "w")
        folder = prepared(root, f"pair{number}", case=case)
        pause = rng.choice((0, 0, 0.01, 0.05))
        first = run(command(kinds[0], folder))
        time.sleep(pause)
        second = run(command(kinds[1], folder))
        codes = wait(first), wait(second)
        left = [same(folder, wanted[order, case]) for order in (kinds, kinds[::-1])]
        if any(codes) or all(left):
            failed.append(f"pair {number} {kinds}, case {case}: codes {codes}, differ {left}")
        else:
            shutil.rmtree(folder)
    return failed


def dies_at(call):
    """Make the process die just before the n-th call that writes."""

    def arm():
        count = 0

        def counted(function):
            def wrapped(*words, **named):
                nonlocal count
                count += 1
                if count == call:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*words, **named)

            return wrapped

        for name in WRITES:
            setattr(os, name, counted(getattr(os, name)))

    return arm


KILLS = (("read0", False), ("read1", True), ("importa", True), ("roads", False))


def kills(count, rng, root):
    """A command that is killed and run again leaves what it leaves undisturbed."""
    wanted, seconds, failed, hit = {}, {}, [], 0
    for number in range(count):
        kind, case = KILLS[number % len(KILLS)]
        if kind not in wanted:
            (root / "w").mkdir()
            started = time.perf_counter()
            wanted[kind] = undisturbed(root / "w", (kind,), case=case)
            seconds[kind] = time.perf_counter() - started
            shutil.rmtree(root / "w")
        folder = prepared(root, f"kill{number}", case=case)
        if number // len(KILLS) % 2:
            child = run(command(kind, folder))
            time.sleep(rng.uniform(0, seconds[kind]))
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        else:
            child = run(command(kind, folder), before=dies_at(rng.randint(1, 16)))
        hit += wait(child) == -signal.SIGKILL
        if case or (folder / "case").exists():  # a reader sees a case, or none
            code = wait(run(["claims", str(folder / "case"), "--json"]))
            if code not in {0, 1}:
                failed.append(f"kill {number} {kind}: a reader ended with {code}")
        finish(command(kind, folder))
        if left := same(folder, wanted[kind]):
            failed.append(f"kill {number} {kind}: differ {left}")
        else:
            shutil.rmtree(folder)
    return failed, hit


def main(words=None):
    """Run both, and say what failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(words)
    rng = random.Random(arguments.seed)  # noqa: S311
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        # everything is loaded once, and the gazetteer is compiled: a fork is then quick
        warm = prepared(root, "warm", case=False)
        from convoy_geo.cli import main as command_line

        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            for kind in ("read0", "importa", "roads"):
                command_line(command(kind, warm))
        failed = pairs(arguments.pairs, rng, root)
        wrong, hit = kills(arguments.kills, rng, root)
    failed += wrong
    print(f"{arguments.pairs} pairs, {arguments.kills} kills ({hit} before the end), "
          f"{len(failed)} failed")  # fmt: skip
    print(*failed, sep="\n")
    return len(failed)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
