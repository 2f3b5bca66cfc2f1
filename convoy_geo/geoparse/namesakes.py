"""Persons, organisations, streets, newspapers and ships with the names of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convoy_geo.geoparse.things import in_quotes, is_given, is_small_word, ship, titled
from convoy_geo.lang import DEFAULT

if TYPE_CHECKING:
    from convoy_geo.geoparse.context import Draft, Scene

__all__ = ["is_organisation", "is_other_thing", "is_person", "speaks"]

YOUNGEST = 5
"""Range of numbers between commas that are ages."""


def is_other_thing(scene: Scene, draft: Draft) -> bool:
    """Reject the name of a street, or of a newspaper, a ship or a firm if the language marks it.

    Parameters
    ----------
    scene
        The text.
    draft
        The name.
    """
    return _street(scene, draft) or _thing(scene, draft)


def _thing(scene: Scene, draft: Draft) -> bool:
    """Newspapers, ships and firms that the language marks: «Голос», "buque Estrella de Tánger"."""
    if in_quotes(scene, draft):
        draft.refuse("organisation", "in quotation marks")
        return True
    lists = scene.lexicon
    word = ship(scene, draft) if lists.ships else ""
    if word:
        draft.refuse("organisation", f"part of a name after {word!r}")
        return True
    title = titled(scene, draft) if lists.papers and lists.lang != DEFAULT else ""
    if title:
        draft.refuse("organisation", f"{title!r} before it")
    return bool(title)


def _street(scene: Scene, draft: Draft) -> bool:
    """Whether a name is that of a street: "Baghdad Street"."""
    right = "" if draft.possessive else scene.after(draft.last)
    if right not in scene.lexicon.streets or draft.container is not None:
        return False
    draft.refuse("street", f"{right!r} after it")
    return True


def is_organisation(scene: Scene, draft: Draft) -> bool:
    """Newspapers, teams, banks: "Washington Post", "Deir al-Zour 24", "Bank of Scotland"."""
    lists = scene.lexicon
    first, last = draft.first, draft.last
    right = "" if draft.possessive else scene.after(last)
    low = right.lower()
    news = low in lists.news and draft.kind != "country" and draft.key not in lists.metonyms
    news = news and scene.before(first).lower() not in lists.a
    left = scene.words[first - 2] if first > 1 and scene.before(first) in lists.of else ""
    capital = right[:1].isupper() and not (right.isupper() and scene.bare(first).isupper())
    if low in lists.things or (capital and low in lists.organisations):
        draft.refuse("organisation", f"{right!r} after it")
    elif news and scene.after(last + 1).lower() in lists.media:
        draft.refuse("organisation", f"'{right} {scene.after(last + 1)}' after it")
    elif (
        right.isdigit()
        and len(right) < 4
        and (scene.gaps[last + 1] != " " or speaks(scene, first, last + 1, lists.reporting))
    ):
        draft.refuse("organisation", f"the number {right} after it")
    elif scene.before(first) in lists.clubs:
        draft.refuse("organisation", f"{scene.before(first)!r} before it")
    elif left and (left.lower() in lists.heads or left in lists.papers):
        draft.refuse("organisation", f"{left!r} before it")
    else:
        return False
    return True


def is_person(scene: Scene, draft: Draft, before: Draft | None) -> bool:
    """Surnames after a title, a given name or an initial; given names before a surname."""
    lists = scene.lexicon
    first = draft.first
    left, title = scene.before(first), scene.title(first)
    initial = scene.words[first - 1] if first else ""
    gap = scene.gaps[first]
    if _has_age(scene, draft):
        draft.refuse("person", f"the age {scene.words[draft.last]} after it")
    elif title.lower() in lists.titles and draft.special is None:
        draft.refuse("person", f"the title {title!r} before it")
    elif (
        left[:1].isupper() and is_given(scene, left)
        and (before is None or before.container is None)
    ):  # fmt: skip
        draft.refuse("person", f"the given name {left!r} before it")
    elif (
        len(initial) == 1 and initial.isupper() and scene.gaps[first - 1] != "."
        and (gap == ". " or (gap == " " and not is_small_word(scene, initial)))
    ):  # fmt: skip
        draft.refuse("person", f"the initial {initial!r} before it")
    else:
        right = "" if draft.possessive else scene.after(draft.last)
        single = draft.last - first == 1
        if (
            single
            and is_given(scene, scene.words[first])
            and (scene.unknown(right) or _surname(scene, draft.last))
        ):
            draft.refuse("person", f"the surname {right!r} after it")
            for word in (right, scene.words[first]):
                scene.persons.setdefault(word, first)
            return True
        return False
    scene.persons.setdefault(scene.bare(draft.last - 1), first)
    return True


def _has_age(scene: Scene, draft: Draft) -> bool:
    """Whether "X, 34, a driver": only persons have an age between commas."""
    k = draft.last
    if draft.special is not None or k >= len(scene.words) or scene.gaps[k] != ", ":
        return False
    age = scene.words[k]
    left = scene.before(draft.first).lower()
    return (
        age.isdecimal() and len(age) < 3 and int(age) >= YOUNGEST
        and scene.gaps[k + 1].startswith(",") and left not in scene.lexicon.before_place
    )  # fmt: skip


def _surname(scene: Scene, k: int) -> bool:
    """Whether word k is a common word that is also a surname, and nothing longer: "Chad Smith"."""
    word = scene.after(k)
    longer = scene.after(k + 1)[:1].isupper()
    return word[:1].isupper() and word.lower() in scene.lexicon.surnames and not longer


def speaks(scene: Scene, first: int, k: int, more: frozenset[str] = frozenset()) -> bool:
    """Whether a verb of speech follows words from `first` to word k; `more` are further verbs."""
    lists = scene.lexicon
    left, last = scene.before(first).lower(), k
    while k < last + 3 and scene.after(k).lower() in lists.auxiliaries:
        k += 1
    verb = scene.after(k)
    return (verb in lists.speech or verb in more) and (
        left not in lists.before_place and left not in lists.not_subject
    )
