"""The lowest version of each library that the project says it works with: `make lowest`.

    python tests/lowest.py

prints one line per library, ``name==version``, as pip wants its constraints. The versions are those
of ``pyproject.toml``; a library without a lower bound there is an error.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
EXTRAS = ("osm", "fast", "parquet", "files", "static", "dask")
"""Extras that the core tests use, beside what every install has."""


def lowest_versions(text: str, extras: tuple[str, ...] = EXTRAS) -> dict[str, str]:
    """Name and lowest version of each library in the text of a ``pyproject.toml``.

    Raises
    ------
    ValueError
        If a library has no lower bound; the text names it.
    """
    project = tomllib.loads(text)["project"]
    declared = [*project["dependencies"]]
    for extra in extras:
        declared += project["optional-dependencies"][extra]
    lowest = {}
    for line in declared:
        name = re.match(r"[A-Za-z0-9._-]+", line)
        bound = re.search(r"(?:>=|==)\s*([\w.]+)", line.partition(";")[0])
        if name is None or bound is None:
            msg = f"{line!r} in pyproject.toml names no lowest version"
            raise ValueError(msg)
        lowest[name[0]] = bound[1]
    return lowest


if __name__ == "__main__":
    versions = lowest_versions(PYPROJECT.read_text(encoding="utf-8"))
    sys.stdout.writelines(f"{name}=={version}\n" for name, version in versions.items())
