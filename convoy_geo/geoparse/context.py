"""A text as seen by the rules, and the words in it that may name a place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convoy_geo.geoparse.lookup import POSSESSIVE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from convoy_geo.geoparse.lexicon import Lexicon, Special
    from convoy_geo.geoparse.lookup import Candidate
    from convoy_geo.geoparse.tokens import SplitText

__all__ = ["ENOUGH", "HYPHENS", "POINTS", "ROMANISED", "Draft", "Scene"]

ENOUGH = 1.0
"""Minimum score for accepting words as a place name."""
POINTS = {
    # What the most important place of that name is.
    "a country or continent": 3.5,
    "an area": 2.5,
    "a region": 2.0,
    "a river, sea or range": 0.8,
    "a word such as river beside": 2.2,
    "a great river or sea": 1.0,
    "an article before a river or range": 1.2,
    "a name of a country in another language": 0.0,
    "a word for a country in another language": -2.0,
    "a city of a million": 3.0,
    "a city": 2.2,
    "a town": 1.2,
    "a small town": 0.4,
    "a village": -0.4,
    "a place of the case": 3.0,
    # What the words around say.
    "a preposition before": 1.2,
    "an ending such as from or in": 1.2,
    "written as in its country": 0.9,
    "a country that writes so": 0.6,
    "a country of the language": 0.7,
    "a preposition that only places take": 0.5,
    "a word such as town before": 2.5,
    "a common word, but called a town": 4.5,
    "a site by its number": 2.0,
    "a town of a country of the sentence": 2.8,
    "a verb before that takes places": 0.8,
    "in an area named beside it": 1.2,
    "a word such as province beside": 1.5,
    "the area it lies in follows": 3.0,
    "a direction before": 0.7,
    "a direction from it": 2.3,
    "several words": 1.0,
    "among other places": 0.7,
    "a country of the text": 0.7,
    "amid the places of the text": 1.5,
    "a common word, but amid the places of the text": 4.0,
    # What speaks against it.
    "not its main spelling": -0.7,
    "a short word": -0.5,
    "begins a sentence": -0.7,
    "no capitals to go by": -1.2,
    "no capitals, but a long name": -0.3,
    "a common word": -4.0,
    "a given name": -1.2,
    "written small elsewhere": -2.5,
    "a capitalised word before": -2.3,
    "a capitalised word after": -1.3,
    "a verb of speech after": -1.5,
    "an acronym": -2.5,
    "a part of a longer name": -2.8,
    "a person of the text": -4.0,
}
ROMANISED = frozenset(
    (  # noqa: SIM905
        "AE AF BH DZ EG IL IQ IR JO KW LB LY MA MR OM PK PS QA SA SD SY TN YE"
    ).split()
)
"""Countries whose names are romanised from Arabic or Persian in many ways. Elsewhere names mostly
have one spelling, and a similar name is a different name: for world news a second search found as
many wrong places as right ones, at fifty times the cost.
"""
HYPHENS = frozenset("-\u2010\u2011")
SPACES = frozenset((" ", "\u00a0"))
SENTENCE_END = re.compile(r"[.!?:…|\n\u201c\"«(\[•*]")
FULL_STOP = re.compile(r"[.!?…\u061f\u06d4]|\n\s*\n")
QUICK = frozenset((" ", ", ", "-", ",", "'"))
WORDS_OF_COUNTRY = 4
"""Maximum number of words in a country name that follows a town: "Republic of the Congo"."""
NEIGHBOURS = 8
"""Number of words on each side that decide whether a line is a headline."""


class Draft:
    """Words that may name a place: their position, possible meanings, and the evidence."""

    __slots__ = (
        "around", "candidates", "chosen", "container", "county", "direction", "end", "first", "key",
        "last", "plural_after", "plural_before", "points", "possessive", "reasons", "role",
        "scores", "sentence", "special", "start", "taken", "wanted", "water",
    )  # fmt: skip

    def __init__(
        self, first: int, last: int, key: str, candidates: Sequence[Candidate],
        special: Special | None = None,
    ) -> None:  # fmt: skip
        self.first, self.last, self.key = first, last, key
        self.candidates = candidates
        self.special = special
        self.role = "demonym" if special and special.use == "demonym" else "place"
        self.start = self.end = 0
        self.points = 0.0
        self.reasons: list[str] = []
        self.container: Draft | None = None
        self.around: Draft | None = None
        self.water: Draft | None = None
        self.sentence = 0
        self.wanted = ""
        self.direction = ""
        self.possessive = self.county = self.taken = False
        self.plural_after = self.plural_before = False
        self.chosen: Candidate | None = None
        self.scores: list[tuple[float, Candidate, list[str]]] = []

    def add(self, reason: str) -> None:
        """Add a reason and its points."""
        self.points += POINTS[reason]
        self.reasons.append(reason)

    def refuse(self, role: str, reason: str) -> None:
        """Reject as a place, regardless of other evidence."""
        self.role, self.points = role, -9.0
        self.reasons.append(reason)

    @property
    def words(self) -> range:
        """The numbers of its words."""
        return range(self.first, self.last)

    @property
    def kind(self) -> str:
        """The kind of the most important place of this name."""
        if self.special is not None:
            return self.special.kind
        return self.candidates[0].kind if self.candidates else ""

    @property
    def is_country(self) -> bool:
        """Whether it is mainly a country name, in a language of the word lists."""
        return self.kind == "country" and not (
            self.candidates and self.candidates[0].use == "foreign"
        )


class Scene:
    """A text, with cached properties for the rules."""

    def __init__(self, words: SplitText, lexicon: Lexicon, absent: Mapping[str, str]) -> None:
        self.text, self.words, self.gaps, self.edges = words
        self.split = words
        self.lexicon = lexicon
        self.absent = absent  # countries without a place in the gazetteers, by name
        self.elsewhere: set[str] = set()  # keys of names that stand for places there
        self.small = {word for word in self.words if word.islower()}
        self.persons: dict[str, int] = {}  # names of persons -> the first word that shows it
        self.surnames: set[str] = set()

    def bare(self, k: int) -> str:
        """Word k without a possessive 's."""
        word = self.words[k]
        return word[:-2] if word[-2:] in POSSESSIVE else word

    def before(self, k: int) -> str:
        """The word before word k, if only a space is in between; otherwise empty."""
        return self.words[k - 1] if k > 0 and self.gaps[k] in SPACES else ""

    def title(self, k: int) -> str:
        """The word before word k, also across the full stop of "Dr."; otherwise empty."""
        if k > 0 and self.gaps[k] == ". " and self.words[k - 1].lower() in self.lexicon.titles:
            return self.words[k - 1]
        return self.before(k)

    def after(self, k: int) -> str:
        """Word k, if only a space precedes it; otherwise empty."""
        return self.words[k] if k < len(self.words) and self.gaps[k] in SPACES else ""

    def absent_from(self, k: int) -> tuple[str, int]:
        """The country without gazetteer data named from word k on, and the word after it."""
        if self.absent and 0 <= k < len(self.words) and self.words[k][0].isupper():
            for last in range(min(k + WORDS_OF_COUNTRY, len(self.words)), k, -1):
                name = self.text[self.edges[2 * k] : self.edges[2 * last - 1]]
                if name.lower() in self.absent:
                    return name, last
        return "", k

    def begins_sentence(self, k: int) -> bool:
        """Whether word k is the first of a sentence, a line or a quotation."""
        return k == 0 or SENTENCE_END.search(self.gaps[k]) is not None

    def ends_sentence(self, k: int) -> bool:
        """Whether a sentence ends before word k."""
        gap = self.gaps[k]
        if gap in QUICK or not FULL_STOP.search(gap):
            return False
        before = self.words[k - 1]
        if gap.lstrip(".").isspace() and "\n\n" not in gap and len(gap) < 4:
            short = before in self.lexicon.short_forms or before.lower() in self.lexicon.titles
            return not (self.words[k][0].islower() or short or len(before) == 1)
        return True

    def headline(self, first: int, last: int) -> bool:
        """Whether all longer words nearby are capitalised, so that capitals mean nothing."""
        seen = 0
        for step, ks in (
            (-1, range(first - 1, first - NEIGHBOURS - 1, -1)),
            (1, range(last, last + NEIGHBOURS)),
        ):
            for k in ks:
                if not 0 <= k < len(self.words) or "\n" in self.gaps[k + (step < 0)]:
                    break
                word = self.words[k]
                if len(word) > 3:
                    if word[0].islower():
                        return False
                    seen += word[0].isupper()
        return seen > 3

    def loud(self, first: int, last: int) -> bool:
        """Whether a neighbouring word is all in capitals too."""
        beside = [self.words[k] for k in (first - 1, last) if 0 <= k < len(self.words)]
        return any(word.isupper() and len(word) > 3 for word in beside)

    def unknown(self, word: str) -> bool:
        """Whether a capitalised word is not a known common word."""
        if not word or not word[0].isupper():
            return False
        low = word.lower()
        lists = self.lexicon
        return not (
            low in lists.common or low in lists.directions or low in lists.specials
            or low in self.small
        )  # fmt: skip

    def direction(self, first: int, left: str) -> str:
        """The direction before a name: "western", "north-eastern"."""
        if not left:
            return ""
        if first > 1 and self.gaps[first - 1] == "-":
            left = f"{self.words[first - 2]}-{left}"
        return self.lexicon.directions.get(left.lower(), "")
