"""The runtime on MicroPython's WebAssembly port: 32-bit words, another compiler, no native code.

It needs Node.js, and the port from npm, which npm fetches once into .cache.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from conformance import suites
from conformance.test_scripts import check
from emulated.test_scripts import BRIEF
from wrt_preflight.micropython import MicroPython, probe
from wrt_preflight.wast import Target, run_wast

PACKAGE = "@micropython/micropython-webassembly-pyscript"
VERSION = "1.28.0-6"
CACHE = Path(__file__).resolve().parents[2] / ".cache" / f"npm-micropython-{VERSION}"
SCRIPT = Path(__file__).with_name("webassembly_port.mjs")


def package() -> Path:
    """The folder of the npm package; skips where it cannot be had."""
    folder = CACHE / "node_modules" / PACKAGE
    if folder.is_dir():
        return folder
    npm = shutil.which("npm")
    if not npm:
        pytest.skip(f"{PACKAGE} is not in {CACHE}, and npm is not here to fetch it")
    CACHE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE.parent) as scratch:
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", scratch]
        try:
            done = subprocess.run(
                [*command, f"{PACKAGE}@{VERSION}"], capture_output=True, text=True, timeout=60
            )
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm did not fetch {PACKAGE} within a minute")
        if done.returncode:
            pytest.skip(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-200:]}")
        made = Path(scratch) / "made"
        made.mkdir()
        (Path(scratch) / "node_modules").rename(made / "node_modules")
        try:
            made.rename(CACHE)  # whole or not at all: other processes may be at it too
        except OSError:
            assert folder.is_dir()
    return folder


@pytest.fixture(scope="session")
def port() -> MicroPython:
    node = shutil.which("node")
    if not node:
        pytest.skip("Node.js is not here: it runs MicroPython's WebAssembly port")
    return probe((node, str(SCRIPT), str(package())))


def test_it_is_another_kind_of_micropython(port):
    assert port.name == "micropython"
    assert not port.wide
    assert port.interpreter is None


@pytest.mark.conformance
@pytest.mark.parametrize("path", BRIEF, ids=suites.name_of)
def test_script(port, path, pytestconfig, record_property):
    target = Target(port, "portable", features=suites.features_of(path))
    (result,) = run_wast([path], target, cache=pytestconfig.cache.mkdir("wast"))
    check(suites.name_of(path), path, "portable (WebAssembly port)", result, record_property)
