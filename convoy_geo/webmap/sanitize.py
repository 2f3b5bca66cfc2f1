"""Sanitise text and simple HTML from data: escape it, or parse it into a tree of allowed tags.

folium accepts popups, tooltips, attributions and icons as HTML strings. A published page cannot
trust them, so they are never passed on. They are parsed here into a tree that can contain only the
tags and attributes listed below; all output is written anew from that tree, as escaped HTML or as
nodes that the page's script builds with `textContent`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from convoy_geo.io.html import clean, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "CLASSES",
    "HtmlNode",
    "clean",
    "is_colour",
    "is_language",
    "parse",
    "safe",
    "scripts_in",
    "text_content",
    "to_html",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAGS = _words(
    "a abbr b bdi blockquote br caption code dd details div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p"
    " pre s small span strong sub summary sup table tbody td th thead time tr u ul"
)
VOID = frozenset({"br", "hr"})
SWALLOWED = _words(
    "applet audio canvas frameset head iframe math noembed noframes noscript object plaintext"
    " script select style svg template textarea title video xmp"
)
"""Elements whose content is no text for a reader, or is read by other rules than HTML's."""

CLASSES = _words(
    "arabic asserted believed card chip computed denied disputed impossible list meta muted number"
    " possible quote reported side source table tag title unconfirmed undetermined warning"
)
"""The class names that the page's style sheet knows; all others are left out."""

CLOSED_BY = {
    "dd": ({"dd", "dt"}, {"dl"}),
    "dt": ({"dd", "dt"}, {"dl"}),
    "li": ({"li"}, {"ul", "ol"}),
    "p": ({"p"}, {"div", "td", "th", "li", "dd", "blockquote", "details"}),
    "td": ({"td", "th"}, {"table"}),
    "th": ({"td", "th"}, {"table"}),
    "tr": ({"tr", "td", "th"}, {"table"}),
    "tbody": ({"tbody", "thead", "tr", "td", "th"}, {"table"}),
    "thead": ({"tbody", "thead", "tr", "td", "th"}, {"table"}),
}
"""Start tag -> (open elements that it ends, elements beyond which it does not look)."""

SPACELESS = frozenset({"dl", "ol", "table", "tbody", "thead", "tr", "ul"})
DEEPEST = 32
"""Elements nested deeper are flattened: ten thousand open tags must not end in a recursion."""

_SPACE = re.compile("[ \t\n\f]+")
_COLOUR = re.compile(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]{3,24}|(?:rgb|hsl)a?\([\d\s.,%/deg-]+\)",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://[^/]|mailto:)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


def is_colour(text: str) -> bool:
    """Whether a text is a CSS colour by its form: hexadecimal, a name, rgb() or hsl().

    Examples
    --------
    >>> is_colour("#d55e00"), is_colour("url(https://example.org/x)")
    (True, False)
    """
    return _COLOUR.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Whether a text is a language tag by its form, such as ``en`` or ``ar-SY``."""
    return _LANGUAGE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class HtmlNode:
    """An element of the allowed list; with the tag ``""`` only a row of children.

    Parameters
    ----------
    tag
        One of the allowed tags, or ``""``.
    attributes
        Pairs of name and value, checked and sorted by name.
    children
        Elements and texts, in order.
    """

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[HtmlNode | str, ...] = ()


def parse(html: str) -> HtmlNode:
    """Parse a piece of HTML into a tree of allowed elements.

    Parameters
    ----------
    html
        Any text. Unknown tags are removed but their content is kept; scripts, styles, frames,
        drawings and the like are removed with their content; links other than http, https and
        mailto become text.

    Returns
    -------
    HtmlNode
        The element, if the piece is a single one; else a node with the tag ``""``.

    Examples
    --------
    >>> parse('<b onclick="x()">Sukhna</b><script>y()</script>')
    HtmlNode(tag='b', attributes=(), children=('Sukhna',))
    """
    reader = _Reader()
    reader.feed(_complete(clean(html)))
    reader.close()
    children = reader.finish()
    if len(children) == 1 and isinstance(children[0], HtmlNode):
        return children[0]
    return HtmlNode("", (), children)


_PERHAPS = re.compile(
    r"<(?:i?frame|object|embed|applet)|script|[\s\"'/]on\w+\s*=|data:"
    r"|(?:href|src|action|data|srcdoc)\s*=[^>]*&",
    re.IGNORECASE,
)
RUNS = frozenset({"applet", "embed", "frame", "iframe", "object", "script"})
"""Elements that run something, or load a document that may."""
_ADDRESSES = frozenset({"action", "data", "formaction", "href", "src", "srcdoc", "xlink:href"})
_RUNNING = re.compile(r"(?:java|vb)script:|data:text/html", re.IGNORECASE)
_BLANK = re.compile("[\0-\x20]+")


def scripts_in(html: str) -> list[str]:
    """What a piece of HTML would execute, and `parse` removes; each item once.

    Parameters
    ----------
    html
        Any text.

    Examples
    --------
    >>> scripts_in('<b onclick="x()">Sukhna</b><script>y()</script>')
    ['onclick of <b>', '<script>']
    >>> scripts_in('a <script, said &lt;script&gt;')
    []
    """
    if not _PERHAPS.search(html):
        return []
    reader = _Scripts()
    reader.feed(_complete(clean(html)))
    reader.close()
    return list(reader.found)


class _Scripts(HTMLParser):
    """Looks for what runs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in RUNS:
            self.found[f"<{tag}>"] = None
        for name, raw in attrs:
            value = _BLANK.sub("", raw or "")
            if re.fullmatch("on[a-z]+", name):
                self.found[f"{name} of <{tag}>"[:80]] = None
            elif name in _ADDRESSES and _RUNNING.match(value):
                self.found[f"{value.partition(':')[0].lower()}: in {name} of <{tag}>"[:80]] = None


_MARKED = re.compile(r"<!\[[^>]*>?")
"""A marked section, which HTML takes for a comment; some of them end Python's parser."""
_COMMENT_END = re.compile("--!?>")


def _complete(html: str) -> str:
    """Markup in which nothing is left open for the parser to look for again and again.

    A comment that never ends hides all that follows it, as in a browser. Behind the last ``>`` no
    tag can end any more, so that what looks like the start of one is text.
    """
    end = 0
    for found in _COMMENT_END.finditer(html):
        end = found.end()
    if (open_comment := html.find("<!--", end)) >= 0:
        html = html[:open_comment]
    html = _MARKED.sub("", html)
    last = html.rfind(">") + 1
    return html[:last] + html[last:].replace("<", "&lt;")


def text_content(node: HtmlNode | str) -> str:
    """The text of a tree for screen readers, with collapsed spaces.

    Examples
    --------
    >>> text_content(parse("<p>six <b>buses</b></p><p>left</p>"))
    'six buses left'
    """
    return _SPACE.sub(" ", _text(node)).strip()


def _text(node: HtmlNode | str) -> str:
    if isinstance(node, str):
        return node
    inner = "".join(map(_text, node.children))
    return inner if node.tag in {"", "a", "abbr", "b", "code", "em", "i", "span"} else f" {inner} "


def to_html(node: HtmlNode | str) -> str:
    """Write a tree as HTML, every text and value escaped with `safe`.

    Examples
    --------
    >>> to_html(parse("<p onload=x>a < b"))
    '<p>a &lt; b</p>'
    """
    if isinstance(node, str):
        return safe(node)
    inner = "".join(map(to_html, node.children))
    if not node.tag:
        return inner
    shown = "".join(f' {name}="{safe(value)}"' for name, value in node.attributes)
    if node.tag == "a":
        shown += ' rel="noopener noreferrer" target="_blank"'
    return f"<{node.tag}{shown}>" + ("" if node.tag in VOID else f"{inner}</{node.tag}>")


def _attributes(
    tag: str, given: Sequence[tuple[str, str | None]]
) -> tuple[tuple[str, str], ...] | None:
    """The attributes worth keeping, sorted; None for a link that leads nowhere allowed."""
    if not given:
        return None if tag == "a" else ()
    kept: dict[str, str] = {}
    for name, raw in given:
        value = (raw or "").strip()
        if name == "class":
            value = " ".join(part for part in value.split() if part in CLASSES)
        allowed = {
            "class": bool(value),
            "title": bool(value),
            "lang": is_language(value),
            "dir": value in {"ltr", "rtl", "auto"},
            "data-color": is_colour(value),
            "href": tag == "a" and _LINK.match(value) is not None,
            "datetime": tag == "time" and bool(value),
            "colspan": tag in {"td", "th"} and re.fullmatch(r"[1-9]\d?", value) is not None,
            "rowspan": tag in {"td", "th"} and re.fullmatch(r"[1-9]\d?", value) is not None,
            "scope": tag == "th" and value in {"row", "col"},
            "open": tag == "details",
        }
        if name not in kept and allowed.get(name, False):
            kept[name] = "" if name == "open" else value
    if tag == "a" and "href" not in kept:
        return None
    return tuple(sorted(kept.items()))


_PLAIN_TAG = re.compile("([^<&]*)<(/?)([a-zA-Z][a-zA-Z0-9]*)>")


class _Open:
    """An element that is still open while reading."""

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, attributes: tuple[tuple[str, str], ...]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[HtmlNode | str] = []


class _Reader(HTMLParser):
    """Builds the tree; the stack's first entry stands for the whole piece."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack = [_Open("", ())]
        self.swallowing: list[str] = []
        self.pending: list[str] = []
        self.preformatted = 0

    # Python's parser takes long for each tag; most tags are as plain as these.

    def parse_starttag(self, i: int) -> int:
        end = self._plain_tags(i)
        return end if end > i else super().parse_starttag(i)

    def parse_endtag(self, i: int) -> int:
        end = self._plain_tags(i) if self.cdata_elem is None else i
        return end if end > i else super().parse_endtag(i)

    def _plain_tags(self, at: int) -> int:
        """Read tags without attributes, and the plain text between them; where they end."""
        while found := _PLAIN_TAG.match(self.rawdata, at):
            text, slash, name = found.groups()
            tag = name.lower()
            if tag not in TAGS:
                break
            if text and not self.swallowing:
                self.pending.append(text)
            if slash:
                self.handle_endtag(tag)
            else:
                self.handle_starttag(tag, [])
            at = found.end()
        return at

    def updatepos(self, i: int, j: int) -> int:  # noqa: ARG002  (nobody asks for the line)
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SWALLOWED:
            self.swallowing.append(tag)
        if self.swallowing:
            return
        self._flush()
        if tag in VOID:
            self.stack[-1].children.append(HtmlNode(tag))
        elif tag in TAGS:
            self._end_implied(tag)
            attributes = _attributes(tag, attrs)
            if attributes is None:
                tag, attributes = "span", ()
            if len(self.stack) < DEEPEST:
                self.stack.append(_Open(tag, attributes))
                self.preformatted += tag == "pre"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SWALLOWED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.swallowing:
            if tag in self.swallowing:
                del self.swallowing[self.swallowing.index(tag) :]
            return
        self._flush()
        wanted = {tag, "span"} if tag == "a" else {tag}
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth].tag in wanted:
                self._close(depth)
                return

    def handle_data(self, data: str) -> None:
        if not self.swallowing:
            self.pending.append(data)

    def finish(self) -> tuple[HtmlNode | str, ...]:
        """End what is still open and hand out what was read."""
        self._flush()
        self._close(1)
        return tuple(self.stack[0].children)

    def _end_implied(self, tag: str) -> None:
        if tag not in CLOSED_BY:
            return
        ended, fence = CLOSED_BY[tag]
        last = 0
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth].tag in fence:
                break
            if self.stack[depth].tag in ended:
                last = depth
        if last:
            self._close(last)

    def _flush(self) -> None:
        """Put the text read since the last tag into the element that is open."""
        if not self.pending:
            return
        text = "".join(self.pending)
        self.pending.clear()
        if not self.preformatted:
            text = _SPACE.sub(" ", text)
        if not text or (text.isspace() and self.stack[-1].tag in SPACELESS):
            return
        self.stack[-1].children.append(text)

    def _close(self, depth: int) -> None:
        while len(self.stack) > depth:
            done = self.stack.pop()
            self.preformatted -= done.tag == "pre"
            self.stack[-1].children.append(
                HtmlNode(done.tag, done.attributes, tuple(done.children))
            )
