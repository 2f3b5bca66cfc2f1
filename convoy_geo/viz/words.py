"""Words of a page as safe HTML: what `convoy_geo.lang` says, escaped, with texts of the case in it.

Texts of a case stay in the case's language; set into a sentence of another one they are isolated,
so that neither shuffles the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from convoy_geo.lang import DEFAULT, load
from convoy_geo.lang.templates import FOREIGN, Words
from convoy_geo.model.relative_places import parse_relation
from convoy_geo.webmap.sanitize import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from convoy_geo.dates.interval import Interval

__all__ = ["Own", "as_html", "date_words", "joined", "named", "own", "relation_words", "tellers"]


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
    plain = {name: v.text if isinstance(v, Own) else str(v) for name, v in values.items()}
    return Own(words[key].format(**parts), words[key].format(**plain))


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
    return Own("".join(parts), text.replace(start, "").replace(end, ""))


def named(words: Mapping[str, str], kind: str, name: str) -> Own | str:
    """A word of the schema, such as a status; as it stands where the language has none for it."""
    word = load(words["lang"]).kind(kind, name)
    return Own(safe(word), word) if isinstance(word, Words) else word


def tellers(words: Mapping[str, str], names: Iterable[str]) -> Own | str:
    """A source chain, who cites whom, as `Own`; a single one is the case's word.

    Examples
    --------
    >>> tellers(load("en").strings, ["A", "B", "C"])
    'A, who cites B, who cites C'
    """
    *before, last = names
    if not before:
        return last
    return as_html(load(words["lang"]).chain([*before, last]))


def date_words(words: Mapping[str, str], when: Interval | str) -> Own:
    """A date or time in words; see `Language.date`."""
    return as_html(load(words["lang"]).date(str(when)))


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
