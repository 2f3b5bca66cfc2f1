"""Safe XML: text is always escaped, and documents cannot access anything outside themselves.

The standard library's ElementTree is used for KML and GPX. It escapes every text. simplekml writes
some texts unescaped and numbers its elements with a process-wide counter, so a second export
differs from the first; gpxpy and lxml would be an extra dependency for two dozen elements.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.io.limits import limits

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["XmlElement", "add", "document", "local", "parse", "text_of", "xml_text"]

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 can neither contain nor escape, such as NUL."""


def xml_text(text: str) -> str:
    r"""A text with every character that XML cannot contain replaced by U+FFFD.

    Examples
    --------
    >>> xml_text("a\x00b") == "a\ufffdb"
    True
    """
    return _FORBIDDEN.sub("\ufffd", text)


def add(parent: Element, tag: str, text: Any = None, **attributes: str) -> Element:
    """Add a child to an element, with its text and attributes."""
    child = ET.SubElement(
        parent, tag, {name: xml_text(value) for name, value in attributes.items()}
    )
    if text is not None:
        child.text = xml_text(str(text))
    return child


def document(root: Element) -> bytes:
    """A document as bytes: UTF-8, one element per line, deterministic."""
    ET.indent(root, space="")
    return b"".join((ET.tostring(root, "UTF-8", xml_declaration=True), b"\n"))


class XmlElement(ET.Element):
    """A parsed element, with its first line."""

    line = 0


class _RefusedError(Exception):
    """A rejected document: the problem, and what would be valid."""


def parse(data: bytes, name: str) -> XmlElement:
    """Parse the root element of a document.

    Parameters
    ----------
    data
        The file's bytes.
    name
        Name of the file in errors.

    Raises
    ------
    ExchangeFileError
        If it is not well-formed XML, is over a limit, or has a document type declaration, which
        could define entities.
    """
    # Names keep their prefixes: many hand-made files use undeclared ones.
    reader = expat.ParserCreate()
    most = limits()
    depth = count = 0

    def made(tag: str, attributes: dict[str, str]) -> XmlElement:
        node = XmlElement(tag, attributes)
        node.line = reader.CurrentLineNumber
        return node

    builder = ET.TreeBuilder(element_factory=made)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > most.nesting:
            raise _RefusedError(*_over("elements in each other", most.nesting, "nesting"))
        if count > most.elements:
            raise _RefusedError(*_over("elements", most.elements, "elements"))
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_: Any) -> None:
        problem = "a document type declaration"
        raise _RefusedError(problem, "XML without a DTD")

    reader.buffer_text = True
    reader.StartElementHandler = start
    reader.EndElementHandler = end
    reader.CharacterDataHandler = builder.data
    reader.StartDoctypeDeclHandler = refuse
    try:
        reader.Parse(data, True)
        root: XmlElement = builder.close()  # type: ignore[assignment]
    except expat.ExpatError as error:
        fault = Fault(name, error.lineno, str(error.offset), "", f"broken XML: {error}", "XML")
        raise ExchangeFileError([fault]) from error
    except _RefusedError as error:
        fault = Fault(name, reader.CurrentLineNumber, "", "", *error.args)
        raise ExchangeFileError([fault]) from error
    except (ValueError, LookupError, AssertionError) as error:  # such as an unknown encoding
        problem = f"XML that cannot be read: {error}"
        raise ExchangeFileError([Fault(name, 0, "", "", problem, "XML")]) from error
    return root


def _over(what: str, most: int, limit: str) -> tuple[str, str]:
    return f"over {most:,} {what} (limit {limit})", "a smaller document"


def text_of(element: Element, name: str) -> str:
    """The text of the first child with this name, trimmed; empty if there is none."""
    return next(((child.text or "").strip() for child in element if local(child) == name), "")


def local(element: Element) -> str:
    """The name of an element's tag without its prefix."""
    return str(element.tag).rpartition(":")[2]
