"""Mutated inputs for every reader: nothing but the errors that are told, no hang, no dead process.

    python tests/fuzz.py --seconds 600 --seed 7

The seeds are the files of tests/hostile_files.py and small good files of each format; bytes are
flipped, cut, doubled, swapped with pieces of other seeds and with words that hurt. Every round is
given by its number, so that a failure can be made again with ``--first N --rounds 1``.
"""

import argparse
import gzip
import random
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import hostile_files as hostile
from hostile_files import SEEDS, blob, collection, feature, geopackage, point, wkb_point

WORDS = (
    b"", b"\0", b"\r", b"\n", b'"', b"'", b",", b";", b"{", b"}", b"[", b"]", b"<", b">", b"&",
    b"=", b"-1", b"1e999", b"NaN", b"null", b"true", b"\xff\xfe", b"\xed\xa0\x80", b"../../x", b"|",
    b"%s" * 9, b"9" * 400, b"(" * 300, b"<a>" * 300, b"[" * 300, "\u202e\u0662".encode(), b"]]>",
    b"<!DOCTYPE a>", b"2017-02-30", b"Y1E99999999999", b"../..", b"9999-12-31T24:00", b"\\ud800",
)  # fmt: skip
GOOD_GPX = (
    b'<gpx><wpt lat="34.5" lon="38.2"><name>Well</name></wpt><trk><name>T</name><trkseg>'
    b'<trkpt lat="1" lon="2"/><trkpt lat="1" lon="3"/></trkseg></trk></gpx>'
)
HTML = (
    b'<b onclick="x()">Sukhna</b><table><tr><td colspan="2">a<td>b</table><a href="https://x.y">'
    b"l</a><script>y()</script><svg><p>&amp;&#x1F600;<ul><li>1<li>2</ul><!-- x --><details>"
)
OSM = (
    b'<?xml version="1.0"?><osm version="0.6">'
    b'<node id="1" version="1" lat="34" lon="38"/><node id="2" version="1" lat="34" lon="38.1"/>'
    b'<node id="3" version="1" lat="34.1" lon="38.1"><tag k="barrier" v="gate"/></node>'
    b'<way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>'
    b'<tag k="highway" v="primary"/><tag k="maxspeed" v="60"/></way>'
    b'<way id="2" version="1"><nd ref="2"/><nd ref="1"/><tag k="highway" v="track"/></way>'
    b'<relation id="1" version="1"><member type="way" ref="1" role="from"/>'
    b'<member type="node" ref="2" role="via"/><member type="way" ref="2" role="to"/>'
    b'<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation></osm>'
)
OPL = (
    b"n1 v1 x38 y34\nn2 v1 x38.1 y34\nn3 v1 x38.1 y34.1 Tbarrier=gate\n"
    b"w1 v1 Thighway=primary,oneway=yes Nn1,n2,n3\nw2 v1 Thighway=service Nn2,n1\n"
)
DATES = ("2017-08-31", "../2017-08~", "2017-08-30/2017-09-03", "2017-08-31T14:00+03", "Y17E7",
         "last Thursday", "31.08.2017", "two weeks ago", "\u0663\u0661/\u0660\u0668")  # fmt: skip


def mutated(data, rng, others):
    """A few changes to a file, all given by the generator."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at = rng.randint(0, len(changed))
        end = min(len(changed), at + rng.choice((0, 1, 2, 8, 40)))
        kind = rng.randrange(7)
        if kind == 0 and changed:
            changed[min(at, len(changed) - 1)] ^= 1 << rng.randrange(8)
        elif kind == 1:
            changed[at:end] = rng.choice(WORDS)
        elif kind == 2:
            del changed[at:end]
        elif kind == 3:
            changed[at:at] = changed[at:end] * rng.choice((1, 2, 50))
        elif kind == 4:
            other = rng.choice(others)
            start = rng.randint(0, len(other))
            changed[at:end] = other[start : start + rng.choice((1, 8, 60))]
        elif kind == 5:
            del changed[at:]
        else:
            changed[at:at] = rng.choice(WORDS)
    return bytes(changed[:400_000])


def pbf(folder):
    """The extract as a PBF, by osmium."""
    import osmium

    (folder / "good.osm").write_bytes(OSM)
    with osmium.SimpleWriter(str(folder / "good.osm.pbf"), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(folder / "good.osm")):
            writer.add(thing)
    return (folder / "good.osm.pbf").read_bytes()


class Readers:
    """Every reader, each with its seeds."""

    def __init__(self, folder):
        self.folder = folder
        self.case = folder / "case"
        from convoy_geo.casefiles.scaffold import new_case
        from convoy_geo.io.files import geodata
        from convoy_geo.network.read_write import read_network, write_network

        shutil.copytree(geodata("cases", "titanic-1912"), self.case)
        new_case(folder / "new")
        self.files = [(seed.name, seed.data) for seed in SEEDS if len(seed.data) < 200_000]
        self.files += [
            ("good.geojson", collection(hostile.GOOD, feature(point(), name="B", kind="town"))),
            ("good.csv", b'name,lat,lon,note\nW1,34,38,dry\nW2,34.5,38.5,"a,b"\n'),
            ("good.kml", hostile.kml(hostile.mark("A"), hostile.mark("B"))),
            ("good.gpx", GOOD_GPX),
            ("good.lpf.json", collection({**hostile.GOOD, "names": [{"toponym": "Q", "lang": "en"}],
                                          "types": [{"label": "town"}], "@id": "x"})),
        ]  # fmt: skip
        path = geopackage(folder / "g.gpkg", [(blob(wkb_point(38, n)), f"P{n}") for n in range(9)])
        self.files.append(("good.gpkg", path.read_bytes()))
        try:
            import geopandas as gpd

            frame = gpd.GeoDataFrame(
                {"name": ["A", "B"]}, geometry=gpd.points_from_xy([1, 2], [3, 4]), crs=4326
            )
            frame.to_parquet(folder / "g.parquet")
            self.files.append(("good.parquet", (folder / "g.parquet").read_bytes()))
        except ImportError:
            pass
        tables = ("case.toml", "places.csv", "names.csv", "claims.csv", "routes.csv",
                  "reports.csv", "closures.geojson")  # fmt: skip
        self.tables = [(name, (self.case / name).read_bytes()) for name in tables]
        write_network(read_network(geodata("roads", "syria-iraq-2017")), folder / "a.roads")
        self.network = (folder / "a.roads").read_bytes()
        self.extracts = [
            ("x.osm", OSM),
            ("x.osh", OSM),
            ("x.opl", OPL),
            ("x.osm.gz", gzip.compress(OSM)),
            ("x.osm.pbf", pbf(folder)),
        ]
        self.all = [data for _, data in self.files] + [data[:3000] for _, data in self.tables]

    def file(self, rng):
        """A file to import."""
        from convoy_geo.exchange.to_records import read_records

        name, data = rng.choice(self.files)
        path = self.folder / f"x-{name}"
        path.write_bytes(mutated(data, rng, self.all))
        read_records(path)

    def gazetteer(self, rng):
        """A gazetteer of somebody's own."""
        from convoy_geo.gazetteer.user_file import read_gazetteer

        suffixes = (".csv", ".geojson", ".json")
        name, data = rng.choice([one for one in self.files if one[0].endswith(suffixes)])
        path = self.folder / f"x-{name}"
        path.write_bytes(mutated(data, rng, self.all))
        read_gazetteer(path)

    def table(self, rng):
        """A file of a case."""
        from convoy_geo.casefiles.validate import check_case

        name, data = rng.choice(self.tables)
        try:
            (self.case / name).write_bytes(mutated(data, rng, self.all))
            check_case(self.case)
        finally:
            (self.case / name).write_bytes(data)

    def network_file(self, rng):
        """A stored network; only its start and its directory are small enough to be hit often."""
        from convoy_geo.network.read_write import read_network

        data = bytearray(self.network)
        for _ in range(rng.choice((1, 2, 5))):
            at = rng.randrange(len(data)) if rng.random() < 0.5 else -rng.randint(1, 4000)
            data[at] = rng.randrange(256)
        path = self.folder / "x.roads"
        path.write_bytes(data[: rng.choice((len(data), len(data), rng.randrange(len(data))))])
        network = read_network(path)
        _ = network.node_table, network.edge_table

    def extract(self, rng):
        """An extract of OpenStreetMap."""
        from convoy_geo.network.from_osm import network_from_osm

        name, data = rng.choice(self.extracts)
        path = self.folder / name
        path.write_bytes(mutated(data, rng, [one for _, one in self.extracts]))
        network = network_from_osm(path, progress=False)
        _ = network.node_table, network.edge_table

    def markup(self, rng):
        """HTML of a popup."""
        from convoy_geo.webmap.sanitize import parse, text_content, to_html

        text = mutated(HTML, rng, self.all).decode(errors="replace")
        node = parse(text)
        text_content(node)
        written = to_html(node)
        assert "<script" not in written.casefold()

    def date(self, rng):
        """A date of a table, and one of a text."""
        from convoy_geo.dates.find import find_dates
        from convoy_geo.dates.interval import Interval

        text = mutated(rng.choice(DATES).encode(), rng, [one.encode() for one in DATES])
        shown = text.decode(errors="replace")[:500]
        find_dates(shown, dateline="2017-09-04")
        Interval.parse(shown, "Asia/Damascus")

    def archive(self, rng):
        """A line of an archive."""
        from convoy_geo.archives.parts import _lines
        from convoy_geo.archives.plan import Part

        path = self.folder / "x.jsonl"
        path.write_bytes(mutated(b'{"id": 1, "text": "in Homs"}\n{"text": "x"}\n', rng, self.all))
        size = path.stat().st_size
        list(_lines(Part(0, str(path), 0, size, ""), "text", "id"))


KINDS = ("file", "file", "file", "file", "gazetteer", "table", "network_file", "markup", "date",
         "archive", "extract")  # fmt: skip
SLOW = 20.0
"""Seconds of this process after which one input counts as a hang."""


def one(readers, number, seed):
    """One round: what it is, and what is wrong with it, if anything."""
    from convoy_geo.errors import ConvoyGeoError

    rng = random.Random(f"{seed}-{number}")  # noqa: S311
    kind = KINDS[number % len(KINDS)]
    started = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            getattr(readers, kind)(rng)
    except ConvoyGeoError:
        pass
    except Exception:  # noqa: BLE001  (that is what is looked for)
        return f"round {number} ({kind}): {traceback.format_exc()}"
    taken = time.process_time() - started
    return f"round {number} ({kind}): {taken:.0f} s" if taken > SLOW else ""


def main(words=None):
    """Run rounds until the time or the number of them is up; say what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--rounds", type=int, default=10**9)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(words)
    failed, done, started = [], 0, time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        readers = Readers(Path(name))
        for number in range(arguments.first, arguments.first + arguments.rounds):
            if time.monotonic() - started > arguments.seconds:
                break
            done += 1
            if wrong := one(readers, number, arguments.seed):
                failed.append(wrong)
    print(f"{done} mutated inputs (seed {arguments.seed}), {len(failed)} failed")
    print(*failed[:20], sep="\n")
    return len(failed)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
