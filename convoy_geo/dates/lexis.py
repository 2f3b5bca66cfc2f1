"""The date words of one language, and the tokens of a text: the input of the date grammar.

The words are those of ``dates.toml`` in the folder of a language. This module is language-neutral:
letters are compared without case, accents and vowel signs, and digits of any script count.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from convoy_geo.lang import languages, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Lexis", "Token", "lexis", "tokens"]

MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200d\u2060"
"""Accents, vowel signs, the Arabic tatweel, and invisible characters."""
_TOKEN = re.compile(rf"(?P<word>(?:[^\W\d_][{MARKS}]*)+)|(?P<number>\d+)|(?P<sign>[^\s])")
_UNSEEN = re.compile(f"[{MARKS}]")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SIGNS = {"’": "'", "ʼ": "'", "‘": "'", "`": "'", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-",
          "،": ",", "／": "/", "־": "-", "׳": "'"}  # fmt: skip
LONGEST_PHRASE = 8
_GROUPS = {
    "numbers": "number", "ordinals": "ordinal", "days": "day_word", "parts": "part",
    "stages": "stage", "units": "unit", "amounts": "amount", "periods": "period",
    "anchored": "anchored", "decades": "decade", "seasons": "season", "feasts": "feast",
    "zones": "zone",
}  # fmt: skip
"""Tables of ``dates.toml`` whose keys are values, and the grammar's names for their words."""


class Token(NamedTuple):
    """A word, a number or a sign of a text.

    Parameters
    ----------
    kind
        ``word``, ``number`` or ``sign``.
    text
        Normalised for comparison: lower case without accents; ASCII digits.
    start, end
        Character offsets in the text.
    """

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words, numbers and signs of a text, in order.

    Examples
    --------
    >>> [token.text for token in tokens("le 31 Août, ٢٠١٧")]
    ['le', '31', 'aout', ',', '2017']
    """
    found = []
    for match in _TOKEN.finditer(_DIRECTIONS.sub(" ", text)):
        kind = str(match.lastgroup)
        written = match[0]
        if kind == "word":
            written = _plain(written)
        elif kind == "number":
            written = "".join(str(unicodedata.decimal(sign, 0)) for sign in written)
        else:
            written = _SIGNS.get(written, written)
        found.append(Token(kind, written, match.start(), match.end()))
    return found


@lru_cache(maxsize=65536)
def _plain(word: str) -> str:
    """A word in the form used for comparison."""
    letters = unicodedata.normalize("NFKD", word.lower().replace("ı", "i"))
    return _UNSEEN.sub("", letters)


class Lexis:
    """The date words of one language.

    Parameters
    ----------
    code
        Code of the language.
    table
        Its ``dates.toml``.
    """

    def __init__(self, code: str, table: Mapping[str, Any]) -> None:
        self.code = code
        self._phrases: dict[str, list[tuple[tuple[str, ...], str, Any]]] = {}
        self._clitics = [_plain(word) for word in _split(table.get("clitics", ""))]
        self.alone = {_plain(word) for word in _split(table.get("alone", ""))}
        """Months that are also common words: dates only next to a number or a year."""
        self.capitals = bool(table.get("capitals", False))
        """Whether months and weekdays are capitalised in running text."""
        self.papers = {_plain(word) for word in _split(table.get("papers", ""))}
        """Words that turn a preceding weekday into a proper name: "Sunday Times"."""
        self.short: set[str] = set()
        """Abbreviations of months and weekdays, which a full stop may follow."""
        for kind, name in (("month", "months"), ("weekday", "weekdays")):
            for number, forms in enumerate(table.get(name, "").split(), 1):
                whole, *others = (form.replace("_", " ") for form in forms.split("/"))
                for form in (whole, *others):
                    self._add(form, kind, number)
                self.short.update(_plain(form) for form in others if _cut(form, whole))
        for group, kind in _GROUPS.items():
            for value, words in table.get(group, {}).items():
                for phrase in _split(words):
                    self._add(phrase, kind, value)
        for kind, words in table.get("words", {}).items():
            for phrase in _split(words):
                self._add(phrase, kind, kind)
        for found in self._phrases.values():
            found.sort(key=lambda entry: -len(entry[0]))

    def _add(self, phrase: str, kind: str, value: Any) -> None:
        first, *rest = (token.text for token in tokens(phrase))
        entry = (tuple(rest), kind, value)
        known = self._phrases.setdefault(first, [])
        if entry not in known:
            known.append(entry)

    def split(self, text: list[Token]) -> list[Token]:
        """Tokens, with prefixed function words of the language split off."""
        if not self._clitics:
            return text
        found = []
        for token in text:
            rest = token
            while rest.kind == "word" and not self.starts(rest.text):
                cut = next((c for c in self._clitics if rest.text.startswith(c)), "")
                if not cut or not self._inside(rest.text[len(cut) :]):
                    break
                at = rest.start + len(cut)
                found.append(Token("word", cut, rest.start, at))
                rest = Token("word", rest.text[len(cut) :], at, rest.end)
            found.append(rest)
        return found

    def _inside(self, word: str) -> bool:
        if self.starts(word):
            return True
        return any(word.startswith(c) and self._inside(word[len(c) :]) for c in self._clitics)

    def starts(self, word: str) -> bool:
        """Whether a phrase begins with this word."""
        return word in self._phrases

    def at(self, text: list[Token], start: int) -> Iterator[tuple[int, str, Any]]:
        """The phrases at a token: end, kind and value of each, the longest first."""
        for rest, kind, value in self._phrases.get(text[start].text, ()):
            end = start + 1
            for word in rest:
                if end < len(text) and text[end].text == "-" != word:
                    end += 1
                if end >= len(text) or text[end].text != word:
                    break
                end += 1
            else:
                yield end, kind, value


def _cut(form: str, whole: str) -> bool:
    return len(form) < len(whole) and _plain(whole).startswith(_plain(form))


def _split(words: str | list[str]) -> list[str]:
    """Phrases of a list; in a string they are separated by blanks, with underscores for theirs."""
    if isinstance(words, str):
        return [phrase.replace("_", " ") for phrase in words.split()]
    return words


@lru_cache(maxsize=64)
def _lexis(code: str, known: tuple[str, ...]) -> Lexis:
    del known  # the folders may change with the environment
    return Lexis(code, load(code).table("dates.toml"))


def lexis(code: str) -> Lexis:
    """The date words of a language; read once.

    Parameters
    ----------
    code
        Language code such as ``en``; the language must have a ``dates.toml``.
    """
    return _lexis(code, languages("dates.toml"))
