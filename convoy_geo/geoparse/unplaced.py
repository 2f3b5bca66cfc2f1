"""Names that the context calls places but that are in no gazetteer: mentions without a position.

A name after "the village of" or "near", before "village" or ", a town in", or next to a known place
in "from A to B", is a place even if no gazetteer has it. Names of persons and words in headlines
are excluded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.geoparse.containment import phrase_ends
from convoy_geo.geoparse.context import HYPHENS, Draft
from convoy_geo.geoparse.sites import coded, site_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convoy_geo.geoparse.context import Scene

__all__ = ["unplaced"]

MOST_WORDS = 4
"""Score of such a name."""
SHORTEST = 3
APPOSITION = 5
"""Number of words after "X, a" in which "village" is searched for."""
CUE = "called a place by the words around"
ABSENT = "no gazetteer has it"
JOINERS = HYPHENS | {" ", "\u00a0"}


def unplaced(scene: Scene, found: Sequence[Draft]) -> list[Draft]:
    """Names in a text without a known place, in order, not overlapping other names.

    Parameters
    ----------
    scene
        The text.
    found
        Its names, judged, both accepted and rejected.
    """
    used: dict[int, Draft] = {
        k: draft
        for draft in found
        if draft.taken or draft.role not in {"place", "street"} or draft.key in scene.elsewhere
        for k in draft.words
    }
    taken = {draft.last: draft for draft in found if draft.taken}
    starts = {draft.first: draft for draft in found if draft.taken}
    names: list[Draft] = []
    done = 0
    for k, word in enumerate(scene.words):
        if k < done or k in used or not word[0].isupper():
            continue
        site = _coded_site(scene, k)
        if site > k:
            names.append(_draft(scene, k, site, "a site by its number"))
            done = site
            continue
        if len(word) < SHORTEST:
            continue
        last = _end(scene, k, used)
        reason = _why(scene, k, last, taken, starts) if last > k else ""
        if reason:
            names.append(_draft(scene, k, last, reason))
            taken[last] = names[-1]
            done = last
    return names


def _coded_site(scene: Scene, k: int) -> int:
    """The word after "T-2 pumping station" from word k on; k if there is none."""
    for last in (k + 2, k + 1):
        if last <= len(scene.words) and coded(scene, k, last):
            return site_end(scene, last)
    return k


def _end(scene: Scene, k: int, used: dict[int, Draft]) -> int:
    """The word after the capitalised words that can form a name; `k` if there are none."""
    if not _may_name(scene, k) or (k and scene.words[k - 1][0].isupper() and _tied(scene, k)):
        return k
    last = k + 1
    words = scene.words
    while last < len(words) and last - k < MOST_WORDS and scene.gaps[last] in JOINERS:
        tied = scene.gaps[last] in HYPHENS
        if (
            last in used
            or not (words[last][0].isupper() or tied)
            or not (tied or _may_name(scene, last))
        ):
            break
        last += 1
    # "Karim Al-Ani" is a person, and for "Moura Commander" only a part would be the name.
    if last < len(words) and scene.after(last)[:1].isupper():
        return k
    return last


def _tied(scene: Scene, k: int) -> bool:
    return scene.gaps[k] in JOINERS and not scene.begins_sentence(k - 1)


def _may_name(scene: Scene, k: int) -> bool:
    word = scene.bare(k)
    low = word.lower()
    acronym = word.isupper() and len(word) < 6 and not scene.loud(k, k + 1)
    return (
        scene.unknown(word) and not acronym and low not in scene.lexicon.given
        and low not in scene.lexicon.titles and word not in scene.persons and word.isalpha()
    )  # fmt: skip


def _why(
    scene: Scene, first: int, last: int, before: dict[int, Draft], after: dict[int, Draft]
) -> str:
    """The context that calls words a place, or an empty text."""
    lists = scene.lexicon
    left, right = scene.before(first), scene.after(last)
    if (
        scene.headline(first, last) or scene.bare(last - 1) in scene.persons
        or left.lower() in lists.titles or scene.absent_from(first)[0]
    ):  # fmt: skip
        return ""
    reason = _called(scene, first, last, left) if left.islower() else ""
    if reason or scene.begins_sentence(first) or right in lists.speech | lists.auxiliaries:
        return reason
    nouns = lists.geo_nouns | lists.site_nouns
    if right in nouns and left not in lists.a:
        reason = f"{right!r} after it"
    elif _apposition(scene, last, nouns):
        reason = "called a place after it"
    elif scene.gaps[last] == ", " and _is_area(scene, first, after.get(last)):
        reason = "an area follows it"
    elif _in_list(scene, first, last, before, after):
        reason = "among other places"
    return reason or _beside_known(scene, first, last, before, after)


def _called(scene: Scene, first: int, last: int, left: str) -> str:
    """Whether "the village of", "village", "the bridge at" or "near" precedes a word."""
    lists = scene.lexicon
    said = scene.words[first - 2] if first > 1 else ""  # with a capital a part of some name
    if left in lists.of and said in lists.geo_nouns | lists.site_nouns | lists.of_nouns:
        return f"'{said} {left}' before it"
    if left in lists.site_nouns or left in lists.geo_nouns:
        return f"{left!r} before it"
    if left in lists.before_place and said in lists.site_nouns:
        return f"'{said} {left}' before it"
    owner = scene.words[last - 1] != scene.bare(last - 1)
    right = scene.after(last)
    sure = left in lists.sure_before and not owner and not right.isdigit()
    sure = sure and right not in lists.speech
    return f"{left!r} before it" if sure else ""


def _in_list(
    scene: Scene, first: int, last: int, before: dict[int, Draft], after: dict[int, Draft]
) -> bool:
    """Whether a known town precedes it in a list, and another one or the end follows."""
    if any(scene.gaps[k] == " " for k in range(first + 1, last)):
        return False  # "and Ann Lee"
    gaps, joins = scene.lexicon.list_gaps, scene.lexicon.joins
    left = before.get(first) if scene.gaps[first] in gaps else None
    joined = scene.before(first) in joins and scene.gaps[first - 1] in {" ", ", "}
    left = before.get(first - 1) if joined else left
    if left is None or not _is_town(left):
        return False
    if joined:
        return scene.gaps[last] != ", " or after.get(last) is not None
    right = after.get(last) if scene.gaps[last] in gaps else None
    right = after.get(last + 1) if scene.after(last) in joins else right
    return (right is not None and _is_town(right)) or scene.after(last) in joins


def _is_town(draft: Draft) -> bool:
    if ABSENT in draft.reasons:
        return True
    return draft.role == "place" and draft.chosen is not None and draft.chosen.kind == "town"


def _is_area(scene: Scene, first: int, draft: Draft | None) -> bool:
    """Whether "X, Y" ends with an area Y that is not the subject of a verb."""
    if draft is None or draft.possessive or not phrase_ends(scene, first, draft.last):
        return False
    kind = draft.chosen.kind if draft.chosen is not None else draft.kind
    return draft.role != "demonym" and kind in {"country", "area1"}


def _apposition(scene: Scene, last: int, nouns: frozenset[str]) -> bool:
    """Whether the text continues as in "X, a small village"."""
    if scene.gaps[last] != ", " or last >= len(scene.words):
        return False
    if scene.words[last] not in scene.lexicon.a | scene.lexicon.the:
        return False
    for k in range(last + 1, min(last + APPOSITION, len(scene.words))):
        if scene.gaps[k] not in JOINERS:
            return False
        if scene.words[k] in nouns:
            return True
    return False


def _beside_known(
    scene: Scene, first: int, last: int, before: dict[int, Draft], after: dict[int, Draft]
) -> str:
    """Whether it is next to a known place in "from A to B", "between A and B"."""
    lists = scene.lexicon
    left = scene.before(first)
    other = before.get(first - 1)
    if other is not None and other.role != "demonym" and scene.gaps[first - 1] == " ":
        opener = scene.before(other.first).lower()
        if (left in lists.infinitive and opener in lists.from_) or (
            left in lists.joins and opener in lists.border_between
        ):
            return f"'{opener} ... {left}' before it"
    nxt = after.get(last + 1)
    if nxt is not None and nxt.role != "demonym" and last < len(scene.words):
        word = scene.after(last)
        low = left.lower()
        if (low in lists.from_ and word in lists.infinitive) or (
            low in lists.border_between and word in lists.joins
        ):
            return f"'{low} ... {word}' around it"
    return ""


def _draft(scene: Scene, first: int, last: int, reason: str) -> Draft:
    start, end = scene.edges[2 * first], scene.edges[2 * last - 1]
    owner = len(scene.words[last - 1]) - len(scene.bare(last - 1))
    draft = Draft(first, last, "", ())
    draft.start, draft.end, draft.possessive = start, end - owner, owner > 0
    draft.reasons = [reason, ABSENT]
    draft.taken = True
    return draft
