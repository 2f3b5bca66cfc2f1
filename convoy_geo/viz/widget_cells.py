"""Widgets end with the output that showed them: when a cell is run again, what it showed is closed.

ipywidgets keeps every widget until it is closed by hand, in the kernel and in the browser.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import MutableMapping

__all__ = ["cell_is_run", "forget_with_cell"]


class Closing(Protocol):
    """What can be closed."""

    def close(self) -> None:
        """Give up what it holds."""


_CELLS: MutableMapping[Closing, set[str]] = WeakKeyDictionary()
"""The cells whose outputs show each widget."""


def forget_with_cell(widget: Closing) -> None:
    """Close a widget when the cell that shows it now is run again, if no other cell shows it.

    In a front end that does not name its cells nothing is done.
    """
    shell = _shell()
    cell = _current_cell(shell)
    if not cell:
        return
    _CELLS.setdefault(widget, set()).add(cell)
    callbacks = shell.events.callbacks["pre_run_cell"]
    if cell_is_run not in callbacks:
        shell.events.register("pre_run_cell", cell_is_run)


def cell_is_run(info: Any) -> None:
    """A cell begins to run: its output goes, and with it the widgets that only it showed."""
    cell = getattr(info, "cell_id", None)
    for widget, cells in list(_CELLS.items()):
        if cell in cells:
            cells.discard(cell)
            if not cells:
                del _CELLS[widget]
                widget.close()


def _shell() -> Any:
    """The notebook's shell, or None outside of one."""
    module = sys.modules.get("IPython")
    return None if module is None else module.get_ipython()


def _current_cell(shell: Any) -> str:
    """The id of the cell that runs now, or an empty text."""
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return ""
    parent: dict[str, Any] = kernel.get_parent() or {}
    return str(parent.get("metadata", {}).get("cellId") or "")
