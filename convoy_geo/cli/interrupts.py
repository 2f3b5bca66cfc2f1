"""Ctrl-C while modules are loaded: it stops the command after the module that is being loaded."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

__all__ = ["interrupts"]

AGAIN = 0.02
"""Seconds after which it is tried again."""
LOADER = "<frozen importlib"
"""How the files of Python's own loader of modules are called."""


@contextlib.contextmanager
def interrupts(within: CodeType) -> Iterator[None]:
    """Raise KeyboardInterrupt on Ctrl-C, but not inside of a module that is being loaded.

    Some libraries make an ImportError of it there, and print a traceback of their own.

    Parameters
    ----------
    within
        Of the function that runs the command: whatever loaded that one is not waited for.
    """
    is_ours = (
        threading.current_thread() is threading.main_thread()
        and hasattr(signal, "setitimer")
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if not is_ours:
        yield
        return

    def stop(_signal: int, frame: FrameType | None) -> None:
        while frame is not None and frame.f_code is not within:
            if frame.f_code.co_filename.startswith(LOADER):
                signal.setitimer(signal.ITIMER_REAL, AGAIN)
                return
            frame = frame.f_back
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
