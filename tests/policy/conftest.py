from tests.gateway.conftest import databases, rig

__all__ = ["databases", "rig"]
