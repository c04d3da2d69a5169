"""One rig per test."""

import pytest

from tests.gateway.convex.rig import Rig


@pytest.fixture
def rig() -> Rig:
    """A gateway without sockets."""
    return Rig()
