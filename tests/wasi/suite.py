"""The official test suite of WASI: its tests, and how one is run.

https://github.com/WebAssembly/wasi-testsuite, branch prod/testsuite-all, has the binaries.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(os.environ.get("WRT_WASI_TESTSUITE", ""), "tests")


def tests() -> list[Path]:
    """The binaries for WASI 0.1 and 0.3, if the suite is here."""
    if not os.environ.get("WRT_WASI_TESTSUITE"):
        return []
    return sorted(FOLDER.glob("*/testsuite/wasm32-wasip[13]/*.wasm"))


def name_of(path: Path) -> str:
    return f"{path.parts[-4]}/{path.parent.name[-6:]}/{path.stem}"


def run(path: Path, folder: Path) -> str:
    """Run a test with its directories copied to a folder: "", or what was wrong."""
    spec = {}
    if path.with_suffix(".json").exists():
        spec = json.loads(path.with_suffix(".json").read_text())
    steps = spec.get("operations") or [{"type": "run"}, {"type": "wait"}]
    first = spec | steps[0]
    command = [sys.executable, "-m", "wrt_preflight.cli", "run", str(path)]
    for name in first.get("dirs", ()):
        name = name if isinstance(name, str) else name[0]
        if path.with_name(name).exists():
            shutil.copytree(path.with_name(name), folder / name, symlinks=True)
        (folder / name).mkdir(exist_ok=True)
        command += ["--dir", f"{folder / name}::{name}"]
    if "root" in first:
        shutil.copytree(path.with_name(first["root"]), folder / "root", symlinks=True)
        command += ["--dir", f"{folder / 'root'}::/"]
    for name, value in first.get("env", {}).items():
        command += ["--env", f"{name}={value}"]
    command += ["--", *first.get("args", ())]
    wanted = {"stdout": first.get("stdout"), "stderr": first.get("stderr")}
    code = first.get("exit_code", 0)
    text = ""
    for step in steps[1:]:
        if step["type"] == "write":
            text += step["payload"]
        elif step["type"] == "read":
            wanted[step.get("id", "stdout")] = step["payload"]
        elif step["type"] == "wait":
            code = step.get("exit_code", code)
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)
    found = {"stdout": done.stdout, "stderr": done.stderr}
    wrong = [
        f"{stream} is {found[stream]!r}, expected {text!r}"
        for stream, text in wanted.items()
        if text is not None and found[stream] != text
    ]
    if done.returncode != code:
        wrong.append(f"status {done.returncode}, expected {code}: {done.stderr[:300]}")
    return "; ".join(wrong)
