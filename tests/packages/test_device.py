"""Packages and versions on the device: the same scripts under MicroPython and under CPython."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from component_text import component
from packages import composed, programs
from packages.projects import ok
from wrt_micro.version import fits
from wrt_preflight.compose import compose
from wrt_preflight.names import Version, parse_interface, satisfies

HERE = Path(__file__).parent


@pytest.fixture(params=["micropython", "cpython"])
def run(request, tmp_path):
    """Runs a script; its lines. What goes wrong is among them."""

    def script(text: str) -> list[str]:
        path = tmp_path / "script.py"
        path.write_text(text)
        if request.param == "cpython":
            done = subprocess.run([sys.executable, path], capture_output=True, text=True)
        else:
            done = request.getfixturevalue("micropython").run(path, capture=True)
        return (done.stdout + done.stderr).splitlines()

    return script


def test_package_versions(run):
    assert run((HERE / "device_versions.py").read_text()) == ["done"]


@given(st.tuples(*[st.integers(0, 3)] * 3), st.tuples(*[st.integers(0, 3)] * 3))
def test_package_versions_fit_as_on_the_host(a, b):
    provided, wanted = str(Version(*a)), str(Version(*b))
    names = [parse_interface(f"a:b/c@{version}") for version in (provided, wanted)]
    assert fits(provided, wanted) is satisfies(*names)


def image(folder: Path, name: str, text: str) -> Path:
    """Writes the image of a component."""
    (folder / f"{name}.wasm").write_bytes(component(text))
    ok("build", folder / f"{name}.wasm", "--feature", "nested-names")
    return folder / f"{name}.wrt"


def test_package_imports_by_version(run, tmp_path):
    """What is given to load() under a compatible version is found, and nothing else is."""
    path = image(tmp_path, "kit", programs.kit())  # wants demo:log/log@0.1.0
    lines = run(f"""
import wrt_micro
def given(*names):
    def log(name):
        return {{"line": lambda n: print(name, n)}}
    try:
        app = wrt_micro.load({str(path)!r}, {{name: log(name) for name in names}})
        app["demo:kit/counting@1.2.3"].counter(1)
    except wrt_micro.LinkError as error:
        print(error)
given("demo:log/log@0.1.0", "demo:log/log@0.1.5")
given("demo:log/log@0.1.3", "demo:log/log@0.1.20", "demo:log/log@0.2.0", "log")
given("demo:log/log@0.1")
given("demo:log/log", "demo:log/log@0.2.0")
given("demo:log/log@0.2.0")
given("demo:other/log@0.1.0")
""")
    missing = "imports that nobody provides: demo:log/log@0.1.0#line"
    assert lines == [
        "demo:log/log@0.1.0 1",
        "demo:log/log@0.1.20 1",
        "demo:log/log@0.1 1",
        "demo:log/log 1",
        missing,
        missing,
    ]


def test_package_exports_by_version(run, tmp_path):
    path = image(tmp_path, "kit", programs.kit())
    lines = run(f"""
import wrt_micro
app = wrt_micro.load({str(path)!r}, {{"log": {{"line": lambda n: None}}}})
for name in ("demo:kit/counting@1.2.3", "demo:kit/counting@1", "demo:kit/counting@1.2.0",
             "demo:kit/counting", "demo:kit/counting@1.3.0", "demo:kit/counting@2"):
    try:
        print(app[name].counter(4).get())
    except KeyError as error:
        print(error)
""")
    assert lines[:4] == ["5"] * 4
    for line, version in zip(lines[4:], ("1.3.0", "2"), strict=True):
        assert f"no export is named 'demo:kit/counting@{version}'" in line


def installed(folder: Path, **texts: str) -> None:
    """Writes a folder of packages, one image for each: name_version -> text."""
    folder.mkdir()
    index: dict[str, dict] = {}
    for key, text in texts.items():
        name, version = key.split("_")
        made = folder / key
        made.mkdir()
        (made / "part.wasm").write_bytes(component(text))
        (made / "wrt-micro.toml").write_text(
            f'[package]\nname = "demo:{name}"\nversion = "{version.replace("x", ".")}"\n'
            'component = "part.wasm"\n'
        )
        ok("install", folder, "--project", made)
        index = json.loads((folder / "index.json").read_text())
    assert sum(map(len, index.values())) == len(texts)


def test_package_resources_pass_between_packages(run, tmp_path):
    """app wants a counter of kit: another image, whose objects it holds, lends and drops."""
    folder = tmp_path / "packages"
    installed(
        folder,
        kit_1x0x0=programs.kit("1.0.0", 10),
        kit_1x5x0=programs.kit("1.5.0", 50),
        kit_2x0x0=programs.kit("2.0.0", 90),
        app_1x0x0=programs.app("1.2.0"),
    )
    lines = run(f"""
import wrt_micro
log = {{"line": lambda n: print("log", n), "other": print}}
app = wrt_micro.load("demo:app", {{"log": log}}, packages={str(folder)!r})
print(app.run(7))
counter = app["demo:app/api@1"].make(3)
print(counter.get())
print(app.stats()["host_objects"]["used"])
counter.drop()
mine = wrt_micro.load("demo:kit@1.0", {{"log": log}}, packages={str(folder)!r})
print(mine["demo:kit/counting"].counter(1).get())
old = wrt_micro.load("demo:kit/counting@2", {{"log": log}}, packages={str(folder)!r})
try:
    old["demo:kit/counting"]["[method]counter.get"](mine["demo:kit/counting"].counter(2))
except TypeError as error:
    print(error)
""")
    assert lines[:3] == ["log 7", "log 999", "57"]
    assert lines[3:7] == ["log 3", "53", "0", "log 999"]
    assert lines[7:9] == ["log 1", "51"]
    assert "expected a resource of counter" in lines[-1]


def test_package_two_versions_in_one_image(run, tmp_path):
    """Two versions of one package side by side; a resource of one is refused by the other."""
    kits = {"one": programs.kit("1.0.0", 1), "two": programs.kit("2.0.0", 2)}
    made = composed.parts(mixer=programs.MIXER, **kits)
    path = tmp_path / "both.wrt"
    path.write_bytes(composed.image(compose(made, all_exports=True).data))
    lines = run(f"""
import wrt_micro
app = wrt_micro.load({str(path)!r}, {{"log": {{"line": lambda n: None}}}})
one, two = app["demo:kit/counting@1"], app["demo:kit/counting@2"]
first, second = one.counter(5), two.counter(5)
print(first.get(), second.get())
try:
    two["[method]counter.get"](first)
except TypeError as error:
    print(error)
try:
    app.mix()  # the same between two components
except wrt_micro.Trap as trap:
    print(trap.kind)
""")
    assert lines[0] == "6 7"
    assert 'param "self": expected a resource of counter, got <counter>' in lines[1]
    assert lines[2:] == ["handle_type"]


def test_package_index_that_cannot_be_used(run, tmp_path):
    folder = tmp_path / "packages"
    one = programs.function({"demo:two/f@1.0.0": "f"}, {"demo:one/f@1.0.0": "f"})
    two = programs.function({"demo:one/f@1.0.0": "f"}, {"demo:two/f@1.0.0": "f"})
    installed(folder, one_1x0x0=one, two_1x0x0=two)
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "index.json").write_text("[1, 2")
    lines = run(f"""
import wrt_micro
for folder in ({str(folder)!r}, {str(bad)!r}, "nowhere"):
    try:
        wrt_micro.load("demo:one", packages=folder)
    except wrt_micro.LinkError as error:
        print(error)
""")
    assert lines == [
        "packages import from each other in a circle: "
        "demo:one@1.0.0 -> demo:two@1.0.0 -> demo:one@1.0.0",
        f"{bad}/index.json is damaged: install the packages again",
        "no packages are installed in: nowhere",
    ]


def test_nested_namespace_on_the_device(run, tmp_path):
    name = "acme:tools:math/sets"
    path = image(tmp_path, "kit", programs.kit("0.3.1", package=name))
    lines = run(f"""
import wrt_micro
app = wrt_micro.load({str(path)!r}, {{"demo:log/log@0.1.9": {{"line": print}}}})
print(app.names(), app.describe(app.names()[0]))
print(app["{name}/counting@0.3"].counter(4).get())
""")
    whole = f"{name}/counting@0.3.1"
    assert lines == [f"['{whole}'] interface {whole}", "4", "5"]


def test_package_function_by_version(tmp_path):
    path = image(tmp_path, "f", programs.function({}, {"demo:x/f@1.4.0": "f"}, 9))
    assert (
        ok("run", path, "--invoke", "demo:x/f@1.2.0#f()", "--micropython", "cpython").out == "9\n"
    )
    assert ok("run", path, "--invoke", "demo:x/f@1#f()", "--micropython", "cpython").out == "9\n"
