"""The errors of convoy_geo: one tree, each also the built-in a caller would expect.

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
    """Anything that convoy_geo raises on purpose."""


@shown
@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in a data file, and where.

    Parameters
    ----------
    file
        Path of the file, relative to the folder that was read.
    line
        1-based line in the file; 0 when the whole file is meant.
    column
        Name of the column or property, after the feature where lines do not tell it
        (``feature 3, geometry``); empty when the whole line is meant.
    text
        The offending text as it stands in the file.
    problem
        What is wrong, in a few words.
    allowed
        What would be right.
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
    """The end of a message that offers the nearest known names; empty if there are none.

    Examples
    --------
    >>> did_you_mean(["Sukhna", "Sakhnin"])
    '; did you mean Sukhna, Sakhnin?'
    """
    return f"; did you mean {', '.join(names)}?" if names else ""


class PlaceNotFoundError(ConvoyGeoError, LookupError):
    """No place has this name; `suggestions` holds the nearest names."""

    def __init__(self, query: str, suggestions: Sequence[str] = ()) -> None:
        self.query = query
        self.suggestions = tuple(suggestions)
        super().__init__(f"no place is named {query!r}{did_you_mean(self.suggestions)}")


class AmbiguousPlaceError(ConvoyGeoError, LookupError):
    """Several places have this name; `candidates` holds them all."""

    def __init__(self, query: str, candidates: Sequence[object], labels: Sequence[str]) -> None:
        self.query = query
        self.candidates = tuple(candidates)
        super().__init__(
            f"{query!r} names {len(self.candidates)} places: {'; '.join(labels)}. "
            "Ask by id, or by a fuller name"
        )


class ClaimNotFoundError(ConvoyGeoError, LookupError):
    """No claim has this id."""


class UnknownIdError(ConvoyGeoError, KeyError):
    """A table of a case has no such id.

    Parameters
    ----------
    table
        Such as ``places``.
    key
        What was asked for.
    near
        Ids that are like it.
    """

    def __init__(self, table: str, key: object, near: Sequence[str] = ()) -> None:
        self.table, self.key, self.near = table, key, tuple(near)
        super().__init__(f"{table} have no id {key!r}{did_you_mean(self.near)}")

    def __str__(self) -> str:  # KeyError shows the repr of its text
        return str(self.args[0])


class InconsistentChoiceError(ConvoyGeoError, ValueError):
    """The claims that are believed cannot all be true."""


class ReportedRouteNotFoundError(ConvoyGeoError, LookupError):
    """No reported route has this id."""


class ReportTextsNotFoundError(ConvoyGeoError, FileNotFoundError):
    """No folder with the texts of reports is there."""


class ClosureNotFoundError(ConvoyGeoError, LookupError):
    """No closure has this id."""


class CaseNotFoundError(ConvoyGeoError, FileNotFoundError):
    """No case has this name, and no folder with a case.toml is there."""


class GeodataNotFoundError(ConvoyGeoError, FileNotFoundError):
    """The geodata folder, or a file in it, is not where it should be."""


class CaseFileError(ConvoyGeoError, ValueError):
    """Files of a case hold faults; `faults` lists every one of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = "\n  ".join(str(fault) for fault in self.faults)
        noun = "fault" if len(self.faults) == 1 else "faults"
        super().__init__(f"{len(self.faults)} {noun}:\n  {lines}")


class ExchangeFileError(CaseFileError):
    """A file to be read in holds faults; `faults` lists them, with the feature and the field."""


class UnknownFormatError(ConvoyGeoError, ValueError):
    """No format has the suffix of this file's name."""


class CoordinatesError(ConvoyGeoError, ValueError):
    """Coordinates are no degrees of longitude and latitude."""


class GazetteerFileError(ConvoyGeoError, ValueError):
    """A gazetteer or a table of names holds faults; `faults` lists every one of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n  ".join(str(fault) for fault in self.faults))


class DateError(ConvoyGeoError, ValueError):
    """A text is not a date: neither EDTF of level 0 or 1, nor words that are understood."""


class RelativePlaceError(ConvoyGeoError, ValueError):
    """A place that is told in relation to others cannot be read or made."""


class TextFileError(ConvoyGeoError, ValueError):
    """A file is not the text that it should be; the message names the file and the byte."""


class RoadDataError(ConvoyGeoError, ValueError):
    """A road network's files or frames do not fit together."""


class EdgeNotFoundError(ConvoyGeoError, LookupError):
    """No edge of the road network has this id."""


class NoRouteError(ConvoyGeoError, LookupError):
    """No way leads from one place to the other, closures counted."""


class ModeNotFoundError(ConvoyGeoError, LookupError):
    """No means of travel has this name."""


class MissingCrsError(ConvoyGeoError, ValueError):
    """A frame has no CRS; say which with ``frame.set_crs(...)``."""


class TilesNotFoundError(ConvoyGeoError, LookupError):
    """No provider of online tiles has this name, or it wants a key."""


class UnsupportedMapElementError(ConvoyGeoError, TypeError):
    """A map holds an element that the page cannot draw safely; `name` says which."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        super().__init__(f"cannot export {name}: {why}")


class PageAssetError(ConvoyGeoError, RuntimeError):
    """The installed Leaflet is missing, or is not the one that the page was made with."""


class OutputFileError(ConvoyGeoError, OSError):
    """A file could not be written; what stood there before is untouched."""


class FolderInUseError(ConvoyGeoError, FileExistsError):
    """A folder that was to be made is there already and holds something."""


class ArchiveError(ConvoyGeoError, ValueError):
    """An archive cannot be read, or the folder for its mentions holds something else."""


class MissingExtraError(ConvoyGeoError, ImportError):
    """An optional part is not installed; the message names the command that installs it."""

    def __init__(self, what: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f"{what} needs: pip install 'convoy_geo[{extra}]'")


class WrongTypeError(ConvoyGeoError, TypeError):
    """An argument has a type that a function cannot use; the text names the types it can use."""


def wrong_type(value: object, function: str, name: str, words: str) -> WrongTypeError:
    """The error that a parameter of a function must be of other types, which `words` name."""
    return WrongTypeError(f"{function}(): `{name}` must be {words}, not {type(value).__name__}")
