"""Fixtures shared by the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser import start_chromium
from hypothesis import HealthCheck, settings

from convoy_geo.case.case import read_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convoy_geo.case.case import Case

# a busy machine is no fault
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of browsers and of packaging are slow, so that `make quick` leaves them out."""
    for item in items:
        if item.get_closest_marker("browser") or item.get_closest_marker("packaging"):
            item.add_marker("slow")


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """One headless Chromium for a module of tests; see `browser.visit`."""
    yield from start_chromium()


@pytest.fixture(scope="session")
def case() -> Case:
    """The embedded case of 2017, read once."""
    return read_case()
