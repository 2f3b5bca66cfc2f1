"""The page of a case: one file that works offline, for readers and for a news site.

It is built from the case's own records, not from a folium map: tables that work without JavaScript,
the map as compact vectors, and the page's fixed script.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import numpy as np

from convoy_geo.io.files import writing
from convoy_geo.io.html import Html, render
from convoy_geo.lang import DEFAULT, load
from convoy_geo.page import case_layers as page_layers
from convoy_geo.page import case_tables as tables
from convoy_geo.page.case_conflicts import conflict_cards, conflict_count, conflict_list
from convoy_geo.page.case_data import story_record, used_sides
from convoy_geo.page.chapters import chapter_list, hero
from convoy_geo.page.counts import Counts
from convoy_geo.page.diagram import diagram
from convoy_geo.page.legend import page_legend
from convoy_geo.page.pictures import Pictures
from convoy_geo.page.sharing import check_address, head_lines, share_pictures
from convoy_geo.page.story_top import story_top
from convoy_geo.viz import folium_map
from convoy_geo.viz.layers import case_layers
from convoy_geo.viz.map_picture import data_address
from convoy_geo.viz.popups import Cards
from convoy_geo.viz.reader_names import with_names
from convoy_geo.viz.route_ends import route_ends, story_ends
from convoy_geo.viz.story_clock import story_clock
from convoy_geo.viz.svg_map import svg_map
from convoy_geo.viz.words import joined
from convoy_geo.webmap import sanitize
from convoy_geo.webmap.basemap import CREDIT
from convoy_geo.webmap.elements import BASEMAP_STYLES, legend_html
from convoy_geo.webmap.html import LegendBox, compose, in_frame
from convoy_geo.webmap.own_basemap import case_basemap
from convoy_geo.webmap.polyline_codec import pack
from convoy_geo.webmap.style_table import Pool
from convoy_geo.webmap.tiles import provider, tile_hosts, tile_item
from convoy_geo.webmap.visible_names import visible_names

if TYPE_CHECKING:
    import os

    from convoy_geo.viz.findings import Findings
    from convoy_geo.viz.view_data import Contents
    from convoy_geo.viz.words import Own
    from convoy_geo.webmap.assets import PageKind
    from convoy_geo.webmap.basemap import BasemapLabel, BasemapView

__all__ = ["CasePage"]


class CasePage:
    """A case's page; a notebook displays it, `save` writes it.

    Parameters
    ----------
    contents, findings
        The case, and the results derived from it.
    lang
        Language of the user interface: ``en`` or ``ar``. Claims stay in the case's language.
    names
        Language of the names of places, such as ``fr``; by default that of the words. A place keeps
        the case's name where neither names.csv nor the basemap has one in it.
    tiles
        Name of a provider of online tiles, such as ``OpenTopoMap``; by default none, and nothing is
        ever downloaded. The vector basemap stays below them.
    height_px
        Height in a notebook.
    url
        The address at which the page will stand: then other sites show its headline and a picture,
        and `save` writes two pictures beside the page (extra ``static``). Empty for none.

    Raises
    ------
    ValueError
        If the page's own words are not in that language, that of the names is not known, or `url`
        is no address of the web.
    TilesNotFoundError
        If no provider of tiles has this name, or it requires a key.
    """

    def __init__(
        self,
        contents: Contents,
        findings: Findings,
        *,
        lang: str = "en",
        place_names: str = "",
        tiles: str | None = None,
        height_px: int = 720,
        url: str = "",
    ) -> None:
        self.url = check_address(url) if url else ""
        self._language = load(lang, having="page.json")
        self.contents = with_names(contents, load(place_names or lang).code)
        self.findings = findings
        self.lang = lang
        self.height_px = height_px
        self._tiles = folium.TileLayer(provider(tiles)) if tiles else None
        self._words = self._language.strings
        self._rest: dict[str, dict[str, str]] = {}

    def __repr__(self) -> str:
        return f"<CasePage {self.contents.info.id}: {len(self.contents.claims)} claims>"

    def _repr_html_(self) -> str:
        return self.framed()

    def framed(self, note: str = "") -> str:
        """The page in a frame, as a notebook shows it, below a line of plain text."""
        return in_frame(
            self.html, self.height_px, words=self._words, picture=self._picture, note=note
        )

    def _picture(self) -> str:
        """The initial map, for notebooks displayed without frames."""
        contents = self.contents
        layers = [layer for layer in self._layers if layer.show]
        return data_address(
            svg_map(
                layers,
                contents.info.view,
                title=contents.info.title,
                places=contents.places,
                own=contents.basemap,
            )
        )

    @cached_property
    def html(self) -> str:
        """The page; the same for the same case."""
        return self._compose(self.document, "case", self._top())

    @property
    def strings(self) -> dict[str, str]:
        """The page's own words."""
        return self._words

    def widget_html(self, document: dict[str, Any]) -> str:
        """The map, the time, the sides and the tables as a page with a port for a widget.

        Parameters
        ----------
        document
            Of `document`, with ``widget``; see `convoy_geo.page.widget_page`.
        """
        return self._compose(document, "case_widget", Html('<div id="bar"></div>'))

    def _compose(self, document: dict[str, Any], kind: PageKind, top: Html) -> str:
        title = sanitize.clean(self.contents.info.title)
        hosts = tile_hosts(self._tiles) if self._tiles else ()
        words = self._words
        legend = page_legend(
            self.contents, self._layers, words, disputes=self.findings.has_conflicts
        )
        panels = self._panels  # first: it knows which rows are too many for the tables
        return compose(
            {**document, **({"rest": self._rest} if self._rest else {})},
            title=title,
            lang=self.lang,
            words=words,
            hosts=hosts,
            kind=kind,
            legends=[LegendBox(words["legend"], legend_html(legend))],
            panels=panels,
            credits_line=self._credits(),
            told=DEFAULT,
            top=top,
            head=head_lines(self.url, story_top(self.contents, words), self.contents)
            if self.url
            else Html(""),
        )

    def _top(self) -> Html:
        """The part above the map: headline, count, picture, chapters, conflicts."""
        contents, words = self.contents, self._words
        told = {} if words["lang"] == DEFAULT else {"told": DEFAULT}
        pictures = Pictures(contents, words)
        counts = Counts(contents, self.findings, words)
        chapters = chapter_list(contents, pictures, counts, words)
        figure = counts.figure()
        return render(
            "top",
            top=story_top(contents, words),
            words=words,
            told=told.get("told", ""),
            counts=figure,
            hero=hero(contents, pictures, words) if chapters else "",
            defs=pictures.ground.defs() if chapters or figure else "",
            chapters=chapters,
            cards=conflict_cards(self.findings.consistency, contents, words),
            cards_first=not figure,
            diagram=diagram(self.findings.time_distance, contents, words),
            locator=Html(pictures.ground.locator(contents.info.view)),
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page as one file, with two pictures beside it if it has an address.

        What stood there is replaced.

        Raises
        ------
        MissingExtraError
            If it has an address and matplotlib is not installed.
        OutputFileError
            If the file cannot be written.
        """
        files = {Path(path): self.html.encode()}
        if self.url:
            top = story_top(self.contents, self._words)
            pictures = share_pictures(self.url, top, self.contents)
            files |= {Path(path).with_name(name): data for name, data in pictures.items()}
        for name, data in files.items():
            with writing(name) as stream:
                stream.write(data)
        return Path(path)

    @cached_property
    def _cards(self) -> Cards:
        contents = self.contents
        tables_of = (contents.reports, contents.claims, contents.places)
        return Cards(contents.info, *tables_of, self._words)

    @cached_property
    def _layers(self) -> list[Any]:
        return case_layers(self.contents, self._cards)

    @cached_property
    def document(self) -> dict[str, Any]:
        """What the page's script draws."""
        contents, pool = self.contents, Pool()
        west, south, east, north = contents.info.view
        items = self._ground(pool)
        if self._tiles:
            items.append({"k": "t", "name": self._tiles.layer_name, **tile_item(self._tiles)})
        numbers = {
            "claims": {key: number for number, key in enumerate(contents.claims)},
            "sides": used_sides(contents),
        }
        first = 0
        ends, stays = route_ends(contents), story_ends(contents)
        clock = story_clock(contents)
        for layer in self._layers:
            items.append(
                page_layers.layer_items(
                    layer,
                    pool,
                    places=contents.places,
                    first=first,
                    lang=self.lang,
                    ends=ends,
                    stays=stays,
                    clock=clock,
                    **numbers,
                )
            )
            first += sum(feature.kind == "dot" for feature in layer.features)
        return {
            "map": {
                "center": [(south + north) / 2, (west + east) / 2],
                "fit": [[south, west], [north, east]],
                "minZoom": 1 if east - west > 120 else 3,
                "maxZoom": 16 if east - west < 0.5 else 14,
                "scale": True,
            },
            "control": {"position": "topright", "collapsed": True},
            "layers": items,
            "nodes": [],
            "styles": pool.styles,
            "words": self._language.script_strings,
            "story": story_record(contents, self.findings, self._words),
        }

    def _ground(self, pool: Pool) -> list[Any]:
        """The vector basemap with its names, and a graticule if it shows nothing."""
        ground = case_basemap(self.contents.info.view, self.contents.basemap)
        items = [
            page_layers.ground_items(
                lines, BASEMAP_STYLES[name], pool, closed=closed, precision=ground.precision
            )
            for name, closed, lines in ground.layers
        ]
        if ground.is_empty:
            lines, marks = folium_map.graticule(self.contents.info.view)
            grid = [np.array(line) for line in lines]
            items += [
                page_layers.ground_items(
                    grid, BASEMAP_STYLES["coast"], pool, closed=False, precision=3
                ),
                *(
                    {"k": "n", "g": pack([(lon, lat)]), "text": name, "rank": 9, "kind": "region"}
                    for name, lon, lat in marks
                ),
            ]
        seen = visible_names(self.contents.info.view)
        return [*items, page_layers.label_items(self._names(ground), seen, lang=self.contents.lang)]

    def _names(self, ground: BasemapView) -> list[BasemapLabel]:
        """Names of the basemap except towns that the case itself names."""
        places = [one for one in self.contents.places.values() if one.lon is not None]
        named = {one.name.casefold() for one in places}
        at = np.array([(one.lon, one.lat) for one in places]).reshape(-1, 2)
        apart = (ground.view[2] - ground.view[0]) / 60
        return [
            label
            for label in ground.labels
            if label.kind != "town"
            or (
                label.name.casefold() not in named
                and not np.any(np.abs(at - (label.lon, label.lat)).max(axis=1, initial=0) < apart)
            )
        ]

    @cached_property
    def _panels(self) -> list[Html]:
        """The sections beside the map."""
        contents, findings, words, cards = self.contents, self.findings, self._words, self._cards
        states = dict(contents.info.states)
        parts: list[tuple[str, str, str, bool]] = [
            ("summary", words["about"],
             tables.paragraph(contents.info.summary),
             True),
            ("ledger", words["ledger"], tables.ledger_list(findings, cards, states), True),
            ("disputes", words["disputes"] + conflict_count(findings.consistency),
             conflict_list(findings.consistency, contents, words), False),
            ("claims", f"{words['claims']} ({len(contents.claims)})",
             tables.claim_table(contents, words, self._rest), False),
            ("routes", words["routes"], tables.route_table(contents, cards, words), False),
            ("ways", words["ways"],
             tables.computed_table(contents, cards, words, self._held()), False),
            ("closures", words["closures"], tables.closure_table(contents, words), False),
            ("places", words["places"], tables.place_table(contents, cards, words), False),
            ("distances", words["distances"], cards.distances(contents.distances), False),
            ("sources", words["sources"],
             Html(render("said", said=cards.said(findings.sources.said)) + cards.report_list())
             if contents.reports else Html(""), False),
            ("method", words["method"], folium_map.method_note(contents, words), False),
        ]  # fmt: skip
        return [
            render("panel", title=heading, content=Html(content), is_open=is_open, name=name)
            for name, heading, content, is_open in parts
            if content
        ]

    def _held(self) -> dict[str, Own]:
        """Who controlled the roads of each computed route, as text, by the id of its row."""
        return {
            f"{number}-{rank}": joined(self._words["semicolon"], map(self._cards.said, lines))
            for (number, rank), lines in self.contents.held.items()
        }

    def _credits(self) -> list[Html]:
        given = [CREDIT]
        given += [sanitize.safe(self.contents.basemap.credit)] if self.contents.basemap else []
        given += [layer.credit for layer in self._layers if layer.credit]
        if self._tiles:
            given.append(str(self._tiles.options.get("attribution", "")))
        trees = [sanitize.to_html(sanitize.parse(text)) for text in given if text]
        return [Html(tree) for tree in dict.fromkeys(trees)]
