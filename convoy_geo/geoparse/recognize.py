"""Find the longest names of the gazetteers and word lists in a text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convoy_geo.gazetteer.natural_features import FEATURE_KINDS
from convoy_geo.gazetteer.normalize import ARTICLES, name_letters
from convoy_geo.geoparse.context import HYPHENS, Draft
from convoy_geo.geoparse.lookup import POSSESSIVE, merged, native, part, phrases, spans
from convoy_geo.geoparse.sites import coded
from convoy_geo.geoparse.tokens import APOSTROPHES
from convoy_geo.lang import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from convoy_geo.geoparse.context import Scene
    from convoy_geo.geoparse.lexicon import Special
    from convoy_geo.geoparse.lookup import Layer

__all__ = ["drafts", "longest"]

MOST_FORMS = 4
"""Maximum number of words of a name looked up in all its cases."""
LEAST_BEHIND = 3
"""Minimum length of a name after a clitic."""
UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
"""Letters, and their forms in gazetteers of other languages: Wörth in Alsace is Woerth."""
SPELLED = str.maketrans(UMLAUTS)
CLEARLY = 1.0
"""Required lead of a name after a clitic over the whole word, if both are names."""


def longest(scene: Scene, layers: Sequence[Layer], k: int) -> Draft | None:
    """The longest name that begins at a word, or None.

    Parameters
    ----------
    scene
        The text.
    layers
        Gazetteers, the most trusted first.
    k
        Number of the word.
    """
    return _longest(scene, layers, k, 0)


def drafts(scene: Scene, layers: Sequence[Layer]) -> list[Draft]:
    """The words of a text that may be place names, in order and without overlaps.

    Parameters
    ----------
    scene
        The text.
    layers
        Gazetteers, the most trusted first.
    """
    found: list[Draft] = []
    done = 0
    words, gaps = scene.words, scene.gaps
    lists = scene.lexicon
    openers = frozenset().union(*(layer.first_words for layer in layers))
    # Most words are in lower case and begin nothing: they are skipped in one pass.
    small = lists.small_demonyms
    # "mar Rojo": the word for the kind is part of the name, and comes before it.
    nouns = lists.feature_nouns if lists.lang != DEFAULT and not lists.postpositions else {}
    places = [
        k for k, word in enumerate(words)
        if not word[0].islower() or gaps[k + 1] in HYPHENS
        or (openers and part(word) in openers) or word in small
        or (word in nouns and _names_water(scene, k))
    ]  # fmt: skip
    for k in places:
        if k < done:
            continue
        word = words[k]
        opener = False
        if word[0].islower():
            # "al-Qaim": a lower-case article begins the name if joined by a hyphen.
            tied = not part(word) and k + 1 < len(words) and words[k + 1][0].isupper()
            opener = not (tied and gaps[k + 1] in HYPHENS)
            draft = _small(scene, layers, k, nouns)
            if draft is not None:
                found.append(draft)
                done = draft.last
                continue
            if opener and part(word) not in openers:
                continue
        elif not word[0].isalpha() or (len(word) < 9 and _contracted(scene, word)):
            continue
        draft = _longest(scene, layers, k, 0, opener=opener)
        if word[0] in lists.clitics and len(word) > 3:
            draft = _behind_clitics(scene, layers, k, draft)
        if draft is not None:
            found.append(draft)
            done = draft.last
    return found


def _names_water(scene: Scene, k: int) -> bool:
    """Whether word k can be followed by a name: "mar Rojo", "golfo de Omán"."""
    words = scene.words[k + 1 : k + 4]
    for word in words:
        if word[0].isupper():
            return True
        if word not in scene.lexicon.connectors:
            return False
    return False


def _small(scene: Scene, layers: Sequence[Layer], k: int, nouns: Mapping[str, str]) -> Draft | None:
    """A name that begins with a lower-case word: "mar Rojo", or a demonym."""
    if scene.words[k] in nouns:
        draft = _longest(scene, layers, k, 0)
        water = draft is not None and draft.last > k + 1 and draft.kind in FEATURE_KINDS
        if water:
            return draft
    if scene.words[k] in scene.lexicon.small_demonyms:
        return _small_demonym(scene, k)
    return None


def _small_demonym(scene: Scene, k: int) -> Draft:
    """A demonym in a language that writes these in lower case."""
    key = name_letters(scene.words[k])
    draft = Draft(k, k + 1, key, (), scene.lexicon.specials[key][0])
    draft.start, draft.end = scene.edges[2 * k], scene.edges[2 * k + 1]
    return draft


def _behind_clitics(
    scene: Scene, layers: Sequence[Layer], k: int, whole: Draft | None
) -> Draft | None:
    """The name after joined clitics for "and", "by", "to", if it is the better match."""
    word, lists = scene.words[k], scene.lexicon
    best = whole
    if word in lists.caseless_stop or word in lists.caseless_before or word in lists.caseless_nouns:
        return whole
    for skip in (1, 2, 3):
        if not set(word[:skip]) <= lists.clitics or len(word) - skip < LEAST_BEHIND:
            break
        rest = word[skip:]
        if rest in lists.caseless_stop or rest in lists.caseless_nouns:
            break
        draft = _longest(scene, layers, k, skip)
        if draft is None:
            continue
        if best is None or draft.last > best.last or _standing(draft) > _standing(best) + CLEARLY:
            best = draft
    return best


def _standing(draft: Draft) -> float:
    return draft.candidates[0].prior if draft.candidates else math.inf


def _contracted(scene: Scene, word: str) -> bool:
    """Whether a word is a contraction such as "I'm" and "don't"."""
    if word.isalpha():
        return False
    for sign in APOSTROPHES:
        if sign in word:
            return word.rpartition(sign)[2].lower() in scene.lexicon.contractions
    return False


def _longest(
    scene: Scene, layers: Sequence[Layer], k: int, skip: int, *, opener: bool = False
) -> Draft | None:
    """The longest name that begins at a word; an opener begins only phrases of a case."""
    strict = ("", {}) if opener else spans(scene.split, k, skip, scene.lexicon.connectors)
    others = [] if opener else [
        *_variants(scene, k, *strict), *_other_spellings(scene, k), *_inflected(scene, layers, k)
    ]  # fmt: skip
    best: Draft | None = None
    for layer in layers:
        # Phrases such as "the back roads" are names of places where a case says so.
        keys = (phrases(scene.split, k), strict) if layer.first and not skip else (strict,)
        found = _of_layer(scene, layer, k, keys)
        for other in others:
            found = _better(found, _of_layer(scene, layer, k, (other,)))
        if found is None or (best is not None and found.last < best.last):
            continue
        if best is not None and found.last == best.last:  # the same words in a second gazetteer
            best.candidates = merged(best.candidates, found.candidates)
        else:
            best = found
    special = _special(scene, *strict, k, best.last if best is not None else 0)
    if special is not None and not _written_as_name(scene, best, special):
        best = special
    if best is not None:
        if scene.lexicon.lang != DEFAULT:
            best.candidates = tuple(native(best.candidates, best.key, scene.lexicon.country_keys))
        best.start = scene.edges[2 * k] + skip
        best.end = scene.edges[2 * best.last - 1]
        _trim(scene, best)
    return best


def _written_as_name(scene: Scene, named: Draft | None, special: Draft) -> bool:
    """Whether a capitalised word is a name, in a language with lower-case demonyms.

    "Argentina rindió", "в Армянск"; at the start of a sentence only country names.
    """
    if named is None or special.role != "demonym" or named.last < special.last:
        return False
    if not scene.lexicon.small_demonyms or not scene.words[special.first][0].isupper():
        return False
    return named.kind == "country" or not scene.begins_sentence(special.first)


def _variants(
    scene: Scene, k: int, key: str, ends: dict[int, int]
) -> list[tuple[str, dict[int, int]]]:
    """The same with another form of the first word: "Saint Louis" for "St. Louis"."""
    first = part(scene.words[k])
    if first not in scene.lexicon.variants or len(ends) < 2:
        return []
    return [
        (other + key[len(first):],
         {length + len(other) - len(first): last for length, last in ends.items()})
        for other in scene.lexicon.variants[first]
        if key.startswith(first)
    ]  # fmt: skip


def _other_spellings(scene: Scene, k: int) -> list[tuple[str, dict[int, int]]]:
    """The same with "oe" for an umlaut, and with an 's that is part of a name: "Ra's Tannurah"."""
    words, found = scene.split, []
    word = words.words[k]
    if not word.isascii() and not UMLAUTS.keys().isdisjoint(word):
        upto = k + MOST_FORMS
        spelled = [each.translate(SPELLED) for each in words.words[k:upto]]
        few = words._replace(words=spelled, gaps=words.gaps[k : upto + 1])
        key, ends = spans(few, 0, connectors=scene.lexicon.connectors)
        found.append((key, {length: last + k for length, last in ends.items()}))
    after = k + 1 < len(words.words) and words.words[k + 1][0].isupper()
    if word[-2:] in POSSESSIVE and after and words.gaps[k + 1] == " ":
        key, ends = spans(words, k, connectors=scene.lexicon.connectors, owner=False)
        found.append((key, {length: last for length, last in ends.items() if last > k + 1}))
    return found


def _inflected(scene: Scene, layers: Sequence[Layer], k: int) -> list[tuple[str, dict[int, int]]]:
    """The same with each word in its possible base forms: "Новій Каховці" for Нова Каховка.

    A lower-case word continues a name if it is one of `name_words`: "Калужская область".
    """
    lists = scene.lexicon
    if not lists.endings:
        return []
    words, gaps = scene.words, scene.gaps
    if not words[k][0].isupper():
        return []
    found: list[tuple[str, dict[int, int]]] = []
    # The possible forms of the words so far, including unchanged ones.
    keys = [part(form) for form in (words[k], *lists.endings.forms(words[k]))]
    found += [(key, {len(key): k + 1}) for key in keys[1:] if key]
    for at in range(k + 1, min(k + MOST_FORMS, len(words))):
        word, gap = words[at], gaps[at]
        named = word in lists.name_words
        tied = gap in HYPHENS
        if not (tied or (gap == " " and (word[0].isupper() or named))):
            break
        if named and at == k + 1:
            keys += [part(form) for form in lists.adjectives.forms(words[k])]
            found += [
                (key, {len(key): at + 1})
                for key in map(part, lists.adjectives.forms(words[k])) if key
            ]  # fmt: skip
        pieces = [part(form) for form in (word, *lists.endings.forms(word))]
        longer = dict.fromkeys(key + piece for key in keys for piece in pieces if piece)
        keys = [key for key in longer if any(layer.begins(key) for layer in layers)]
        if not word[0].islower() or named:
            found += [(key, {len(key): at + 1}) for key in keys]
        if not keys:
            break
    return found


def _better(one: Draft | None, other: Draft | None) -> Draft | None:
    """The longer of two names; for the same words, both."""
    if one is None or other is None:
        return one or other
    if one.last == other.last:
        one.candidates = merged(one.candidates, other.candidates)
    return other if other.last > one.last else one


def _of_layer(
    scene: Scene, layer: Layer, k: int, keys: Sequence[tuple[str, dict[int, int]]]
) -> Draft | None:
    for key, ends in keys:
        for found in reversed(layer.prefixes(key)) if ends else ():
            last = ends.get(len(found))
            if last is None or not _well_formed(scene, k, last):
                continue
            candidates = layer.candidates(found)
            if candidates:  # not all in countries that were excluded
                return Draft(k, last, found, candidates)
    return None


def _special(scene: Scene, key: str, ends: dict[int, int], k: int, least: int) -> Draft | None:
    """A demonym or an abbreviation that is at least as long as the name found."""
    for length in sorted(ends, reverse=True):
        if ends[length] < least:
            break
        for special in scene.lexicon.specials.get(key[:length], ()):
            if _written(scene, special, k, ends[length]):
                return Draft(k, ends[length], key[:length], (), special)
    return None


def _well_formed(scene: Scene, k: int, last: int) -> bool:
    """Exclude "As Iraq", "A New" or "I": folding must not remove an English word."""
    word = scene.bare(k)
    if coded(scene, k, last):
        return True
    if last - k == 1:
        return len(word) > 2 or not word.isascii() or _called_a_town(scene, k)
    return _long_well_formed(scene, k, last)


def _long_well_formed(scene: Scene, k: int, last: int) -> bool:
    """The same of a name of several words."""
    word = scene.bare(k)
    low = word.lower()
    if (
        last - k > 2
        and scene.words[k + 1] in scene.lexicon.of
        and (
            low in scene.lexicon.town_nouns
            or (low in scene.lexicon.titles and scene.before(k).lower() in scene.lexicon.the)
        )
    ):
        return False  # "City of Damascus", "the King of Prussia": towns elsewhere are called so
    if low in scene.lexicon.starters and scene.gaps[k + 1] not in HYPHENS:
        amid = word[0].isupper() and len(word) > 1 and low not in ARTICLES
        if not amid or scene.begins_sentence(k) or scene.headline(k, last):
            return False
    if all(len(scene.words[i]) == 1 for i in range(k, last)):
        return False
    if word in scene.lexicon.caseless_before or len(scene.words[last - 1]) == 1 < len(word):
        return word.isascii()
    if part(word):
        return True
    return low not in ARTICLES or (
        scene.gaps[k + 1] in HYPHENS
        or low not in scene.lexicon.article_words
        or (word[0].isupper() and not scene.begins_sentence(k))
    )


def _called_a_town(scene: Scene, k: int) -> bool:
    """Whether "the town of" precedes word k: then the name may be short."""
    nouns = scene.lexicon.town_nouns
    return k > 1 and scene.before(k) in scene.lexicon.of and scene.words[k - 2] in nouns


def _written(scene: Scene, special: Special, k: int, last: int) -> bool:
    """Whether a special word is written as required."""
    shown = scene.text[scene.edges[2 * k] : scene.edges[2 * last - 1]]
    written = special.written
    if special.use == "demonym" or not written.isupper():
        if written.endswith(".") and "." not in written[:-1]:
            dotted = scene.gaps[last].startswith(".")
            common = written[:-1].lower() in scene.lexicon.common
            before = {", "} if common else {", ", " "}
            return shown == written[:-1] and dotted and scene.gaps[k] in before
        return shown[0].isupper()
    if not shown.replace(".", "").isupper() or scene.gaps[last].startswith("$"):
        return False
    return len(written) > 2 or special.kind != "area1" or _postal(scene, k, last)


def _postal(scene: Scene, k: int, last: int) -> bool:
    """Whether a two-letter code denotes a state: "Paris, TX" or "Paris, TX 75460"."""
    if k == 0 or scene.gaps[k] not in {", ", ","} or not scene.words[k - 1][0].isupper():
        return False
    small = scene.words[k - 1].isupper() and scene.words[last : last + 1] != []
    loud = small and scene.words[last].isupper() and len(scene.words[last]) > 2
    return not loud


def _trim(scene: Scene, draft: Draft) -> None:
    """Remove a possessive 's; include the full stop of an abbreviation."""
    text = scene.text
    shown = text[draft.start : draft.end]
    if shown[-2:] in POSSESSIVE and len(shown) > 2:
        draft.end -= 2
        draft.possessive = True
    after = text[draft.end : draft.end + 1]
    if after and after in "'’" and shown[-1:] == "s":  # noqa: RUF001
        draft.possessive = True
    special = draft.special
    if after == "." and special is not None and special.use == "abbreviation":
        draft.end += "." in shown or special.written.endswith(".")
