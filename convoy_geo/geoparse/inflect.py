"""The main forms that a name in a text may have: "Хасавюрте" is Хасавюрт.

The rules are tables of ``reader.toml``: what a name ends in, and what its main form may end in.
They propose, and the gazetteer decides: a form that is no name of any place counts for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Endings"]

NONE = "_"
"""How a table writes an empty ending."""
LEAST = 3
"""Letters that a name has before an ending is taken off."""
KEPT = 20_000


class Endings:
    """Endings of names and what they may stand for.

    Parameters
    ----------
    table
        Ending -> the endings of main forms, parted by blanks; a low line is nothing.
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
        """The main forms that a word may have, without the word itself.

        Parameters
        ----------
        word
            A word of a text, as it is written.

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
