"""Words of a page as safe HTML: what `convoy_geo.lang` says, escaped, with texts of the case in it.

Texts of a case stay in the case's language; set into a sentence of another one they are isolated,
so that neither shuffles the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.lang import DEFAULT, load
from convoy_geo.lang.templates import FOREIGN
from convoy_geo.model.relative_places import parse_relation
from convoy_geo.webmap.sanitize import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Own", "as_html", "date_words", "named", "own", "relation_words", "tellers"]


class Own(str):
    """Safe HTML in the page's own language, not in that of the case."""

    __slots__ = ()


def own(words: Mapping[str, str], key: str, **values: object) -> Own:
    """A sentence of our own as safe HTML, with words of the case in it.

    Parameters
    ----------
    words
        `Language.strings`.
    key
        Of the sentence.
    **values
        What is set into it: plain text of the case, or `Own`.

    Examples
    --------
    >>> own(load("en").strings, "role_from", place="T2 & T3")
    'from T2 &amp; T3'
    >>> own(load("ar").strings, "role_from", place="T2")
    'من <bdi lang=en>T2</bdi>'
    """
    foreign = words["lang"] != DEFAULT
    parts = {}
    for name, value in values.items():
        text = value if isinstance(value, Own) else safe(value)
        mark = foreign and text and not isinstance(value, Own)
        parts[name] = f"<bdi lang={DEFAULT}>{text}</bdi>" if mark else text
    return Own(words[key].format(**parts))


def as_html(text: str) -> Own:
    """Plain text of `convoy_geo.lang` as safe HTML: its isolates become ``<bdi>``.

    Examples
    --------
    >>> as_html(load("ar").text("role_from", place="T2 & T3"))
    'من <bdi lang=en>T2 &amp; T3</bdi>'
    """
    start, end = FOREIGN
    parts = []
    for number, part in enumerate(text.split(start)):
        inner, closed, after = part.partition(end)
        if number and closed:
            parts.append(f"<bdi lang={DEFAULT}>{safe(inner)}</bdi>{safe(after)}")
        else:
            parts.append(safe(part))
    return Own("".join(parts))


def named(words: Mapping[str, str], kind: str, name: str) -> Own | str:
    """A word of the schema, such as a status; as it stands where the language has none for it."""
    return as_html(load(words["lang"]).kind(kind, name))


def tellers(words: Mapping[str, str], names: Iterable[str]) -> str:
    """A source chain, who cites whom, as `Own`; a single one is the case's word.

    Examples
    --------
    >>> tellers(load("en").strings, ["A", "B", "C"])
    'A, who cites B, who cites C'
    """
    *before, last = names
    if not before:
        return safe(last)
    return as_html(load(words["lang"]).chain([*before, last]))


def date_words(words: Mapping[str, str], text: str) -> Own:
    """An EDTF date in words; see `Language.date`."""
    return as_html(load(words["lang"]).date(text))


def relation_words(term: str, names: Mapping[str, str], lang: str = DEFAULT) -> str:
    """A term of a place in relation to others as people say it: plain text.

    Parameters
    ----------
    term
        As `convoy_geo.model.relative_places` has it.
    names
        The names of places by id.
    lang
        Language of the words.

    Examples
    --------
    >>> names = {"humaymah": "Humaymah", "abu_kamal": "Abu Kamal"}
    >>> relation_words("between(humaymah,abu_kamal)", names)
    'between Humaymah and Abu Kamal'
    """
    return load(lang).relation(**parse_relation(term).values(names))
