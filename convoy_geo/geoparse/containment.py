"""Names followed by an area: "Paris, Texas", but not lists that look like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convoy_geo.geoparse.context import Draft, Scene
    from convoy_geo.geoparse.lookup import Candidate

__all__ = ["TOWN", "around", "container", "elsewhere", "in_list", "lies_in", "phrase_ends"]

MOST_BETWEEN = 7
"""Maximum number of words between a name and its area."""
TOWN = 15_000
"""Minimum population of a town with a country's main name, if a country follows."""


def container(scene: Scene, found: Sequence[Draft], number: int, after: Draft | None) -> bool:
    """Whether "X, Y" names an area Y that contains a place X.

    Parameters
    ----------
    scene
        The text.
    found, number
        Its names, in order, and which of them is X.
    after
        The next name if no word is in between, if any.
    """
    draft = found[number]
    if after is None or after.role == "demonym":
        return False
    if scene.text[draft.end : after.start] not in {", ", " (", " ", ","}:
        return False
    if draft.kind == after.kind == "country":
        inside = _in_other_country(scene, found, number)
    else:
        inside = draft.candidates
    if not _contains(inside, after):
        return False
    draft.container = after
    draft.add("the area it lies in follows")
    return True


def around(scene: Scene, found: Sequence[Draft], number: int) -> None:
    """Find the area that contains a name: "X in Y", "Y's X", "the Syrian town of X".

    Parameters
    ----------
    scene
        The text.
    found, number
        Its names, in order, and which of them is X: `Draft.around` becomes Y.
    """
    draft = found[number]
    if number + 1 < len(found) and _on_river(scene, draft, found[number + 1]):
        draft.water = found[number + 1]
    for other, fits in ((number + 1, _stands_in), (number - 1, _belongs_to)):
        if not 0 <= other < len(found) or draft.special is not None:
            continue
        area = found[other]
        if fits(scene, draft, area) and _contains(draft.candidates, area):
            draft.around = area
            draft.add("in an area named beside it")
            return


def _on_river(scene: Scene, draft: Draft, river: Draft) -> bool:
    """Whether "X on the Y" with a river Y."""
    if not 0 < river.first - draft.last < 3 or not any(
        each.kind == "river" for each in river.candidates[:5]
    ):  # fmt: skip
        return False
    on, *the = scene.words[draft.last : river.first]
    lists = scene.lexicon
    return on in lists.water_before | lists.water_only and all(word in lists.the for word in the)


def _stands_in(scene: Scene, draft: Draft, area: Draft) -> bool:
    """Whether "X in western Y", or "X, a small town in Y"."""
    if area.role == "demonym" or area.first - draft.last > MOST_BETWEEN:
        return False
    between = scene.words[draft.last : area.first]
    lists = scene.lexicon
    for k in range(len(between) - 1, -1, -1):
        word = between[k]
        if word in lists.inside:
            before = between[:k]
            break
        if word not in lists.the and word not in lists.directions and word not in lists.fillers:
            return False
    else:
        return False
    comma = scene.gaps[draft.last].strip()
    if not before:
        return not comma
    return comma == "," and not lists.geo_nouns.isdisjoint(before) and all(map(str.islower, before))


def _belongs_to(scene: Scene, draft: Draft, area: Draft) -> bool:
    """Whether "Y's X", or "the Syrian border town of X"."""
    if not (area.possessive or area.role == "demonym"):
        return False
    between = scene.words[area.last : draft.first]
    lists = scene.lexicon
    if area.possessive and not between:
        return scene.gaps[draft.first].isspace()
    if not 0 < len(between) < MOST_BETWEEN or scene.text.find(",", area.end, draft.start) >= 0:
        return False
    nouns = {word.lower() for word in between}
    rest = nouns - lists.geo_nouns - lists.of - lists.area_nouns - lists.town_nouns
    if len(rest) == len(nouns):
        return not (rest - lists.directions.keys())
    return between[-1] not in lists.before_place and len(rest) < 3


def _in_other_country(scene: Scene, found: Sequence[Draft], number: int) -> Sequence[Candidate]:
    """If another country follows a country, the namesakes that may lie in it.

    "Iraq, Iran and Syria" is a list, although a town in Iran has that name too; "Georgia, United
    States" and "Trinidad, Bolivia" are not. The town must have this as its main name. In "China,
    Japan talk" and "Armenia, Colombia", where it is the country's main name too, the town must not
    be a village, and the phrase must end, so that no verb refers to both.
    """
    draft, after = found[number], found[number + 1]
    areas = [each for each in draft.candidates if each.kind == "area1"]
    if scene.text[draft.end : after.start] == " " or _among_countries(scene, found, number):
        return areas
    home, least = draft.special, 0
    own = draft.candidates[0].country if home is None else home.country
    if home is None and draft.candidates[0].use == "name":
        if not phrase_ends(scene, draft.first, after.last):
            return areas
        least = TOWN
    towns = [
        each for each in draft.candidates
        if each.kind == "town" and each.use == "name"
        and each.population >= least and each.country != own
    ]  # fmt: skip
    return areas + towns


def _among_countries(scene: Scene, found: Sequence[Draft], number: int) -> bool:
    """Whether a country is in a list before or after "X, Y"; not the Y of "W, Y; X, Y"."""
    first, last = found[number], found[number + 1]
    if number:
        before = found[number - 1]
        holds = number > 1 and found[number - 2].container is before
        if before.kind == "country" and not holds and in_list(scene, before, first):
            return True
    if number + 2 == len(found):
        return False
    after = found[number + 2]
    return after.kind == "country" and in_list(scene, last, after)


def in_list(scene: Scene, one: Draft, other: Draft) -> bool:
    """Whether only a comma or an "and" separates two names.

    Parameters
    ----------
    scene
        The text.
    one, other
        The names, in order.
    """
    return scene.text[one.end : other.start] in scene.lexicon.list_gaps


def elsewhere(scene: Scene, found: Sequence[Draft], number: int) -> str:
    """Why a name denotes a place in a country without gazetteer data, or an empty text.

    "Tripoli, Libya" is not the Tripoli of a region without Libya, and "Chile" is not a town there
    with a similar spelling. "Tripoli, Libya and Egypt" is a list.

    Parameters
    ----------
    scene
        The text.
    found, number
        Its names, in order, and which of them is looked at.
    """
    draft = found[number]
    if not scene.absent or (draft.special is None and draft.candidates[0].layer.first):
        return ""
    name, last = scene.absent_from(draft.first)
    if name and last >= draft.last:
        town = scene.before(draft.first) in scene.lexicon.of
        town = town and scene.words[draft.first - 2] in scene.lexicon.town_nouns
        return "" if town else f"in {scene.absent[name.lower()]}, where the gazetteer has no places"
    name, last = scene.absent_from(draft.last)
    if not name or scene.gaps[draft.last] not in {", ", " ("} or draft.kind == "country":
        return ""
    other = _listed(scene, last)
    if scene.absent_from(other)[0] or any(
        each.first == other and each.kind == "country" for each in found[number + 1 : number + 4]
    ):
        return ""
    if not phrase_ends(scene, draft.first, last):  # "From Homs, Russia sent ships"
        return ""
    scene.elsewhere.add(draft.key)
    return f"{name!r} after it, where the gazetteer has no places"


def phrase_ends(scene: Scene, first: int, k: int) -> bool:
    """Whether "X, Y" ends before word k: no verb follows whose subject is Y, or both.

    Parameters
    ----------
    scene
        The text.
    first, k
        The first word of X, and the one after Y.
    """
    if scene.gaps[k] != " ":
        return True
    lists = scene.lexicon
    low, before = scene.words[k].lower(), lists.before_place
    if (
        low in lists.infinitive
    ):  # "from Armenia, Colombia to Lima", but "Armenia, Colombia to sign a pact"
        return scene.before(first).lower() in before
    return low in before or low in lists.goes_on


def _listed(scene: Scene, k: int) -> int:
    """The next word of a list with another name directly before word k, or -1."""
    if scene.gaps[k] != " " and scene.gaps[k] not in scene.lexicon.list_gaps:
        return -1
    joined = k < len(scene.words) and scene.words[k] in scene.lexicon.joins
    return k + 1 if joined else -1 if scene.gaps[k] == " " else k


def _contains(inside: Sequence[Candidate], area: Draft) -> bool:
    """Whether one of some places lies in an area of this name."""
    if area.special is not None:
        country = area.special.country
        return any(each.country == country and each.kind != "country" for each in inside)
    return any(lies_in(inner, outer) for outer in area.candidates[:5] for inner in inside)


def lies_in(inner: Candidate, outer: Candidate) -> bool:
    """Whether a place lies in a country or first-level area, by the codes of the gazetteer.

    Parameters
    ----------
    inner, outer
        The place, and what it may lie in.
    """
    if outer.kind == "country":
        return inner.country == outer.country != "" and inner.kind not in {"country", "continent"}
    if outer.kind == "area1":
        same = inner.layer is outer.layer
        return same and inner.area == outer.number != inner.number
    return False
