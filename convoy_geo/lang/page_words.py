"""The page's own words, in English and Arabic: all of them stand in `assets/strings.json`.

The table has two parts a language: ``script`` is what the page's script says, and goes into every
page; ``html`` is what only Python writes. Words of a case stay in the case's language; set into a
sentence of another one they are isolated, so that neither shuffles the other.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Self

from convoy_geo.model.relative_places import parse_relation
from convoy_geo.webmap.assets import asset
from convoy_geo.webmap.sanitize import is_language, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "LANGUAGE", "Own", "date_words", "direction", "joined", "named", "own", "relation_words",
    "script_strings", "shipped", "strings", "tellers",
]  # fmt: skip

LANGUAGE = "en"
"""What cases and our sentences on them are written in, whatever the page's own language is."""

RIGHT_TO_LEFT = {"ar", "ckb", "fa", "he", "ku", "ps", "ur"}

_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([~?%]?)", re.ASCII)
MARKS = {"~": "dateAbout", "?": "datePerhaps", "%": "dateAbout"}
"""What EDTF's marks of approximate and uncertain dates are called."""


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    table: dict[str, dict[str, dict[str, str]]] = json.loads(asset("strings.json"))
    return table


def _part(lang: str, part: str) -> dict[str, str]:
    table = _table()
    return table["en"][part] | table.get(_base(lang), {}).get(part, {})


def _base(lang: str) -> str:
    return lang.split("-", maxsplit=1)[0].lower()


def shipped(lang: str) -> str:
    """A language tag as it is given, if our own words are there in that language.

    Raises
    ------
    ValueError
        If they are not; it names the languages that are.

    Examples
    --------
    >>> shipped("ar-SY")
    'ar-SY'
    """
    if not is_language(lang) or _base(lang) not in _table():
        known = ", ".join(sorted(_table()))
        msg = f"`lang` must be a language of the page's own words ({known}), not {lang!r}"
        raise ValueError(msg)
    return lang


def strings(lang: str) -> dict[str, str]:
    """All own words in a language, English where it is not shipped; ``lang`` is theirs."""
    known = _base(lang) if _base(lang) in _table() else LANGUAGE
    return {"lang": known} | _part(lang, "script") | _part(lang, "html")


def direction(lang: str) -> str:
    """Writing direction of a language: ``ltr`` or ``rtl``."""
    return "rtl" if _base(lang) in RIGHT_TO_LEFT else "ltr"


def script_strings(lang: str) -> dict[str, str]:
    """Those of them that the page's script says."""
    return _part(lang, "script")


class Own(str):
    """Safe HTML in the page's own language, not in that of the case.

    Parameters
    ----------
    html
        The HTML.
    text
        The same as plain text; by default the HTML, for words without markup.
    """

    __slots__ = ("text",)
    text: str

    def __new__(cls, html: str, text: str | None = None) -> Self:
        """Keep the text beside the HTML."""
        made = super().__new__(cls, html)
        made.text = html if text is None else text
        return made

    def __html__(self) -> str:
        """As a template asks for it."""
        return self


def joined(separator: str, parts: Iterable[Own]) -> Own:
    """Several of them as one; `separator` holds no markup."""
    parts = list(parts)
    return Own(separator.join(parts), separator.join(part.text for part in parts))


def own(words: Mapping[str, str], key: str, **told: object) -> Own:
    """A sentence of our own as safe HTML, with words of the case in it.

    Parameters
    ----------
    words
        See `strings`.
    key
        Of the sentence.
    **told
        What is set into it: plain text of the case, or `Own`.

    Examples
    --------
    >>> own(strings("en"), "role_from", place="T2 & T3")
    'from T2 &amp; T3'
    >>> own(strings("ar"), "role_from", place="T2")
    'من <bdi lang=en>T2</bdi>'
    """
    foreign = words["lang"] != LANGUAGE
    parts = {}
    for name, value in told.items():
        text = value if isinstance(value, Own) else safe(value)
        mark = foreign and text and not isinstance(value, Own)
        parts[name] = f"<bdi lang={LANGUAGE}>{text}</bdi>" if mark else text
    plain = {name: v.text if isinstance(v, Own) else str(v) for name, v in told.items()}
    return Own(words[key].format(**parts), words[key].format(**plain))


def named(words: Mapping[str, str], kind: str, name: str) -> Own | str:
    """A word of the schema, such as a status; as it stands where the table has none for it."""
    key = f"{kind}_{name}"
    return Own(words[key]) if key in words else name.replace("_", " ")


def tellers(words: Mapping[str, str], names: Iterable[str]) -> Own | str:
    """A chain of tellers, who cites whom, as `Own`; a single one is the case's word.

    Examples
    --------
    >>> tellers(strings("en"), ["A", "B", "C"])
    'A, who cites B, who cites C'
    """
    *before, last = names
    if not before:
        return last
    said = own(words, "given", name=last)
    for name in reversed(before):
        said = own(words, "whoCites", teller=name, next=said)
    return said


def date_words(words: Mapping[str, str], text: str) -> Own:
    """An EDTF date in words; one that is more than days, months, years stays as it is.

    Parameters
    ----------
    words
        See `strings`.
    text
        EDTF of level 0 or 1.

    Examples
    --------
    >>> english = strings("en")
    >>> [date_words(english, text) for text in ("2017-08-30/2017-09-03", "1912-04~", "../1912")]
    ['30 Aug to 3 Sep 2017', 'about Apr 1912', 'until 1912']
    """
    first, slash, last = text.partition("/")
    if not slash:
        return _day(words, text)
    if first in ("", ".."):
        return own(words, "dateUntil", b=_day(words, last))
    if last in ("", ".."):
        return own(words, "dateFrom", a=_day(words, first))
    same = first[:4] == last[:4] and len(first) > 4
    return own(words, "dates", a=_day(words, first, bare=same), b=_day(words, last))


def _day(words: Mapping[str, str], text: str, *, bare: bool = False) -> Own:
    """A day, a month or a year in words, `bare` without the year."""
    found = _DAY.fullmatch(text)
    if found is None:
        return own(words, "given", name=text)
    year, month, day, mark = found.groups()
    name = words["months"].split()[int(month) - 1] if month and 1 <= int(month) <= 12 else month
    parts = [str(int(day)) if day else "", name or "", "" if bare else year]
    said = Own(" ".join(filter(None, parts)))
    return own(words, MARKS[mark], a=said) if mark else said


def relation_words(term: str, names: Mapping[str, str]) -> str:
    """A term of a place in relation to others as people say it, in English.

    Parameters
    ----------
    term
        As `convoy_geo.model.relative_places` has it.
    names
        The names of places by id.

    Examples
    --------
    >>> names = {"humaymah": "Humaymah", "abu_kamal": "Abu Kamal"}
    >>> relation_words("between(humaymah,abu_kamal)", names)
    'between Humaymah and Abu Kamal'
    >>> relation_words("offset(abu_kamal,58nmi,128deg)", names)
    '58 nmi from Abu Kamal at 128°'
    """
    told = parse_relation(term)
    first, *rest = (names.get(key, key) for key in told.places)
    far = re.sub(r"(?<=\d)(?=[a-z])", " ", told.distance).replace("_", " ")
    if told.how == "between":
        return f"between {first} and {rest[0]}" + (f", {far} wide" if far else "")
    if told.how == "near":
        return f"within {far} of {first}" if far else f"near {first}"
    if told.how == "part":
        return f"the {'middle' if told.direction == 'centre' else told.direction} of {first}"
    heading = told.direction.replace("deg", "°")
    if told.how == "toward":
        where = f"{heading} toward {first}".strip()
        return f"{where}, within {far}" if far else where
    degrees = heading.endswith("°")
    return f"{far} from {first} at {heading}" if degrees else f"{far} {heading} of {first}"
