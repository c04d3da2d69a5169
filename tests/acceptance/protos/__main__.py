"""Generates the Python of the proto in this folder: `python -m tests.acceptance.protos [TARGET]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.protos import PROTOS, REPOSITORY, SCRIPTS, run

NAME = "tests/acceptance/protos/documents.proto"


def generate(target: Path) -> None:
    """Write the generated modules below `target`, as below the repository."""
    plugin = f"--plugin=protoc-gen-mypy_grpc={SCRIPTS / 'protoc-gen-mypy_grpc'}"
    outputs = [f"--{kind}={target}" for kind in ("python_out", "pyi_out", "grpc_python_out")]
    includes = [f"--proto_path={REPOSITORY}", f"--proto_path={PROTOS}"]
    more = [plugin, f"--mypy_grpc_out=only_async:{target}"]
    run([sys.executable, "-m", "grpc_tools.protoc", *includes, *more, *outputs, NAME], cwd=REPOSITORY)


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY)
