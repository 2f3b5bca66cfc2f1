"""Columns of a case's tables, each declared once, next to the record field that stores it.

A record is a dataclass. A field with a column in a file is declared with that column's properties::

    @dataclass(frozen=True)
    class Claim:
        id: Annotated[str, Declared("Key of the claim.", ID, name="claim", required=True)]
        group: Annotated[str, Declared("Id of the moving group.", ID, optional=True)] = ""

`table_of` builds the table of a record from these declarations. The case reader, its checks, the
templates of a new case, exports, imports, the card of a claim and docs/columns.md are derived from
the table.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, get_origin, get_type_hints

from convoy_geo.dates.interval import Interval
from convoy_geo.io.cell_checks import (
    anything,
    edtf_text,
    id_text,
    listing,
    number,
    one_of,
    pattern,
    split,
)
from convoy_geo.io.csv_tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = [
    "CHAIN",
    "COUNT",
    "DATE",
    "FLAG",
    "ID",
    "IDS",
    "OFFSET",
    "ROLES_AND_PLACES",
    "TEXT",
    "TEXTS",
    "WEB",
    "YES_NO",
    "CellType",
    "Declared",
    "RecordColumn",
    "RecordTable",
    "choice",
    "choices",
    "degrees",
    "list_of",
    "measure",
    "table_of",
    "text_of",
]  # fmt: skip

T = TypeVar("T")


def _same(text: str, _zone: str) -> str:
    return text


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _split(text: str, _zone: str) -> tuple[str, ...]:
    return split(text)


def _figure(value: float | None) -> str:
    """The shortest lossless form of a number: 17, not 17.0."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _float(text: str, _zone: str = "") -> float | None:
    return float(text) if text else None


def _int(text: str, _zone: str = "") -> int | None:
    return int(text) if text else None


def _number(text: str) -> float | None:
    if not text:
        return None
    return int(text) if text.lstrip("-").isdecimal() else float(text)


@dataclass(frozen=True)
class CellType:
    """The type of a column's cells.

    Parameters
    ----------
    words
        Description for the list of columns: ``a number from 0 to 1``.
    check
        Returns what is allowed instead of a text, or None if the text is valid.
    read
        Parses a text; receives the case's time zone too.
    write
        Formats a value as text.
    plain
        Converts a text for exports: to text or None, a number, or a list of texts.
    """

    words: str
    check: Callable[[str], str | None] = anything
    read: Callable[[str, str], Any] = _same
    write: Callable[[Any], str] = _text
    plain: Callable[[str], Any] = lambda text: text or None


def text_of(expression: str, allowed: str) -> CellType:
    """Texts that fully match a regular expression, described by `allowed`."""
    return CellType(allowed, pattern(expression, allowed))


def choice(allowed: Iterable[str]) -> CellType:
    """One of a few words."""
    allowed = tuple(allowed)
    return CellType("one of " + ", ".join(f"`{word}`" for word in allowed), one_of(allowed))


def list_of(kind: CellType) -> CellType:
    """Any number of texts, separated by ``|``."""
    return CellType(
        f"list joined by `|`: {kind.words}",
        listing(kind.check),
        _split,
        "|".join,
        lambda text: list(split(text)),
    )


def choices(allowed: Mapping[str, str]) -> CellType:
    """One of a few words, each with its meaning."""
    words = "; ".join(f"`{word}` {meaning}" for word, meaning in allowed.items())
    return CellType(f"one of {words}", one_of(allowed))


def measure(low: float, high: float) -> CellType:
    """A number in a range, both ends included."""
    allowed = number(low, high)
    return CellType(f"a number from {low:,g} to {high:,g}", allowed, _float, _figure, _number)


def degrees(most: float) -> CellType:
    """Degrees between -`most` and `most`, written with a decimal point."""
    return CellType(
        f"degrees from {-most:g} to {most:g}",
        number(-most, most),
        _float,
        lambda value: "" if value is None else repr(float(value)),
        _number,
    )


TEXT = CellType("text")
TEXTS = list_of(TEXT)
ID = CellType(
    "an id: letters, digits, _ . and -",
    id_text,
)
IDS = list_of(CellType("ids", ID.check))
WEB = text_of(r"https?://\S+", "an address that starts with http:// or https://")
DATE = CellType(
    "date or time in EDTF",
    edtf_text,
    Interval.parse,
)
COUNT = measure(0, 1e12)
OFFSET = CellType("a whole number from 0 on", number(0, 1e9, whole=True), _int, _text, _number)
YES_NO = CellType(
    "`yes` or `no`",
    one_of(("yes", "no")),
    lambda text, _zone: text == "yes",
    lambda value: "yes" if value else "no",
)
FLAG = CellType(
    "`yes` or nothing",
    one_of(("yes", "no", "")),
    lambda text, _zone: text == "yes",
    lambda value: "yes" if value else "",
)
CHAIN = CellType(
    "texts joined by ` > `",
    read=lambda text, _zone: tuple(part.strip() for part in text.split(">") if part.strip()),
    write=" > ".join,
)


def ROLES_AND_PLACES(roles: Iterable[str]) -> CellType:  # noqa: N802  (a kind like the others)
    """Places, each preceded by its role: ``at:homs|from:palmyra``."""
    roles = tuple(roles)
    allowed = f"role:place joined by |, the role one of {', '.join(roles)}"

    def read(text: str, _zone: str) -> tuple[tuple[str, str], ...]:
        return tuple((role, place) for role, _, place in (x.partition(":") for x in split(text)))

    return CellType(
        f"list joined by `|` of `role:place`, the role one of {', '.join(roles)}",
        listing(pattern(rf"({'|'.join(roles)}):[\w.-]+", allowed)),
        read,
        lambda pairs: "|".join(f"{role}:{place}" for role, place in pairs),
        lambda text: list(split(text)),
    )


@dataclass(frozen=True)
class Declared:
    """The column properties declared for a record's field.

    Parameters
    ----------
    meaning
        One sentence that describes the column.
    kind
        The type of its cells.
    name
        Name of the column; by default that of the field.
    required
        Whether a cell must not be empty.
    optional
        Whether a file may lack the column.
    old_name
        Its name in files of an older format.
    card
        Whether the claims table and a claim's card show it when it is not empty.
    """

    meaning: str
    kind: CellType = TEXT
    name: str = ""
    required: bool = False
    optional: bool = False
    old_name: str = ""
    card: bool = False


@dataclass(frozen=True)
class RecordColumn(Column):
    """A column with the field that it fills; `field` is empty if the record has none."""

    field: str = ""
    kind: CellType = TEXT
    meaning: str = ""
    card: bool = False

    @staticmethod
    def of(field: str, declared: Declared) -> RecordColumn:
        """The column declared for a field."""
        return RecordColumn(
            declared.name or field,
            declared.kind.check,
            declared.required,
            declared.optional,
            declared.old_name,
            field,
            declared.kind,
            declared.meaning,
            declared.card,
        )


@dataclass(frozen=True)
class RecordTable(Table, Generic[T]):
    """The table of a record: it parses rows into records and formats records as rows."""

    columns: tuple[RecordColumn, ...]
    record: type[T] | None = None
    about: str = ""

    def read(self, texts: Mapping[str, str], zone: str = "", **more: object) -> T:
        """Build a record from the texts of a valid row.

        Parameters
        ----------
        texts
            Texts by column. A missing column leaves the field at its default.
        zone
            IANA name of the time zone of dates.
        **more
            Fields that have no column.
        """
        if self.record is None:
            msg = f"{self.file} has no record"
            raise TypeError(msg)
        plain, others = self._reads
        values = {field: texts[name] for name, field in plain if name in texts}
        values |= {field: read(texts[name], zone) for name, field, read in others if name in texts}
        return self.record(**values | more)

    def write(self, record: T) -> dict[str, str]:
        """The texts of a record by column, in file order."""
        return {name: write(getattr(record, field)) for name, field, write in self._writes}

    @cached_property
    def _reads(
        self,
    ) -> tuple[list[tuple[str, str]], list[tuple[str, str, Callable[[str, str], Any]]]]:
        """Columns that fill a field with their text, and others with what reads a cell."""
        filling = [one for one in self.columns if one.field]
        plain = [(one.name, one.field) for one in filling if one.kind.read is _same]
        others = [
            (one.name, one.field, one.kind.read) for one in filling if one.kind.read is not _same
        ]
        return plain, others

    @cached_property
    def _writes(self) -> tuple[tuple[str, str, Callable[[Any], str]], ...]:
        """Columns that fill a field: name, field, and the formatter of a cell."""
        filling = (column for column in self.columns if column.field)
        return tuple((column.name, column.field, column.kind.write) for column in filling)

    def plain(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """The exported values of a row: texts, numbers, lists, None."""
        return {
            column.name: column.kind.plain(texts.get(column.name, "")) for column in self.columns
        }


def table_of(
    record: type[T], file: str, key: tuple[str, ...], *, order: str = "", about: str = "",
    before: tuple[RecordColumn, ...] = (),
) -> RecordTable[T]:  # fmt: skip
    """Build the table of a record.

    Parameters
    ----------
    record
        A dataclass whose fields are declared.
    file
        Name of the file.
    key
        Names of the columns that form a row's key.
    order
        Names of the first columns in the file; the others follow in order of declaration.
    about
        Purpose of the table.
    before
        Columns without a field; they come first.
    """
    unloaded = {"BaseGeometry": Any}  # no column has one, and shapely loads slowly
    hints = get_type_hints(record, localns=unloaded, include_extras=True)
    columns = [
        RecordColumn.of(field.name, declared)
        for field in fields(record)  # type: ignore[arg-type]
        if get_origin(hints[field.name]) is Annotated
        for declared in hints[field.name].__metadata__
        if isinstance(declared, Declared)
    ]
    first = {name: place for place, name in enumerate(order.split())}
    columns.sort(key=lambda column: first.get(column.name, len(first)))
    return RecordTable(file, key, (*before, *columns), record, about)
