"""The errors of convoy_geo: one hierarchy, in which each error is also a fitting built-in.

>>> from convoy_geo.errors import PlaceNotFoundError
>>> issubclass(PlaceNotFoundError, LookupError)
True
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.display import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "AmbiguousPlaceError",
    "ArchiveError",
    "CaseFileError",
    "CaseNotFoundError",
    "ClaimNotFoundError",
    "ClosureNotFoundError",
    "ConvoyGeoError",
    "CoordinatesError",
    "DateError",
    "EdgeNotFoundError",
    "ExchangeFileError",
    "Fault",
    "FolderInUseError",
    "GazetteerFileError",
    "GeodataNotFoundError",
    "InconsistentChoiceError",
    "MissingCrsError",
    "MissingExtraError",
    "ModeNotFoundError",
    "NoRouteError",
    "OutputFileError",
    "PageAssetError",
    "PlaceNotFoundError",
    "RelativePlaceError",
    "ReportTextsNotFoundError",
    "ReportedRouteNotFoundError",
    "RoadDataError",
    "TextFileError",
    "TilesNotFoundError",
    "UnknownFormatError",
    "UnknownIdError",
    "UnsupportedMapElementError",
    "WrongTypeError",
]


class ConvoyGeoError(Exception):
    """Base class of all errors that convoy_geo raises on purpose."""


@shown
@dataclass(frozen=True, order=True)
class Fault:
    """One validation error in a data file, with its location.

    Parameters
    ----------
    file
        Path of the file, relative to the folder that was read.
    line
        1-based line in the file; 0 if the error concerns the whole file.
    column
        Name of the column or property, preceded by the feature where line numbers do not identify
        it (``feature 3, geometry``); empty if the error concerns the whole line.
    text
        The offending text, exactly as in the file.
    problem
        What is wrong, in a few words.
    allowed
        What would be valid.
    """

    file: str
    line: int
    column: str
    text: str
    problem: str
    allowed: str

    def __str__(self) -> str:
        where = self.file + (f":{self.line}" if self.line else "")
        if self.column:
            where += f", {self.column}" if " " in self.column else f", column {self.column}"
        shown = f" {self.text!r}" if self.text else ""
        end = f"; allowed: {self.allowed}" if self.allowed else ""
        return f"{where}: {self.problem}{shown}{end}"


def did_you_mean(names: Sequence[str]) -> str:
    """The end of a message that suggests the nearest known names; empty if there are none.

    Examples
    --------
    >>> did_you_mean(["Sukhna", "Sakhnin"])
    '; did you mean Sukhna, Sakhnin?'
    """
    return f"; did you mean {', '.join(names)}?" if names else ""


class PlaceNotFoundError(ConvoyGeoError, LookupError):
    """No place has this name; `suggestions` lists the most similar names."""

    def __init__(self, query: str, suggestions: Sequence[str] = ()) -> None:
        self.query = query
        self.suggestions = tuple(suggestions)
        super().__init__(f"no place is named {query!r}{did_you_mean(self.suggestions)}")


class AmbiguousPlaceError(ConvoyGeoError, LookupError):
    """Several places have this name; `candidates` lists them all."""

    def __init__(self, query: str, candidates: Sequence[object], labels: Sequence[str]) -> None:
        self.query = query
        self.candidates = tuple(candidates)
        super().__init__(
            f"{query!r} names {len(self.candidates)} places: {'; '.join(labels)}. "
            "Use an id or a fuller name"
        )


class ClaimNotFoundError(ConvoyGeoError, LookupError):
    """No claim has this id."""


class UnknownIdError(ConvoyGeoError, KeyError):
    """A table of a case has no such id.

    Parameters
    ----------
    table
        Name of the table, such as ``places``.
    key
        The id that was not found.
    near
        Similar ids.
    """

    def __init__(self, table: str, key: object, near: Sequence[str] = ()) -> None:
        self.table, self.key, self.near = table, key, tuple(near)
        super().__init__(f"{table} have no id {key!r}{did_you_mean(self.near)}")

    def __str__(self) -> str:  # KeyError shows the repr of its message
        return str(self.args[0])


class InconsistentChoiceError(ConvoyGeoError, ValueError):
    """The claims assumed to be true cannot all be true."""


class ReportedRouteNotFoundError(ConvoyGeoError, LookupError):
    """No reported route has this id."""


class ReportTextsNotFoundError(ConvoyGeoError, FileNotFoundError):
    """The folder with the texts of reports does not exist."""


class ClosureNotFoundError(ConvoyGeoError, LookupError):
    """No closure has this id."""


class CaseNotFoundError(ConvoyGeoError, FileNotFoundError):
    """No case has this name, and there is no such folder with a case.toml."""


class GeodataNotFoundError(ConvoyGeoError, FileNotFoundError):
    """The geodata folder, or a file in it, is missing."""


class CaseFileError(ConvoyGeoError, ValueError):
    """Files of a case have validation errors; `faults` lists all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = "\n  ".join(str(fault) for fault in self.faults)
        noun = "fault" if len(self.faults) == 1 else "faults"
        super().__init__(f"{len(self.faults)} {noun}:\n  {lines}")


class ExchangeFileError(CaseFileError):
    """An imported file has validation errors; `faults` lists them by feature and field."""


class UnknownFormatError(ConvoyGeoError, ValueError):
    """No known format uses this file name suffix."""


class CoordinatesError(ConvoyGeoError, ValueError):
    """Coordinates are not valid degrees of longitude and latitude."""


class GazetteerFileError(ConvoyGeoError, ValueError):
    """A gazetteer or a table of names has validation errors; `faults` lists all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n  ".join(str(fault) for fault in self.faults))


class DateError(ConvoyGeoError, ValueError):
    """A text is not a date: neither EDTF level 0 or 1, nor a phrase that can be interpreted."""


class RelativePlaceError(ConvoyGeoError, ValueError):
    """A relative place ("20 km north of ...") cannot be read or constructed."""


class TextFileError(ConvoyGeoError, ValueError):
    """A file is not valid text; the message names the file and the byte."""


class RoadDataError(ConvoyGeoError, ValueError):
    """The files or frames of a road network are inconsistent."""


class EdgeNotFoundError(ConvoyGeoError, LookupError):
    """No edge of the road network has this id."""


class NoRouteError(ConvoyGeoError, LookupError):
    """No route connects the two places under the given closures."""


class ModeNotFoundError(ConvoyGeoError, LookupError):
    """No travel mode has this name."""


class MissingCrsError(ConvoyGeoError, ValueError):
    """A frame has no CRS; set one with ``frame.set_crs(...)``."""


class TilesNotFoundError(ConvoyGeoError, LookupError):
    """No provider of online tiles has this name, or the provider requires a key."""


class UnsupportedMapElementError(ConvoyGeoError, TypeError):
    """A map contains an element that the page cannot draw safely; `name` identifies it."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        super().__init__(f"cannot export {name}: {why}")


class PageAssetError(ConvoyGeoError, RuntimeError):
    """The installed Leaflet is missing or is not the expected version."""


class OutputFileError(ConvoyGeoError, OSError):
    """A file could not be written; its previous content is unchanged."""


class FolderInUseError(ConvoyGeoError, FileExistsError):
    """A folder to be created already exists and is not empty."""


class ArchiveError(ConvoyGeoError, ValueError):
    """An archive cannot be read, or its output folder contains other files."""


class MissingExtraError(ConvoyGeoError, ImportError):
    """An optional dependency is not installed; the message gives the command to install it."""

    def __init__(self, what: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f"{what} needs: pip install 'convoy_geo[{extra}]'")


class WrongTypeError(ConvoyGeoError, TypeError):
    """An argument has an unsupported type; the message lists the supported types."""


def wrong_type(value: object, function: str, name: str, words: str) -> WrongTypeError:
    """The error for an argument of the wrong type; `words` names the supported types."""
    return WrongTypeError(f"{function}(): `{name}` must be {words}, not {type(value).__name__}")
