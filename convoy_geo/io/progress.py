"""Progress of long operations: one line on standard error of a terminal or a notebook.

>>> with Progress(shown=False) as progress:
...     progress.text("reading nodes")
"""

from __future__ import annotations

import contextlib
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from tqdm import tqdm

__all__ = ["Progress", "is_watched", "no_progress"]

WAIT_S = 1.0
"""Seconds before counted steps are shown; short operations show nothing."""
EVERY_S = 0.1
"""Minimum number of seconds between two updates."""

_SILENT: ContextVar[bool] = ContextVar("convoy_geo_no_progress", default=False)


@contextlib.contextmanager
def no_progress() -> Iterator[None]:
    """Show no progress inside this block, unless it is explicitly requested."""
    token = _SILENT.set(True)
    try:
        yield
    finally:
        _SILENT.reset(token)


def is_watched() -> bool:
    """Whether standard error is visible to a user: a terminal or a notebook cell."""
    if _SILENT.get():
        return False
    if sys.stderr is not None and sys.stderr.isatty():
        return True
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


class Progress:
    """A progress line that disappears at the end. Use it in a `with` block.

    Parameters
    ----------
    shown
        Whether to show it; None shows it on a terminal and in a notebook, but never in a pipe.
    total
        Number of steps; None if only `text` is used.
    unit
        Plural noun for the steps, such as ``"names"``.
    """

    def __init__(
        self, shown: bool | None = None, *, total: int | None = None, unit: str = "steps"
    ) -> None:
        self.shown = is_watched() if shown is None else shown
        self._bar: tqdm[Any] | None = None
        if self.shown:
            from tqdm import tqdm  # noqa: PLC0415  (most work shows nothing)

            self._bar = tqdm(
                total=total,
                unit=f" {unit}",
                file=getattr(sys.stderr, "unescaped", sys.stderr),
                leave=False,
                mininterval=EVERY_S,
                delay=0 if total is None else WAIT_S,
                bar_format="{desc}" if total is None else None,
            )

    def text(self, text: str) -> None:
        """Show what is being done, replacing the previous text."""
        if self._bar is not None:
            signs = (sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
            self._bar.set_description_str("".join(signs))

    def step(self, steps: int = 1) -> None:
        """Count completed steps."""
        if self._bar is not None:
            self._bar.update(steps)

    def close(self) -> None:
        """Remove the line."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
