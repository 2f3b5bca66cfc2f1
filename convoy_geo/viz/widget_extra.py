"""What a widget needs besides the library itself."""

from __future__ import annotations

from importlib import import_module

from convoy_geo.errors import MissingExtraError

__all__ = ["need_anywidget"]


def need_anywidget() -> None:
    """Say what to install where anywidget is missing.

    Raises
    ------
    MissingExtraError
        If it is.
    """
    try:
        import_module("anywidget")
    except ImportError as error:
        what = "a widget (a map that answers back in a notebook)"
        raise MissingExtraError(what, "notebooks") from error
