"""More functions than the gateway's own, named in a setting: what tests mount. A default run has none."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from gateway.functions.function import Function


@dataclass(frozen=True)
class Extension:
    """Functions, and the RPCs they call beside those of the three services."""

    functions: tuple[Function, ...] = ()
    rpc_services: tuple[str, ...] = ()
    """Full names of proto services whose modules are imported."""


NOTHING = Extension()


def load_extension(place: str) -> Extension:
    """The extension at ``package.module:attribute``; an empty one for an empty text.

    Raises ValueError, ImportError or AttributeError when there is none.
    """
    if not place:
        return NOTHING
    module, colon, attribute = place.partition(":")
    found = getattr(importlib.import_module(module), attribute) if colon else None
    if not isinstance(found, Extension):
        raise ValueError(f"{place!r} is not package.module:attribute of an extension")
    return found
