"""Compiled stores: built once in the user's cache folder, verified by hash, then opened quickly.

A store's folder name depends on everything that it was made from: the versions of the packages or
the hashes of the tables, and the code. If anything changes, a new store is built. It is built under
a temporary name and moved into place while a lock is held, so that of two processes one builds and
the other waits; a store with modified files is rebuilt.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.gazetteer import (
    areas,
    build_index,
    fuzzy_index,
    index,
    natural_features,
    normalize,
    region,
    villages,
    world_packages,
)
from convoy_geo.gazetteer.build_index import build_store
from convoy_geo.gazetteer.index import Store
from convoy_geo.io.progress import Progress
from convoy_geo.lang import languages, load

SHOW_EVERY = 20_000

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from convoy_geo.gazetteer.build_index import Entry

__all__ = ["cache_folder", "open_region", "open_villages", "open_world"]

MODULES = (
    normalize, index, build_index, fuzzy_index, world_packages, areas, region, natural_features
)  # fmt: skip
"""The code that stores are made with."""
VARIABLE = "CONVOY_GEO_CACHE"
HASHES = "hashes.json"
KEPT_S = 30 * 24 * 3600
"""Stores of other versions are removed after a month."""


def cache_folder() -> Path:
    """The folder of compiled stores: ``$CONVOY_GEO_CACHE``, or the user's cache folder."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs  # noqa: PLC0415

    return platformdirs.user_cache_path("convoy_geo")


@lru_cache(maxsize=1)
def open_world() -> Store:
    """The whole world; compiled on the first call (half a minute), then opened quickly.

    Raises
    ------
    MissingExtraError
        If the extra ``world`` is not installed.
    """
    versions = world_packages.versions()
    info: dict[str, Any] = {"id": "world", "title": "the world (GeoNames, CC BY 4.0)"}
    info["versions"] = versions
    made_from = repr(sorted(versions.items())) + natural_features.digest() + areas.areas_digest()
    return _opened(info, made_from, _world_entries)


@lru_cache(maxsize=1)
def open_villages() -> Store | None:
    """Villages of the countries that have postal codes, or None if the package is not installed.

    They are compiled when a text first contains a possible village name.
    """
    version = villages.villages_version()
    if not version:
        return None
    info: dict[str, Any] = {"id": "villages", "title": "GeoNames postal codes (CC BY 4.0)"}
    info["versions"] = {villages.PACKAGE: version}
    code = Path(str(villages.__file__)).read_text("utf-8")
    return _opened(info, version + code, villages.village_entries, alike=False)


def _world_entries() -> Iterator[Entry]:
    yield from world_packages.world_entries()
    yield from natural_features.feature_entries()


def _region_entries() -> Iterator[Entry]:
    yield from region.region_entries()
    yield from natural_features.feature_entries(region=True)


@lru_cache(maxsize=1)
def open_region() -> Store:
    """Syria, Iraq and their neighbours, from the tables bundled with the library.

    Examples
    --------
    >>> from convoy_geo.gazetteer.normalize import name_letters
    >>> region = open_region()
    >>> [region.place(number).name for number in region.ids(name_letters("Akkashat"))]
    ['Akashat']
    """
    info: dict[str, Any] = {"id": "region"}
    info["title"] = "Syria, Iraq and neighbours (GeoNames, CC BY 4.0)"
    return _opened(info, region.digest() + natural_features.digest(), _region_entries)


def _opened(
    info: dict[str, object], made_from: str, entries: Callable[[], Iterable[Entry]],
    *, alike: bool = True,
) -> Store:  # fmt: skip
    name = f"{info['id']}-{_digest(made_from)}"
    kept = cache_folder() / name
    if _is_whole(kept):  # also in a read-only cache
        return Store(kept)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with _locked(kept.parent / f"{info['id']}.lock"):
            if not _is_whole(kept):  # no other process has built it meanwhile
                _build(kept, entries, info, alike=alike)
    except OSError:  # not writable, or full: build for this process only
        root = Path(tempfile.mkdtemp(prefix="convoy_geo."))
        atexit.register(shutil.rmtree, root, ignore_errors=True)
        kept = root / name
        _build(kept, entries, info, alike=alike)
    return Store(kept)


def _digest(made_from: str) -> str:
    digest = hashlib.sha256(made_from.encode())
    for module in MODULES:
        digest.update(Path(str(module.__file__)).read_bytes())
    names = [load(code).names for code in languages("names.toml")]
    digest.update(json.dumps(names, sort_keys=True).encode())
    return digest.hexdigest()[:16]


def _build(
    target: Path, entries: Callable[[], Iterable[Entry]], info: dict[str, Any], *, alike: bool
) -> None:
    # While the lock is held no one else builds: unfinished folders come from a process that died.
    for left in (target, *target.parent.glob(f".{info['id']}-*")):
        shutil.rmtree(left, ignore_errors=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        with Progress() as progress:
            progress.text(f"building the name index of {info['title']}, once")
            build_store(
                temporary, _counted(entries(), progress, str(info["title"])), info=info, alike=alike
            )
        hashes = {path.name: _hash(path) for path in sorted(temporary.iterdir())}
        (temporary / HASHES).write_text(json.dumps(hashes, indent=1), "utf-8")
        temporary.replace(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    for other in target.parent.glob(f"{info['id']}-*"):
        if other != target and other.stat().st_mtime < time.time() - KEPT_S:
            shutil.rmtree(other, ignore_errors=True)


def _counted(entries: Iterable[Entry], progress: Progress, title: str) -> Iterator[Entry]:
    """The entries; progress shows their number."""
    for number, entry in enumerate(entries, 1):
        if number % SHOW_EVERY == 0:
            progress.text(f"building the name index of {title}, once: {number:,} places")
        yield entry


def _hash(path: Path) -> str:
    """A checksum, to detect damaged files, at two gigabytes per second."""
    found = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found = zlib.crc32(block, found)
    return f"{found:08x}"


def _is_whole(folder: Path) -> bool:
    """Whether every file of a store exists and is unmodified."""
    try:
        hashes = json.loads((folder / HASHES).read_text("utf-8"))
        return bool(hashes) and all(_hash(folder / name) == told for name, told in hashes.items())
    except (OSError, ValueError, AttributeError):
        return False


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a file lock; the operating system releases it if the process dies."""
    with path.open("a+b") as file:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415

            file.seek(0)
            while True:
                with contextlib.suppress(OSError):
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
                    break
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
