"""The language of a text, by its script, its letters and its commonest words.

A language takes part if its ``language.toml`` names a ``script`` and ``common`` words (and, where
it shares the script with others, ``letters`` that only it has). A Latin text without a sign of any
of these languages has none; one in another script is taken for the first language of that script.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from convoy_geo.lang.language import DEFAULT, languages, load

__all__ = ["TextPart", "detect", "parts", "recognised"]

SCRIPTS = {
    "Latn": r"A-Za-z\u00c0-\u024f\u1e00-\u1eff",
    "Arab": r"\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "Cyrl": r"\u0400-\u052f",
    "Hebr": r"\u0590-\u05ff\ufb1d-\ufb4f",
}
"""Characters of the scripts that the languages are written in (ISO 15924)."""
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"(?<=[.!?\u061f\u06d4])[\"'\u201d\u00bb)]*\s+(?=\S)|\n\s*\n|\n(?=\S)")
RARE = 3
"""What a letter that only one language has counts for, against a common word."""

LEAST = 2
"""Common words that a sentence has more of its own language than of the one before it."""


class TextPart(NamedTuple):
    """A stretch of a text in one language; `lang` is empty where none was recognised."""

    start: int
    end: int
    lang: str


class _Signs(NamedTuple):
    script: str
    common: frozenset[str]
    letters: frozenset[str]


@lru_cache(maxsize=8)
def _signs(codes: tuple[str, ...]) -> dict[str, _Signs]:
    found = {}
    for code in codes:
        info = load(code).table("language.toml")
        if info.get("script") in SCRIPTS:
            found[code] = _Signs(
                info["script"],
                frozenset(info.get("common", "").split()),
                frozenset(info.get("letters", "")),
            )
    return found


def recognised() -> frozenset[str]:
    """Codes of the languages that can be told apart: those whose folder names a script."""
    return frozenset(_signs(languages()))


@lru_cache(maxsize=1)
def _letters() -> dict[str, re.Pattern[str]]:
    return {script: re.compile(f"[{letters}]+") for script, letters in SCRIPTS.items()}


def detect(text: str, *, among: tuple[str, ...] = ()) -> str:
    """The language that most of a text is in.

    Parameters
    ----------
    text
        The text.
    among
        Codes of the languages that it can be; empty for all that there are.

    Returns
    -------
    str
        A code, or nothing where no sign tells.

    Examples
    --------
    >>> detect("Le convoi est parti vers la frontière"), detect("Колона вирушила до міста")
    ('fr', 'uk')
    """
    return _best(_scores(text, _signs(among or languages())))


def _counted(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))


def _scores(
    text: str, signs: dict[str, _Signs], words: Counter[str] | None = None
) -> dict[str, int]:
    """What speaks for each language that the script of most of a text leaves."""
    if text.isascii():
        script = "Latn"
    else:
        counted = {name: sum(map(len, runs.findall(text))) for name, runs in _letters().items()}
        script = max(counted, key=lambda name: counted[name])
        if not counted[script]:
            return {}
    rivals = {code: sign for code, sign in signs.items() if sign.script == script}
    words = words if words is not None else _counted(text)
    seen = words.keys()
    letters = set() if text.isascii() else set(text.lower())
    return {
        code: sum([words[word] for word in sign.common & seen]) + RARE * len(sign.letters & letters)
        for code, sign in rivals.items()
    }


def _best(scores: dict[str, int]) -> str:
    """The language of the highest score; of two that have it the first, but none of Latin ones."""
    best, *others = sorted(scores, key=lambda code: -scores[code]) or [""]
    if others and scores[best] == scores[others[0]] and DEFAULT in scores:
        return ""
    return best


def parts(text: str, *, among: tuple[str, ...] = ()) -> list[TextPart]:
    """A text in its languages, sentence by sentence; neighbours of one language are one part.

    A sentence that says nothing of its language is taken as the one before it, the first ones as
    the text.

    Parameters
    ----------
    text
        The text.
    among
        As in `detect`.
    """
    signs = _signs(among or languages())
    words = _counted(text)
    scores = _scores(text, signs, words)
    lang = _best(scores)
    if _alone(text, lang, scores, signs, words):
        return [TextPart(0, len(text), lang)]
    bounds = [0, *(found.end() for found in _SENTENCE.finditer(text)), len(text)]
    main, suspects = lang, _suspects(text, lang, scores, signs)
    found: list[TextPart] = []
    for start, end in pairwise(bounds):
        if start == end:
            continue
        own = ""
        # Most sentences have no word of another language than the one that is read.
        if lang != main or not main or suspects.any_in(start, end):
            sentence = text[start:end]
            own = _best(_scores(sentence, signs))
            if own and own != lang and not _sure(sentence, own, lang, signs):
                own = ""
        lang = own or lang
        if found and found[-1].lang == lang:
            found[-1] = found[-1]._replace(end=end)
        else:
            found.append(TextPart(start, end, lang))
    return found


class _Suspects(NamedTuple):
    """Where a text has words that only another language has, and letters of other scripts."""

    words: list[int]
    letters: list[int]

    def any_in(self, start: int, end: int) -> bool:
        """Whether a stretch may be in another language: it has `LEAST` of the words, or letters."""
        first = bisect_left(self.words, start)
        if first + LEAST <= len(self.words) and self.words[first + LEAST - 1] < end:
            return True
        first = bisect_left(self.letters, start)
        return first < len(self.letters) and self.letters[first] < end


def _suspects(text: str, lang: str, scores: dict[str, int], signs: dict[str, _Signs]) -> _Suspects:
    if not lang:
        return _Suspects([], [])
    common = (signs[code].common for code in scores if code != lang)
    foreign = frozenset[str]().union(*common) - signs[lang].common
    words = [found.start() for found in _WORD.finditer(text) if found[0].lower() in foreign]
    if text.isascii():
        return _Suspects(words, [])
    others = [each for script, each in _letters().items() if script != signs[lang].script]
    return _Suspects(words, sorted(run.start() for each in others for run in each.finditer(text)))


def _alone(
    text: str, lang: str, scores: dict[str, int], signs: dict[str, _Signs], words: Counter[str]
) -> bool:
    """Whether no sentence of a text can be in another language than all of it."""
    if not lang:
        return not scores
    if not text.isascii() and any(
        runs.search(text) for script, runs in _letters().items() if script != signs[lang].script
    ):
        return False
    # Words that both have tell nothing; two of its own are the least for a sentence in it.
    others = [signs[code] for code in scores if code != lang]
    if not any(other.common - signs[lang].common for other in others):
        return True
    seen, own = words.keys(), signs[lang].common
    return all(
        len((other.common & seen) - own) < LEAST and not other.letters & set(text)
        for other in others
    )


def _sure(sentence: str, own: str, before: str, signs: dict[str, _Signs]) -> bool:
    """Whether a sentence is in another language than what stands before it, for sure."""
    if not before or signs[own].script != signs[before].script:
        return True
    words = set(_WORD.findall(sentence.lower()))
    return len(signs[own].common & words) >= LEAST + len(signs[before].common & words)
