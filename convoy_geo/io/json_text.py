"""Parse JSON from files: nesting is limited, and each member of a list has its line number."""

from __future__ import annotations

import json
import re
from json.decoder import JSONDecodeError
from typing import Any

from convoy_geo.errors import ExchangeFileError, Fault
from convoy_geo.io.limits import limits

__all__ = ["end_of_members", "parse_json", "parse_members"]

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SPACE = re.compile(r"[ \t\r\n]*")


def _no_number(_: str) -> None:
    """Treat NaN and Infinity, which JSON does not have, as missing."""


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def parse_json(text: str, name: str) -> Any:
    """The value of a JSON text; NaN and Infinity become None.

    Parameters
    ----------
    text
        The text.
    name
        Name of the file in errors.

    Raises
    ------
    ExchangeFileError
        If it is malformed, nested too deeply, or contains a number with thousands of digits.
    """
    _check_nesting(text, name)
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise _broken(error, name) from error


def parse_members(text: str, name: str, list_key: str) -> tuple[Any, list[tuple[int, Any]] | None]:
    """A JSON text, and the members of one list of its root object, each with its line.

    Parameters
    ----------
    text, name
        As for `parse_json`.
    list_key
        Key of the list, such as ``features``.

    Returns
    -------
    tuple
        The root, with an empty list, and (line, member) for each member, or None if the root has no
        such list.

    Raises
    ------
    ExchangeFileError
        As `parse_json`, and if the root has the key twice: one list would be lost.
    """
    _check_nesting(text, name)
    try:
        return _members(text, name, list_key)
    except (ValueError, RecursionError, StopIteration) as error:
        if isinstance(error, ExchangeFileError):
            raise
        raise _broken(error, name) from error


def end_of_members(text: str, name: str, list_key: str) -> int:
    """Offset of the end of the list's last member, or just after its opening bracket.

    Parameters
    ----------
    text, name, list_key
        As for `parse_members`, which must have found the list.
    """
    ends: list[int] = []
    _members(text, name, list_key, ends)
    return ends[-1]


def _members(
    text: str, name: str, list_key: str, ends: list[int] | None = None
) -> tuple[Any, list[tuple[int, Any]] | None]:
    at = _skip(text, 0)
    if not text.startswith("{", at):
        return _DECODER.decode(text), None
    root: dict[str, Any] = {}
    members: list[tuple[int, Any]] | None = None
    at = _skip(text, at + 1)
    while not text.startswith("}", at):
        if root:
            at = _skip(text, _expect(text, at, ","))
        if not text.startswith('"', at):
            msg = "Expecting property name enclosed in double quotes"
            raise JSONDecodeError(msg, text, at)
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _expect(text, _skip(text, at), ":"))
        if key == list_key and key in root:
            line = text.count("\n", 0, at) + 1
            fault = Fault(name, line, key, "", f"a second member {key!r}", "each only once")
            raise ExchangeFileError([fault])
        if key == list_key and text.startswith("[", at):
            members, at = _list(text, at, name, ends)
            root[key] = []
        else:
            root[key], at = _value(text, at)
        at = _skip(text, at)
    if (end := _skip(text, at + 1)) < len(text):
        msg = "Extra data"
        raise JSONDecodeError(msg, text, end)
    return root, members


def _list(
    text: str, at: int, name: str, ends: list[int] | None = None
) -> tuple[list[tuple[int, Any]], int]:
    """The members of a list that starts at a bracket, and where it ends."""
    ends = [] if ends is None else ends
    ends.append(at + 1)
    found: list[tuple[int, Any]] = []
    line, counted, most = 1, 0, limits().rows
    at = _skip(text, at + 1)
    while not text.startswith("]", at):
        if found:
            at = _skip(text, _expect(text, at, ","))
        line, counted = line + text.count("\n", counted, at), at
        value, at = _value(text, at)
        ends[-1] = at
        found.append((line, value))
        if len(found) > most:
            fault = Fault(name, line, "", "", "more members than the limit rows", f"at most {most}")
            raise ExchangeFileError([fault])
        at = _skip(text, at)
    return found, at + 1


def _value(text: str, at: int) -> tuple[Any, int]:
    if at >= len(text):
        msg = "Expecting value"
        raise JSONDecodeError(msg, text, at)
    return _DECODER.raw_decode(text, at)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _expect(text: str, at: int, mark: str) -> int:
    if not text.startswith(mark, at):
        msg = f"Expecting {mark!r} delimiter"
        raise JSONDecodeError(msg, text, at)
    return at + 1


def _check_nesting(text: str, name: str) -> None:
    """Reject text whose brackets are nested too deeply."""
    most = limits().nesting
    brackets = _STRING.sub(b"", text.encode(errors="replace")).translate(None, _NOT_BRACKETS)
    for _ in range(most):
        if not brackets:
            return
        fewer = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if len(fewer) == len(brackets):
            # Unclosed brackets are reported by the decoder, unless they are nested too deeply.
            if len(brackets) <= most:
                return
            break
        brackets = fewer
    if brackets:
        problem = f"brackets in each other, over {most} deep (limit nesting)"
        raise ExchangeFileError([Fault(name, 0, "", "", problem, "JSON of fewer levels")])


def _broken(error: Exception, name: str) -> ExchangeFileError:
    if isinstance(error, JSONDecodeError):
        where = str(error.colno)
        fault = Fault(name, error.lineno, where, "", f"broken JSON: {error.msg}", "JSON")
    else:
        words = "nested too deep" if isinstance(error, RecursionError) else str(error)[:80]
        fault = Fault(name, 0, "", "", f"JSON that cannot be read: {words}", "JSON")
    return ExchangeFileError([fault])
