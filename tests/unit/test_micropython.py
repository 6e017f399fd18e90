"""Finding a MicroPython, and preparing the runtime for it."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from wrt_preflight import micropython as mp


@pytest.fixture
def program(tmp_path):
    """Makes a program from a shell script."""

    def make(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
        return str(path)

    return make


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    """A small runtime in place of wrt_micro, and a cache of its own."""
    source = tmp_path / "sources" / "wrt_micro"
    files = {
        "__init__.py": 'answer = int("42")',
        "engine/__init__.py": "",
        "engine/portable/__init__.py": "",
        "engine/viper64/__init__.py": "",
        "engine/viper64/loop.py": "import micropython\n@micropython.viper\n"
        "def run(x: int) -> int:\n    return x + 0x100000000\n",
        "engine/viper32/__init__.py": "",
    }
    for name, text in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    monkeypatch.setattr(mp, "runtime_source", lambda: source)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return source


def reply(number: int, version: str = "[1, 27, 0]") -> str:
    return f"""echo '["micropython", {version}, {number}, false]'"""


def test_the_option_wins_over_the_variable_and_the_path(program, monkeypatch):
    monkeypatch.setenv("MICROPYTHON", program("variable", reply(0x1706)))
    monkeypatch.setenv("PATH", str(Path(program("micropython", reply(0x2F06))).parent))
    assert mp.find(program("option", reply(0x1306))).arch == "armv6m"
    assert mp.find().arch == "armv7m"
    monkeypatch.delenv("MICROPYTHON")
    assert mp.find().arch == "rv32imc"


def test_without_any_micropython_cpython_serves(monkeypatch):
    monkeypatch.delenv("MICROPYTHON", raising=False)
    monkeypatch.setattr(mp.shutil, "which", lambda name, path=None: None)
    found = mp.find()
    assert (found.name, found.command, found.interpreter) == ("cpython", (sys.executable,), None)


@pytest.mark.parametrize(
    ("number", "arch", "interpreter"),
    [
        (0x0B06, "x64", "viper64"),
        (0x1306, "armv6m", "viper32s"),
        (0x1706, "armv7m", "viper32"),
        (0x2B06, "xtensawin", "viper32s"),
        (0x0306, None, None),
        (0x0A06, None, None),
        (0x3F06, None, None),
    ],
    ids=["x64", "cortex-m0", "cortex-m3", "esp32", "no native code", "6.2", "arch not known yet"],
)
def test_the_mpy_number_says_which_interpreter_runs(program, number, arch, interpreter):
    found = mp.find(program("micropython", reply(number)))
    assert (found.arch, found.interpreter) == (arch, interpreter)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("exit 3", "found a program that does not act as one"),
        ("echo hello", "found a program that does not act as one"),
        (reply(0, "[1, 22, 2]"), "expected MicroPython 1.23 or newer, found micropython 1.22.2"),
    ],
    ids=["fails", "prints something else", "too old"],
)
def test_a_program_that_will_not_do_is_refused(program, script, message):
    path = program("other", script)
    with pytest.raises(mp.MicroPythonError, match=message) as caught:
        mp.find(path)
    assert caught.value.file == path


def test_a_missing_program_is_refused():
    with pytest.raises(mp.MicroPythonError, match="expected a program that can be started"):
        mp.find("no-such-program")


def test_the_runtime_is_compiled_once_for_the_architecture(runtime, micropython):
    folder = micropython.runtime()
    assert micropython.runtime() == folder
    staged = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    form = micropython.interpreter
    assert {path for path in staged if "viper" in path} == (
        {"wrt_micro/engine/viper64/__init__.mpy", "wrt_micro/engine/viper64/loop.mpy"}
        if form == "viper64"
        else {f"wrt_micro/engine/{form}/__init__.mpy"} & staged
    )
    assert "wrt_micro/engine/portable/__init__.mpy" in staged
    assert list(folder.parent.iterdir()) == [folder], "nothing half-made stays behind"
    (runtime / "__init__.py").write_text("answer = 43")
    assert micropython.runtime() != folder


def test_scripts_import_the_staged_runtime(runtime, micropython, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, wrt_micro\nprint(wrt_micro.answer, wrt_micro.__file__[-4:], sys.argv[1:])\n"
        "sys.exit(7)\n"
    )
    done = micropython.run(script, ["a", "b c"], capture=True)
    assert (done.returncode, done.stdout, done.stderr) == (7, "42 .mpy ['a', 'b c']\n", "")


def test_viper_constants_may_use_the_whole_word(runtime, micropython, tmp_path):
    if micropython.interpreter != "viper64":
        pytest.skip("this MicroPython has 32-bit words or no native code")
    script = tmp_path / "script.py"
    script.write_text("from wrt_micro.engine.viper64 import loop\nprint(loop.run(1))\n")
    assert micropython.run(script, capture=True).stdout == "4294967297\n"


def test_cpython_runs_the_sources(runtime, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import wrt_micro\nprint(wrt_micro.answer)\n")
    assert mp.find("cpython").run(script, capture=True).stdout == "42\n"


def test_the_heap_is_limited(runtime, micropython, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("bytearray(300000)\n")
    assert micropython.run(script, heap=1 << 20, capture=True).returncode == 0
    refused = micropython.run(script, heap=1 << 18, capture=True)
    assert refused.returncode == 1 and "MemoryError" in refused.stdout + refused.stderr


def test_a_script_that_does_not_end_is_stopped(runtime, micropython, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("while True: pass\n")
    with pytest.raises(mp.MicroPythonError, match="did not end within 0.2 seconds"):
        micropython.run(script, timeout=0.2)


def test_what_mpy_cross_refuses_is_reported(runtime, micropython):
    (runtime / "broken.py").write_text("def f(:\n")
    with pytest.raises(mp.MicroPythonError, match="SyntaxError") as caught:
        micropython.runtime()
    assert caught.value.file == str(runtime / "broken.py")
