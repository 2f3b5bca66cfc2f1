"""Check the spans of claims against the texts of their reports, for users who have the texts.

A case contains no report text, only the position of each sentence and its hash. With the texts all
hashes can be recomputed; a different text is distinguished from a wrong span.
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
    """The result of checking spans against texts.

    Parameters
    ----------
    matching
        Number of spans with the right hash.
    wrong
        Number of spans with another hash, although the text is the right one.
    unjudged
        Number of spans that could not be checked, because the text is missing or different.
    without
        Number of claims without a span.
    faults
        All errors, sorted by file and line.
    """

    matching: int
    wrong: int
    unjudged: int
    without: int
    faults: tuple[Fault, ...]


def span_sha1(text: str, start: int, end: int) -> str:
    """Hash of a span: the first 12 hex digits of the SHA-1 of its UTF-8 bytes.

    Parameters
    ----------
    text
        The text of a report.
    start, end
        Offsets in code points, end excluded, not counting a byte order mark.

    Examples
    --------
    >>> span_sha1("It moved. They say.", 0, 9)
    '242e108ebde0'
    """
    return hashlib.sha1(text[start:end].encode(), usedforsecurity=False).hexdigest()[:HASH_DIGITS]


def span_sha256(text: str, start: int, end: int) -> str:
    """SHA-256 of a span: 64 hex digits, of its UTF-8 bytes.

    The short hash detects a shifted or changed sentence, but another sentence with the same hash
    could be constructed deliberately. For this hash that is infeasible.

    Parameters
    ----------
    text, start, end
        See `span_sha1`.

    Examples
    --------
    >>> span_sha256("It moved. They say.", 0, 9)[:12]
    '7cd2e416245d'
    """
    return hashlib.sha256(text[start:end].encode()).hexdigest()


@shown
@dataclass(frozen=True)
class Span:
    """The position of words in a report's text.

    Parameters
    ----------
    report
        Name of the text's file, as in the column ``file`` of reports.csv.
    span_start, span_end
        Offsets in code points, end excluded.
    span_sha1
        Hash of the slice, from `span_sha1`.
    text
        The words as written there.
    span_sha256
        Full hash of the slice, from `span_sha256`.
    """

    report: str
    span_start: int
    span_end: int
    span_sha1: str
    text: str
    span_sha256: str = ""


@checks_types
def find_spans(report: str | os.PathLike[str], words: str) -> ResultList[Span]:
    r"""Find all occurrences of words in a report's text, with the span columns of a claim.

    Parameters
    ----------
    report
        The text, read in the same way as by `check_spans`; ``-`` for standard input.
    words
        A sentence or a part of one. Case matters; line breaks and the width of gaps between words
        do not.

    Returns
    -------
    list of Span
        In text order; empty if the words do not occur.

    Raises
    ------
    ValueError
        If `words` contains no words.
    TextFileError, FileNotFoundError
        If the report is not text, or does not exist.

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
        for at in re.finditer(f"(?=({piece}))", text)  # including overlapping ones
    )


def text_name(report: Row) -> str:
    """The name of a report's text: its ``file``, or its id with ``.txt``."""
    return report["file"] or f"{report['report']}.txt"


@checks_types
def check_spans(case: str | Path, reports: str | Path) -> SpanCheck:
    """Recompute the hash of every claim's span from the texts of the reports.

    Parameters
    ----------
    case
        Name of a bundled case, or path of a case's folder.
    reports
        Folder of the texts, which are read with `convoy_geo.io.text_files.read_text`. Their names
        are given by ``file`` in reports.csv, or are the report's id with ``.txt``.

    Returns
    -------
    SpanCheck

    Raises
    ------
    CaseNotFoundError
        If there is no such case.
    ReportTextsNotFoundError
        If `reports` is not a folder.
    """
    texts = Path(reports)
    if not texts.is_dir():
        msg = f"{str(reports)!r} is not a folder with texts of reports"
        raise ReportTextsNotFoundError(msg)
    folder = case_folder(case)
    (reports_rows, _), (claims, _) = consistently(  # `check_case` reports their errors
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
            continue  # nothing depends on its text
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
    """A report's text, and the error if it is missing or not the text that was read."""
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
    problem = f"{fault.problem}; {fitting} of {spans} spans match nevertheless"
    return Fault(fault.file, fault.line, fault.column, fault.text, problem, fault.allowed)


def _fits(text: str, row: Row) -> bool:
    start, end = int(row["span_start"]), int(row["span_end"])
    if end > len(text) or span_sha1(text, start, end) != row["span_sha1"]:
        return False
    return row["span_sha256"] in {"", span_sha256(text, start, end)}


def _span_fault(text: str, row: Row) -> Fault:
    """A wrong span, with the actual hash, or the position where the hash matches."""
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
        allowed = f"{moved}..{moved + end - start}, where the hash matches"
        return Fault(file, line, "span_start", shown, "wrong span: shifted", allowed)
    allowed = f"{span_sha1(text, start, end)} for {shown}"
    return Fault(file, line, "span_sha1", row["span_sha1"], "wrong span: another hash", allowed)


def _search(text: str, length: int, digest: str, *, near: int) -> int | None:
    """The position of a slice with this length and hash, the nearest first."""
    starts: Iterable[int] = sorted(
        range(len(text) - length + 1), key=lambda start: (abs(start - near), start)
    )
    return next((s for s in starts if span_sha1(text, s, s + length) == digest), None)
