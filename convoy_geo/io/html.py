"""Render HTML from the templates in `assets/templates`, with every value escaped.

jinja2 is imported when the first template is rendered. Values are escaped by `safe`, which is
stricter than jinja2's own escaping: folium puts HTML between backticks of a script.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Html", "clean", "render", "safe"]

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_ENTITIES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "'": "&#39;",
        "`": "&#96;",
        "$": "&#36;",
        "\\": "&#92;",
        "{": "&#123;",
        "}": "&#125;",
    }
)


class Html(str):
    """HTML that is already safe; templates insert it unchanged."""

    __slots__ = ()

    def __html__(self) -> str:
        """The protocol used by jinja2."""
        return self


def clean(text: str) -> str:
    r"""Remove characters that change how surrounding text is read.

    Control characters and the bidi embeddings, overrides and isolates are removed; the separators
    U+2028 and U+2029 become line ends; a lone surrogate, which cannot be encoded, becomes U+FFFD.
    Letters and the two harmless direction marks of Arabic and Hebrew text stay.

    Examples
    --------
    >>> clean("Rawa\u202e txt\x00")
    'Rawa txt'
    """
    if text.isascii() and text.isprintable():
        return text
    return _LONE_SURROGATES.sub("\ufffd", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)))


def safe(value: object) -> str:
    """Escape text so that HTML, a JavaScript template and Jinja all treat it as plain text.

    Parameters
    ----------
    value
        Any object; its ``str()`` is shown.

    Returns
    -------
    str
        HTML in which ``& < > " '`` and the backtick, ``$``, backslash and braces are entities:
        folium puts popups between backticks, where ``${...}`` runs even after `html.escape`.

    Examples
    --------
    >>> safe("Ta`izz ${x}")
    'Ta&#96;izz &#36;&#123;x&#125;'
    """
    return clean(str(value)).translate(_ENTITIES)


def render(name: str, /, **values: object) -> Html:
    """Render a template of `assets/templates`.

    Parameters
    ----------
    name
        Name of the template, without its suffix.
    **values
        Its variables. Everything except `Html` is escaped by `safe`.

    Raises
    ------
    jinja2.UndefinedError
        If the template uses a variable that is not given.

    Examples
    --------
    >>> render("panel", title="A & B", content="<b>", is_open=True, name="").splitlines()[1]
    '<summary dir="auto">A &amp; B</summary><div class="panel-body" dir="auto">&lt;b&gt;</div>'
    """
    return Html(_environment().get_template(f"{name}.html").render(**values))


@cache
def _environment() -> Environment:
    import jinja2  # noqa: PLC0415  (loaded with the first page only)

    folder = resources.files("convoy_geo").joinpath("assets", "templates")
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: folder.joinpath(name).read_text("utf-8")),
        autoescape=True,
        finalize=lambda value: value if hasattr(value, "__html__") else Html(safe(value)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
