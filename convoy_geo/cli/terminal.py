r"""Safe output on a terminal: text from data must not control it.

A name in a data file can contain control codes that move the cursor, change the title of a window
or overwrite earlier output (CWE-150). They are shown as ``\u001b`` and the like, as in JSON. Output
to a file or a pipe is unchanged.
"""

from __future__ import annotations

import contextlib
import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["plain_terminal", "visible"]

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""All but line ends and tabs, and the marks that turn the direction of what follows."""


def visible(text: str) -> str:
    r"""A text with its control characters written out.

    Examples
    --------
    >>> visible("a\x1b[2Jb")
    'a\\u001b[2Jb'
    """
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class _Plain:
    """A stream that writes control characters out, and is else the stream behind it.

    What moves the cursor on purpose (`convoy_geo.io.progress`) writes to `unescaped`.
    """

    def __init__(self, stream: Any) -> None:
        self.unescaped = stream

    def write(self, text: str) -> int:
        return int(self.unescaped.write(visible(text)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.unescaped, name)


@contextlib.contextmanager
def plain_terminal() -> Iterator[None]:
    """Standard output and error as `visible` text, as far as they are terminals."""
    before = sys.stdout, sys.stderr
    try:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if stream is not None and stream.isatty():
                setattr(sys, name, _Plain(stream))
        yield
    finally:
        sys.stdout, sys.stderr = before
