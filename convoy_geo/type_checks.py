"""Check argument types of public functions, so that wrong types fail early with a clear message.

The types come from the function's own annotations. Runtime type checkers need every annotated class
imported; here a class is identified by its name, so that no heavy module is loaded.

>>> @checks_types
... def first_word(text: str) -> str:
...     return text.split()[0]
>>> first_word(5)
Traceback (most recent call last):
    ...
convoy_geo.errors.WrongTypeError: first_word(): `text` must be a text (str), not int
"""

from __future__ import annotations

import functools
import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from numbers import Integral, Real
from typing import Any, TypeVar

from convoy_geo.errors import wrong_type

__all__ = ["checks_methods", "checks_types"]

Wrapped = TypeVar("Wrapped", bound=Callable[..., Any])
Class = TypeVar("Class")

PLAIN: dict[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "a text (str)"),
    "bool": ((bool,), "True or False"),
    "int": ((Integral,), "a whole number"),
    "float": ((Real,), "a number"),
    "date": ((date,), "a date"),
    "Path": ((os.PathLike,), "a path"),
    "os.PathLike[str]": ((os.PathLike,), "a path"),
    "None": ((type(None),), "None"),
}
"""Annotations of a single value: the types they accept, and the phrase used in messages."""

GROUPS = re.compile(r"(Iterable|Sequence|Collection|Mapping|list|tuple)\[(.*)\]")
"""Annotations of several values."""

CLASSES = frozenset((
    "Axes", "BaseGeometry", "Case", "Claim", "DataFrame", "GeoDataFrame", "Interval", "Map",
    "Network", "RoadNetwork", "Route", "Router", "TravelMode",
))  # fmt: skip
"""Classes identified by name; a type that is in neither table is not checked."""


def checks_types(function: Wrapped, *, name: str = "") -> Wrapped:
    """Check the arguments of each call against the annotations.

    Parameters
    ----------
    function
        The function to wrap.
    name
        Name used in messages; by default the function's own name.

    Raises
    ------
    WrongTypeError
        On a call, for the first argument of the wrong type. A string where several values are
        expected is also wrong, since its letters would be taken as the values.
    """
    signature = inspect.signature(function)
    wanted = {
        argument: checks
        for argument, parameter in signature.parameters.items()
        if isinstance(parameter.annotation, str) and (checks := _checks(parameter.annotation))
    }

    called = name or function.__qualname__
    several = {
        name for name, one in signature.parameters.items()
        if one.kind is inspect.Parameter.VAR_POSITIONAL
    }  # fmt: skip

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError as error:  # too many, too few or unknown arguments
            msg = f"{called}(): {error}"
            raise TypeError(msg) from None
        for argument, values in given.items():
            checks = wanted.get(argument, ())
            for value in values if argument in several else (values,):
                if checks and not any(is_one(value) for is_one, _ in checks):
                    words = " or ".join(dict.fromkeys(words for _, words in checks))
                    raise wrong_type(value, called, argument, words)
        return function(*args, **kwargs)

    return checked  # type: ignore[return-value]


def checks_methods(owner: str) -> Callable[[type[Class]], type[Class]]:
    """Apply `checks_types` to the public methods that a class defines itself.

    Parameters
    ----------
    owner
        The class name that users know: for a base class, that of its subclass.
    """

    def check(cls: type[Class]) -> type[Class]:
        for name, method in list(vars(cls).items()):
            if inspect.isfunction(method) and not name.startswith("_"):
                setattr(cls, name, checks_types(method, name=f"{owner}.{name}"))
        return cls

    return check


def _checks(annotation: str) -> list[tuple[Callable[[Any], bool], str]]:
    """A check and its phrase for each type that an annotation allows; none if one is unknown."""
    found = []
    for one in _options(annotation):
        check = _check(one)
        if check is None:
            return []
        found.append(check)
    return found


def _options(annotation: str) -> list[str]:
    """The alternatives of an annotation: the parts between ``|`` outside brackets."""
    parts, depth = [""], 0
    for sign in annotation:
        depth += (sign == "[") - (sign == "]")
        if sign == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _check(one: str) -> tuple[Callable[[Any], bool], str] | None:
    if one in PLAIN:
        types, words = PLAIN[one]
        return lambda value: isinstance(value, types) and _is_meant(value, one), words
    if group := GROUPS.fullmatch(one):
        return _group_check(group[1], group[2])
    name = one.rpartition(".")[2]
    if name in CLASSES:
        words = f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
        return lambda value: any(one.__name__ == name for one in type(value).__mro__), words
    return None


def _is_meant(value: object, one: str) -> bool:
    """Whether a value is a real number; in Python, True equals 1."""
    return not (isinstance(value, bool) and one in {"int", "float"})


def _group_check(group: str, inside: str) -> tuple[Callable[[Any], bool], str]:
    if group == "Mapping":
        return lambda value: isinstance(value, Mapping), "a mapping (dict)"
    if group == "tuple" and "..." not in inside:
        size = len(inside.split(","))
        return lambda value: _is_several(value) and len(list(value)) == size, f"{size} values"
    return _is_several, "several values, such as a list"


def _is_several(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes)
