"""The rig of the directed tests."""

import pytest

from tests.gateway.live.rig import MakeRig, Rig


@pytest.fixture
def rig() -> MakeRig:
    """Makes a hand-driven core; the test of the mutants calls tests with one that lacks a mechanism."""
    return Rig
