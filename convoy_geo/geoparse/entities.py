"""Use the user's own named-entity model in addition to the rules."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from convoy_geo.errors import MissingExtraError
from convoy_geo.geoparse.context import ENOUGH, Draft

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convoy_geo.geoparse.context import Scene

__all__ = ["entity_names", "load_model"]

PREFIX = "spacy:"
LABELS = frozenset(("GPE", "LOC", "FAC"))
"""Place labels of spaCy models: geopolitical, other locations, and facilities."""
PERSONS = frozenset(("person", "organisation", "street"))
ABSENT = "no gazetteer has it"


@lru_cache(maxsize=2)
def load_model(name: str) -> Callable[[str], list[tuple[int, int]]]:
    """Load a named-entity model: a function from a text to the spans of places.

    Parameters
    ----------
    name
        ``spacy:`` and the name or the folder of an installed model, such as
        ``spacy:en_core_web_sm``.

    Raises
    ------
    MissingExtraError
        If spaCy is not installed.
    ValueError
        If the name is invalid, or no such model is installed.
    """
    model = name.removeprefix(PREFIX)
    if model == name or not model:
        msg = f"`ner` must be {PREFIX}MODEL, such as {PREFIX}en_core_web_sm, not {name!r}"
        raise ValueError(msg)
    try:
        import spacy  # noqa: PLC0415
    except ImportError as error:
        what = f"the named-entity model {name!r}"
        raise MissingExtraError(what, "ner") from error
    try:
        nlp = spacy.load(model)
    except OSError:
        msg = f"no spaCy model {model!r} is installed (python -m spacy download {model})"
        raise ValueError(msg) from None

    def spans(text: str) -> list[tuple[int, int]]:
        return [
            (each.start_char, each.end_char) for each in nlp(text).ents if each.label_ in LABELS
        ]

    return spans


def entity_names(
    scene: Scene, found: Sequence[Draft], spans: Sequence[tuple[int, int]]
) -> list[Draft]:
    """Places found by a model but not by the rules.

    Parameters
    ----------
    scene
        The text.
    found
        Its names, judged. A name that was rejected for too low a score, and not as a person or an
        organisation, is now accepted.
    spans
        Spans of the model, in code points of the text.

    Returns
    -------
    list of Draft
        Names that are in no gazetteer, in order.
    """
    used = {k for draft in found if draft.taken or draft.role in PERSONS for k in draft.words}
    names = []
    for start, end in spans:
        words = [
            k for k in range(len(scene.words))
            if scene.edges[2 * k] < end and scene.edges[2 * k + 1] > start
        ]  # fmt: skip
        while words and not scene.words[words[0]][:1].isupper():  # "the Golan"
            del words[0]
        if not words or not used.isdisjoint(words):
            continue
        used.update(words)
        again = [draft for draft in found if not used.isdisjoint(draft.words) and not draft.taken]
        fitting = [draft for draft in again if set(draft.words) == set(words)]
        if fitting and fitting[0].candidates:
            fitting[0].taken, fitting[0].points = True, ENOUGH
            fitting[0].reasons.append("a place by the model")
            continue
        first, last = words[0], words[-1] + 1
        draft = Draft(first, last, "", ())
        owner = len(scene.words[last - 1]) - len(scene.bare(last - 1))
        draft.start, draft.end = scene.edges[2 * first], scene.edges[2 * last - 1] - owner
        draft.possessive, draft.taken = owner > 0, True
        draft.reasons = ["a place by the model", ABSENT]
        names.append(draft)
    return names
