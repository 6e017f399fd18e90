"""examples/packages does what its README says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from packages.projects import ok

EXAMPLE = Path(__file__).parents[2] / "examples" / "packages"
SCRIPT = """import wrt_micro
class Display:
    def show(self, celsius, percent):
        print("%d degrees, %d percent" % (celsius, percent))
app = wrt_micro.load("demo:station@0.1", {"demo:station/display@0.1.3": Display()})
print(app.observe(512, 450))
sensor = wrt_micro.load("demo:temperature/sensor")["demo:temperature/sensor@1"]
print(sensor.celsius(512))
for name in ("demo:kit", "demo:station@2", "demo:temperature/sensor@1.5.0"):
    try:
        wrt_micro.load(name)
    except wrt_micro.LinkError as error:
        print(error)
try:
    wrt_micro.load("demo:station", packages="nowhere")
except wrt_micro.LinkError as error:
    print(error)
"""


@pytest.fixture
def example(tmp_path) -> Path:
    folder = tmp_path / "packages"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("*.wrt", "*.sym"))
    return folder


def expected() -> str:
    text = (EXAMPLE / "README.md").read_text()
    block = text[text.index("It prints") :].splitlines()
    return "".join(f"{line[4:]}\n" for line in block if line.startswith("    "))


def test_package_example(example, micropython):
    ok("build", "--locked", "--project", example)
    ran = micropython.run(example / "host.py", [str(example / "station.wrt")], capture=True)
    assert (ran.stdout, ran.stderr) == (expected(), "")


def test_package_example_on_the_device(example, micropython, tmp_path, monkeypatch):
    """Each package is an image of its own, found by name and linked when it is loaded."""
    ok("install", tmp_path / "device" / "packages", "--project", example)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    monkeypatch.chdir(tmp_path / "device")
    ran = micropython.run(script, capture=True)
    there = "demo:calibration, demo:humidity, demo:station, demo:temperature"
    assert (ran.stdout.splitlines(), ran.stderr) == (
        [
            "24 degrees, 43 percent",
            "2",
            "24",
            f"no package demo:kit is installed; there are: {there}",
            "no version fits demo:station@2; installed of demo:station: 0.1.0",
            "no version fits demo:temperature/sensor@1.5.0; installed of demo:temperature: 1.0.0",
            "no packages are installed in: nowhere",
        ],
        "",
    )
