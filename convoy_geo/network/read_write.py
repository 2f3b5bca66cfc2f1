"""Read and write road networks; the content of a file or folder determines its type."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convoy_geo.errors import RoadDataError
from convoy_geo.graph.cch import KEPT_AS
from convoy_geo.io.sniff import regular_fault
from convoy_geo.network.from_osm import network_from_osm
from convoy_geo.network.from_tables import SETTINGS, network_from_folder
from convoy_geo.network.store import node_ordering, open_network, save_network, save_order
from convoy_geo.type_checks import checks_types

if TYPE_CHECKING:
    import os

    from convoy_geo.network.network import RoadNetwork

__all__ = ["read_network", "write_network"]

ZIP = b"PK\x03\x04"
OSM = (b"OSMHeader", b"<osm", b"<osmChange", b"BZh", b"\x1f\x8b")
"""Byte sequences near the start of OpenStreetMap files: PBF, XML, and both compressions."""
OPL = (b"n", b"w", b"r", b"c")
"""First characters of a line in the text format OPL, before digits."""


@checks_types
def read_network(path: str | os.PathLike[str]) -> RoadNetwork:
    """Read a network from a folder of tables, a stored file, or an OpenStreetMap extract.

    Parameters
    ----------
    path
        A folder with network.toml, nodes.csv and edges.csv; a file written by `write_network`; or
        an OpenStreetMap file (extra ``osm``). The content decides, not the name.

    Raises
    ------
    RoadDataError
        If it is none of these, or is damaged.
    CaseFileError
        If a folder's tables have validation errors; all of them are listed.

    Examples
    --------
    >>> from convoy_geo.io.files import geodata
    >>> read_network(geodata("roads", "syria-iraq-2017")).node_count
    200
    """
    file = Path(path)
    if file.is_dir():
        return network_from_folder(file)
    fault = regular_fault(path, str(path), large=True)
    if fault and file.exists():
        msg = f"{str(path)!r} is {fault.problem}"
        raise RoadDataError(msg)
    try:
        with file.open("rb") as stream:
            start = stream.read(400)
    except FileNotFoundError:
        msg = f"file or folder not found: {str(path)!r}"
        raise RoadDataError(msg) from None
    except OSError as error:
        msg = f"{str(path)!r} cannot be read: {error.strerror or error}"
        raise RoadDataError(msg) from error
    if start.startswith(ZIP):
        return open_network(file)
    if any(mark in start for mark in OSM) or (start[:1] in OPL and start[1:2].isdigit()):
        return network_from_osm(file)
    msg = (
        f"{str(path)!r} is not a stored road network (or is truncated), not a folder with "
        f"{SETTINGS}, and not OpenStreetMap data"
    )
    raise RoadDataError(msg)


@checks_types
def write_network(
    network: RoadNetwork, path: str | os.PathLike[str], *, order: bool = False
) -> None:
    """Write a network to one file, which `read_network` opens quickly.

    Parameters
    ----------
    network
        Any network. Columns of its tables must contain numbers, booleans or texts.
    path
        The file, preferably with the suffix ``.roads``; an existing file is replaced.
    order
        Whether to store the node ordering of the fast engine too, so that it need not be
        recomputed.

    Raises
    ------
    RoadDataError
        If a column or a name cannot be stored; the message identifies it.
    OutputFileError
        If the file cannot be written.
    """
    save_network(network, path)
    if order:
        save_order(path, *KEPT_AS, node_ordering(network).to_bytes())
