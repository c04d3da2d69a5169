"""What we are built of: `make audit` asks whether any of it has a known weakness, `make sbom` lists it.

The list is made of the lock files alone, without a network. The audit asks vulnerability services; where
these cannot be reached it fails and says so, since "not asked" is not "nothing found".
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.bootstrap import ROOT, find_uv

PACKAGES = ROOT / "sdk" / "typescript"
SBOM = ROOT / "build"
FOUND, NOT_ASKED = 1, 2
_UNREACHED = (
    *("dns error", "client error", "error sending request", "timed out", "audit endpoint returned an error"),
    *("ENOTFOUND", "EAI_AGAIN", "ECONN"),
)


def audit() -> int:
    """0: nothing is known against any package. 1: something is. 2: nobody could be asked."""
    commands = {"uv.lock": (_uv("audit", "--frozen"), ROOT), "package-lock.json": (_npm("audit"), PACKAGES)}
    return max(_audited(name, command, folder) for name, (command, folder) in commands.items())


def sbom(folder: Path = SBOM) -> int:
    """Writes a CycloneDX file for Python and one for the TypeScript package into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    python = _uv("export", "--frozen", "--no-dev", "--format", "cyclonedx1.5")
    npm = _npm("sbom", "--sbom-format", "cyclonedx", "--package-lock-only")
    for name, command, place in (("python", python, ROOT), ("typescript", npm, PACKAGES)):
        done = _run(command, place)
        if done.returncode != 0:
            print(f"sbom: {name}: {done.stderr.strip()}", file=sys.stderr)
            return 1
        listed: dict[str, Any] = json.loads(done.stdout)
        file = folder / f"sbom-{name}.cdx.json"
        file.write_text(json.dumps(listed, indent=1) + "\n")
        print(f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}: {_count(listed)} packages")
    return 0


def verdict(name: str, code: int, said: str) -> tuple[int, str]:
    """What an audit came to: its end code, and what to tell people."""
    if code == 0 and not any(word in said for word in _UNREACHED):
        return 0, f"audit: {name}: nothing is known against its packages"
    if any(word in said for word in _UNREACHED) or not said.strip():
        return NOT_ASKED, f"audit: {name}: NOT AUDITED, the vulnerability service cannot be reached from here"
    return FOUND, f"audit: {name}:\n{said.strip()}"


def _audited(name: str, command: Sequence[str], folder: Path) -> int:
    done = _run(command, folder)
    code, message = verdict(name, done.returncode, done.stdout + done.stderr)
    print(message, file=sys.stdout if code == 0 else sys.stderr)
    return code


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment: Mapping[str, str] = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    try:
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, NOT_ASKED, "", f"timed out or missing: {error}")


def _uv(*words: str) -> list[str]:
    return [find_uv() or "uv", *words]


def _npm(*words: str) -> list[str]:
    return [shutil.which("npm") or "npm", *words]


def _count(listed: Mapping[str, Any]) -> int:
    return len(listed.get("components", ()))


if __name__ == "__main__":
    sys.exit({"audit": audit, "sbom": sbom}[sys.argv[1]]())
