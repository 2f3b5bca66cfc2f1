"""The result of reading another tool's file: features, and errors for those that are unusable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.io.limits import limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

    from convoy_geo.io.shapes import Shape

__all__ = ["Found", "FoundFile"]


@dataclass(frozen=True)
class Found:
    """A feature as read from a file.

    Parameters
    ----------
    where
        Such as ``feature 3``, for formats without lines; otherwise empty.
    line
        First line of the feature; 0 for formats without lines.
    layer
        The layer it names; empty in files that convoy_geo did not write.
    """

    where: str
    line: int
    layer: str
    properties: dict[str, Any] = field(default_factory=dict)
    geometry: BaseGeometry = None


@dataclass
class FoundFile:
    """The features of a file. A bad feature is reported, and the others are kept.

    Parameters
    ----------
    name
        Name of the file.
    features
        The usable features.
    faults
        An error for each unusable feature.
    repaired
        Features that were changed to make them usable, as errors.
    most
        Maximum number of features: the limit `rows`.
    """

    name: str
    features: list[Found] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    repaired: list[Fault] = field(default_factory=list)
    most: int = field(default_factory=lambda: limits().rows, repr=False)

    def refuse(
        self, problem: str, allowed: str, *, line: int = 0, column: str = "", text: str = ""
    ) -> NoReturn:
        """Raise an error for the whole file, or, inside `one`, for a single feature."""
        raise ExchangeFileError([Fault(self.name, line, column, text[:80], problem, allowed)])

    def one(self, read: Callable[[], Found | None], *, line: int = 0, where: str = "") -> None:
        """Add one feature, or record its error; `line` or `where` identifies it."""
        try:
            found = read()
        except ExchangeFileError as error:
            self.faults += error.faults
            return
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            problem = f"cannot be read ({type(error).__name__}: {str(error)[:80]})"
            self.faults.append(Fault(self.name, line, where, "", problem, "a whole feature"))
            return
        if found is not None:
            self.check_size(len(self.features) + 1)
            self.features.append(found)

    def shape(
        self, made: Callable[[], Shape], *, line: int, column: str, text: str, allowed: str
    ) -> BaseGeometry | None:
        """A geometry, None if it is empty; a repair is recorded.

        Raises
        ------
        ExchangeFileError
            If it is unusable.
        """
        from convoy_geo.io.shapes import BadShapeError  # noqa: PLC0415

        try:
            shape = made()
        except BadShapeError as error:
            self.refuse(str(error), allowed, line=line, column=column, text=text)
        if shape.repaired:
            problem = f"repaired: {shape.repaired}"
            self.repaired.append(Fault(self.name, line, column, "", problem, "a valid polygon"))
        return shape.geometry

    def check_size(self, rows: int) -> None:
        """Reject a file with too many rows.

        Raises
        ------
        ExchangeFileError
            If there are more rows than the limit.
        """
        if rows > self.most:
            self.refuse("more rows than the limit rows", f"at most {self.most:,}")
