"""The spans of claims held against the texts of their reports, for whoever has the texts.

A case carries no text, only where a sentence stands and the hash of it. With the texts at hand all
of it can be recomputed; that a text is another one is told apart from a span that is wrong.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.casefiles.locate import case_folder
from convoy_geo.casefiles.locking import consistently
from convoy_geo.display import ResultList, shown
from convoy_geo.errors import ExchangeFileError, Fault, ReportTextsNotFoundError, TextFileError
from convoy_geo.io.csv_tables import read_rows
from convoy_geo.io.sniff import read_bytes
from convoy_geo.io.text_files import decode_text, read_text
from convoy_geo.model import schema
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from convoy_geo.io.csv_tables import Row

__all__ = [
    "Span", "SpanCheck", "check_spans", "find_spans", "span_sha1", "span_sha256",
    "text_name",
]  # fmt: skip

HASH_DIGITS = 12


@shown
@dataclass(frozen=True)
class SpanCheck:
    """What came of holding spans against texts.

    Parameters
    ----------
    matching
        How many spans have their hash.
    wrong
        How many have not, in a text that is the right one.
    unjudged
        How many could not be held against the right text, because it is missing or another one.
    without
        How many claims have no span.
    faults
        All that is wrong, sorted by file and line.
    """

    matching: int
    wrong: int
    unjudged: int
    without: int
    faults: tuple[Fault, ...]


def span_sha1(text: str, start: int, end: int) -> str:
    """The hash of a span: the first 12 hex digits of the SHA-1 of its UTF-8 bytes.

    Parameters
    ----------
    text
        A report's text.
    start, end
        End-exclusive offsets in code points, a byte order mark not counted.

    Examples
    --------
    >>> span_sha1("It moved. They say.", 0, 9)
    '242e108ebde0'
    """
    return hashlib.sha1(text[start:end].encode(), usedforsecurity=False).hexdigest()[:HASH_DIGITS]


def span_sha256(text: str, start: int, end: int) -> str:
    """The SHA-256 of a span: 64 hex digits, of its UTF-8 bytes.

    The short hash finds a shifted or a changed sentence; somebody who wants to could find another
    sentence that has it. For this one nobody can.

    Parameters
    ----------
    text, start, end
        As for `span_sha1`.

    Examples
    --------
    >>> span_sha256("It moved. They say.", 0, 9)[:12]
    '7cd2e416245d'
    """
    return hashlib.sha256(text[start:end].encode()).hexdigest()


@shown
@dataclass(frozen=True)
class Span:
    """Where words stand in a report's text.

    Parameters
    ----------
    report
        Name of the text's file, as the column ``file`` of reports.csv has it.
    span_start, span_end
        End-exclusive offsets in code points.
    span_sha1
        The hash of the slice, as `span_sha1` gives it.
    text
        The words as they stand there.
    span_sha256
        The full hash of the slice, as `span_sha256` gives it.
    """

    report: str
    span_start: int
    span_end: int
    span_sha1: str
    text: str
    span_sha256: str = ""


@checks_types
def find_spans(report: str | os.PathLike[str], words: str) -> ResultList[Span]:
    r"""Every place where words stand in a report's text, with what a claim's row says of it.

    Parameters
    ----------
    report
        The text, read as `check_spans` reads it; ``-`` for standard input.
    words
        A sentence of it, or a piece of one. Case counts; how lines are broken and how wide a gap
        between words is does not.

    Returns
    -------
    list of Span
        In the order of the text; empty if the words are not in it.

    Raises
    ------
    ValueError
        If `words` holds none.
    TextFileError, FileNotFoundError
        If the report is no text, or not there.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "a.txt")
    >>> _ = file.write_text("It moved. They say\nit moved.")
    >>> find_spans(file, "They say it moved.")[0].span_start
    10
    """
    if not words.split():
        msg = f"no words to look for in {words!r}"
        raise ValueError(msg)
    piece = r"\s+".join(map(re.escape, words.split()))
    text = read_text(report)
    name = "" if str(report) == "-" else Path(report).name
    return ResultList(
        Span(name, *at.span(1), span_sha1(text, *at.span(1)), at[1], span_sha256(text, *at.span(1)))
        for at in re.finditer(f"(?=({piece}))", text)  # those that overlap too
    )


def text_name(report: Row) -> str:
    """The name of a report's text: its ``file``, or else its id with ``.txt``."""
    return report["file"] or f"{report['report']}.txt"


@checks_types
def check_spans(case: str | Path, reports: str | Path) -> SpanCheck:
    """Recompute the hash of every claim's span from the texts of the reports.

    Parameters
    ----------
    case
        Name of a case that ships, or path of a case's folder.
    reports
        Folder with the texts, as `convoy_geo.io.text_files.read_text` reads them, each under the
        name that ``file`` of reports.csv gives, or else its report's id with ``.txt``.

    Returns
    -------
    SpanCheck

    Raises
    ------
    CaseNotFoundError
        If there is no such case.
    ReportTextsNotFoundError
        If `reports` is no folder.
    """
    texts = Path(reports)
    if not texts.is_dir():
        msg = f"{str(reports)!r} is no folder with texts of reports"
        raise ReportTextsNotFoundError(msg)
    folder = case_folder(case)
    (reports_rows, _), (claims, _) = consistently(  # their own faults are `check_case`'s
        folder, lambda: (read_rows(folder, schema.REPORTS), read_rows(folder, schema.CLAIMS))
    )
    spans: dict[str, list[Row]] = {}
    for claim in claims:
        if claim["span_start"].isdecimal() and claim["span_end"].isdecimal():
            spans.setdefault(claim["report"], []).append(claim)
    faults: list[Fault] = []
    matching = wrong = unjudged = 0
    for report in reports_rows:
        rows = spans.get(report["report"], [])
        if not rows and not report["sha256"]:
            continue  # nothing rests on its text
        text, fault = _text(texts, report, len(rows))
        if fault:
            faults.append(fault)
        if text is None:
            unjudged += len(rows)
            continue
        bad = [row for row in rows if not _fits(text, row)]
        if fault:
            unjudged += len(bad)
            faults[-1] = _with_count(faults[-1], len(rows) - len(bad), len(rows))
        else:
            wrong += len(bad)
            faults += (_span_fault(text, row) for row in bad)
        matching += len(rows) - len(bad)
    total = sum(map(len, spans.values()))
    return SpanCheck(matching, wrong, unjudged, len(claims) - total, tuple(sorted(faults)))


def _text(folder: Path, report: Row, spans: int) -> tuple[str | None, Fault | None]:
    """A report's text, and the fault if it is missing or not the one that was read."""
    name = text_name(report)
    file, line = schema.REPORTS.file, report.line
    if Path(name).name != name:  # a path in a table could lead anywhere
        allowed = "the name of a file in the folder of reports"
        return None, Fault(file, line, "file", name, "a path, not a name", allowed)
    try:
        text = decode_text(read_bytes(folder / name, name), name)
    except ExchangeFileError:
        problem = f"missing text of {report['report']}, {spans} spans not judged"
        return None, Fault(file, line, "file", name, problem, "a file in the folder of reports")
    except TextFileError as error:
        problem = str(error).removeprefix(f"{name}: ")
        allowed = "text in UTF-8, or in UTF-16 or UTF-32 with its mark"
        return None, Fault(file, line, "file", name, problem, allowed)
    if report["characters"] and str(len(text)) != report["characters"]:
        problem = f"wrong text of {report['report']}: {len(text)} characters"
        return text, Fault(file, line, "file", name, problem, f"{report['characters']} characters")
    digest = hashlib.sha256(text.encode()).hexdigest()  # of UTF-8, without a mark
    if report["sha256"] and digest != report["sha256"]:
        problem = f"wrong text of {report['report']}: SHA-256 {digest[:HASH_DIGITS]}..."
        allowed = f"SHA-256 {report['sha256'][:HASH_DIGITS]}..."
        return text, Fault(file, line, "file", name, problem, allowed)
    return text, None


def _with_count(fault: Fault, fitting: int, spans: int) -> Fault:
    problem = f"{fault.problem}; {fitting} of {spans} spans fit all the same"
    return Fault(fault.file, fault.line, fault.column, fault.text, problem, fault.allowed)


def _fits(text: str, row: Row) -> bool:
    start, end = int(row["span_start"]), int(row["span_end"])
    if end > len(text) or span_sha1(text, start, end) != row["span_sha1"]:
        return False
    return row["span_sha256"] in {"", span_sha256(text, start, end)}


def _span_fault(text: str, row: Row) -> Fault:
    """A wrong span, with what the hash would be, or where the hash does fit."""
    file, line = schema.CLAIMS.file, row.line
    start, end = int(row["span_start"]), int(row["span_end"])
    shown = f"{start}..{end}"
    if end > len(text):
        allowed = f"at most {len(text)}, the length of the text"
        return Fault(file, line, "span_end", shown, "wrong span: beyond the text", allowed)
    if not row["span_sha1"]:
        allowed = span_sha1(text, start, end)
        return Fault(file, line, "span_sha1", "", "span without a hash", allowed)
    if span_sha1(text, start, end) == row["span_sha1"]:
        allowed = f"{span_sha256(text, start, end)} for {shown}"
        problem = "wrong span: another hash"
        return Fault(file, line, "span_sha256", row["span_sha256"], problem, allowed)
    moved = _search(text, end - start, row["span_sha1"], near=start)
    if moved is not None:
        allowed = f"{moved}..{moved + end - start}, where the hash fits"
        return Fault(file, line, "span_start", shown, "wrong span: shifted", allowed)
    allowed = f"{span_sha1(text, start, end)} for {shown}"
    return Fault(file, line, "span_sha1", row["span_sha1"], "wrong span: another hash", allowed)


def _search(text: str, length: int, digest: str, *, near: int) -> int | None:
    """Where a slice of that length has that hash, the nearest first."""
    starts: Iterable[int] = sorted(
        range(len(text) - length + 1), key=lambda start: (abs(start - near), start)
    )
    return next((s for s in starts if span_sha1(text, s, s + length) == digest), None)
