"""Small HTML made harmless: the tree holds nothing but the allowed, whatever goes in."""

from __future__ import annotations

import pytest
from hostile import PAYLOADS
from hypothesis import given
from hypothesis import strategies as st

from convoy_geo.webmap.sanitize import (
    CLASSES,
    TAGS,
    HtmlNode,
    clean,
    is_colour,
    is_language,
    parse,
    safe,
    text_content,
    to_html,
)

PIECES = st.sampled_from(
    [*PAYLOADS.values(), "<p>", "</p>", "<a href=", "'>", '"', "<!", "&lt;", "&#x3c;", "<b class="]
)
SOUP = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12).map("".join)


def elements(node: HtmlNode | str) -> list[HtmlNode]:
    if isinstance(node, str):
        return []
    return [node, *(each for child in node.children for each in elements(child))]


@given(SOUP)
def test_only_allowed_tags_and_attributes_come_out(html):
    for node in elements(parse(html)):
        assert not node.tag or node.tag in TAGS
        attributes = dict(node.attributes)
        assert attributes.keys() <= {
            *("class", "title", "lang", "dir", "data-color", "href", "datetime"),
            *("colspan", "rowspan", "scope", "open"),
        }
        assert set(attributes.get("class", "").split()) <= CLASSES
        assert attributes.get("href", "https://x").lower().startswith(("http", "mailto:"))


@pytest.mark.slow
@given(SOUP)
def test_what_was_written_reads_back_the_same(html):
    once = to_html(parse(html))
    assert to_html(parse(once)) == once


@pytest.mark.slow
@given(st.text())
def test_safe_text_reads_back_as_the_cleaned_text(text):
    assert not set("<>\"'`$\\{}") & set(safe(text))
    # A template engine or a browser sees text only; line ends and runs of spaces may fold.
    assert text_content(parse(safe(text))) == text_content(clean(text))
    safe(text).encode()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        (
            "<table><tr><td>1<td>2<tr><td>3</table>",
            "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>",
        ),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        ("a<br>b<hr/>", "a<br>b<hr>"),
        ("<div>\n   <b> x </b>\n</div>", "<div> <b> x </b> </div>"),
        ("<pre>a\n  b</pre>", "<pre>a\n  b</pre>"),
        ("<custom-tag>text</custom-tag>", "text"),
        ("<font color=red>text</font></b>", "text"),
        ("<svg><b>gone</b></svg>kept", "kept"),
        ("<script>gone", ""),
        ('<i class="tag evil" style="x" lang="ar">a</i>', '<i class="tag" lang="ar">a</i>'),
        ('<td colspan="2" rowspan="999">x</td>', '<td colspan="2">x</td>'),
        ('<p data-color="red;x">a</p>', "<p>a</p>"),
        ('<p data-color="#d55e00">a</p>', '<p data-color="#d55e00">a</p>'),
        ("<details open><p>s</details>", '<details open=""><p>s</p></details>'),
        ('<a href="ftp://x">a</a>', "<span>a</span>"),
        ('<a href="//x">a</a>', "<span>a</span>"),
    ],
)
def test_cases(html, expected):
    assert to_html(parse(html)) == expected


def test_links_are_kept_with_care():
    link = '<a href="https://x.org/?a=1&amp;b=2" target="_top" rel="opener">x</a>'
    assert parse(link) == HtmlNode("a", (("href", "https://x.org/?a=1&b=2"),), ("x",))
    assert 'rel="noopener noreferrer" target="_blank"' in to_html(parse(link))
    assert 'href="https://x.org/?a=1&amp;b=2"' in to_html(parse(link))


def test_deep_nesting_is_flattened():
    node = parse("<div>" * 100_000 + "x")
    assert text_content(node) == "x"
    assert len(elements(node)) < 40


def test_clean_keeps_letters_and_marks():
    assert clean("البوكمال\u200f é \u200d") == "البوكمال\u200f é \u200d"
    assert clean("a\u2028b\r\nc\rd") == "a\nb\nc\nd"
    assert clean("\u202a\u202e\u2066\u2069\x00\x9f\ufeff") == ""
    assert clean("\ud83d\ud83d x") == "\ufffd\ufffd x"


@pytest.mark.parametrize(
    "text", ["#abc", "#aabbccdd", "tomato", "rgb(1, 2, 3)", "hsl(12deg 50% 50%)"]
)
def test_colours(text):
    assert is_colour(text)


@pytest.mark.parametrize(
    "text",
    ["", "#ab", "#abcde", "url(x)", "red;x", "var(--x)", "rgb(1,2,3", "expression(alert(1))"],
)
def test_not_colours(text):
    assert not is_colour(text)


def test_languages():
    assert is_language("ar-SY")
    assert not is_language('en" onload="x')
