"""All functions, one line each."""

from __future__ import annotations

from gateway.functions.function import FunctionTable

FUNCTIONS = FunctionTable(())
