"""Keys that are alike, out of a million, in milliseconds.

Every key in Latin or Arabic letters stands in the bucket of its consonants (`names.skeleton`); a
name in another romanisation, or in the other script, mostly has the same. Buckets whose consonants
are one letter apart are found by looking every such variant up in the trie of skeletons; others by
the pairs of consonants that they share (an inverted index of bigrams, Dice's coefficient).
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import marisa_trie
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convoy_geo.gazetteer.index import Store

__all__ = ["ALPHABET", "BLOCK", "Likeness", "pairs_of"]

CONSONANTS = "bfhjklmnrstvx0123456789"
ALPHABET = "^" + "abcdefghijklmnopqrstuvwxyz" + "0123456789" + "$"
LETTER = {character: number for number, character in enumerate(ALPHABET)}
BLOCK = 2**16
"""Numbers of skeletons are kept in 16 bits, block by block."""
WIDE = 3
"""Consonants from which on pairs say anything."""
LONG = 4
"""Consonants from which on any one of them may differ: short names have too many neighbours."""
ENOUGH, LITTLE = 0.55, 0.35
"""Dice's coefficient of skeletons that are looked at; the second where none has the first."""
NEAR = ("kh", "kj", "ts", "bfv", "mn", "lr", "js")
"""Consonants that systems, dialects or ears confuse."""


def pairs_of(bones: str) -> list[int]:
    """The pairs of neighbouring consonants, and the first and the last one, as numbers."""
    codes = [0, *(LETTER.get(c, 0) for c in bones), len(ALPHABET) - 1]
    return sorted({a * len(ALPHABET) + b for a, b in pairwise(codes)})


class Likeness:
    """The index of a store, to be asked for keys like another.

    Parameters
    ----------
    store
        A store.
    """

    def __init__(self, store: Store) -> None:
        self._trie = marisa_trie.Trie()
        self._trie.mmap(str(store.folder / "skeletons.marisa"))
        self._start = np.r_[np.int32(0), np.cumsum(store.array("bucket_sizes"), dtype=np.int32)]
        self._keys = store.array("bucket_keys")
        self._gram_start = store.array("gram_start")
        self._gram_skeletons = store.array("gram_skeletons")
        self._pair_counts = store.array("pairs")
        self._blocks = len(self._trie) // BLOCK + 1

    def same_consonants(self, bones: str) -> NDArray[np.int32]:
        """Numbers of the keys with these consonants."""
        number = self._trie.get(bones)
        return self._bucket([] if number is None else [number])

    @staticmethod
    def _instead(letter: str, bones: str) -> str:
        """What may stand for a consonant: anything in a long name, in a short one what is near."""
        if len(bones) >= LONG:
            return CONSONANTS
        return "".join(group.replace(letter, "") for group in NEAR if letter in group)

    def _bucket(self, numbers: list[int]) -> NDArray[np.int32]:
        parts = [self._keys[self._start[n] : self._start[n + 1]] for n in numbers]
        return np.concatenate(parts) if parts else np.empty(0, np.int32)

    def one_apart(self, bones: str) -> NDArray[np.int32]:
        """Numbers of the keys whose consonants differ by one letter, or by two exchanged."""
        cuts = [(bones[:i], bones[i:]) for i in range(len(bones) + 1)]
        variants = {a + b[1:] for a, b in cuts if b}
        variants |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
        variants |= {a + c + b[1:] for a, b in cuts if b for c in self._instead(b[0], bones)}
        if len(bones) >= LONG:
            variants |= {a + c + b for a, b in cuts for c in CONSONANTS}
        variants.discard(bones)
        get = self._trie.get
        return self._bucket([n for n in map(get, variants) if n is not None])

    def shared_pairs(self, bones: str, limit: int) -> NDArray[np.int32]:
        """Numbers of the keys whose consonants share most pairs with these."""
        if len(bones) < WIDE:
            return np.empty(0, np.int32)
        asked = pairs_of(bones)
        counts = self._scratch
        touched = []
        for pair in asked:
            for block in range(self._blocks):
                row = pair * self._blocks + block
                found = self._gram_skeletons[self._gram_start[row] : self._gram_start[row + 1]]
                if len(found):
                    numbers = found.astype(np.int32) + block * BLOCK
                    counts[numbers] += 1
                    touched.append(numbers)
        if not touched:
            return np.empty(0, np.int32)
        every = np.concatenate(touched)
        dice = 2.0 * counts[every] / (self._pair_counts[every] + len(asked))
        counts[every] = 0
        kept = dice >= (ENOUGH if (dice >= ENOUGH).any() else LITTLE)
        every, first = np.unique(every[kept], return_index=True)
        best = np.argsort(-dice[kept][first], kind="stable")[:limit]
        return self._bucket(every[best].tolist())

    @cached_property
    def _scratch(self) -> NDArray[np.uint8]:
        return np.zeros(len(self._trie), np.uint8)
