"""Templates filled with plain values."""

from __future__ import annotations

import re
import string
from functools import cache
from typing import TYPE_CHECKING, Any

from convoy_geo.lang.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["FOREIGN", "Formatter", "Words", "isolated"]

FOREIGN = ("\u2068", "\u2069")
"""Signs around a text of another language: first strong isolate, and its end."""
_DIRECTING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LISTS = {"list": "comma", "parts": "semicolon"}


class Words(str):
    """Text in the language that was asked for; anything else is a text of the case."""

    __slots__ = ()


def isolated(text: str) -> str:
    """A text of another language, apart from the words around it.

    Examples
    --------
    >>> isolated("T2") == "\N{FIRST STRONG ISOLATE}T2\N{POP DIRECTIONAL ISOLATE}"
    True
    """
    return f"{FOREIGN[0]}{_DIRECTING.sub('', text)}{FOREIGN[1]}" if text else ""


class Formatter:
    """Fills templates: ``{name}``, or with one of these after a colon.

    ``date`` an EDTF date in words; ``list``, ``parts`` and ``and`` texts joined by commas, by
    semicolons, and as "a, b and c"; ``kind_status`` the word for a code of the schema (the group
    after ``kind_``). Numbers take the formats of Python. A value may be a `Message`, which is said
    in the same language.

    Parameters
    ----------
    templates
        Of the language, by code.
    date
        Puts an EDTF date into words.
    kind
        The word for a value of the schema, by its group and name.
    foreign
        Whether texts of the case are of another language and so to be isolated.
    """

    def __init__(
        self,
        templates: Mapping[str, str],
        date: Callable[[str], str],
        kind: Callable[[str, str], str],
        *,
        foreign: bool,
    ) -> None:
        self._templates = templates
        self._date = date
        self._kind = kind
        self._foreign = foreign

    def fill(self, code: str, values: Mapping[str, object]) -> Words:
        """The template of a code with values in it.

        Parameters
        ----------
        code
            Key of the template.
        values
            By the names that the template uses.

        Raises
        ------
        KeyError
            If there is no such template, or it names a value that is not given.
        """
        parts = []
        for literal, name, spec in _pieces(self._templates[code]):
            parts.append(literal)
            if name is not None:
                parts.append(self._value(values[name], spec))
        return Words("".join(parts))

    def _value(self, value: Any, spec: str) -> str:
        """One value as its format says."""
        if spec == "date":
            return self._date(value)
        if spec in _LISTS:
            return self._templates[_LISTS[spec]].join(map(self._text, value))
        if spec == "and":
            return self._joined([self._text(each) for each in value])
        if spec.startswith("kind_"):
            return self._text(self._kind(spec.removeprefix("kind_"), value))
        if isinstance(value, str | Message):
            return self._text(value)
        return format(value, spec)

    def _text(self, value: object) -> str:
        if isinstance(value, Message):
            return self.fill(value.code, dict(value.items))
        if isinstance(value, str):
            own = isinstance(value, Words) or not self._foreign
            return value if own else isolated(value)
        return str(value)

    def _joined(self, texts: Sequence[str]) -> str:
        *before, last = texts or [""]
        if not before:
            return last
        pair = {"a": Words(self._templates["comma"].join(before)), "b": Words(last)}
        return self.fill("and", pair)


@cache
def _pieces(template: str) -> tuple[tuple[str, str | None, str], ...]:
    """A template's parts: text, and the name and format of the value after it."""
    return tuple(
        (text, name, spec or "") for text, name, spec, _ in string.Formatter().parse(template)
    )
