"""Possible base forms of an inflected name: "Хасавюрте" is Хасавюрт.

The rules are tables in ``reader.toml``: endings, and the endings of possible base forms. They only
propose; the gazetteer decides: a form that is not a place name is ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Endings"]

NONE = "_"
"""Notation for an empty ending."""
LEAST = 3
"""Minimum length of a name after removing an ending."""
KEPT = 20_000


class Endings:
    """Endings of names and their replacements.

    Parameters
    ----------
    table
        By ending, the endings of base forms, separated by blanks; an underscore is empty.
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = {
            "" if ending == NONE else ending: tuple(
                "" if main == NONE else main for main in mains.split()
            )
            for ending, mains in table.items()
        }
        self._longest = max(map(len, self._table), default=0)
        self._known: dict[str, tuple[str, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self._table)

    def forms(self, word: str) -> tuple[str, ...]:
        """The possible base forms of a word, without the word itself.

        Parameters
        ----------
        word
            A word as written in the text.

        Examples
        --------
        >>> Endings({"om": "_ o"}).forms("Kyjevom")
        ('Kyjev', 'Kyjevo')
        """
        known = self._known.get(word)
        if known is None:
            if len(self._known) > KEPT:
                self._known.clear()
            known = self._known[word] = tuple(self._made(word))
        return known

    def _made(self, word: str) -> list[str]:
        found: list[str] = []
        if len(word) < LEAST:
            return found
        low = word.lower()
        loud = word.isupper()
        for length in range(min(self._longest, len(word) - 1), -1, -1):
            cut = len(word) - length
            for main in self._table.get(low[cut:], ()):
                form = word[:cut] + (main.upper() if loud else main)
                if form != word and form not in found:
                    found.append(form)
        return found
