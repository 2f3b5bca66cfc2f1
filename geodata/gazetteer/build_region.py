"""Make the tables of this folder: ``python geodata/gazetteer/build_region.py``.

Needs the extra ``world``. Takes countries, first-level areas, regions and towns of the region from
the packages, and what the packages lack or have elsewhere from ``supplement.csv`` here. Names in
Latin and Arabic script are kept; transcripts letter by letter are not. Positions are rounded to
four decimals, 11 m: a town is no point to the metre.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from pathlib import Path

from convoy_geo.gazetteer.normalize import plain
from convoy_geo.gazetteer.region import COLUMNS
from convoy_geo.gazetteer.world_packages import REGION, world_entries

HERE = Path(__file__).resolve().parent
CASE = HERE.parent / "cases" / "convoy-2017"
KINDS = {"country", "area1", "region", "town"}
SCRIPTS = {"LATIN", "ARABIC"}


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_kept(text: str) -> bool:
    """Whether a spelling is in Latin or Arabic script and no separator of lists."""
    letters = {
        unicodedata.name(c, "?").split()[0] for c in text if unicodedata.category(c)[0] == "L"
    }
    return bool(letters) and letters - {"MODIFIER"} <= SCRIPTS and "|" not in text


def main() -> None:
    """Write a table for each country."""
    old = defaultdict(list)
    extra = defaultdict(list)
    by_case_id = {row["place"]: row["geonames"] for row in rows_of(CASE / "places.csv")}
    for row in rows_of(CASE / "names.csv"):
        kept = old if row["use"] == "old" else extra
        if geonames := by_case_id[row["place"]]:
            kept[geonames].append(row["name"])
    supplement = rows_of(HERE / "supplement.csv")
    moved = {row["geonames"]: row for row in supplement if row["geonames"]}
    # What the supplement gives a place of its own is no longer another place's name.
    taken = defaultdict(set)
    for row in supplement:
        if row["taken_from"]:
            texts = (row["name"], *row["names"].split("|"))
            taken[row["taken_from"]] |= {plain(text) for text in texts}
    tables = defaultdict(list)
    for entry in world_entries(countries=REGION):
        if entry.kind not in KINDS:
            continue
        ident = str(entry.geonames)
        change = moved.get(ident, {})
        texts = [text for text, use in entry.spellings if use != "transcript" and is_kept(text)]
        olds = list(dict.fromkeys(old[ident]))
        known = {plain(entry.name), *map(plain, olds), *taken[ident]}
        names = {plain(text): text for text in reversed((*texts, *extra[ident]))}
        names = {key: text for key, text in reversed(names.items()) if key and key not in known}
        tables[entry.country].append(
            {
                "geonames": ident, "name": change.get("name") or entry.name, "kind": entry.kind,
                "lon": change.get("lon") or round(entry.lon, 4),
                "lat": change.get("lat") or round(entry.lat, 4),
                "area": entry.area, "population": entry.population or "",
                "derived": "yes" if entry.derived else "", "source": change.get("source", ""),
                "names": "|".join(names.values()), "old_names": "|".join(olds),
            }
        )  # fmt: skip
    for row in supplement:
        if not row["geonames"]:
            row |= {"population": "", "derived": "", "old_names": ""}
            tables[row["country"]].append({column: row[column] for column in COLUMNS})
    for country, rows in tables.items():
        with (HERE / f"{country}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
