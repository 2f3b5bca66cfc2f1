"""Read reports into rows of a case: the places each names, and their spellings.

Only what rules can find is proposed: a row for each report, the places named in its text, and their
spellings. Claims are left to a person. Existing content is never changed, and nothing is proposed
twice: ``mentions.csv`` records what was found, so a place that was removed, or given another id,
stays that way.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.casefiles import rows
from convoy_geo.casefiles.locate import own_folder
from convoy_geo.casefiles.locking import case_lock, is_case_folder
from convoy_geo.casefiles.merge import Proposal, add_new, checked_texts
from convoy_geo.casefiles.scaffold import case_texts
from convoy_geo.casefiles.spans import span_sha1
from convoy_geo.casefiles.transaction import make_folder
from convoy_geo.dates.interval import UNDATED
from convoy_geo.errors import CaseFileError, OutputFileError, TextFileError
from convoy_geo.gazetteer.case_gazetteer import Gazetteer
from convoy_geo.geoparse.finder import make_finder
from convoy_geo.ingest.ids import Taken
from convoy_geo.io.csv_tables import EMPTY, read_rows
from convoy_geo.io.progress import Progress
from convoy_geo.io.text_files import read_text
from convoy_geo.model import schema
from convoy_geo.model.claims import Report
from convoy_geo.model.defaults import DEFAULTS
from convoy_geo.model.place_kinds import PLACE_KINDS
from convoy_geo.model.places import Place, Spelling

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from convoy_geo.errors import Fault
    from convoy_geo.gazetteer.choice import GazetteerChoice
    from convoy_geo.geoparse.mentions import Mention
    from convoy_geo.io.csv_tables import Row, Table

__all__ = ["Ingested", "read_reports"]

LOCATING = {"place", "possessive", "dateline", "metonym"}
"""Roles of mentions that name a place; a demonym ("Syrian") names a people."""

KINDS = {"area1": "province", "area2": "region", "water": "sea", "regions": "region"}
"""Kinds of the large gazetteers with another name in a case's tables."""

UNMAPPED = {"country", "sea", "desert", "province", "region"}
"""Areas for which a gazetteer has only a point: their claims are listed beside the map."""

TITLE_LENGTH = 200
"""Maximum length of a first line that is treated as a headline."""
SENTENCE_ENDS = (".", "\u06d4", "\u3002")
ARABIC = re.compile("[\u0600-\u06ff]")


@dataclass
class Ingested:
    """The rows proposed from reports for a case.

    Parameters
    ----------
    folder
        The case's folder.
    proposals
        Rows for reports.csv, places.csv, names.csv and mentions.csv, ``new`` or ``same``, or
        ``differs`` if a person has edited an earlier proposal: these are not changed.
    files
        The files written.
    refused
        Rows that were left out, because the case would be unreadable with them.
    """

    folder: Path
    proposals: list[Proposal] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    refused: list[Fault] = field(default_factory=list)

    def count(self, file: str, status: str = "new") -> int:
        """Number of rows of a table with a status."""
        return sum(p.file == file and p.status == status for p in self.proposals)


def read_reports(
    files: Iterable[str | os.PathLike[str]],
    folder: str | Path,
    *,
    gazetteer: GazetteerChoice = None,
    country: Sequence[str] = (),
    write: bool = True,
    progress: bool | None = None,
) -> Ingested:
    """Read reports into the tables of a case.

    Parameters
    ----------
    files
        Texts of reports in UTF-8. They are read but never copied: the case stores spans and hashes.
    folder
        The case; created from templates if it does not exist.
    gazetteer, country
        See `convoy_geo.geoparse.finder.find_places`. The case's own places take precedence.
    write
        Whether to add new rows; otherwise they are only proposed. Existing rows stay byte for byte.
    progress
        Whether to show progress; by default on a terminal and in a notebook.

    Raises
    ------
    TextFileError, FileNotFoundError
        If a report is not UTF-8 text, is empty, does not exist, or has the name of another text of
        the case. Then nothing is written.
    CaseFileError
        If a table of the case has errors, other than values still to be filled in: the id of an
        unreadable row might be assigned again. Then nothing is written.
    OutputFileError
        If the folder is a file or has the name of a bundled case, or a file cannot be written.
    """
    root = own_folder(folder)
    texts = [(Path(file), read_text(file)) for file in files]
    if root.exists() and not root.is_dir():
        msg = f"{str(folder)!r} is a file; a case is a folder"
        raise OutputFileError(msg)
    if not write:
        return _proposed(root, texts, gazetteer, country, progress)
    with case_lock(root):  # the rows read determine the rows written
        reading = _proposed(root, texts, gazetteer, country, progress)
        new = [proposal for proposal in reading.proposals if proposal.status == "new"]
        if new and not is_case_folder(root):
            begun = case_texts(root)
            rows_in, reading.refused, _ = checked_texts(root, new, begun)
            make_folder(root, {**begun, **rows_in})
            reading.files = [root / file for file in rows_in]
        elif new:
            added = add_new(new, root)
            reading.files, reading.refused = added.files, added.refused
    return reading


def _proposed(
    root: Path,
    texts: Sequence[tuple[Path, str]],
    gazetteer: GazetteerChoice,
    country: Sequence[str],
    progress: bool | None,
) -> Ingested:
    draft = _Draft(root)
    finder = make_finder(case=draft.gazetteer(), gazetteer=gazetteer, country=country)
    with Progress(progress, total=len(texts), unit="reports") as shown:
        for file, text in texts:
            report = draft.report(file, text)
            for mention in finder.find(text):
                draft.mention(report, text, mention)
            shown.step()
    return Ingested(root, draft.proposals())


class _Draft:
    """The existing and the proposed rows of a case."""

    def __init__(self, folder: Path) -> None:
        tables = (schema.REPORTS, schema.PLACES, schema.NAMES, schema.MENTIONS)
        self.there = _rows(folder, tables)
        self.taken = Taken(folder, self.there)
        self.new: dict[str, dict[str, Proposal]] = {table.file: {} for table in tables}
        self.places: dict[str, str] = {}  # by id in the case or a gazetteer: the case's id
        self.same: list[Proposal] = []
        self.typed: dict[str, str] = {}  # reports without a hash, and the hash of their text
        for row in self.there["places.csv"]:
            self.places[row["place"]] = row["place"]
            if row["geonames"]:
                self.places.setdefault(f"geonames:{row['geonames']}", row["place"])
        log = self.there["mentions.csv"]
        self.logged = {(row["report"], row["start"], row["end"]) for row in log}
        self.settled = {row["gazetteer_id"] for row in log} - {""}

    def gazetteer(self) -> Gazetteer:
        """The case's own places with their spellings, regardless of errors in its other files."""
        spellings: dict[str, list[Spelling]] = {}
        for row in self.there["names.csv"]:
            spellings.setdefault(row["place"], []).append(rows.spelling(row))
        return Gazetteer(
            rows.place(row, spellings.get(row["place"], ())) for row in self.there["places.csv"]
        )

    def report(self, file: Path, text: str) -> str:
        """The id of a report; a row is proposed unless the case has a text with this hash."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        for known in self.there["reports.csv"]:
            if digest == known["sha256"]:
                self.same.append(Proposal("reports.csv", known["report"], "same", known.values))
                return known["report"]
        for key, proposal in self.new["reports.csv"].items():
            if proposal.row["sha256"] == digest:
                return key
        if not text.strip():
            msg = f"{file}: no text in it"
            raise TextFileError(msg)
        name = "" if str(file) == "-" else file.name
        if name in self.taken.texts:
            return self._typed(file, name, text, digest)
        key = self.taken.free_report(unnamed=not name)
        self.taken.texts[name or f"{key}.txt"] = key
        language = "ar" if len(ARABIC.findall(text)) * 2 > len(text) else ""
        row = rows.report_row(
            Report(
                key, publisher="not stated", title=_headline(text) or Path(name).stem or key,
                published=UNDATED, language=language,
                file=name, characters=len(text), body_start=0, body_end=len(text) or None,
                sha256=digest,
            )
        )  # fmt: skip
        self.new["reports.csv"][key] = Proposal("reports.csv", key, "new", row)
        return key

    def _typed(self, file: Path, name: str, text: str, digest: str) -> str:
        """The id of a manually entered report without a hash, for a text of this name."""
        key = self.taken.texts[name]
        for row in self.there["reports.csv"]:
            if row["report"] == key and not row["sha256"]:
                given = {"characters": str(len(text)), "sha256": digest}
                mine = self.typed.setdefault(key, digest) == digest  # one text per row
                if mine and row["characters"] in {"", given["characters"]}:
                    change = [(column, row[column], new) for column, new in given.items()]
                    differs = tuple(one for one in change if one[1] != one[2])
                    self.same.append(Proposal("reports.csv", key, "differs", row.values, differs))
                    return key
        msg = (
            f"{file}: report {key} has another text of the name {name!r}; give this one another "
            f"name, or correct the row of {key} first if this is a new version of its text"
        )
        raise TextFileError(msg)

    def mention(self, report: str, text: str, mention: Mention) -> None:
        """Propose the place of a mention, its spelling, and the mention itself."""
        place = mention.place
        spot = (report, str(mention.start), str(mention.end))
        if place is None or mention.role not in LOCATING or spot in self.logged:
            return
        key = self.places.get(place.id) or self.places.get(f"geonames:{place.geonames}")
        if key is None and place.id not in self.settled:
            key = self._new_place(place, " ".join(mention.text.split()))
        row = {
            "report": report,
            "start": spot[1],
            "end": spot[2],
            "text": " ".join(mention.text.split()),
            "place": key or "",
            "gazetteer_id": place.id,
            "role": mention.role,
            "score": f"{mention.score:g}",
            "span_sha1": span_sha1(text, mention.start, mention.end),
        }
        self.new["mentions.csv"]["|".join(spot)] = Proposal(
            "mentions.csv", "|".join(spot), "new", row
        )
        if key is not None:
            self._spelling(key, report, row["text"])

    def _new_place(self, place: Place, words: str) -> str:
        """Propose a place under the name used in the report, with that of the gazetteer."""
        name = place.name if words.isupper() else words
        key = self.taken.free_place(_slug(name))
        kind = KINDS.get(place.kind, place.kind)
        kind = kind if kind in PLACE_KINDS else "region"
        # A region is never drawn as a dot, and without an outline or a radius it is not an area
        # either.
        shape = "point" if kind not in UNMAPPED and place.shape == "point" else "unmapped"
        row = rows.place_row(
            Place(
                key, name, place.lon, place.lat, place.radius_km, kind, place.country,
                shape, "mentioned", place.arabic_name, "", place.geonames, place.wikidata,
                place.source, "Proposed by reading the reports; look at it.",
            )
        )  # fmt: skip
        self.new["places.csv"][key] = Proposal("places.csv", key, "new", row)
        self.places[place.id] = key
        if place.geonames:
            self.places[f"geonames:{place.geonames}"] = key
        if name != place.name:
            self._spelling(key, "", place.name)
        return key

    def _spelling(self, place: str, report: str, name: str) -> None:
        key = f"{place}|{name}"
        for row in self.there["names.csv"]:
            if (row["place"], row["name"]) == (place, name):
                reports = row["reports"].split("|")
                if report and report not in reports:
                    wanted = "|".join([*filter(None, reports), report])
                    change = (("reports", row["reports"], wanted),)
                    self.same.append(Proposal("names.csv", key, "differs", row.values, change))
                return
        proposed = self.new["names.csv"].get(key)
        if proposed is not None:
            reports = proposed.row["reports"].split("|")
            if report and report not in reports:
                proposed.row["reports"] += f"|{report}"  # type: ignore[index]
            return
        arabic = bool(ARABIC.search(name))
        spelling = Spelling(
            name,
            "ar" if arabic else "und",
            "Arab" if arabic else "Latn",
            "report" if report else "alternate",
            (report,) if report else (),
        )
        self.new["names.csv"][key] = Proposal(
            "names.csv", key, "new", dict(rows.spelling_row(place, spelling))
        )

    def proposals(self) -> list[Proposal]:
        """All proposals, table by table; a difference is reported once."""
        told = {(p.file, p.key): p for p in self.same}
        return [*told.values(), *(p for rows in self.new.values() for p in rows.values())]


def _rows(folder: Path, tables: Iterable[Table]) -> dict[str, list[Row]]:
    """The rows of tables, by file; none for a missing file.

    Values still to be filled in are not errors here: a person reviews the rows.
    """
    rows: dict[str, list[Row]] = {}
    wrong: list[Fault] = []
    for table in tables:
        rows[table.file] = []
        if (folder / table.file).exists():
            rows[table.file], faults = read_rows(folder, table, defaults=DEFAULTS.get(table.file))
            wrong += [one for one in faults if one.problem != EMPTY or one.column in table.key]
    if wrong:
        raise CaseFileError(sorted(wrong))
    return rows


def _headline(text: str) -> str:
    """The first line of a report, unless it is a sentence."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return "" if first.endswith(SENTENCE_ENDS) or len(first) > TITLE_LENGTH else first


def _slug(name: str) -> str:
    """A name as an id: lower case, without accents, words joined by ``_``."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"\W+", "_", bare.casefold()).strip("_") or "place"


def names_by_place(reading: Ingested) -> Mapping[str, Counter[str]]:
    """For each proposed place, the words that name it, with counts."""
    found: dict[str, Counter[str]] = {}
    for proposal in reading.proposals:
        if proposal.file == "mentions.csv" and proposal.row["place"]:
            found.setdefault(proposal.row["place"], Counter())[proposal.row["text"]] += 1
    return found
