"""A road network in one file that opens quickly: arrays on disk, read on demand.

The file is an uncompressed zip. ``manifest.json`` has the format version, the type of each array,
title, licence and attribution of the data, the hash of the input and the build options. Each array
is an entry of plain little-endian numbers, aligned to 64 bytes so that it can be memory-mapped.
Names are UTF-8, separated by zero bytes. An engine may store its node ordering too. Nothing in the
file is ever executed: there are no pickles.
"""

from __future__ import annotations

import json
import mmap
import struct
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from convoy_geo.errors import RoadDataError
from convoy_geo.graph.cch import KEPT_AS, Order
from convoy_geo.io.files import writing
from convoy_geo.io.limits import limits
from convoy_geo.io.sniff import regular_fault
from convoy_geo.network.network import RoadNetwork
from convoy_geo.network.schema import KMH, RoadFactor, Segments
from convoy_geo.network.store_checks import check_numbers, check_positions
from convoy_geo.network.turns import Turns

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from convoy_geo.graph.dijkstra import Arcs

    Ints = NDArray[np.integer[Any]]

__all__ = [
    "load_order",
    "node_ordering",
    "open_network",
    "save_network",
    "save_order",
    "stored_orders",
]

NAME = "convoy_geo roads"
FORMAT = 2
READS = (1, 2)
"""Format 1 has no turn restrictions."""
MANIFEST = "manifest.json"
ALIGN = 64
PADDING = 0xD935
"""Id of the extra field that pads an entry, as used by Android's zipalign."""
LOCAL_HEADER = struct.Struct("<26xHH")
SCAN = 8
"""Up to this number, names are searched for in the text; for more, an index is built."""
SEGMENTS = ("tail", "head", "edge", "first", "last", "km")
TURN_NUMBERS = ("start", "edges", "forward")
TURN_WORDS = ("ids", "kinds", "modes", "when")
BROKEN = (
    zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, EOFError, RecursionError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
"""Exceptions for damaged zips and manifests."""
ENDS = ("from", "to")
"""Edge columns that need not be stored: the names of the end nodes."""


def save_network(network: RoadNetwork, path: str | os.PathLike[str]) -> None:
    """Write a network to one file, atomically.

    Parameters
    ----------
    network
        Any network. Columns of its tables must contain numbers, booleans or texts.
    path
        The file, preferably with the suffix ``.roads``; an existing file is replaced.

    Raises
    ------
    RoadDataError
        If a column or a name cannot be stored; the message identifies it.
    OutputFileError
        If the file cannot be written.
    """
    arrays: dict[str, Any] = {"coords": network.coords, "edge_start": network.edge_start}
    arrays |= {f"segments/{name}": getattr(network.segments, name) for name in SEGMENTS}
    tables = {
        "nodes": _put_table(network.node_table, "nodes", arrays),
        "edges": _put_table(network.edge_table, "edges", arrays),
    }
    _put_turns(network.turns, arrays)
    factor = network.road_factor
    speeds = network.speeds.loc[:, list(KMH)]
    manifest = {
        "name": NAME,
        "format": FORMAT,
        "title": network.title,
        "licence": network.licence,
        "attribution": network.attribution,
        "provenance": dict(network.provenance),
        "estimated_radius_km": float(network.estimated_radius_km),
        "road_factor": [float(one) for one in (factor.low, factor.typical, factor.high)],
        "speeds": [
            [*kind, *values]
            for kind, values in zip(speeds.index, speeds.to_numpy(float).tolist(), strict=True)
        ],
        "tables": tables,
        "turns": network.turns is not None,
        "orders": {},
    }
    _write(path, manifest, {name: _compact(name, one) for name, one in arrays.items()})


def open_network(path: str | os.PathLike[str]) -> RoadNetwork:
    """Open a network written by `save_network`; unused parts stay on disk.

    Parameters
    ----------
    path
        The file. It may be replaced while the network is open, but not modified in place.

    Raises
    ------
    RoadDataError
        If the file is missing, truncated, of another type, or of a newer format.

    Notes
    -----
    Routes, names and geometry are read from the file. The tables `node_table` and `edge_table` are
    built on first use.
    """
    return _Stored(_File(path))


def save_order(path: str | os.PathLike[str], engine: str, version: str, order: bytes) -> None:
    """Store an engine's node ordering with a network, replacing any earlier one.

    Parameters
    ----------
    path
        A file written by `save_network`.
    engine, version
        Name and version of the ordering's creator, such as ``routingkit-cch``, ``0.1.4``.
    order
        Opaque data that only this engine can read.
    """
    file = _File(path)
    orders = {**file.manifest["orders"], engine: version}
    arrays = {name: file.array(name) for name in file.manifest["arrays"]}
    arrays[f"orders/{engine}"] = np.frombuffer(order, np.uint8)
    _write(path, {**file.manifest, "orders": orders}, arrays)


def load_order(
    where: RoadNetwork | str | os.PathLike[str], engine: str, version: str
) -> memoryview | None:
    """The node ordering stored with a network for this engine version, or None.

    Parameters
    ----------
    where
        A file, or a network; a network that was not opened from a file has none.
    engine, version
        As in `save_order`. An ordering of another version is ignored.
    """
    file = _file_of(where)
    if file is None or file.manifest["orders"].get(engine) != version:
        return None
    order: Any = file.array(f"orders/{engine}")
    return memoryview(order)


def stored_orders(where: RoadNetwork | str | os.PathLike[str]) -> dict[str, str]:
    """Engines whose node ordering is stored with a network, and their versions."""
    file = _file_of(where)
    return {} if file is None else dict(file.manifest["orders"])


def _file_of(where: Any) -> _File | None:
    if isinstance(where, RoadNetwork):
        return where.file if isinstance(where, _Stored) else None
    return _File(where)


def node_ordering(network: RoadNetwork, arcs: Arcs | None = None) -> Order:
    """The node ordering of the fast engine: loaded from the stored network, or computed once.

    Parameters
    ----------
    network
        The roads.
    arcs
        The graph to order: the network's own, or the same with copies of some nodes.

    Raises
    ------
    MissingExtraError
        If the extra ``fast`` is not installed.
    RoadDataError
        If the stored ordering is damaged.
    """
    known: Any = network.__dict__
    if "_order" not in known:
        kept = load_order(network, *KEPT_AS)
        known["_order"] = (
            Order.of(network.arcs, network.points_of(np.arange(network.node_count)))
            if kept is None
            else Order.from_bytes(kept, network.arcs)
        )
    order: Order = known["_order"]
    if arcs is None or arcs.copies is None:
        return order
    by_graph: dict[int, tuple[Arcs, Order]] = known.setdefault("_orders", {})
    if id(arcs) not in by_graph:
        by_graph[id(arcs)] = arcs, order.for_copies(arcs)
    return by_graph[id(arcs)][1]


# ---- the file ----


class _File:
    """A stored network's file, mapped into memory."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._whole: set[str] = set()  # entries whose checksum was verified
        if fault := regular_fault(self.path, str(path), large=True):
            msg = f"{fault.problem} {str(path)!r}"
            raise RoadDataError(msg if self.path.exists() else f"file not found: {str(path)!r}")
        try:
            with self.path.open("rb") as stream, zipfile.ZipFile(stream) as archive:
                if archive.getinfo(MANIFEST).file_size > limits().unpacked_bytes:
                    raise KeyError(MANIFEST)
                self.manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
                self._entries = {one.filename: one for one in archive.infolist()}
                if self.manifest["name"] != NAME:
                    raise KeyError(NAME)
                self._bytes = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            msg = f"file not found: {str(path)!r}"
            raise RoadDataError(msg) from None
        except OSError as error:
            msg = f"{str(path)!r} cannot be read: {error.strerror or error}"
            raise RoadDataError(msg) from error
        except BROKEN as error:
            msg = f"{str(path)!r} is not a stored road network, or is truncated"
            raise RoadDataError(msg) from error
        found = self.manifest.get("format")
        if found not in READS:
            msg = (
                f"{str(path)!r} has format {found!r}, and this convoy_geo reads {FORMAT}: "
                "rebuild it, or use a newer version of convoy_geo"
            )
            raise RoadDataError(msg)

    def refuse(self, what: str) -> NoReturn:
        """Raise the error for an inconsistent file."""
        msg = f"{str(self.path)!r} is damaged: {what}; rebuild it"
        raise RoadDataError(msg)

    def span(self, name: str) -> tuple[int, int]:
        """Where the bytes of an entry begin and end."""
        try:
            entry = self._entries[name]
            header = entry.header_offset
            begin = header + 30 + sum(LOCAL_HEADER.unpack_from(self._bytes, header))
        except (KeyError, struct.error):
            self.refuse(f"it has no {name}")
        end = begin + entry.file_size
        if entry.compress_type != zipfile.ZIP_STORED or end > len(self._bytes):
            self.refuse(f"{name} is compressed or cut short")
        if name not in self._whole:
            if zlib.crc32(memoryview(self._bytes)[begin:end]) != entry.CRC:
                self.refuse(f"{name} is not what was written (its checksum differs)")
            self._whole.add(name)
        return begin, end

    def array(self, name: str) -> NDArray[Any]:
        """An entry as an array that is read on use."""
        begin, end = self.span(name)
        try:
            kind, shape = self.manifest["arrays"][name]
            dtype, shape = np.dtype(kind), tuple(int(one) for one in shape)
            if min(shape, default=0) < 0:
                self.refuse(f"the manifest gives {name} a negative size")
        except (KeyError, TypeError, ValueError, OverflowError):
            self.refuse(f"the manifest does not say what {name} is")
        if dtype.hasobject or int(np.prod(shape)) * dtype.itemsize != end - begin:
            self.refuse(f"{name} does not have the size stated in the manifest")
        return np.frombuffer(self._bytes, dtype, int(np.prod(shape)), begin).reshape(shape)

    def find(self, name: str, word: bytes) -> int:
        """Offset of a word in an entry of words, or -1."""
        begin, end = self.span(name)
        if b"\0" in word:
            return -1
        found = self._bytes.find(b"\0" + word + b"\0", begin, end)
        return found + 1 - begin if found >= 0 else -1


def _write(
    path: str | os.PathLike[str], manifest: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> None:
    described = {name: [one.dtype.str, list(one.shape)] for name, one in arrays.items()}
    try:
        text = json.dumps({**manifest, "arrays": described}, ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError) as error:
        msg = f"`provenance` of the network must be plain values for JSON: {error}"
        raise RoadDataError(msg) from error
    with writing(path) as stream, zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo(MANIFEST), text)
        for name, one in arrays.items():
            entry = zipfile.ZipInfo(name)
            entry.file_size = one.nbytes
            pad = -(stream.tell() + 30 + len(name.encode()) + 4) % ALIGN
            entry.extra = struct.pack("<HH", PADDING, pad) + bytes(pad)
            with archive.open(entry, "w") as out:
                out.write(np.ascontiguousarray(one).reshape(-1).view(np.uint8).data)


# ---- tables ----


def _compact(name: str, values: Any) -> NDArray[Any]:
    """An array in little-endian order; integers of segments use four bytes where they fit."""
    array = np.asarray(values)
    small = name.startswith("segments/") and array.dtype.kind == "i"
    if small and (not array.size or array.max() < 2**31):
        array = array.astype("<i4")
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def _put_table(table: pd.DataFrame, name: str, arrays: dict[str, Any]) -> dict[str, Any]:
    """Add a table's columns to the arrays, and describe them."""
    import pandas as pd

    columns: dict[str, str] = {}
    for column in table.columns:
        if name == "edges" and column in ENDS:
            continue
        values = table[column]
        key = f"{name}/{column}"
        if isinstance(values.dtype, np.dtype) and values.dtype.kind in "biuf":
            columns[str(column)] = "numbers"
            arrays[key] = values.to_numpy()
            continue
        try:
            words = pd.Categorical(values)
        except TypeError as error:
            msg = f"column {column!r} of the {name} holds values that cannot be stored"
            raise RoadDataError(msg) from error
        columns[str(column)] = "words" if isinstance(values.dtype, pd.CategoricalDtype) else "text"
        arrays[key] = words.codes
        _put_words(f"{key}/words", words.categories, arrays)
    index = table.index
    numbers = isinstance(index.dtype, np.dtype) and index.dtype.kind in "iu"
    if numbers:
        arrays[f"{name}/index"] = index.to_numpy()
    else:
        _put_words(f"{name}/index", index, arrays)
    order = [str(column) for column in table.columns]
    return {"columns": columns, "order": order, "index": index.name, "numbers": numbers}


def _put_words(key: str, words: Iterable[Any], arrays: dict[str, Any]) -> None:
    texts = list(words)
    for one in texts:
        if not isinstance(one, str) or "\0" in one:
            msg = f"{key.removesuffix('/words')}: only texts can be stored, not {one!r}"
            raise RoadDataError(msg)
    coded = [one.encode() for one in texts]
    lengths = np.fromiter((len(one) + 1 for one in coded), np.int64, len(coded))
    arrays[key] = np.frombuffer(b"\0".join([b"", *coded, b""]), np.uint8)
    arrays[f"{key}/start"] = np.concatenate([[1], 1 + np.cumsum(lengths)])


def _put_turns(turns: Turns | None, arrays: dict[str, Any]) -> None:
    if turns is None:
        return
    arrays |= {f"turns/{name}": getattr(turns, name) for name in TURN_NUMBERS}
    for name in TURN_WORDS:
        words = list(dict.fromkeys(getattr(turns, name)))
        place = {word: at for at, word in enumerate(words)}
        codes = [place[word] for word in getattr(turns, name)]
        arrays[f"turns/{name}"] = np.array(codes, np.int32)
        _put_words(f"turns/{name}/words", words, arrays)


class _Stored(RoadNetwork):
    """A network whose parts stay in its file until they are used."""

    file: _File

    def __init__(self, file: _File) -> None:
        import pandas as pd

        manifest = file.manifest
        try:
            speeds = manifest["speeds"]
            segments = Segments(*(file.array(f"segments/{name}") for name in SEGMENTS))
            # a frozen record, filled as its own __init__ does; the tables follow later
            self.__dict__.update(file=file, edge_start=file.array("edge_start"))
            self.__dict__.update(
                coords=file.array("coords"),
                segments=segments,
                speeds=pd.DataFrame(
                    [row[2:] for row in speeds],
                    index=pd.MultiIndex.from_tuples(
                        [(row[0], row[1]) for row in speeds], names=["class", "surface"]
                    ),
                    columns=list(KMH),
                ),
                road_factor=RoadFactor(*manifest["road_factor"]),
                estimated_radius_km=float(manifest["estimated_radius_km"]),
                title=str(manifest["title"]),
                licence=str(manifest["licence"]),
                attribution=str(manifest["attribution"]),
                provenance=manifest["provenance"],
                turns=self._turns() if manifest.get("turns") else None,
            )
            self._check()
            self.__post_init__()
        except (KeyError, TypeError, ValueError, IndexError) as error:
            if isinstance(error, RoadDataError):
                raise
            file.refuse(f"{type(error).__name__} {error}")

    def _turns(self) -> Turns:
        file = self.file
        start, edges, forward = (file.array(f"turns/{name}") for name in TURN_NUMBERS)
        words = []
        for name in TURN_WORDS:
            texts = self._words(f"turns/{name}/words")
            words.append(tuple(texts[file.array(f"turns/{name}")].tolist()))
        sizes = np.diff(start)
        if (
            {len(start) - 1} != {len(one) for one in words}
            or start[0] != 0
            or (sizes < 2).any()
            or start[-1] != len(edges)
            or len(edges) != len(forward)
            or (len(edges) and not 0 <= edges.min() <= edges.max() < len(self.edge_start) - 1)
        ):
            file.refuse("its turn restrictions point nowhere")
        ids, kinds, modes, when = words
        return Turns(ids, kinds, modes, when, start, edges, forward.astype(np.bool_))

    def __getattr__(self, name: str) -> Any:
        tables = {"node_table": "nodes", "edge_table": "edges"}
        if name not in tables:
            msg = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(msg)
        try:
            table = self._table(tables[name])
        except (LookupError, TypeError, ValueError) as error:
            if isinstance(error, RoadDataError):
                raise
            self.file.refuse(f"its {tables[name]} cannot be read ({error})")
        self.__dict__[name] = table
        return table

    def __reduce__(self) -> tuple[Any, ...]:
        return open_network, (str(self.file.path),)

    def _check(self) -> None:
        """Reject invalid positions and impossible numbers."""
        refuse, of, edges = self.file.refuse, self.segments, len(self.edge_start) - 1
        check_positions(
            {name: getattr(of, name) for name in SEGMENTS},
            self.edge_start,
            nodes=self.node_count,
            vertices=len(self.coords),
            refuse=refuse,
        )
        factor = self.road_factor
        check_numbers(
            km=of.km,
            coords=self.coords,
            speeds=self.speeds.to_numpy(float),
            factors=(factor.low, factor.typical, factor.high),
            radius_km=self.estimated_radius_km,
            refuse=refuse,
        )
        sizes = {len(self._edge_column(name)) for name in ("class", "surface", "oneway")}
        if sizes != {edges}:
            self.file.refuse("the columns of the edges differ in length")

    # ---- one thing at a time, without the tables ----

    def node_names(self, nodes: Ints) -> list[str]:
        return self._names("nodes", nodes)

    def edge_ids(self, edges: Ints) -> list[str]:
        return self._names("edges", edges)

    def nodes_at(self, nodes: Ints) -> pd.DataFrame:
        import pandas as pd

        if "node_table" in self.__dict__:
            return super().nodes_at(nodes)
        described = self.file.manifest["tables"]["nodes"]
        index = pd.Index(self._names("nodes", nodes), name=described["index"], dtype=object)
        columns = {name: self._column("nodes", name)[nodes] for name in described["order"]}
        return pd.DataFrame(columns, index=index)

    def node_point(self, node: int) -> tuple[float, float]:
        if "node_table" in self.__dict__:
            return super().node_point(node)
        lon, lat = (self._column("nodes", name)[node] for name in ("lon", "lat"))
        return float(lon), float(lat)

    def node_position(self, node: str) -> int | None:
        found = self._find("nodes", node) if isinstance(node, str) else None
        return super().node_position(node) if found is None else found if found >= 0 else None

    def edge_positions(self, edge_ids: Iterable[str]) -> Ints:
        ids = list(edge_ids)
        if len(ids) <= SCAN and all(isinstance(one, str) for one in ids):
            found = [self._find("edges", one) for one in ids]
            if all(one is not None and one >= 0 for one in found):
                return np.array(found, np.int64)
        return super().edge_positions(ids)

    def _find(self, table: str, name: str) -> int | None:
        """Position of a name; -1 if there is none, None if the names are numbers."""
        if self.file.manifest["tables"][table]["numbers"]:
            return None
        at = self.file.find(f"{table}/index", name.encode())
        return int(np.searchsorted(self.file.array(f"{table}/index/start"), at)) if at >= 0 else -1

    def _names(self, table: str, positions: Any) -> list[str]:
        words = self.file.array(f"{table}/index")
        if self.file.manifest["tables"][table]["numbers"]:
            return [str(one) for one in words[positions]]
        start = self.file.array(f"{table}/index/start")
        where = np.asarray(positions, np.int64)
        spans = zip(start[where].tolist(), start[where + 1].tolist(), strict=True)
        return [words[begin : end - 1].tobytes().decode() for begin, end in spans]

    def _has_node_column(self, name: str) -> bool:
        return name in self.file.manifest["tables"]["nodes"]["columns"]

    def _has_edge_column(self, name: str) -> bool:
        return name in self.file.manifest["tables"]["edges"]["columns"]

    def _node_column(self, name: str) -> Any:
        return self._column("nodes", name)

    def _edge_column(self, name: str) -> Any:
        return self._column("edges", name)

    def _column(self, table: str, name: str) -> Any:
        import pandas as pd

        values = self.file.array(f"{table}/{name}")
        kind = self.file.manifest["tables"][table]["columns"][name]
        if kind == "numbers":
            return values
        words = self._words(f"{table}/{name}/words")
        column: Any = pd.Categorical
        coded = column.from_codes(values, words)
        return coded if kind == "words" else np.asarray(coded, object)

    def _words(self, key: str) -> NDArray[Any]:
        texts = self.file.array(key).tobytes().decode().split("\0")[1:-1]
        if len(texts) != len(self.file.array(f"{key}/start")) - 1:
            self.file.refuse(f"{key} does not fit its beginnings")
        return np.array(texts, object)

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd

        described = self.file.manifest["tables"][name]
        numbers = described["numbers"]
        words = self.file.array(f"{name}/index") if numbers else self._words(f"{name}/index")
        index = pd.Index(words, name=described["index"], dtype=None if numbers else object)
        columns = {}
        for column in described["order"]:
            if name == "edges" and column in ENDS:
                firsts = np.searchsorted(self.segments.edge, np.arange(len(index)), "left")
                lasts = np.searchsorted(self.segments.edge, np.arange(len(index)), "right") - 1
                ends = {"from": self.segments.tail[firsts], "to": self.segments.head[lasts]}
                columns[column] = np.asarray(self.node_table.index, object)[ends[column]]
            else:
                columns[column] = self._column(name, column)
        return pd.DataFrame(columns, index=index)
