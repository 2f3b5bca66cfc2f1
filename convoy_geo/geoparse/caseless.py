"""Names in scripts without capitals: only context distinguishes them from common words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.gazetteer.natural_features import FEATURE_KINDS
from convoy_geo.geoparse.context import ROMANISED
from convoy_geo.geoparse.rivers import river
from convoy_geo.geoparse.things import in_quotes

if TYPE_CHECKING:
    from convoy_geo.geoparse.context import Draft, Scene

__all__ = ["judge_caseless"]

GREAT = 1.4
"""Prior score of a river, sea or range that is shown on world maps."""
LONG = 4
"""Length from which a word without capitals is rarely both a common word and a place name."""


def judge_caseless(scene: Scene, draft: Draft, left: str) -> None:
    """Score a name by the words around it.

    Parameters
    ----------
    scene
        The text.
    draft
        The name.
    left
        The word before it.
    """
    if in_quotes(scene, draft):
        draft.refuse("organisation", "in quotation marks")
        return
    lists = scene.lexicon
    word = scene.text[draft.start : draft.end]
    bare = word.removeprefix(lists.article)
    long = draft.last - draft.first > 1 or len(bare) >= LONG
    draft.add("no capitals, but a long name" if long else "no capitals to go by")
    # What a clitic parts from the name stands right before it.
    tied = draft.start > scene.edges[2 * draft.first]
    left = "" if tied else left
    if _resident(scene, draft, left):
        draft.refuse("person", f"{left!r} before it")
        return
    common = word in lists.caseless_stop or {word, bare} & lists.caseless_nouns
    if common and draft.last - draft.first == 1:
        draft.add("a common word")
    if any(each.country in ROMANISED for each in draft.candidates[:3]):
        draft.add("a country that writes so")
    _before(scene, draft, left, sure=tied and not common and long)
    if not tied:
        river(scene, draft, "")
    if any(each.kind in FEATURE_KINDS and each.prior >= GREAT for each in draft.candidates[:1]):
        draft.add("a great river or sea")
    draft.direction = scene.direction(draft.first, left)


def _before(scene: Scene, draft: Draft, left: str, *, sure: bool) -> None:
    """What the word before a name says; `sure` if it is a clitic before a long name."""
    lists = scene.lexicon
    if left in lists.caseless_nouns:
        draft.add("a word such as town before")
        if "a common word" in draft.reasons and not _heads(scene, draft):
            draft.add("a common word, but called a town")
        if left in lists.caseless_towns:
            draft.wanted = "town"
        elif left in lists.caseless_areas:
            draft.wanted = "area"
    elif left in lists.caseless_before or sure:
        draft.add("a preposition before")


def _heads(scene: Scene, draft: Draft) -> bool:
    """Whether it is a noun such as "cape" of a longer name that no gazetteer has."""
    lists = scene.lexicon
    right = scene.after(draft.last)
    known = lists.caseless_stop | lists.caseless_nouns | lists.caseless_before
    word = scene.text[draft.start : draft.end]
    return word in lists.caseless_nouns and bool(right) and right not in known


def _resident(scene: Scene, draft: Draft, left: str) -> bool:
    """Whether a person has a name like a place: after a title, and with a surname of origin."""
    lists = scene.lexicon
    if left not in lists.caseless_people:
        return False
    right = scene.after(draft.last)
    return right.startswith(lists.article) and right.endswith(lists.nisba) if lists.nisba else False
