"""Words of a page as safe HTML: what `convoy_geo.lang` says, escaped, with texts of the case in it.

Texts of a case stay in the case's language; set into a sentence of another one they are isolated,
so that neither shuffles the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from convoy_geo.lang import DEFAULT, load
from convoy_geo.lang.templates import FOREIGN, Words
from convoy_geo.webmap.sanitize import clean, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from convoy_geo.dates.interval import Interval

__all__ = ["Own", "as_html", "as_node", "date_words", "joined", "named", "own", "plain", "tellers"]


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
    """Join several texts; `separator` must not contain markup."""
    parts = list(parts)
    return Own(separator.join(parts), separator.join(part.text for part in parts))


def own(words: Mapping[str, str], key: str, **values: object) -> Own:
    """A sentence of the user interface as safe HTML, with texts of the case in it.

    Parameters
    ----------
    words
        `Language.strings`.
    key
        Of the sentence.
    **values
        What is set into it: plain text of the case, or `Own` or `Words` of the page's language.

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
        mark = foreign and text and not isinstance(value, Own | Words)
        parts[name] = f"<bdi lang={DEFAULT}>{text}</bdi>" if mark else text
    plain = {name: v.text if isinstance(v, Own) else str(v) for name, v in values.items()}
    return Own(words[key].format(**parts), words[key].format(**plain))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text of `convoy_geo.lang`, and whether each is of the case: isolated."""
    start, end = FOREIGN
    for number, part in enumerate(text.split(start)):
        inner, closed, after = part.partition(end)
        if number and closed:
            yield inner, True
            yield after, False
        else:
            yield part, False


def as_html(text: str) -> Own:
    """Plain text of `convoy_geo.lang` as safe HTML: its isolates become ``<bdi>``.

    Examples
    --------
    >>> as_html(load("ar").text("role_from", place="T2 & T3"))
    'من <bdi lang=en>T2 &amp; T3</bdi>'
    """
    parts = [
        f"<bdi lang={DEFAULT}>{safe(part)}</bdi>" if foreign else safe(part)
        for part, foreign in _pieces(text)
    ]
    return Own("".join(parts), plain(text))


def plain(text: str) -> str:
    """Plain text of `convoy_geo.lang` without its isolates."""
    return "".join(part for part, _ in _pieces(text))


def as_node(text: str, lang: str) -> Any:
    """The same as a node of a page's document, marked where it is not in the case's language.

    Examples
    --------
    >>> as_node(load("ar").text("role_from", place="T2"), "ar")
    ['bdi', {'lang': 'ar'}, 'من ', ['bdi', {'lang': 'en'}, 'T2']]
    >>> as_node("T2", "ar"), as_node(load("en").text("role_from", place="T2"), "en")
    ('T2', 'from T2')
    """
    if lang == DEFAULT or not isinstance(text, Words):
        return clean(text)
    parts = [
        ["bdi", {"lang": DEFAULT}, clean(part)] if foreign else clean(part)
        for part, foreign in _pieces(text)
        if part
    ]
    return ["bdi", {"lang": lang}, *parts]


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
