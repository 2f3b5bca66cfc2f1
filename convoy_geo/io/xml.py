"""XML without surprises: text that cannot break out, and documents that cannot reach out.

The standard library's ElementTree does both KML and GPX. It escapes every text; simplekml writes
some texts as they are and numbers its elements by a counter of the whole process, so that a second
export differs from the first; gpxpy and lxml would be one more dependency for two dozen elements.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from convoy_geo.errors import ExchangeFileError, Fault

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["XmlElement", "add", "document", "local", "parse", "text_of", "xml_text"]

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for, such as NUL, and for which it has no escape either."""


def xml_text(text: str) -> str:
    r"""A text with U+FFFD for every character that XML cannot hold.

    Examples
    --------
    >>> xml_text("a\x00b") == "a\ufffdb"
    True
    """
    return _FORBIDDEN.sub("\ufffd", text)


def add(parent: Element, tag: str, text: Any = None, **attributes: str) -> Element:
    """A new child of an element, with its text and attributes."""
    child = ET.SubElement(
        parent, tag, {name: xml_text(value) for name, value in attributes.items()}
    )
    if text is not None:
        child.text = xml_text(str(text))
    return child


def document(root: Element) -> bytes:
    """A document as bytes: UTF-8, one element a line, always the same for the same tree."""
    ET.indent(root, space="")
    return b"".join((ET.tostring(root, "UTF-8", xml_declaration=True), b"\n"))


class XmlElement(ET.Element):
    """An element that was read, and the line where it starts."""

    line = 0


class _DoctypeError(ValueError):
    pass


def parse(data: bytes, name: str) -> XmlElement:
    """The root of a document that was read from a file.

    Parameters
    ----------
    data
        The file's bytes.
    name
        What faults shall call the file.

    Raises
    ------
    ExchangeFileError
        If it is no well-formed XML, or has a document type: entities come from there.
    """
    reader = expat.ParserCreate(namespace_separator="}")

    def made(tag: str, attributes: dict[str, str]) -> XmlElement:
        node = XmlElement(tag, attributes)
        node.line = reader.CurrentLineNumber
        return node

    def refuse(*_: Any) -> None:
        raise _DoctypeError

    builder = ET.TreeBuilder(element_factory=made)
    reader.buffer_text = True
    reader.StartElementHandler = builder.start
    reader.EndElementHandler = builder.end
    reader.CharacterDataHandler = builder.data
    reader.StartDoctypeDeclHandler = refuse
    try:
        reader.Parse(data, True)
    except expat.ExpatError as error:
        fault = Fault(name, error.lineno, str(error.offset), "", f"broken XML: {error}", "XML")
        raise ExchangeFileError([fault]) from error
    except _DoctypeError as error:
        line = reader.CurrentLineNumber
        fault = Fault(name, line, "", "", "a document type declaration", "XML without a DTD")
        raise ExchangeFileError([fault]) from error
    root: XmlElement = builder.close()  # type: ignore[assignment]
    return root


def text_of(element: Element, name: str) -> str:
    """The text of the first child of a name, trimmed; empty if there is none."""
    return next(((child.text or "").strip() for child in element if local(child) == name), "")


def local(element: Element) -> str:
    """The name of an element's tag without the namespace."""
    return str(element.tag).rpartition("}")[2]
