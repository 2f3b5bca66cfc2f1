"""The child process in which GDAL reads one file: run as a script, without imports from us.

It receives its task as JSON on standard input, and writes one line of JSON for each layer and
feature to the file named in the task. Its output is never executed: the parent checks every line.
Before GDAL starts, the process gives up network access where the system allows it, and limits its
own time and memory. `convoy_geo.io.read_ogr` starts it.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
import warnings
from pathlib import Path
from typing import IO, Any

NEW_USER, NEW_NET = 0x10000000, 0x40000000
"""Flags of Linux's unshare(2): a private network namespace without any connection."""
FRUITLESS = 10
"""Number of consecutive unreadable features after which the rest of a layer is skipped."""


def main() -> None:
    """Read the file named in the task on standard input."""
    task = json.load(sys.stdin)
    _confine(task)
    import pyogrio  # noqa: PLC0415

    others = set(pyogrio.list_drivers()) - {task["driver"]}
    if others:
        sys.exit(3)  # a driver could not be disabled: nothing is opened
    import pyogrio.raw  # noqa: PLC0415

    warnings.simplefilter("ignore")
    with Path(task["out"]).open("w", encoding="ascii") as out:
        for name, kind in pyogrio.list_layers(task["file"]):
            if kind is not None:
                _layer(pyogrio, task, str(name), out)
        _line(out, {"end": True})


def _confine(task: dict[str, Any]) -> None:
    """Give up network access, and limit time, memory and written data."""
    with contextlib.suppress(AttributeError, OSError):
        if hasattr(os, "unshare"):
            os.unshare(NEW_USER | NEW_NET)
        elif sys.platform == "linux":
            import ctypes  # noqa: PLC0415

            ctypes.CDLL(None).unshare(NEW_USER | NEW_NET)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415

        wanted = {
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_CPU: task["seconds"],
            resource.RLIMIT_AS: task["memory"],
            resource.RLIMIT_FSIZE: task["memory"],
        }
        for kind, most in wanted.items():
            _, hard = resource.getrlimit(kind)
            limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (limit, limit))


def _line(out: IO[str], value: dict[str, Any]) -> None:
    out.write(json.dumps(value, allow_nan=False) + "\n")


def _layer(pyogrio: Any, task: dict[str, Any], name: str, out: IO[str]) -> None:
    """All readable features of a layer, and the numbers of the unreadable ones."""
    info = pyogrio.read_info(task["file"], layer=name, force_feature_count=True)
    # the count reported by a driver may be wrong: never request more than the limit
    total = max(0, min(int(info["features"]), task["rows"] + 1))
    _line(out, {"layer": name, "crs": info["crs"], "count": total})
    at, size, bad = 0, total, 0
    while at < total:
        size = min(size, total - at)
        try:
            meta, _, shapes, columns = pyogrio.raw.read(
                task["file"], layer=name, skip_features=at, max_features=size, force_2d=True,
                datetime_as_string=True, encoding=task["encoding"] or None,
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001  (whatever a driver makes of a bad feature)
            if size > 1:
                size //= 2
                continue
            bad += 1
            words = " ".join(str(error).split())[:200]
            last = total if bad == FRUITLESS else at + 1
            _line(out, {"bad": at + 1, "last": last, "why": f"{type(error).__name__}: {words}"})
            if bad == FRUITLESS:
                return
            at += 1
            continue
        count = len(shapes) if shapes is not None else 0
        for number in range(count):
            _feature(task, out, at + number + 1, meta, shapes[number], [c[number] for c in columns])
        if count < size:
            _line(out, {"bad": at + count + 1, "last": total, "why": "the layer ends before"})
            return
        at, bad = at + count, 0
        size = total


def _feature(
    task: dict[str, Any], out: IO[str], number: int, meta: Any, shape: Any, values: list[Any]
) -> None:
    if shape is not None and len(shape) > task["shape_bytes"]:
        why = "more vertices than the limit vertices"
        _line(out, {"bad": number, "last": number, "why": why})
        return
    kinds = meta.get("ogr_types") or [""] * len(values)
    row = {
        str(name): _plain(value, str(kind))
        for name, kind, value in zip(meta["fields"], kinds, values, strict=True)
    }
    _line(out, {"number": number, "row": row, "shape": None if shape is None else shape.hex()})


def _plain(value: Any, kind: str) -> Any:
    """A value as JSON; None for images and other binary data."""
    if hasattr(value, "tolist"):  # NumPy's
        value = value.tolist()
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if "Integer" in kind and value.is_integer() else value
    if isinstance(value, list | tuple):
        return [_plain(one, "") for one in value]
    return value if isinstance(value, str | int | bool) else None


if __name__ == "__main__":
    main()
