"""The runtime around 32-bit machine code: the cases of tests/device and tests/component.

The runtime runs in CPython, guest code as machine code, so what is proved here is all that goes to
and fro between them: arguments, results, memory, fuel, host calls, nested calls and traps.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from component import test_run as components
from device import test_device as device
from emulated.engine import interpreter
from emulated.targets import TARGETS

component_images = components.images
device_images = device.images
DEVICE_MODULES = sorted({module for module, _ in device.BOTH})


def run(architecture: str, script: Path, *arguments: str) -> dict[str, str]:
    """Name of each case -> the traceback it ended with, or ""."""
    done = interpreter(architecture).run(script, arguments, timeout=300, capture=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(map(json.loads, done.stdout.splitlines()))


def check(outcomes: dict[str, str], names: set[str]) -> None:
    assert set(outcomes) == names
    failed = {name: text for name, text in outcomes.items() if text}
    assert not failed, "\n".join(failed.values())


@pytest.mark.parametrize("architecture", TARGETS)
@pytest.mark.parametrize("module", DEVICE_MODULES)
def test_device(device_images, module, architecture):
    script = device.FOLDER / "runner.py"
    outcomes = run(architecture, script, module, str(device_images), "interp")
    check(outcomes, {name for place, name in device.BOTH if place == module})


@pytest.mark.parametrize("architecture", TARGETS)
@pytest.mark.parametrize("module", components.MODULES)
def test_components(component_images, module, architecture):
    script = components.FOLDER / "run_cases.py"
    arguments = (str(components.FOLDER), module, str(component_images), "interp")
    outcomes = run(architecture, script, *arguments)
    check(outcomes, {name for place, name in components.CASES if place == module})
