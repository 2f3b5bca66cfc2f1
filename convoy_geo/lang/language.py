"""The folders of the languages, read when they are asked for and remembered."""

from __future__ import annotations

import csv
import json
import os
import re
import tomllib
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.lang import counts, dates, relations
from convoy_geo.lang.templates import Formatter, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from convoy_geo.lang.message import Message

__all__ = ["DEFAULT", "VARIABLE", "Language", "direction", "languages", "load", "load_or_english"]

DEFAULT = "en"
"""The language of the words that another one lacks, and of the cases and their tables."""
VARIABLE = "CONVOY_GEO_LANG"
"""Environment variable: folders with further languages, or with files in place of ours."""
TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
RIGHT_TO_LEFT = frozenset(("ar", "ckb", "fa", "he", "ku", "ps", "ur"))
"""Languages that are written so, whether or not there is a folder of theirs."""


class Language:
    """One language: what its folder holds, and the sentences that are made of it.

    Get one with `load`. Every file of the folder is optional: page strings, months and templates
    that are missing are those of English, word lists that are missing are empty.

    Parameters
    ----------
    code
        Of the language, such as ``ar``; also the name of its folder.
    folders
        Where its files are looked for; the first one that has a file counts.
    """

    def __init__(self, code: str, folders: Sequence[Traversable]) -> None:
        self.code = code
        self._folders = tuple(folders)

    def __repr__(self) -> str:
        return f"<Language {self.code}: {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return load, (self.code,)

    # ---- files ----

    def has(self, file: str) -> bool:
        """Whether the language has a file, such as ``page.json``."""
        return self._file(file) is not None

    def table(self, file: str) -> dict[str, Any]:
        """A TOML or JSON file of the language; empty if there is none."""
        found = self._file(file)
        if found is None:
            return {}
        text = found.read_text(encoding="utf-8")
        read: dict[str, Any] = json.loads(text) if file.endswith(".json") else tomllib.loads(text)
        return read

    def rows(self, file: str) -> list[dict[str, str]]:
        """The rows of a CSV file of the language; none if there is none."""
        found = self._file(file)
        text = "" if found is None else found.read_text(encoding="utf-8")
        return list(csv.DictReader(text.splitlines()))

    def words(self, file: str) -> list[str]:
        """The words of a text file of the language, parted by white space."""
        found = self._file(file)
        return [] if found is None else found.read_text(encoding="utf-8").split()

    def _file(self, name: str) -> Traversable | None:
        found = (folder.joinpath(name) for folder in self._folders)
        return next((file for file in found if file.is_file()), None)

    @cached_property
    def _english(self) -> Language | None:
        return None if self.code == DEFAULT else load(DEFAULT)

    # ---- what it is ----

    @cached_property
    def _info(self) -> dict[str, Any]:
        return self.table("language.toml")

    @property
    def name(self) -> str:
        """What the language is called in itself."""
        return str(self._info.get("name", self.code))

    @property
    def direction(self) -> str:
        """Of writing: ``ltr`` or ``rtl``."""
        return str(self._info.get("direction", "ltr"))

    # ---- word lists ----

    @cached_property
    def names(self) -> dict[str, Any]:
        """Words and endings that names are written with or without: ``names.toml``."""
        return self.table("names.toml")

    @cached_property
    def dates(self) -> dict[str, Any]:
        """Names of months and weekdays, and numbers in words: ``dates.toml``."""
        own = self.table("dates.toml")
        return own if self._english is None else self._english.dates | own

    @cached_property
    def reader(self) -> dict[str, Any]:
        """Stop words and cue words for the reader of reports: ``reader.toml``."""
        return self.table("reader.toml")

    # ---- strings ----

    @cached_property
    def _page(self) -> dict[str, dict[str, str]]:
        own = self.table("page.json")
        english = {} if self._english is None else self._english._page  # noqa: SLF001 (the same class)
        return {part: english.get(part, {}) | own.get(part, {}) for part in ("script", "html")}

    @property
    def script_strings(self) -> dict[str, str]:
        """The strings that a page's script says."""
        return self._page["script"]

    @cached_property
    def strings(self) -> dict[str, str]:
        """All strings of a page, of its script and of its HTML; ``lang`` is the code."""
        return {"lang": self.code} | self._page["script"] | self._page["html"]

    @cached_property
    def templates(self) -> dict[str, str]:
        """The templates of sentences on results by code: ``results.toml``, and all page strings."""
        english = {} if self._english is None else self._english.templates
        return {**english, **self.strings, **dict(_flat(self.table("results.toml")))}

    # ---- formatting ----

    @cached_property
    def _formatter(self) -> Formatter:
        return Formatter(self.templates, self.date, self.kind, foreign=self.code != DEFAULT)

    def text(self, code: str, /, **values: object) -> Words:
        """The sentence of a code with plain values in it.

        Parameters
        ----------
        code
            Of a template: a key of a page string, or ``section.key`` of ``results.toml``.
        **values
            What the template names: text, numbers, or sequences of texts.

        Examples
        --------
        >>> load("en").text("role_from", place="T2")
        'from T2'
        """
        return self._formatter.fill(code, values)

    def say(self, message: Message | str) -> Words | str:
        """A message in words; a text of the case stays as it is.

        Examples
        --------
        >>> from convoy_geo.lang import Message
        >>> load("en").say(Message.of("role_from", place="T2"))
        'from T2'
        """
        return message if isinstance(message, str) else self.text_of(message)

    def text_of(self, message: Message) -> Words:
        """A message in words; see `say`."""
        return self._formatter.fill(message.code, message.values)

    def kind(self, group: str, name: str) -> Words | str:
        """The word for a value of the schema, such as a status; as it stands where there is none.

        Examples
        --------
        >>> load("en").kind("kind", "former_town"), load("en").kind("kind", "salt_mine")
        ('former town', 'salt mine')
        """
        key = f"{group}_{name}"
        return Words(self.templates[key]) if key in self.templates else name.replace("_", " ")

    def date(self, text: str) -> Words:
        """An EDTF date or time in words; one that is more stays as it is.

        Examples
        --------
        >>> english = load("en")
        >>> [english.date(text) for text in ("2017-08-30/2017-09-03", "1912-04~", "../1912")]
        ['30 Aug to 3 Sep 2017', 'about Apr 1912', 'until 1912']
        >>> english.date("2023-06-24T14:00/2023-06-24T16:30")
        '24 Jun 2023, 14:00 to 16:30'
        """
        months = self.dates["short_months"].split()
        return Words(dates.date_words(text, self.templates, months))

    def chain(self, names: Sequence[str]) -> str:
        """A source chain, who cites whom.

        Examples
        --------
        >>> load("en").chain(["A", "B", "C"])
        'A, who cites B, who cites C'
        """
        *before, said = names
        for teller in reversed(before):
            said = self.text("whoCites", teller=teller, next=said)
        return said

    def relation(
        self,
        how: str,
        places: Sequence[str],
        *,
        distance: str = "",
        unit: str = "",
        direction: str = "",
    ) -> Words:
        """A place in relation to others: its values as `relations.relation_message` takes them.

        Examples
        --------
        >>> load("en").relation("offset", ["Homs"], distance="9", unit="nmi", direction="128deg")
        '9 nmi from Homs at 128°'
        """
        return self.text_of(
            relations.relation_message(
                how, places, distance=distance, unit=unit, direction=direction
            )
        )

    def count(self, low: float, high: float, *, about: bool = False) -> Words:
        """A count in words.

        Examples
        --------
        >>> english = load("en")
        >>> english.count(9, 16), english.count(3, float("inf")), english.count(7, 7, about=True)
        ('9 to 16', '3 or more', 'about 7')
        """
        return counts.count_words(self.text, low, high, about=about)

    def account(self, cells: Sequence[Mapping[str, Any]], total: Mapping[str, Any] | None) -> Words:
        """One side's account of a day, its values as `counts.account_words` takes them."""
        return counts.account_words(self.text, cells, total)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def _base(tag: str) -> str:
    """The language of a tag such as ``ar-SY``: ``ar``."""
    return tag.split("-", maxsplit=1)[0].lower()


def _roots() -> tuple[str, ...]:
    return tuple(filter(None, os.environ.get(VARIABLE, "").split(os.pathsep)))


def _folders(roots: Sequence[str]) -> list[Traversable]:
    return [*map(Path, roots), resources.files("convoy_geo.lang")]


@lru_cache(maxsize=16)
def _codes(roots: tuple[str, ...]) -> tuple[str, ...]:
    found = {
        folder.name
        for root in _folders(roots)
        if root.is_dir()
        for folder in root.iterdir()
        if folder.is_dir() and folder.joinpath("language.toml").is_file()
    }
    return tuple(sorted(found, key=lambda code: (code != DEFAULT, code)))


def languages(file: str = "") -> tuple[str, ...]:
    """The codes of the languages that there are, English first.

    Parameters
    ----------
    file
        Only those that have this file, such as ``page.json``.

    Examples
    --------
    >>> languages("page.json")
    ('en', 'ar')
    """
    return tuple(code for code in _codes(_roots()) if not file or load(code).has(file))


@lru_cache(maxsize=64)
def _load(code: str, roots: tuple[str, ...]) -> Language:
    folders = [folder.joinpath(code) for folder in _folders(roots)]
    return Language(code, [folder for folder in folders if folder.is_dir()])


def load(tag: str, *, having: str = "") -> Language:
    """A language by its code or tag; read once.

    Parameters
    ----------
    tag
        Such as ``ar`` or ``ar-SY``.
    having
        A file that the language must have, such as ``page.json``.

    Raises
    ------
    ValueError
        If there is no such language; it names those that there are.
    """
    code, roots = _base(tag), _roots()
    if TAG.fullmatch(tag) and code in _codes(roots):
        found = _load(code, roots)
        if not having or found.has(having):
            return found
    msg = f"`lang` must be one of the languages {', '.join(languages(having))}, not {tag!r}"
    raise ValueError(msg)


def load_or_english(tag: str) -> Language:
    """The language of a tag if it has page strings, else English; `Language.code` tells which."""
    code = _base(tag)
    return load(code if code in languages("page.json") else DEFAULT)


def direction(tag: str) -> str:
    """Writing direction of any language: ``ltr`` or ``rtl``.

    Examples
    --------
    >>> direction("ar-SY"), direction("he"), direction("sv")
    ('rtl', 'rtl', 'ltr')
    """
    code = _base(tag)
    if code in languages():
        return load(code).direction
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"
