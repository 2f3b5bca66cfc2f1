"""Cached results on disk: the same case content is never computed twice.

The key of a result depends on everything that affects it: the records of the case, its rules, its
roads, the table of travel modes, the chosen readings, and `ENGINE`. Results of bundled cases are
stored beside their tables; those of other cases are in the user's cache folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import TYPE_CHECKING, Any

from convoy_geo.analysis.consistency.conflict import Conflict, Member
from convoy_geo.analysis.consistency.readings import Reading
from convoy_geo.analysis.consistency.relations import ClaimRelation
from convoy_geo.analysis.consistency.result import AccountStatus, ClaimStatus, Consistency, Missing
from convoy_geo.errors import GeodataNotFoundError
from convoy_geo.io.files import geodata, writing
from convoy_geo.io.sniff import read_bytes
from convoy_geo.model import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.casefiles.files import CaseFiles
    from convoy_geo.model.columns import RecordTable
    from convoy_geo.network.network import RoadNetwork

__all__ = ["KEPT", "content_key", "from_document", "kept_path", "load", "save",
           "to_document"]  # fmt: skip

ENGINE = "9"
"""Must change whenever the engine may give different results."""
KEPT = "consistency.json"
"""The cache file beside the tables of a bundled case."""
SHOWN_ONLY = {
    schema.CLAIMS.file: frozenset({
        "claimant_role", "attribution", "date_basis", "summary", "label", "note", "span_start",
        "span_end", "span_sha1", "span_sha256", "reliability", "credibility",
    }),
    schema.PLACES.file: frozenset({
        "name", "arabic_name", "geonames", "wikidata", "coordinate_source", "note",
    }),
    schema.CLOSURES.file: frozenset({
        "source", "place_from_outside", "note", "between", "near", "near_km",  # in the geometry
    }),
    schema.CONTROLS.file: frozenset({"source", "from_outside", "note"}),
}  # fmt: skip
"""Columns that only inform readers: the result does not depend on them."""
ADDED = frozenset({"road"})
"""New columns: if they are empty, a result keeps its key."""


def content_key(files: CaseFiles, readings: Mapping[str, str] | None = None) -> str:
    """A key of everything that affects the result of a case.

    Parameters
    ----------
    files
        The case in memory. What only affects the presentation is ignored: another headline, colour,
        chapter or summary does not change the key.
    readings
        The chosen readings.
    """
    info = files.info
    digest = hashlib.sha256(ENGINE.encode())
    parts: list[object] = [
        sorted((readings or {}).items()),
        *(_rows(schema.CLAIMS, files.claims), _rows(schema.PLACES, files.places)),
        *(_rows(schema.CLOSURES, files.closures), _rows(schema.CONTROLS, files.controls)),
        [_wkb(one.geometry) for one in files.closures],
        sorted((key, _wkb(outline)) for key, outline in files.areas.items()),
        [info.rules, info.zones, info.whole, info.mode, sorted(info.states), info.time_zone],
        *([repr(sorted(info.modes.items()))] if info.modes else []),
    ]
    digest.update(json.dumps(parts, default=dict).encode())
    for path in _roads(files):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    if files.network is not None and not info.roads:
        digest.update(_network(files.network))
    return digest.hexdigest()


def _rows(table: RecordTable[Any], records: Iterable[object]) -> list[list[str]]:
    """The cells of records, except those that only inform readers."""
    out = SHOWN_ONLY[table.file]
    return [
        [
            text
            for name, text in table.write(record).items()
            if name not in out and (text or name not in ADDED)
        ]
        for record in records
    ]


def _wkb(shape: BaseGeometry | None) -> str:
    return "" if shape is None else shape.wkb_hex


def _network(network: RoadNetwork) -> bytes:
    """A hash of a network without a file, as in a case built in memory."""
    edges = network.edges
    texts = edges.drop(columns=edges.geometry.name).to_csv() + network.turns_frame().to_csv()
    digest = hashlib.sha256(texts.encode())
    for shape in edges.geometry:
        digest.update(shape.wkb)
    return digest.digest()


def _roads(files: CaseFiles) -> Iterable[Path]:
    """The road files of a case, and the table of travel modes."""
    with contextlib.suppress(GeodataNotFoundError):
        yield geodata("roads", "modes.csv")
    if not files.info.roads:
        return
    path = files.folder / files.info.roads
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        path = geodata("roads", files.info.roads)
    yield from sorted(one for one in path.iterdir() if one.is_file())


def kept_path(folder: Path, key: str, seconds: float | None = None) -> Path:
    """The cache file of a result; an incomplete result includes its time limit in the name."""
    limit = "" if seconds is None else f"-{seconds:g}s"
    return folder / f"consistency-{key[:32]}{limit}.json"


def load(
    files: CaseFiles, key: str, folder: Path, seconds: float | None = None
) -> Consistency | None:
    """The cached result for a key, beside the case or in a folder; None if there is none.

    Parameters
    ----------
    files
        The case.
    key
        See `content_key`.
    folder
        The user's cache folder.
    seconds
        Accept an incomplete result that had at least this time limit.
    """
    paths = [files.folder / KEPT, kept_path(folder, key)]
    if seconds is not None:
        paths.append(kept_path(folder, key, seconds))
    for path in paths:
        with contextlib.suppress(
            OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError
        ):  # damaged, or another user's: compute it again
            document = json.loads(read_bytes(path, path.name))
            if document["key"] == key:
                return from_document(document)
    return None


def save(result: Consistency, key: str, path: Path) -> None:
    """Write a result to a file, atomically.

    Raises
    ------
    OutputFileError
        If it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"key": key, **to_document(result)}, ensure_ascii=False, indent=0)
    with writing(path) as file:
        file.write((text + "\n").encode())


def to_document(result: Consistency) -> dict[str, Any]:
    """A result as plain values from which it can be restored."""
    return result.to_dict()


def from_document(document: Mapping[str, Any]) -> Consistency:
    """Restore a result from its plain values.

    Raises
    ------
    KeyError, TypeError
        If the document is not a result.
    """
    return Consistency(
        conflicts=tuple(map(_conflict, document["conflicts"])),
        repairs=tuple(map(tuple, document["repairs"])),
        claims={
            key: ClaimStatus(one["status"], tuple(one["conflicts"]), one["price"], one["verdict"])
            for key, one in document["claims"].items()
        },
        readings={key: _readings(one["readings"]) for key, one in document["claims"].items()},
        not_encoded=dict(document["not_encoded"]),
        relations=tuple(ClaimRelation(**one) for one in document["relations"]),
        disputes={key: tuple(ids) for key, ids in document["disputes"].items()},
        sides={key: _account(key, one) for key, one in document["sides"].items()},
        reports={key: _account(key, one) for key, one in document["reports"].items()},
        missing=tuple(Missing(**one) for one in document["missing"]),
        classes=tuple(map(tuple, document["classes"])),
    )


def _readings(plain: Iterable[Mapping[str, Any]]) -> tuple[Reading, ...]:
    return tuple(Reading(**one) for one in plain)


def _conflict(plain: Mapping[str, Any]) -> Conflict:
    members = tuple(
        Member(**{**one, "places": tuple(one["places"]), "readings": _readings(one["readings"])})
        for one in plain["members"]
    )
    return Conflict(
        plain["id"],
        plain["kind"],
        members,
        tuple(plain["assumptions"]),
        tuple((one["claim"], one["reading"]) for one in plain["dissolved_by"]),
        tuple(plain["repeats"]),
    )


def _account(key: str, plain: Mapping[str, Any]) -> AccountStatus:
    deny = plain["must_deny"]
    return AccountStatus(
        key,
        plain["consistent"],
        tuple(plain["conflicts"]),
        tuple(plain["against"]),
        None if deny is None else tuple(deny),
    )
