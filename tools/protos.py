"""Everything done to the protos, offline: `python -m tools.protos gen | lint | breaking`.

protoc comes with grpcio-tools, buf with buf-bin. buf/validate/validate.proto is in no package that can be
installed, but the protovalidate wheel holds its descriptor, and both protoc and buf work with descriptors.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PROTOS = REPOSITORY / "protos"
GENERATED = PROTOS / "gen"
SCRIPTS = Path(sysconfig.get_path("scripts"))
SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


class ToolError(Exception):
    """A tool refused; the message is what it said."""


def validate_descriptor() -> bytes:
    """Return the FileDescriptorSet of buf/validate/validate.proto and what it imports."""
    from google.protobuf import descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2
    from protovalidate._gen.buf.validate import validate_pb

    result = descriptor_pb2.FileDescriptorSet()
    for module in (descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2):
        module.DESCRIPTOR.CopyToProto(result.file.add())
    result.file.add().ParseFromString(validate_pb.desc().proto.to_binary())
    return result.SerializeToString()


def proto_files(root: Path) -> list[str]:
    """Return the names of our proto files below `root`, in a stable order."""
    return sorted(str(path.relative_to(root)) for path in (root / "albertplus").rglob("*.proto"))


def run(command: Sequence[str | Path], cwd: Path) -> str:
    """Run a command and return its output; a failure is a ToolError with everything it said."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ToolError((done.stdout + done.stderr).strip())
    return done.stdout


def protoc(root: Path, names: Sequence[str], *options: str) -> None:
    """Run protoc on the named files below `root`."""
    with tempfile.TemporaryDirectory() as folder:
        descriptor = Path(folder) / "validate.binpb"
        descriptor.write_bytes(validate_descriptor())
        includes = ("--proto_path=.", f"--proto_path={SITE_PACKAGES}", f"--descriptor_set_in={descriptor}")
        run([sys.executable, "-m", "grpc_tools.protoc", *includes, *options, *names], cwd=root)


def generate(target: Path) -> None:
    """Generate the Python of all protos into `target`, which is replaced as a whole."""
    for package in ("albertplus", "buf"):
        shutil.rmtree(target / package, ignore_errors=True)
    target.mkdir(parents=True, exist_ok=True)
    names = proto_files(PROTOS)
    messages = (f"--python_out={target}", f"--pyi_out={target}")
    protoc(PROTOS, [*names, "buf/validate/validate.proto"], *messages)
    services = [name for name in names if "\nservice " in (PROTOS / name).read_text()]
    plugin = f"--plugin=protoc-gen-mypy_grpc={SCRIPTS / 'protoc-gen-mypy_grpc'}"
    protoc(PROTOS, services, plugin, f"--grpc_python_out={target}", f"--mypy_grpc_out=only_async:{target}")
    make_packages(target)


def make_packages(target: Path) -> None:
    """Make the generated folders packages whose types are used by type checkers."""
    for package in ("albertplus", "buf"):
        for folder in [target / package, *(target / package).rglob("*/")]:
            (folder / "__init__.py").touch()
        (target / package / "py.typed").touch()


def image(root: Path, target: Path) -> Path:
    """Compile the protos below `root` into a descriptor set with comments, the form buf reads offline."""
    protoc(
        root,
        proto_files(root),
        "--include_imports",
        "--include_source_info",
        f"--descriptor_set_out={target}",
    )
    return target


def buf(verb: str, *options: str | Path) -> str:
    """Run buf with the project's configuration on paths of our own."""
    config = (PROTOS / "buf.yaml").read_text()
    return run([SCRIPTS / "buf", verb, *options, "--config", config, "--path", "albertplus"], cwd=PROTOS)


def lint() -> None:
    """Check the protos against the rules of buf.yaml."""
    with tempfile.TemporaryDirectory() as folder:
        buf("lint", image(PROTOS, Path(folder) / "now.binpb"))


def breaking(against: str) -> None:
    """Check that clients of the protos in the commit `against` keep working with these."""
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before"
        extract(against, before)
        old = image(before / "protos", Path(folder) / "old.binpb")
        buf("breaking", image(PROTOS, Path(folder) / "now.binpb"), "--against", old)


def extract(commit: str, target: Path) -> None:
    """Write the protos of a commit below `target`."""
    command = ["git", "archive", "--format=tar", commit, "protos/albertplus"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=False)
    if done.returncode != 0:
        raise ToolError(done.stderr.decode().strip())
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(target, filter="data")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.protos", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("gen", help="generate protos/gen")
    commands.add_parser("lint", help="check style and comments")
    compare = commands.add_parser("breaking", help="check compatibility with a commit")
    compare.add_argument("--against", default="HEAD", metavar="COMMIT", help="default: HEAD, the last commit")
    options = parser.parse_args(arguments)
    actions: dict[str, Callable[[], None]] = {
        "gen": lambda: generate(GENERATED),
        "lint": lint,
        "breaking": lambda: breaking(options.against),
    }
    try:
        actions[options.command]()
    except ToolError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
