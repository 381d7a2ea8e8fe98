from __future__ import annotations

import pytest

from tests.reports.world import open_world


@pytest.fixture(scope="module")
def world():
    with open_world() as store:
        yield store
