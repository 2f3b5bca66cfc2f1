"""One lock per case folder: only one process reads, decides and writes at a time.

The lock is the operating system's (`filelock`), so it is released at once if a process dies. A file
beside it names the holder for waiting processes. Readers take no lock: they check whether anything
was written while they read, and if so read again; see `consistently`.
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
"""Maximum number of times a case is read again while it keeps being written to."""

_log = logging.getLogger(__name__)
_held: ContextVar[frozenset[str]] = ContextVar("held", default=frozenset())

T = TypeVar("T")


def is_case_folder(folder: Path) -> bool:
    """Whether a folder exists and contains more than a lock: a case, or other files."""
    try:
        with os.scandir(folder) as entries:
            return any(not entry.name.startswith(OURS) for entry in entries)
    except OSError:
        return False


@contextlib.contextmanager
def case_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of a case; leftovers of a killed run are cleaned up first.

    Parameters
    ----------
    folder
        The case's folder, which need not exist; no other process can then create it meanwhile.

    Raises
    ------
    OutputFileError
        If the folder, or its parent if it must be created, is not writable.

    Notes
    -----
    A waiting process logs once, as a warning of this module's logger, which process it waits for.
    The lock is re-entrant within a thread.
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
            release()  # another process has created it meanwhile
        token = _held.set(_held.get() | {str(real)})
        stack.callback(_held.reset, token)
        if real.is_dir():
            recover(real)
            clean(real)
            if inside:
                _clean_beside(real)
        yield


def _acquire(path: Path, folder: Path) -> Callable[[], None]:
    """Take a lock; return a function that releases it and removes its file."""
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
            lock.release()  # the previous holder removed the file: this lock is void
    except OSError as error:
        msg = f"cannot write to {str(folder)!r}: {error.strerror or error}"
        raise OutputFileError(msg) from error
    except NotImplementedError as error:  # a network drive, such as one of a phone
        msg = f"cannot write to {str(folder)!r}: its file system has no locks; use another one"
        raise OutputFileError(msg) from error
    with contextlib.suppress(OSError):  # the holder's name is only informative
        _own_file(holder, json.dumps(_me()).encode())

    def release() -> None:
        for left in (holder, path):
            with contextlib.suppress(OSError):  # Windows cannot remove an open file
                left.unlink(missing_ok=True)
        lock.release()

    return release


def _clean_beside(folder: Path) -> None:
    """Remove unfinished folders beside a case, left by a killed run, if no one uses them."""
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
    """The file that names the holder of a lock."""
    return path.with_name(path.name.removesuffix("lock") + "holder")


def _own_file(path: Path, data: bytes | None = None) -> None:
    """Create or write a file of ours; a link or a pipe of that name is removed, not followed."""
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
    """The holder of a lock, in words."""
    try:
        told = json.loads(read_bytes(holder, holder.name, inside=holder.parent))
        who = f"process {int(told['process'])} ({str(told['command'])[:60]})"
        return f"{who} of {told['user'] or 'somebody'} on {told['host']} since {told['since']}"
    except (ExchangeFileError, OSError, ValueError, KeyError, TypeError, RecursionError):
        return "another process"


def consistently(folder: Path, read: Callable[[], T]) -> T:
    """Read a case in a state without concurrent writes.

    Parameters
    ----------
    folder
        The case's folder.
    read
        Reads the case, without changing anything.

    Raises
    ------
    CaseFileError
        If an interrupted write cannot be finished by this process, or the case keeps being written
        to.
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
    problem, allowed = "continuously being written to", "a case that is not being modified"
    raise CaseFileError([Fault(CASE_FILE, 0, "", "", problem, allowed)])


def _settle(folder: Path) -> None:
    """Wait for a writer, or finish what a killed run began."""
    try:
        with case_lock(folder):
            pass
    except OutputFileError as error:
        problem = f"a write to this case was interrupted ({error})"
        allowed = "run `convoy-geo check` once as a user with write access"
        raise CaseFileError([Fault(CASE_FILE, 0, "", "", problem, allowed)]) from error


def _state(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """The state of a folder's files, for comparison."""
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            with contextlib.suppress(OSError):
                there = entry.stat()
                found.append((entry.name, there.st_ino, there.st_mtime_ns, there.st_size))
    return tuple(sorted(found))
