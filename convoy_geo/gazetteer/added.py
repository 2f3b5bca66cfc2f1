"""The user's own permanent gazetteers: files of places added to the large ones.

Each is a store in the user's data folder, with its source and licence, and is searched after the
world or the region: ``convoy-geo gazetteer add SY.txt``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convoy_geo.errors import Fault, GazetteerFileError
from convoy_geo.gazetteer.build_index import build_store
from convoy_geo.gazetteer.dumps import read_dump
from convoy_geo.gazetteer.index import Store
from convoy_geo.io.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convoy_geo.gazetteer.build_index import Entry

__all__ = [
    "AddedGazetteer",
    "add_gazetteer",
    "added_gazetteers",
    "added_stores",
    "gazetteer_folder",
    "remove_gazetteer",
]

VARIABLE = "CONVOY_GEO_GAZETTEERS"
NAME = re.compile(r"[\w.-]{1,80}")


@dataclass(frozen=True)
class AddedGazetteer:
    """A gazetteer that the user added.

    Parameters
    ----------
    name
        Its name in this installation.
    places, keys
        Number of places, and of spellings.
    countries
        ISO 3166-1 alpha-2 codes of its places.
    source, licence
        Source and licence of the data.
    added
        Date on which it was added.
    file
        Name of the original file.
    left_out
        Number of rows that could not be read as places.
    faults
        The first of these, in words.
    """

    name: str
    places: int
    keys: int
    countries: tuple[str, ...]
    source: str
    licence: str
    added: str
    file: str
    left_out: int = 0
    faults: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The record as plain values for JSON."""
        return asdict(self)


def gazetteer_folder() -> Path:
    """The folder of added gazetteers: ``$CONVOY_GEO_GAZETTEERS``, or the user's data folder."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs  # noqa: PLC0415

    return platformdirs.user_data_path("convoy_geo") / "gazetteers"


def added_stores() -> tuple[Path, ...]:
    """The folders of the added gazetteers, sorted by name."""
    folder = gazetteer_folder()
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.parent for path in folder.glob("[!.]*/info.json")))


def added_gazetteers() -> tuple[AddedGazetteer, ...]:
    """The added gazetteers, sorted by name."""
    return tuple(_record(Store(folder)) for folder in added_stores())


def add_gazetteer(
    path: str | os.PathLike[str],
    *,
    name: str = "",
    country: str = "",
    source: str = "",
    licence: str = "",
    replace: bool = False,
) -> AddedGazetteer:
    """Add the places in a file permanently to `find_places` and `Gazetteers`.

    Parameters
    ----------
    path
        A GeoNames dump, an OpenStreetMap extract (extra ``osm``), a Wikidata export, Linked Places,
        GeoJSON or a table of places; see `convoy_geo.gazetteer.dumps.read_dump`.
    name
        Name of the gazetteer; by default the name of the file.
    country
        ISO 3166-1 alpha-2 code for places without a country in the file.
    source, licence
        Source and licence; by default those known for the format.
    replace
        Whether to replace an added gazetteer of the same name.

    Raises
    ------
    GazetteerFileError
        If the file cannot be read, has no places, or the name is already used.
    ValueError
        If the name or the country is invalid.
    """
    file = Path(path)
    name = name or file.name.split(".")[0]
    if not NAME.fullmatch(name) or name.startswith("."):
        msg = f"`name` must consist of letters, digits, dots and hyphens, not {name!r}"
        raise ValueError(msg)
    if country and not re.fullmatch("[A-Za-z]{2}", country):
        msg = f"{country!r} is not a two-letter country code such as SY (ISO 3166-1)"
        raise ValueError(msg)
    if not file.is_file():
        raise GazetteerFileError([Fault(str(file), 0, "", "", "no such file", "a file of places")])
    target = gazetteer_folder() / name
    if target.exists() and not replace:
        told = _record(Store(target))
        problem = f"{name!r} was already added on {told.added}, with {told.places:,} places"
        raise GazetteerFileError([Fault(str(file), 0, "", "", problem, "--replace, or --name")])
    return _build(file, target, country.upper(), source, licence)


def _build(file: Path, target: Path, country: str, source: str, licence: str) -> AddedGazetteer:
    reading = read_dump(file, country)
    first = next(reading.entries, None)
    if first is None:
        faults = reading.faults or [
            Fault(str(file), 0, "", "", "no place in it", "one row for each place")
        ]
        raise GazetteerFileError(faults)
    info: dict[str, Any] = {
        "id": target.name, "title": source or reading.source or file.name,
        "source": source or reading.source or file.name,
        "licence": licence or reading.licence or "not said",
        "added": datetime.now(UTC).date().isoformat(), "file": file.name,
    }  # fmt: skip
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".adding.", dir=target.parent))
    try:
        with Progress() as progress:
            progress.text(f"adding {file.name}")
            build_store(temporary, _counted(chain([first], reading.entries)), info=info)
        document = temporary / "info.json"
        whole = json.loads(document.read_text("utf-8"))
        whole["left_out"] = reading.left_out
        whole["faults"] = [str(fault) for fault in reading.faults]
        document.write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8")
        shutil.rmtree(target, ignore_errors=True)
        temporary.replace(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return _record(Store(target))


def _counted(entries: Iterator[Entry]) -> Iterator[Entry]:
    """The entries, each GeoNames id once: dumps of neighbouring countries share border places."""
    seen: set[int] = set()
    for entry in entries:
        if entry.geonames and entry.geonames in seen:
            continue
        seen.add(entry.geonames)
        yield entry


def remove_gazetteer(name: str) -> None:
    """Remove an added gazetteer.

    Raises
    ------
    LookupError
        If there is no gazetteer of this name.
    """
    known = {path.name: path for path in added_stores()}
    if name not in known:
        msg = f"no gazetteer {name!r} was added; added: {', '.join(known) or 'none'}"
        raise LookupError(msg)
    shutil.rmtree(known[name])


def _record(store: Store) -> AddedGazetteer:
    info = store.info
    return AddedGazetteer(
        str(info["id"]), len(store), int(info["keys"]),
        tuple(sorted(filter(None, store.countries))), str(info["source"]), str(info["licence"]),
        str(info["added"]), str(info["file"]), int(info.get("left_out", 0)),
        tuple(info.get("faults", ())),
    )  # fmt: skip
