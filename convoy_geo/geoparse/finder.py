"""Find the places that a text names."""

from __future__ import annotations

import math
import os
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Protocol

from convoy_geo.display import shown
from convoy_geo.errors import MissingExtraError
from convoy_geo.gazetteer.added import added_stores
from convoy_geo.gazetteer.cache import open_region, open_villages, open_world
from convoy_geo.gazetteer.case_gazetteer import Gazetteer, Match
from convoy_geo.gazetteer.choice import split_choice
from convoy_geo.gazetteer.index import Store
from convoy_geo.gazetteer.normalize import name_letters
from convoy_geo.geoparse.assemble import (
    around,
    as_it_was,
    by_stretch,
    in_text,
    is_free,
    matches_of,
    moved,
    towns_beside,
    with_other,
)
from convoy_geo.geoparse.classify import judge
from convoy_geo.geoparse.clean import clean_text
from convoy_geo.geoparse.coherence import amid, called_places
from convoy_geo.geoparse.context import Draft, Scene
from convoy_geo.geoparse.coordinates import coordinate_mention, find_coordinates
from convoy_geo.geoparse.disambiguate import choose, far_villages
from convoy_geo.geoparse.entities import entity_names, load_model
from convoy_geo.geoparse.fuzzy import Closer
from convoy_geo.geoparse.lexicon import lexicon
from convoy_geo.geoparse.lookup import CaseLayer, StoreLayer
from convoy_geo.geoparse.mentions import Mention, Mentions
from convoy_geo.geoparse.recase import recased
from convoy_geo.geoparse.recognize import drafts
from convoy_geo.geoparse.roads import find_roads, road_mention, roads_between, roads_of
from convoy_geo.geoparse.spatial_relations import relation_of
from convoy_geo.geoparse.tokens import split_words
from convoy_geo.geoparse.unplaced import unplaced
from convoy_geo.geoparse.villages import villages
from convoy_geo.lang import load
from convoy_geo.lang.detect import TextPart, parts
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.gazetteer.choice import GazetteerChoice
    from convoy_geo.geoparse.lexicon import Lexicon
    from convoy_geo.geoparse.lookup import Candidate, Layer
    from convoy_geo.network.network import RoadNetwork

__all__ = ["Finder", "find_places", "make_finder"]


class HasGazetteer(Protocol):
    """A `Case`, or any other object with places."""

    @property
    def gazetteer(self) -> Gazetteer:
        """Its places."""


UNPLACED = 0.1
"""Score of a name that is in no gazetteer."""
GUESSES = 3
"""Maximum number of similar names for a name that is in no gazetteer."""


@checks_types
def find_places(
    text: str,
    *,
    case: str | Path | HasGazetteer | Gazetteer | None = None,
    gazetteer: GazetteerChoice = None,
    country: Iterable[str] = (),
    fuzzy: bool = True,
    lang: str = "",
    ner: str = "",
) -> Mentions:
    """Find the places that a text names: offline, by rules, with reasons in the result.

    For many texts, create a `Finder` once: `make_finder` accepts the same options.

    Parameters
    ----------
    text
        Any text; rules exist for the languages that have a ``reader.toml`` in `convoy_geo.lang`.
    case
        A case, its name or its folder: its places take precedence over all others.
    gazetteer
        Where names are looked up: ``world`` or ``region`` (Syria, Iraq and their neighbours); by
        default the world if the extra ``world`` is installed. A file of places (see
        `read_gazetteer`) takes precedence over these. Several can be combined.
    country
        ISO 3166-1 alpha-2 codes: only places there (and those of the case).
    fuzzy
        Whether to accept romanisations that are not in the gazetteer ("in Sookna"), where the
        context requires a place, in the text's countries whose names come from Arabic or Persian.
    lang
        Language code, such as ``fr``; empty to detect it, sentence by sentence. A text in a
        language without rules is read with the English ones.
    ner
        A named-entity model used in addition to the rules: ``spacy:MODEL`` (extra ``ner``).

    Returns
    -------
    Mentions
        In text order, without overlaps; `Mention.role` distinguishes names from demonyms
        ("Syrian"), datelines and governments; `Mentions.refused` lists what was rejected, and why.

    Raises
    ------
    MissingExtraError
        If the world or a model is requested but not installed.
    CaseNotFoundError, CaseFileError
        If the case does not exist, or its tables of places have validation errors.

    Examples
    --------
    >>> mentions = find_places("Syrian buses left Homs for the Iraqi border.", gazetteer="region")
    >>> [(mention.text, mention.role) for mention in mentions]
    [('Syrian', 'demonym'), ('Homs', 'place'), ('Iraqi', 'demonym')]
    >>> mentions[2].relation.text
    'Iraqi border'
    """
    return make_finder(
        case=case, gazetteer=gazetteer, country=country, fuzzy=fuzzy, guesses=True, lang=lang,
        ner=ner,
    ).find(text)  # fmt: skip


@checks_types
def make_finder(
    *,
    case: str | Path | HasGazetteer | Gazetteer | None = None,
    gazetteer: GazetteerChoice = None,
    country: Iterable[str] = (),
    fuzzy: bool = True,
    guesses: bool = False,
    lang: str = "",
    ner: str = "",
) -> Finder:
    """Create a `Finder` for many texts; see `find_places` for the options.

    Parameters
    ----------
    case, gazetteer, country, fuzzy, lang, ner
        As for `find_places`.
    guesses
        Whether a name that is in no gazetteer is returned with similar names, which takes about 10
        ms each; `find_places` does so.
    """
    codes = tuple(sorted({code.upper() for code in country}))
    layers: list[Layer] = [] if case is None else [CaseLayer(_places(case))]
    files, large = split_choice(gazetteer)
    layers += [CaseLayer(places) for places in files]
    network = None if case is None else partial(_network, case)
    return Finder(
        [*layers, *_store_layers(large, codes, added_stores())],
        fuzzy=fuzzy, guesses=guesses, network=network, lang=lang, ner=ner,
        small_places=partial(_villages, codes) if large in {None, "world"} else None,
    )  # fmt: skip


def _network(case: str | Path | HasGazetteer | Gazetteer) -> RoadNetwork | None:
    """The road network of a case; None for a plain gazetteer."""
    if isinstance(case, str | os.PathLike):
        from convoy_geo.casefiles.read import read_case_files  # noqa: PLC0415

        return read_case_files(case).network
    found: RoadNetwork | None = getattr(case, "network", None)
    return found


def _places(case: str | Path | HasGazetteer | Gazetteer) -> Gazetteer:
    if isinstance(case, Gazetteer):
        return case
    if isinstance(case, str | os.PathLike):
        from convoy_geo.casefiles.places import read_places  # noqa: PLC0415

        return Gazetteer(read_places(case))
    return case.gazetteer


@lru_cache(maxsize=8)
def _store_layers(
    large: str | None, countries: tuple[str, ...], added: tuple[Path, ...]
) -> tuple[StoreLayer, ...]:
    """The region in addition to the world: it has places and spellings that the world lacks."""
    if large not in {None, "world", "region"}:
        return (StoreLayer(Store(large), countries),)
    own = tuple(StoreLayer(Store(folder), countries, supplement=True) for folder in added)
    region = StoreLayer(open_region(), countries, supplement=large != "region")
    if large == "region":
        return (region, *own)
    try:
        return (StoreLayer(open_world(), countries), region, *own)
    except MissingExtraError:
        if large == "world":
            raise
        return (StoreLayer(open_region(), countries), *own)


@lru_cache(maxsize=8)
def _villages(countries: tuple[str, ...]) -> StoreLayer | None:
    """The list of small places, if its package is installed."""
    store = open_villages()
    return None if store is None else StoreLayer(store, countries, supplement=True)


@shown
class Finder:
    """Finds the places that texts name; created once, used for many texts.

    Parameters
    ----------
    layers
        Gazetteers, the most trusted first.
    fuzzy
        Whether unknown words are looked up again as other spellings in the countries of the text,
        where the context requires a place. Slower for texts with many such words.
    guesses
        Whether names that are in no gazetteer are returned with similar names; slower.
    network
        Returns the road network of a case, whose roads are known by number; called if needed.
    lang
        Language code of the texts; empty to detect it, sentence by sentence.
    ner
        A named-entity model used in addition to the rules: ``spacy:MODEL``.
    small_places
        Returns a list of small places, searched last; called if needed.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        *,
        fuzzy: bool = False,
        guesses: bool = False,
        network: Callable[[], RoadNetwork | None] | None = None,
        lang: str = "",
        ner: str = "",
        small_places: Callable[[], Layer | None] | None = None,
    ) -> None:
        self._small_places = small_places
        self.layers = tuple(layers)
        self._model = load_model(ner) if ner else None
        self._lang = load(lang, having="reader.toml").code if lang else ""
        self.guesses = guesses
        self._network = network
        stores = [layer for layer in self.layers if isinstance(layer, StoreLayer)]
        self._closer = Closer(stores[0]) if fuzzy and stores else None
        self._lexicon = lexicon()
        self._specials: dict[tuple[str, str, str], Candidate | None] = {}
        self._absent = {
            name: code
            for name, code in self._lexicon.countries.items()
            if not any(layer.covers(code) for layer in self.layers)
        }

    @cached_property
    def _roads(self) -> dict[str, BaseGeometry]:
        network = self._network() if self._network else None
        return roads_of(network) if network is not None else {}

    @property
    def knows_world(self) -> bool:
        """Whether a world gazetteer is among its layers."""
        return any(layer.worldwide for layer in self.layers)

    def find(self, text: str) -> Mentions:
        """Find the place mentions in a text.

        Parameters
        ----------
        text
            Any text.
        """
        clean = clean_text(text)
        shown = clean.text
        stretches = [TextPart(0, len(shown), self._lang)] if self._lang else parts(shown)
        mentions: list[Mention] = []
        refused: list[Mention] = []
        for start, end, code in stretches:
            whole = end - start == len(shown)
            lists = lexicon(code)
            stretch = shown if whole else shown[start:end]
            written = recased(stretch, lists, self.layers)
            found, other = self._read(written, lists)
            if written is not stretch:
                found = [in_text(each, stretch) for each in found]
                other = [in_text(each, stretch) for each in other]
            mentions += found if whole else [moved(each, start) for each in found]
            refused += other if whole else [moved(each, start) for each in other]
        if clean.starts:
            mentions, refused = (
                [as_it_was(each, text, clean) for each in several]
                for several in (mentions, refused)
            )
        return Mentions(text, mentions, refused)

    def _read(self, text: str, lists: Lexicon) -> tuple[list[Mention], list[Mention]]:
        """The mentions of a text in one language, and the rejected names."""
        scene = Scene(split_words(text, lists.apostrophe), lists, self._absent)
        found = drafts(scene, self.layers)
        judge(scene, found)
        choose(found, self._special)
        if self._closer is not None:
            more = self._closer.drafts(scene, found)
            if more:
                words = {k for draft in more for k in range(draft.first, draft.last)}
                kept = [
                    draft for draft in found if words.isdisjoint(range(draft.first, draft.last))
                ]
                found = sorted([*kept, *more], key=lambda draft: draft.first)
                choose(found, self._special)
        if amid(scene, found):
            choose(found, self._special)
        absent = unplaced(scene, found)
        again = called_places(found, absent)
        if again:
            choose(found, self._special)
            words = {k for draft in again for k in draft.words}
            absent = [draft for draft in absent if words.isdisjoint(draft.words)]
        found, absent = self._with_villages(scene, found, absent)
        for draft in far_villages(found):
            draft.candidates, draft.chosen, draft.scores = (), None, []
            draft.reasons.append("the only places of that name are small and far away")
        absent = [*absent, *self._named(scene, [*found, *absent])]
        words = {k for draft in absent for k in draft.words}
        found = [draft for draft in found if draft.taken or words.isdisjoint(draft.words)]
        found = sorted([*found, *absent], key=lambda draft: draft.first)
        known: dict[int, tuple[Match, ...]] = {}
        mentions = [
            self._mention(scene, draft, known)
            if draft.candidates or draft.special else self._absent_mention(scene, draft)
            for draft in found if draft.taken
        ]  # fmt: skip
        refused = [
            Mention(
                draft.start, draft.end, scene.text[draft.start : draft.end], draft.role, None, 0.0,
                tuple(draft.reasons),
            )
            for draft in found
            if not draft.taken
        ]  # fmt: skip
        starts = [each.start for each in mentions]
        mentions = [
            with_other(by_stretch(each, beside), beside)
            for each in mentions
            for beside in [around(each.start, each.end, mentions, starts)]
        ]
        mentions, off = self._with_figures(scene.text, mentions, lists.lang)
        refused += off
        return mentions, refused

    def _with_villages(
        self, scene: Scene, found: list[Draft], absent: list[Draft]
    ) -> tuple[list[Draft], list[Draft]]:
        """The mentions plus those found near the others in a list of small places."""
        layer = self._small_places() if self._small_places and scene.words else None
        if layer is None:
            return found, absent
        more = villages(scene, found, absent, layer)
        words = {k for draft in more for k in draft.words}
        kept = [draft for draft in found if words.isdisjoint(draft.words)]
        found = sorted([*kept, *more], key=lambda draft: draft.first)
        choose(found, self._special)
        return found, [draft for draft in absent if words.isdisjoint(draft.words)]

    def _named(self, scene: Scene, found: list[Draft]) -> list[Draft]:
        """Add the places that a user's model finds."""
        if self._model is None:
            return []
        more = entity_names(scene, found, self._model(scene.text))
        choose([draft for draft in found if draft.candidates or draft.special], self._special)
        return more

    def _absent_mention(self, scene: Scene, draft: Draft) -> Mention:
        """A name that is called a place but is in no gazetteer."""
        text = scene.text
        shown = text[draft.start : draft.end]
        return Mention(
            draft.start, draft.end, shown, "possessive" if draft.possessive else "place", None,
            UNPLACED, tuple(draft.reasons), self._guesses(shown), 0,
            relation_of(text, draft, scene.lexicon),
        )  # fmt: skip

    def _guesses(self, name: str) -> tuple[Match, ...]:
        if not self.guesses or self._closer is None:
            return ()
        return tuple(self._closer.guesses(name)[:GUESSES])

    def _with_figures(
        self, text: str, mentions: list[Mention], lang: str
    ) -> tuple[list[Mention], list[Mention]]:
        """Add roads by number and coordinates; also return invalid coordinates."""
        towns, named = mentions, roads_between(text, mentions, lang)
        if named:
            ends = [(each.start, each.end) for each in named]
            free = [each for each in mentions if is_free(each.start, each.end, ends)]
            mentions = sorted([*free, *named], key=lambda each: each.start)
        positions = [coordinate_mention(text, each) for each in find_coordinates(text, lang)]
        spans = [(each.start, each.end) for each in positions]
        roads = [
            road for road in find_roads(text, lang) if is_free(road.start, road.end, spans)
        ]  # fmt: skip
        if not positions and not roads:
            return mentions, []
        spans = sorted([*spans, *((road.start, road.end) for road in roads)])
        kept = [each for each in mentions if is_free(each.start, each.end, spans)]
        starts = [each.start for each in towns]
        more = [
            road_mention(
                text, road, self._roads,
                towns_beside(around(road.start, road.end, towns, starts), road),
            )
            for road in roads
        ]  # fmt: skip
        more += [each for each in positions if each.place]
        return (
            sorted([*kept, *more], key=lambda each: each.start),
            [each for each in positions if not each.place],
        )

    def _special(self, draft: Draft) -> Candidate | None:
        """The place denoted by a demonym or an abbreviation."""
        special = draft.special
        if special is None:
            return None
        asked = (special.name, special.country, special.kind)
        if asked not in self._specials:
            self._specials[asked] = self._look_up(*asked)
        return self._specials[asked]

    def _look_up(self, name: str, country: str, kind: str) -> Candidate | None:
        for layer in self.layers:
            if kind == "country":
                found = layer.country(country)
                if found is not None:
                    return found
                continue
            for candidate in layer.candidates(name_letters(name)):
                if country in {"", candidate.country} and kind in {"", candidate.kind}:
                    return candidate
        return None

    def _mention(self, scene: Scene, draft: Draft, known: dict[int, tuple[Match, ...]]) -> Mention:
        text = scene.text
        chosen, scores = draft.chosen, draft.scores
        matches = known.get(id(scores))
        if matches is None:
            matches = known[id(scores)] = matches_of(scores)
        # Half from how clearly it is a place, half from the lead of the best namesake.
        clear = draft.points / (draft.points + 1.0)
        ahead = scores[0][0] - scores[1][0] if len(scores) > 1 else math.inf
        role = "possessive" if draft.possessive and draft.role == "place" else draft.role
        return Mention(
            draft.start, draft.end, text[draft.start : draft.end], role,
            chosen.layer.place_of(chosen.number) if chosen else None,
            round(clear / (1.0 + math.exp(-ahead)), 3),
            tuple(draft.reasons), matches, len(scores), relation_of(text, draft, scene.lexicon),
        )  # fmt: skip
