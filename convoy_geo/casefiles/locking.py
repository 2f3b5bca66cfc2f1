"""One lock per case folder: whoever reads, decides and writes does it alone.

The lock is the system's (`filelock`), so that of a process that dies is free at once. Beside it
stands who holds it, for whoever waits. Readers take no lock: they look whether anything was
written while they read, and read again then; see `consistently`.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import logging
import os
import platform
import shutil
import stat
import sys
import time
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from convoy_geo.casefiles.transaction import JOURNAL, OURS, clean, recover, unfinished
from convoy_geo.errors import CaseFileError, ExchangeFileError, Fault, OutputFileError
from convoy_geo.io.sniff import read_bytes
from convoy_geo.model.case_info import CASE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["case_lock", "consistently", "is_case_folder"]

LOCK = f"{OURS}lock"
HOLDER = f"{OURS}holder"
TRIES = 100
"""How often a case is read again that is written to all the while."""

_log = logging.getLogger(__name__)
_held: ContextVar[frozenset[str]] = ContextVar("held", default=frozenset())

T = TypeVar("T")


def is_case_folder(folder: Path) -> bool:
    """Whether a folder is there and holds anything but a lock: it is a case, or somebody's."""
    try:
        with os.scandir(folder) as entries:
            return any(not entry.name.startswith(OURS) for entry in entries)
    except OSError:
        return False


@contextlib.contextmanager
def case_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of a case; what a killed run left is put in order first.

    Parameters
    ----------
    folder
        The case's folder, there or not yet: then nobody else makes it meanwhile.

    Raises
    ------
    OutputFileError
        If the folder, or the one in which it shall be made, cannot be written to.

    Notes
    -----
    Who has to wait is told for whom, once, by a warning of the logger of this module. Holding it
    twice in one thread is one hold.
    """
    real = Path(os.path.realpath(folder))
    if str(real) in _held.get():
        yield
        return
    with contextlib.ExitStack() as stack:
        while True:
            inside = is_case_folder(real) or (real.is_dir() and not os.access(real.parent, os.W_OK))
            place = real if inside else real.parent
            name = LOCK if inside else f".{real.name[:100]}{LOCK}"
            release = _acquire(place / name, real)
            if inside or not is_case_folder(real):
                stack.callback(release)
                break
            release()  # somebody has made it meanwhile
        token = _held.set(_held.get() | {str(real)})
        stack.callback(_held.reset, token)
        if real.is_dir():
            recover(real)
            clean(real)
            if inside:
                _clean_beside(real)
        yield


def _acquire(path: Path, folder: Path) -> Callable[[], None]:
    """Take a lock, and give what releases it and removes its file."""
    from filelock import FileLock, Timeout  # noqa: PLC0415

    holder = _holder(path)
    told = False
    try:
        while True:
            _own_file(path)
            before = _inode(path)
            lock = FileLock(path)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if not told:
                    _log.warning("waiting for %s, which writes to %s", _words(holder), folder)
                    told = True
                lock.acquire()
            if before and _inode(path) == before:
                break
            lock.release()  # the file was removed by who held it: that lock is no lock any more
    except OSError as error:
        msg = f"cannot write to {str(folder)!r}: {error.strerror or error}"
        raise OutputFileError(msg) from error
    except NotImplementedError as error:  # of a network drive, such as one of a phone
        msg = f"cannot write to {str(folder)!r}: its file system has no locks; use another one"
        raise OutputFileError(msg) from error
    with contextlib.suppress(OSError):  # who holds it is for readers only
        _own_file(holder, json.dumps(_me()).encode())

    def release() -> None:
        for left in (holder, path):
            with contextlib.suppress(OSError):  # on Windows an open file stays
                left.unlink(missing_ok=True)
        lock.release()

    return release


def _clean_beside(folder: Path) -> None:
    """Remove what a run left beside a case that it was killed on making, if nobody uses it."""
    path = folder.parent / f".{folder.name[:100]}{LOCK}"
    with contextlib.suppress(OSError):
        if path.exists() or any(unfinished(folder)):
            from filelock import FileLock, Timeout  # noqa: PLC0415

            lock = FileLock(path)
            with contextlib.suppress(Timeout):
                lock.acquire(timeout=0)
                for left in unfinished(folder):
                    shutil.rmtree(left, ignore_errors=True)
                _holder(path).unlink(missing_ok=True)
                path.unlink(missing_ok=True)
                lock.release()


def _holder(path: Path) -> Path:
    """The file that says who holds a lock."""
    return path.with_name(path.name.removesuffix("lock") + "holder")


def _own_file(path: Path, data: bytes | None = None) -> None:
    """Make a file of ours, or write it; a link or a pipe by its name goes, and is not followed."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(path.lstat().st_mode):
            path.unlink()
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | (os.O_TRUNC if data else 0), 0o666)
    try:
        os.write(handle, data or b"")
    finally:
        os.close(handle)


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _me() -> dict[str, Any]:
    command = " ".join([Path(sys.argv[0] or "python").name, *sys.argv[1:2]])
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    since = time.strftime("%H:%M:%S")
    return {
        "process": os.getpid(), "host": platform.node(), "user": user, "command": command,
        "since": since,
    }  # fmt: skip


def _words(holder: Path) -> str:
    """Who holds a lock, in words."""
    try:
        told = json.loads(read_bytes(holder, holder.name, inside=holder.parent))
        who = f"process {int(told['process'])} ({str(told['command'])[:60]})"
        return f"{who} of {told['user'] or 'somebody'} on {told['host']} since {told['since']}"
    except (ExchangeFileError, OSError, ValueError, KeyError, TypeError, RecursionError):
        return "another process"


def consistently(folder: Path, read: Callable[[], T]) -> T:
    """What reading a case gives when nobody writes to it meanwhile.

    Parameters
    ----------
    folder
        The case's folder.
    read
        Reads it, without changing anything.

    Raises
    ------
    CaseFileError
        If a write to it was interrupted and this process may not finish it, or it is written to
        all the time.
    """
    real = Path(os.path.realpath(folder))
    if str(real) in _held.get():
        return read()
    for _ in range(TRIES):
        if (real / JOURNAL).is_dir():
            _settle(real)
        before = _state(real)
        found = read()
        if _state(real) == before and not (real / JOURNAL).is_dir():
            return found
        time.sleep(0.01)
    problem, allowed = "written to all the time", "a case that stands still for a moment"
    raise CaseFileError([Fault(CASE_FILE, 0, "", "", problem, allowed)])


def _settle(folder: Path) -> None:
    """Wait for who writes, or finish what a killed run began."""
    try:
        with case_lock(folder):
            pass
    except OutputFileError as error:
        problem = f"a write to this case was interrupted ({error})"
        allowed = "run `convoy-geo check` once as somebody who may write there"
        raise CaseFileError([Fault(CASE_FILE, 0, "", "", problem, allowed)]) from error


def _state(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """What tells one state of a folder's files from another."""
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            with contextlib.suppress(OSError):
                there = entry.stat()
                found.append((entry.name, there.st_ino, there.st_mtime_ns, there.st_size))
    return tuple(sorted(found))
