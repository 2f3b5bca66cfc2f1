"""What a case's page says in its own words: of few things, in two languages, of any network."""

import gzip
import html
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import flour
import folium
import pytest
from browser import expect, visit

import convoy_geo
from convoy_geo.case.case import read_case
from convoy_geo.io.files import geodata
from convoy_geo.lang import Message, load
from convoy_geo.model.places import Place, Spelling
from convoy_geo.page.case_page import CasePage
from convoy_geo.page.legend import page_legend
from convoy_geo.viz import folium_map
from convoy_geo.viz.layers import case_layers
from convoy_geo.viz.popups import Cards
from convoy_geo.viz.words import date_words, own, tellers
from convoy_geo.webmap.assets import STORY_SCRIPTS, asset
from convoy_geo.webmap.elements import LegendEntry

ENGLISH, ARABIC = load("en").strings, load("ar").strings


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A case without roads, ways, regions or closures, with a place whose radius is unknown."""
    # The twelve are told of all the days, so that they can be held against those of each
    twelve = {**flour.CLAIMS[0], "happened": "2016-05-10/2016-05-13"}
    folder = tmp_path_factory.mktemp("small") / "flour"
    return read_case(flour.make(folder, claims=[twelve, *flour.CLAIMS[1:]]))


def text_of(markup):
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", markup)))


def legend_of(page):
    return re.findall(r"<li><svg.*?</svg>(.*?)</li>", page)


def layers_of(page):
    data = json.loads(re.search(r'id="data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    return [item["name"] for item in data["layers"] if "name" in item]


# ---- the words ----


def labels_of(page):
    """The names on the map."""
    data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])
    items = [item for layer in data["layers"] for item in layer.get("items", ())]
    return {item["text"] for item in items if item["k"] == "n"}


def test_every_word_is_there_in_both_languages_and_the_script_carries_only_its_own():
    table = {lang: load(lang).table("page.json") for lang in ("en", "ar")}
    for part in ("script", "html"):
        assert table["en"][part].keys() == table["ar"][part].keys()
        for key, text in table["en"][part].items():
            assert set(re.findall(r"\{\w+\}", text)) == set(
                re.findall(r"\{\w+\}", table["ar"][part][key])
            ), key
    assert not table["en"]["script"].keys() & table["en"]["html"].keys()
    script = "".join(asset("page", name) for name in STORY_SCRIPTS)
    used = set(re.findall(r"\bwords\.(\w+)", script))
    by_name = {"happened", "said", "published", "line", "area", "place",
               "impossible", "possible", "certain", "undetermined"}  # fmt: skip
    assert used | by_name == load("en").script_strings.keys() | {"place"}


def test_words_of_the_case_are_isolated_in_another_language():
    assert own(ENGLISH, "role_to", place="A < B") == "to A &lt; B"
    assert own(ARABIC, "role_to", place="A < B") == "إلى <bdi lang=en>A &lt; B</bdi>"
    assert tellers(ARABIC, ["A"]) == "A"
    assert tellers(ARABIC, ["A", "B"]).count("<bdi lang=en>") == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2017-08-30/2017-09-03", "30 Aug to 3 Sep 2017"),
        ("2017-12-31/2018-01-01", "31 Dec 2017 to 1 Jan 2018"),
        ("2017-08-30~", "about 30 Aug 2017"),
        ("1912?", "perhaps 1912"),
        ("../2017-09", "until Sep 2017"),
        ("2017-09-02/..", "from 2 Sep 2017 on"),
        ("2017-08-XX", "2017-08-XX"),
        ("", ""),
    ],
)
def test_dates_in_words(text, said):
    assert date_words(ENGLISH, text) == said


@pytest.mark.slow
def test_no_table_shows_a_raw_interval(case):
    for lang in ("en", "ar"):
        body = case.page(lang=lang).html.split("<main")[1].split("<script")[0]
        tables = " ".join(re.findall(r"<table>.*?</table>", body, re.DOTALL))
        assert not re.findall(r"\d{4}-\d\d-\d\d/|/\d{4}-\d\d-\d\d", text_of(tables))
    assert "30 Aug to 3 Sep 2017" in text_of(case.page().html)


# ---- what is not there is not shown ----


@pytest.mark.slow
def test_a_place_without_a_radius_says_so(small, case):
    for page in (small.page().html, small.map().get_root().render()):
        assert "within 0 km" not in page
        assert "radius not given" in page
    assert "within 3 km" in small.page().html
    assert "radius not given" not in case.page().html


@pytest.mark.slow
def test_sections_and_layers_without_content_are_left_out(small, case):
    page = small.page().html
    for name in ("routes", "ways", "closures", "distances", "disputes"):
        assert f'id="{name}"' not in page
        assert f'id="{name}"' in case.page().html
    for name in ("claims", "places", "sources", "ledger"):
        assert f'id="{name}"' in page
    assert layers_of(page) == ["Places"]
    groups = [child for child in small.map()._children.values()
              if isinstance(child, folium.FeatureGroup)]  # fmt: skip
    assert [group.layer_name for group in groups] == ["Places"]


@pytest.mark.slow
def test_the_legend_says_what_is_drawn_and_nothing_else(small, case):
    assert [text_of(line).strip() for line in legend_of(small.page().html)] == [
        "Place that a report names",
        "Radius within which a place lies",
    ]
    whole = " ".join(map(text_of, legend_of(case.page().html)))
    for line in (
        "Other place, named by no report",
        "Radius within which a place lies",
        "Region, not a point",
        "Claims about the place disagree",
        "Road of low confidence",
    ):
        assert line in whole


def test_the_legend_follows_the_layers(case):
    contents = case.contents
    cards = Cards(contents.info, contents.reports, contents.claims, contents.places)
    layers = case_layers(contents, cards)
    for layer, label in (("areas", "Region"), ("roads", "Road of low"), ("closures", "Road cut"),
                         ("computed", "Possible road"), ("reported", "Reported by")):  # fmt: skip
        rest = [one for one in layers if one.kind != layer]
        for drawn, shown in ((layers, True), (rest, False)):
            entries = page_legend(contents, drawn, ENGLISH)
            assert any(entry.label.startswith(label) for entry in entries) == shown


def test_each_kind_of_sample_is_drawn_in_its_own_way():
    shapes = ("line", "dot", "open", "ring", "area", "hatch", "hatch-back", "pin", "sign")
    samples = {LegendEntry("x", "#123456", shape=shape).swatch() for shape in shapes}
    assert len(samples) == len(shapes)


# ---- the method ----


def test_the_method_speaks_of_the_networks_own_words(case, small):
    note = text_of(folium_map.method_note(case.contents, ENGLISH))
    assert "a road is a chain of villages" in note
    assert "1.016 times its line as drawn, between 0.975 and 1.071" in note
    assert "Roads are" not in text_of(folium_map.method_note(small.contents, ENGLISH))
    other = replace(
        case.network, title="Roads of an island", attribution="Its surveyors", provenance={},
        road_factor=replace(case.network.road_factor, low=1.0, typical=1.0, high=1.0),
    )  # fmt: skip
    note = text_of(folium_map.method_note(replace(case.contents, network=other), ENGLISH))
    assert "“Roads of an island” (Its surveyors)" in note
    assert "Lengths are those of the lines as drawn" in note
    for word in ("Syria", "villages", "1.016"):
        assert word not in note


# ---- Arabic ----


@pytest.mark.slow
def test_the_arabic_page_says_its_own_words_in_arabic(case):
    page = case.page(lang="ar").html
    body = "<main" + page.split("<main")[1].split("<script")[0]
    for english in (">asserted<", "who cites", "Reported by:", "not on the map", "Road of low",
                    "reports give only", "shortest route", "Nothing is drawn here"):  # fmt: skip
        assert english in case.page().html
        assert english not in body, english
    assert ARABIC["status_denied"] in body
    assert '<bdi lang="en">US-led coalition</bdi>' in "".join(legend_of(page))
    names = layers_of(page)
    assert ARABIC["layerRoads"] in names
    assert any("القلمون" in part for name in names if isinstance(name, list) for part in name)
    assert '<th scope="row" dir="auto">السخنة</th><td lang="en" dir="auto">Sukhna</td>' in body
    assert ">السخنة</text>" in page
    assert "سوريا</text>" in page
    assert ">Sukhna</text>" not in page
    shown = labels_of(page)
    assert {"السخنة", "سوريا", "الفرات"} <= shown
    assert not {"Sukhna", "Syria", "Euphrates"} & shown
    assert '<td lang="en" dir="auto">' in body
    assert len(gzip.compress(page.encode())) < 260_000


# ---- in the browser ----


@pytest.mark.browser
def test_the_small_case_in_the_browser(small, chromium, tmp_path):
    path = small.page().save(tmp_path / "flour.html")
    seen = visit(chromium, path)
    page = seen.page
    page.evaluate("location.hash = 'day=2016-05-11&side=nobody&claim=F1-02'")
    card = page.locator("#claim")
    card.wait_for()
    text = card.inner_text()
    assert "SHA-1" not in text
    assert "Happened: 11 May 2016" in text
    # a side that there is none of hides nothing, and that is said
    told = page.locator("#time [role=status]")
    expect(told).to_have_text("Left out, no side of this case: nobody", use_inner_text=True)
    assert "side=" not in page.evaluate("location.hash")
    page.locator("#ledger > summary").wait_for()
    ledger = page.locator("#ledger").inner_text()
    assert "No side gives figures" not in ledger
    assert "By this day no side had given figures for it" not in ledger
    assert ledger.count("published later") == 2  # both accounts, of reports of the next day
    page.evaluate("location.hash = 'side=nobody,agency'")
    page.wait_for_function("location.hash === '#side=agency'")
    expect(told).to_contain_text("nobody", use_inner_text=True)
    page.evaluate("location.hash = 'side=agency&day=2016-05-12'")
    page.wait_for_function("location.hash.includes('day=')")
    expect(told).not_to_be_visible()
    assert seen.troubles() == []


@pytest.mark.browser
def test_a_claim_without_a_hash_shows_no_empty_brackets(tmp_path, chromium):
    rows = [{**flour.CLAIMS[0], "span_start": 3, "span_end": 9}, *flour.CLAIMS[1:]]
    case = read_case(flour.make(tmp_path / "flour", claims=rows))
    seen = visit(chromium, case.page().save(tmp_path / "flour.html"))
    seen.page.evaluate("location.hash = 'claim=F1-01'")
    seen.page.locator("#claim").wait_for()
    text = seen.page.locator("#claim").inner_text()
    assert "characters 3-9" in text
    assert "SHA-1" not in text


@pytest.mark.browser
def test_each_piece_of_a_source_is_isolated(case, tmp_path, chromium):
    seen = visit(chromium, case.page(lang="ar").save(tmp_path / "ar.html"))
    seen.page.evaluate("location.hash = 'claim=R0-25'")
    card = seen.page.locator("#claim .card")
    card.wait_for()
    pieces = card.locator("bdi").all_inner_texts()
    for piece in ("R0-25", "Matzav.com", "2223-2400", "(SHA-1 5b1dc05d8c8e)", "Hezbollah"):
        assert piece in pieces
    expect(card.locator(".tag").first).to_have_text(ARABIC["status_asserted"], use_inner_text=True)
    lines = card.locator("bdi.code").evaluate_all(
        "all => all.map((one) => one.getClientRects().length)"
    )
    assert set(lines) == {1}  # none is broken, which would shuffle it


@pytest.mark.parametrize("lang", ["fr", "x", "", "en us", 'ar" onload="x'])
def test_a_language_without_words_is_refused(case, lang):
    with pytest.raises(ValueError, match="must be one of the languages en, ar, not"):
        case.page(lang=lang)


@pytest.mark.slow
def test_places_are_called_as_the_reader_s_language_has_them(small):
    spelled = Spelling("Soukhné", "fr")
    places = {
        "s": Place("s", "Sukhna", 38.87, 34.89, arabic_name="السخنة", spellings=(spelled,)),
        "t": Place("t", "Tayba", 38.9, 34.95),
        "sy": Place("sy", "Syria", None, None, None, "country", ("SY",), "unmapped"),
        "bs": Place("bs", "Black Sea", 34.0, 43.0, 400, "sea", (), "area"),
    }  # fmt: skip
    contents = replace(small.contents, places={**small.contents.places, **places})
    page = CasePage(contents, small.findings, place_names="fr")
    assert labels_of(page.html) >= {"Soukhné", "Tayba"}
    assert "Sukhna" not in labels_of(page.html)
    for french, told in (("Soukhné", "Sukhna"), ("Syrie", "Syria"), ("mer Noire", "Black Sea")):
        assert f">{french}</th><td>{told}</td>" in page.html
    assert ">Tayba</th><td></td>" in page.html
    assert contents.places["s"].name == "Sukhna"
    with pytest.raises(ValueError, match="xx"):
        CasePage(contents, small.findings, place_names="xx")


@pytest.mark.slow
def test_a_language_of_a_country_has_its_words(case):
    assert '<html lang="ar-SY" dir="rtl">' in case.page(lang="ar-SY").html


@pytest.mark.slow
def test_places_in_relation_to_others_are_told_in_words(case):
    page = case.page().html.split("<main")[1].split("<script")[0]
    for form in ("near(", "between(", "toward(", "part(", "offset("):
        assert form not in page
    row = page.split('<tr id="c-R2-14">')[1].split("<tr")[0]
    assert "north toward Sukhna" in row
    assert "toward Palmyra;" not in page.split('<tr id="c-R0-21">')[1].split("<tr")[0]  # said once


@pytest.mark.slow
def test_the_ledger_in_words_is_in_the_page_s_language(case):
    english, arabic = (
        case.page(lang=lang).html.split('id="ledger"')[1].split("</ul>")[0] for lang in ("en", "ar")
    )
    assert (
        "3 Sep 2017: 6 stuck in the desert (R0-26); 4 in Islamic State-held area (R0-25); "
        "of 17 (own total, R4-12): remainder 7, reported as unexplained in R0-27, does not add up"
    ) in re.sub("<[^>]+>", "", english)
    for word in ("rest", "total", "adds", "Sep"):
        assert word not in re.sub("<bdi.*?</bdi>", "", arabic)
    assert ARABIC["doesNot"] in arabic
    assert "<bdi lang=en>stuck in the desert</bdi>" in arabic


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_names_with_brackets_and_dots_are_names(case, tmp_path, lang):
    """A side "Hezbollah (Lebanon)" and a place "A. B. (C)" are not cut by what reads sentences."""
    folder = tmp_path / "brackets"
    shutil.copytree(geodata("cases", "convoy-2017"), folder)
    for name, old, new in (
        ("case.toml", '"Hezbollah"', '"Hezbollah (Lebanon)"'),
        ("places.csv", "sukhna,Sukhna,", "sukhna,A. B. (C),"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    plain = json.loads(re.search(r'id="data">(.*?)</script>', case.page(lang=lang).html)[1])
    page = read_case(folder).page(lang=lang).html
    data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])
    assert "Hezbollah (Lebanon)" in [side[1] for side in data["story"]["sides"]]
    body = html.unescape(page.split("<main")[1].split("<script")[0])
    assert "A. B. (C)" in body
    assert "Hezbollah (Lebanon)" in body
    for key, index in (("claims", 7), ("disputes", 1), ("agree", 0)):
        assert [row[index] for row in data["story"][key]] == [
            row[index] for row in plain["story"][key]
        ]


def node_text(node, lang="ar"):
    """The text of a node of the page's document outside what is in the case's language."""
    if isinstance(node, str):
        return node
    _, *rest = node
    attributes = rest.pop(0) if rest and isinstance(rest[0], dict) else {}
    inner = attributes.get("lang", lang)
    return "" if inner == "en" else "".join(node_text(child, inner) for child in rest)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["convoy-2017", "titanic-1912"])
def test_the_arabic_page_has_no_english_but_the_case_s(name):
    page = read_case(name).page(lang="ar").html
    body = "<main" + page.split("<main")[1].split('id="data"')[0].rsplit("<script", 1)[0]
    own = re.sub(r'<(\w+)\b[^>]*lang="?en\b[^>]*>.*?</\1>', "", body, flags=re.DOTALL)
    text = html.unescape(re.sub("<[^>]+>", " ", own))
    known = {"Natural", "Earth", "JavaScript", "OpenStreetMap"}
    assert set(re.findall("[A-Za-z]{4,}", text)) <= known
    data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])
    drawn = [item for layer in data["layers"] if "l" in layer for item in layer["items"]]
    own_words = [
        node_text(item[key])
        for item in drawn
        for key in ("p", "t")
        if isinstance(item.get(key), list)
    ]
    assert own_words
    assert not [text for text in own_words if re.search("[A-Za-z]{4,}", text)]
    assert all("p" in item for item in drawn if item.get("l") == "roads")


def test_a_message_is_said_in_every_language():
    far = Message.of("journey.no_way", trip=Message.of(
        "journey.trip", origin="A. B. (C)", destination="Rawa", mode=Message.of("mode", mode="foot")
    ))  # fmt: skip
    assert load("en").say(far) == "A. B. (C) to Rawa, on foot: no route leads there"
    arabic = load("ar").say(far)
    assert "\N{FIRST STRONG ISOLATE}A. B. (C)\N{POP DIRECTIONAL ISOLATE}" in arabic
    assert "سيرًا على الأقدام" in arabic
    assert far.to_dict()["trip"]["origin"] == "A. B. (C)"
    assert load("ar").say("a text of the case") == "a text of the case"


def test_no_sentence_of_our_own_is_read_back():
    """What reads texts by patterns reads those of reports and of the user; see why below."""
    package = Path(convoy_geo.__file__).parent
    reads = {
        "analysis/source_dependence.py",  # names in chains, such as "a byline (an agency)"
        "analysis/consistency/windows.py",  # the report's words for a date
        "analysis/consistency/readings.py",  # the column `reading`
        "page/story_top.py",  # the first sentence of the case's own summary
    }
    parses = {"page/case_page.py"}  # credits: markup that a provider of tiles gives
    for folder in ("page", "viz", "analysis", "timegeo", "routing", "case"):
        for path in (package / folder).rglob("*.py"):
            name, text = path.relative_to(package).as_posix(), path.read_text(encoding="utf-8")
            assert name in reads or not re.search(r"^\s*import re$", text, re.MULTILINE), name
            html_read = re.search(r"\b(text_content|sanitize\.parse|HTMLParser)\b", text)
            assert name in parses or html_read is None, name
