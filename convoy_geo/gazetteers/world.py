"""The stores: built once into the user's cache folder, then opened at once."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from convoy_geo import names
from convoy_geo.gazetteers import sources, store
from convoy_geo.gazetteers.store import Store, build_store

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["open_region", "open_world"]


def open_world() -> Store:
    """The whole world; built at the first call (half a minute), opened at once ever after.

    Raises
    ------
    MissingExtraError
        If the extra ``world`` is not installed.
    """
    versions = sources.versions()
    digest = hashlib.sha256(repr(sorted(versions.items())).encode())
    for module in (names, store, sources):
        digest.update(Path(str(module.__file__)).read_bytes())
    info = {"id": "world", "title": "the world (GeoNames, CC BY 4.0)", "versions": versions}

    def build(folder: Path) -> None:
        build_store(folder, sources.world_entries(), info=info)

    return _opened(f"world-{digest.hexdigest()[:16]}", build)


def open_region() -> Store:
    """Syria, Iraq and their neighbours, out of what ships with the library."""
    return open_world()


def _opened(name: str, build: Callable[[Path], None]) -> Store:
    root = platformdirs.user_cache_path("convoy_geo")
    target = root / name
    if not target.is_dir():
        root.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=root))
        try:
            build(temporary)
            temporary.rename(target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return Store(target)
