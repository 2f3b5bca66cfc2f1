"""Decide whether a candidate is a toponym, and its role.

Each reason adds or subtracts points (`convoy_geo.geoparse.context.POINTS`); a name that reaches
`ENOUGH` is accepted. The words around a name count more than the size of the place, so that a
village is found and a surname is not.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from convoy_geo.gazetteer.natural_features import FEATURE_KINDS
from convoy_geo.geoparse.agreement import agree
from convoy_geo.geoparse.caseless import judge_caseless
from convoy_geo.geoparse.containment import TOWN, around, container, elsewhere, in_list, lies_in
from convoy_geo.geoparse.context import ENOUGH, HYPHENS, ROMANISED
from convoy_geo.geoparse.namesakes import is_organisation, is_other_thing, is_person, speaks
from convoy_geo.geoparse.rivers import river
from convoy_geo.geoparse.sites import coded
from convoy_geo.geoparse.things import goes_on
from convoy_geo.geoparse.tokens import APOSTROPHES
from convoy_geo.lang import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convoy_geo.geoparse.context import Draft, Scene

__all__ = ["judge"]

DATELINE = re.compile(
    r"(?:,\s[^\n,]{2,40}?){0,2}(?:,\s(?=[^\n,]{0,12}\d)[^\n,]{2,20}?){0,2}"
    r"\s*(?:\([^)\n]{2,40}\)\s*)?(?:--+|\s-|[\u2013\u2014])\s"
)
"""Up to two areas, a date of up to two parts ("Aug 16, 2021"), the agency, and a dash."""
SMALL = 100_000
"""Population below which a town name may be a surname that occurs alone later on."""
KIND_REASONS = {
    "country": "a country or continent", "continent": "a country or continent",
    "area1": "an area", "region": "a region",
    **dict.fromkeys(FEATURE_KINDS, "a river, sea or range"),
}  # fmt: skip
SIZES = (
    (1_000_000, "a city of a million"), (100_000, "a city"), (15_000, "a town"),
    (2_000, "a small town"), (-1, "a village"),
)  # fmt: skip
SCRIPT = re.compile("[\u0370-\u1cff]")
"""Letters of scripts with few foreign names: what a gazetteer has is a place."""
PARAGRAPH = re.compile(r"^\s*$|\n|[>•|]\s*$")


def judge(scene: Scene, found: Sequence[Draft]) -> None:
    """Score the evidence for and against each name: sets `Draft.taken` and `Draft.role`.

    Parameters
    ----------
    scene
        The text.
    found
        Its names, in order.
    """
    _count_sentences(scene, found)
    for number in range(len(found)):
        _judge(scene, found, number)
    _share_wanted(scene, found)
    agree(scene, found)


def _count_sentences(scene: Scene, found: Sequence[Draft]) -> None:
    """Number the sentences that contain the names."""
    count, k = 0, 1
    for draft in found:
        while k <= draft.first:
            count += scene.ends_sentence(k)
            k += 1
        draft.sentence = count


def _share_wanted(scene: Scene, found: Sequence[Draft]) -> None:
    """Apply the qualifier of one name in a list to the whole list.

    "Raqqa, Hama and Homs provinces", "the provinces of Raqqa and Idlib".
    """
    pairs = list(pairwise(found))
    for one, other in reversed(pairs):
        if other.plural_after and in_list(scene, one, other):
            one.wanted, one.plural_after = other.wanted, True
    for one, other in pairs:
        if one.plural_before and in_list(scene, one, other):
            other.wanted, other.plural_before = one.wanted, True


def _judge(scene: Scene, found: Sequence[Draft], number: int) -> None:
    """Score one name by itself and the words around it; `before`, `after` are its neighbours."""
    draft = found[number]
    before = found[number - 1] if number and found[number - 1].last == draft.first else None
    after = found[number + 1] if number + 1 < len(found) else None
    after = after if after is not None and after.first == draft.last else None
    left = scene.before(draft.first)
    if draft.role == "demonym":
        draft.points = 2 * ENOUGH
        draft.reasons.append("an adjective or people of a country")
        draft.direction = scene.direction(draft.first, left)
        return
    _standing(scene, draft)
    if draft.last - draft.first > 1:
        draft.add("several words")
    inside = container(scene, found, number, after)
    around(scene, found, number)
    word = scene.words[draft.first]
    if not (word[0].isupper() or word[0].islower()):
        judge_caseless(scene, draft, left)
        return
    if draft.special is None:
        _itself(scene, draft)
        _native(scene, draft, word)
    away = "" if inside else elsewhere(scene, found, number)
    if away:
        draft.refuse("place", away)
        return
    _beside(scene, draft, left)
    if _dateline(scene, draft, before) or inside:
        return
    if is_other_thing(scene, draft):
        return
    if not is_organisation(scene, draft) and not is_person(scene, draft, before):
        _unknown_words(scene, draft, before, after)
        _metonym(scene, draft)


def _native(scene: Scene, draft: Draft, word: str) -> None:
    """Whether the spelling is that of the place's country, or of the text's language."""
    if not word.isascii() and len(word) > 3 and SCRIPT.match(word):
        draft.add("written as in its country")
    elif draft.candidates[0].country in scene.lexicon.home:
        draft.add("a country of the language")


def _native_word(scene: Scene, draft: Draft, word: str) -> bool:
    """Whether a longer word of a text in another language is a place name of its countries.

    Common words that begin its sentences are in the word lists.
    """
    lists = scene.lexicon
    home = draft.candidates[0].country in lists.home
    return home and len(word) > 4 and word.lower() not in lists.common


def _unknown_words(scene: Scene, draft: Draft, before: Draft | None, after: Draft | None) -> None:
    """Unknown capitalised neighbours: the name may be part of a longer one."""
    first, last = draft.first, draft.last
    english = scene.lexicon.lang == DEFAULT
    left = scene.words[first - 1] if scene.gaps[first] in HYPHENS else scene.before(first)
    # Word lists of other languages are short: at the start of a sentence a capital means nothing.
    opens = not english and first > 0 and scene.begins_sentence(first - 1)
    if before is None and scene.unknown(left) and not opens:
        draft.add("a capitalised word before")
        small = draft.special is None and draft.candidates[0].population < SMALL
        if small and last == first + 1:
            scene.surnames.add(scene.bare(first))
    if english:
        if after is None and not draft.possessive and scene.unknown(scene.after(last)):
            draft.add("a capitalised word after")
            if last == first + 1 and scene.bare(first).lower() in scene.lexicon.name_openers:
                draft.refuse("place", "the first word of a longer name")
    elif goes_on(scene, draft, after):
        draft.add("a part of a longer name")


def _standing(scene: Scene, draft: Draft) -> None:
    """Score the most important place of this name."""
    if draft.special is not None:
        draft.add("a country or continent" if draft.kind == "country" else "an area")
        return
    top = draft.candidates[0]
    if top.layer.first:
        draft.add("a place of the case")
        return
    reason = KIND_REASONS.get(top.kind)
    if top.use == "foreign":
        several = draft.last - draft.first > 1
        draft.add(f"a {'name of' if several else 'word for'} a country in another language")
        return
    if reason is None:
        reason = next(reason for least, reason in SIZES if top.population >= least)
    draft.add(reason)
    usual = top.country in ROMANISED and top.population >= TOWN
    usual = usual or scene.lexicon.lang != DEFAULT  # English names are mostly the main ones
    usual = usual or top.kind in FEATURE_KINDS
    if top.use != "name" and not usual and top.kind not in {"country", "continent", "area1"}:
        draft.add("not its main spelling")


def _itself(scene: Scene, draft: Draft) -> None:
    """Score the words themselves."""
    lists = scene.lexicon
    if draft.key in lists.phrases:
        draft.add("a common word")
    if draft.last - draft.first == 1:
        word = scene.bare(draft.first)
        low = word.lower()
        if low in lists.common:
            draft.add("a common word")
        elif low in lists.given and not draft.is_country:
            draft.add("a given name")
        if low in scene.small:
            draft.add("written small elsewhere")
        own = draft.candidates[0].layer.first
        if len(word) < 5 and not own and not _is_main_name(draft):
            draft.add("a short word")
        _letters(scene, draft, word)
        if scene.begins_sentence(draft.first) and not (_native_word(scene, draft, word)):
            draft.add("begins a sentence")
    if scene.headline(draft.first, draft.last):
        draft.add("no capitals to go by")


def _letters(scene: Scene, draft: Draft, word: str) -> None:
    """Whether a word in capitals is a coded site or an acronym."""
    if coded(scene, draft.first, draft.last):
        draft.add("a site by its number")
    elif word.isupper() and len(word) < 6 and not scene.loud(draft.first, draft.last):
        draft.add("an acronym")


def _is_main_name(draft: Draft) -> bool:
    """Whether the most important place of a name has it as its main name, or a city in it has."""
    top = draft.candidates[0]
    return top.use == "name" or any(
        each.use == "name" and each.population >= SMALL and lies_in(each, top)
        for each in draft.candidates[1:]
    )


def _beside(scene: Scene, draft: Draft, left: str) -> None:
    """Score the words directly before and after."""
    lists = scene.lexicon
    first = draft.first
    low = left.lower()
    if low in lists.before_place and (left[0].islower() or scene.begins_sentence(first - 1)):
        draft.add("a preposition before")
        if low in lists.place_only:
            draft.add("a preposition that only places take")
    elif low in lists.place_verbs and left.islower():
        draft.add("a verb before that takes places")
    _ending(scene, draft)
    noun = scene.words[first - 2].lower() if low in lists.of and first > 1 else ""
    if noun in lists.area_nouns or noun in lists.region_nouns:
        draft.add("a word such as province beside")
    elif noun in lists.geo_nouns:
        draft.add("a word such as town before")
        if "a common word" in draft.reasons:
            draft.add("a common word, but called a town")
    elif noun in lists.directions:
        draft.add("a direction from it")
    elif low in lists.geo_nouns and left[0].islower():
        noun = low
        draft.add("a word such as province beside")
    _kind_beside(scene, draft, noun)
    draft.direction = scene.direction(first, left)
    if draft.direction:
        draft.add("a direction before")


def _ending(scene: Scene, draft: Draft) -> None:
    """A suffix after an apostrophe that means from, in or to: "Musul'dan"."""
    endings, gap = scene.lexicon.place_endings, scene.gaps[draft.last]
    if endings and gap[:1] in APOSTROPHES:
        ending = gap[1:].split(maxsplit=1)[:1]
        if ending and ending[0].strip(".,;:!?") in endings:
            draft.add("an ending such as from or in")


def _kind_beside(scene: Scene, draft: Draft, noun: str) -> None:
    """Evaluate a word such as town or province next to the name."""
    lists = scene.lexicon
    right = "" if draft.possessive else scene.after(draft.last)
    written = right
    if right in lists.county:
        draft.last, draft.end = draft.last + 1, scene.edges[2 * draft.last + 1]
        draft.county = True
    right = right.lower()
    if right in lists.after_place:
        draft.add("a word such as province beside")
    if scene.after(draft.last + 1) not in lists.of:  # "the Hunan city of Yueyang"
        draft.wanted = _asked_for(scene, noun) or _asked_for(scene, right)
    if not draft.wanted and _bare_town(scene, draft):
        draft.wanted = "town"
    river(scene, draft, written)
    draft.plural_before = noun in lists.plurals
    draft.plural_after = right in lists.plurals


def _bare_town(scene: Scene, draft: Draft) -> bool:
    """Whether a name without a word for an area denotes the town, in another language."""
    lists = scene.lexicon
    if lists.lang == DEFAULT or not draft.candidates:
        return False
    if scene.before(draft.first).lower() in lists.town_before:
        return True
    top = draft.candidates[0]
    return top.kind == "area1" and any(
        each.kind == "town" and each.use == top.use == "name" and each.country == top.country
        for each in draft.candidates
    )


def _asked_for(scene: Scene, word: str) -> str:
    """The kind of place indicated by a word next to a name, or an empty text."""
    lists = scene.lexicon
    if word in lists.town_nouns:
        return "town"
    if word in lists.area_nouns:
        return "area"
    return "region" if word in lists.region_nouns else ""


def _dateline(scene: Scene, draft: Draft, before: Draft | None) -> bool:
    """Whether the name starts a report: "ERBIL, Kurdistan Region - ..."."""
    goes_on = before is not None and before.role == "dateline"
    if not goes_on and not PARAGRAPH.search(scene.gaps[draft.first]):
        return False
    if not DATELINE.match(scene.text, draft.end, draft.end + 120):
        return False
    # "Region" of "Kurdistan Region" is not the town of that name.
    if draft.points < -ENOUGH and draft.container is None:
        return False
    draft.role = "dateline"
    draft.points = max(draft.points, 0.0) + 2 * ENOUGH
    draft.reasons.append("a dateline")
    return True


def _metonym(scene: Scene, draft: Draft) -> None:
    """A capital or country that speaks is a government; another name that speaks, a person."""
    if draft.possessive:
        return
    lists = scene.lexicon
    left = scene.before(draft.first)
    verb = speaks(scene, draft.first, draft.last)
    addressed = (
        left in lists.addressing
        and draft.first > 1
        and scene.words[draft.first - 2].lower() in lists.toward_government
    )
    if not verb and not addressed:
        return
    if draft.kind == "country" or draft.key in lists.metonyms:
        draft.role = "metonym"
        draft.reasons.append("stands for the government")
    elif verb and draft.kind not in {"area1", "continent"}:
        draft.add("a verb of speech after")
