"""Bindings: what is written passes mypy --strict, and runs under MicroPython."""

from __future__ import annotations

import ast
import inspect
import json
import os
import pydoc
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from packages.projects import ok, project, wrt

ROOT = Path(__file__).parents[2]
WIT = Path(__file__).parent / "wit"
EXAMPLES = ROOT / "examples"


@pytest.fixture(scope="session")
def checked(tmp_path_factory):
    """Runs mypy --strict on a folder; what it says, "" if nothing."""
    cache = tmp_path_factory.mktemp("mypy")

    def check(folder: Path) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={cache}", "."],
            cwd=folder,
            env=os.environ | {"MYPYPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        return "" if done.returncode == 0 else done.stdout + done.stderr

    return check


@pytest.mark.parametrize("world", ["host-side", "both-sides"])
def test_package_binding_of_everything(world, tmp_path, checked):
    ok("bindgen", WIT, "--world", world, "--name", "every", "-o", tmp_path)
    assert checked(tmp_path) == ""
    made = (tmp_path / "every.pyi").read_text()
    for part in (
        '"o": tuple[Literal["some"], int | None] | None,',
        "class Plain(TypedDict):\n    x: int\n    y: Shape | None\n",
        'Hides = TypedDict(\n    "Hides",\n    {\n        "list": bytes,\n',
        'Shape: TypeAlias = Literal["none"] | tuple[Literal["circle"], float] | '
        'tuple[Literal["of"], Reading]',
        "# A number, and\n# what it is of.\nReading = TypedDict(",
        'Color: TypeAlias = Literal["red", "dark-green"]',
        'Access: TypeAlias = set[Literal["read", "write-all"]]',
    ):
        assert part in made, made
    if world == "host-side":
        assert '"wasi:x/standard": NotRequired[Standard],' in made
        assert "def both(self, x: Reading, r: bytes, /) -> Reading: ..." in made
    else:
        line = "async def lines(self, /, *, timeout: int | None = ...) -> StreamReader[str, "
        assert line in made
        (tmp_path / "use.py").write_text(USE)
        assert checked(tmp_path) == ""
        assert "class ExportedThing(wrt_micro.Resource):" in made


USE = """
import every
from wrt_micro.concurrent import Deferred, sleep_ms

async def main(app: "every.App") -> None:
    async with await app.aio.lines(timeout=100) as lines:
        async for line in lines:
            print(line.upper())
    await sleep_ms(1)

def plain(app: "every.App") -> str:
    with app["demo:everything/things@1.2.0"].thing(1) as thing:
        number: int = thing.get()
        future = thing.go(b"123")
    writer = app.new_stream()
    writer.write([1, 2]).wait(10)
    app.tick()
    reader = app.lines()
    first: list[str] = reader.read(number).limit(5).wait()
    return future.wait() + first[0]
"""

# Each line is wrong, and what a type checker must say to it.
WRONG = {
    "thermostat.load({})": "Missing key",
    "app.nothing()": "has no attribute",
    'thermostat.load({"demo:thermostat/board@1.0.0": Cold()})': "celsius",
    'control.thermostat("x", 1)': "incompatible type",
    'hall.step()["state"]': "has no key",
    'number: int = hall.step()["mode"]': "Incompatible types in assignment",
}
RIGHT = """
import thermostat
class Heater:
    def __init__(self, pin: int) -> None: ...
    def set(self, on: bool) -> None: ...
class Board:
    heater = Heater
    def celsius(self) -> int:
        return 1
class Cold:
    heater = Heater
    def celsius(self) -> str:
        return "cold"
app = thermostat.load({"demo:thermostat/board@1.0.0": Board()})
control = app["demo:thermostat/control@1.0.0"]
hall = control.thermostat(1, 2)
mode: str = hall.step()["mode"]
"""


def test_package_binding_of_the_example(tmp_path, checked):
    folder = EXAMPLES / "thermostat"
    for file in folder.glob("*.py*"):
        shutil.copy(file, tmp_path)
    assert checked(tmp_path) == ""
    (tmp_path / "host.py").unlink()
    ok("bindgen", folder / "thermostat.wat", "-o", tmp_path)
    for name in ("thermostat.py", "thermostat.pyi"):
        assert (tmp_path / name).read_text() == (folder / name).read_text(), f"make {name} anew"
    assert checked(tmp_path) == ""
    (tmp_path / "host.py").write_text(RIGHT + "\n".join(WRONG))
    said = checked(tmp_path)
    for number, expected in enumerate(WRONG.values(), RIGHT.count("\n") + 1):
        lines = [line for line in said.splitlines() if f"host.py:{number}:" in line]
        assert any(expected in line for line in lines), (number, said)
    errors = {line.split(":")[1] for line in said.splitlines() if ": error: " in line}
    assert len(errors) == len(WRONG), said


def test_package_skeleton_runs_under_micropython(tmp_path, micropython):
    folder = tmp_path / "x"
    ok("bindgen", EXAMPLES / "thermostat" / "thermostat.wat", "-o", folder)
    ok("build", EXAMPLES / "thermostat" / "thermostat.wat", "-o", folder / "thermostat.wrt")
    script = tmp_path / "script.py"
    script.write_text(
        f"import os, sys\nsys.path.insert(0, {str(folder)!r})\nos.chdir({str(folder)!r})\n"
        "import host\n"
        "try:\n"
        "    host.app['demo:thermostat/control@1.0.0'].thermostat(1, 2)\n"
        "except Exception as error:\n"
        "    print(repr(error), repr(error.__cause__))\n"
    )
    ran = micropython.run(script, capture=True)
    assert ran.stdout.splitlines()[0] == "['demo:thermostat/control@1.0.0']"
    assert "NotImplementedError('[constructor]heater',)" in ran.stdout
    # What only type checkers need is not imported there.
    ok("bindgen", WIT, "--world", "host-side", "--name", "every", "-o", tmp_path / "every")
    script.write_text(
        f"import sys\nsys.path.insert(0, {str(tmp_path / 'every')!r})\n"
        "import every\nevery.load = lambda imports: print(len(imports)) or every\n"
        "every.names = lambda: 'no names'\nimport host\n"
        "print(host.OddNames.set, host.TYPE_CHECKING)\n"
    )
    ran = micropython.run(script, capture=True)
    assert ran.stdout == "11\nno names\n<class 'Set'> False\n", ran.stderr


def test_package_binding_of_a_project(tmp_path, index):
    """Of a component alone what it imports; of its project what is left open."""
    app = project(tmp_path / "app", "demo:app", "0.1.0", {"demo:left": "1"}, 1, "../index")
    ok("bindgen", app / "part.wasm", "-o", tmp_path / "out")
    made = (tmp_path / "out" / "part.pyi").read_text()
    assert 'Literal["demo:app/f@0.1.0"]) -> FExports' in made
    assert '"demo:left/f@1.0.0": F,' in made and "def load(imports: Imports, image" in made
    ok("bindgen", "--project", app)
    made = (app / "app.pyi").read_text()
    assert 'Literal["demo:app/f@0.1.0"]) -> F' in made and "demo:left" not in made
    assert "def load(imports: Imports | None = ..., image" in made


def test_package_binding_keeps_the_host(tmp_path):
    (tmp_path / "host.py").write_text("# mine\n")
    done = ok("bindgen", EXAMPLES / "counter" / "counter.wat", "-o", tmp_path)
    assert "host.py is there already" in done.err
    assert (tmp_path / "host.py").read_text() == "# mine\n"


def test_package_binding_names_the_module(tmp_path):
    ok("bindgen", EXAMPLES / "bytes" / "bytes.wat", "-o", tmp_path)
    made = (tmp_path / "bytes_app.pyi").read_text()
    assert "view: Callable[[Any], Viewed]) -> Viewed: ..." in made
    assert 'IMAGE = "bytes.wrt"' in (tmp_path / "bytes_app.py").read_text()


@pytest.mark.parametrize(
    "arguments, expected",
    [
        ([WIT], "expected one world, found 2: host-side, both-sides"),
        ([WIT, "--world", "x"], "no world is called 'x'"),
        ([EXAMPLES / "fac" / "fac.wat"], "is a module, no component"),
        ([EXAMPLES / "records" / "records.wat"], "WIT cannot say"),
        (["nowhere.wit"], "there is no such file"),
    ],
)
def test_package_binding_errors(arguments, expected, tmp_path):
    done = wrt("bindgen", *arguments, "-o", tmp_path)
    assert done.status in (1, 2) and expected in done.err
    assert not list(tmp_path.iterdir())


# WIT


def test_package_wit_of_files_folders_and_components(tmp_path):
    text = ok("wit", WIT).out
    assert "package demo:everything@1.2.0;" in text and "interface odd-names" in text
    ok("wit", WIT, "-o", tmp_path / "every.wasm")
    binary = ok("wit", tmp_path / "every.wasm").out
    assert "world both-sides" in binary and "package other:kit {" in binary
    worlds = json.loads(ok("wit", WIT, "--json").out)["worlds"]
    assert [world["name"] for world in worlds] == ["host-side", "both-sides"]
    assert "export demo:kit/counting@1.0.0;" in ok("wit", EXAMPLES / "counter/counter.wat").out
    shown = ok("inspect", EXAMPLES / "counter/counter.wat").out
    assert shown.startswith("package root:component;") and "resource counter {" in shown
    (tmp_path / "broken.wit").write_text("package a:b;\ninterface i { f: func(x: y); }\n")
    done = wrt("wit", tmp_path / "broken.wit")
    assert done.status == 1 and "broken.wit:2:26" in done.err


def test_nested_namespace_wit(tmp_path):
    """WIT's own syntax has no nested names, but components that have them are shown."""
    app = project(tmp_path / "app", "acme:tools:math/sets", "1.2.0", {})
    text = ok("wit", "--project", app).out
    assert "export acme:tools:math/sets/f@1.2.0;" in text
    assert "package acme:tools:math/sets@1.2.0 {" in text
    ok("bindgen", app / "part.wasm", "--feature", "nested-names", "-o", tmp_path)
    made = (tmp_path / "part.pyi").read_text()
    assert 'name: Literal["acme:tools:math/sets/f@1.2.0"]) -> F: ...' in made


def test_package_of_wit(tmp_path):
    """A WIT package is published, locked, and copied to where WIT finds it."""
    index, types = tmp_path / "index", tmp_path / "types"
    (types / "wit").mkdir(parents=True)
    (types / "wit" / "types.wit").write_text(
        "package demo:types@1.0.0;\ninterface t { record r { a: u8 } }\n"
    )
    (types / "wrt-micro.toml").write_text(
        '[package]\nname = "demo:types"\nversion = "1.0.0"\nwit = "wit"\n'
    )
    ok("publish", index, "--project", types)
    app = project(tmp_path / "app", "demo:app", "0.1.0", {}, 1, "../index")
    (app / "wit").mkdir()
    (app / "wit" / "app.wit").write_text(
        "package demo:app@0.1.0;\n"
        "world app { use demo:types/t@1.0.0.{r}; export f: func() -> r; }\n"
    )
    toml = (app / "wrt-micro.toml").read_text()
    (app / "wrt-micro.toml").write_text(toml.replace("component =", 'wit = "wit"\ncomponent ='))
    assert wrt("wit", "--project", app).status == 1
    ok("add", "demo:types", "--project", app)
    done = ok("wit", "--fetch", "--project", app)
    assert (app / "wit" / "deps" / "demo.types.wasm").exists()
    assert "use demo:types/t@1.0.0.{r};" in done.out
    assert 'kind = "wit"' in (app / "wrt-micro.lock").read_text()
    ok("build", "--project", app)  # types alone are no part of the image


# The stubs of wrt_micro itself

RUNTIME = {
    "App": "wrt_micro.component.app.ComponentApp",
    "Global": "wrt_micro.app.Global",
    "Interface": "wrt_micro.component.app.Interface",
    "Memory": "wrt_micro.memory.Memory",
    "Resource": "wrt_micro.component.resource.Resource",
    "StreamReader": "wrt_micro.component.host_stream.StreamReader",
    "StreamWriter": "wrt_micro.component.host_writer.StreamWriter",
    "Table": "wrt_micro.app.Table",
    "FutureReader": "wrt_micro.component.host_future.FutureReader",
    "Task": "wrt_micro.component.host_task.Task",
    "WaitableSet": "wrt_micro.component.host_set.WaitableSet",
}


@pytest.mark.parametrize("name", ["wrt_micro", "wrt_micro.concurrent"])
def test_stubs_of_the_runtime_say_what_there_is(name):
    path = ROOT.joinpath(*name.split("."))
    path = path / "__init__.pyi" if path.is_dir() else path.with_suffix(".pyi")
    bases: dict[str, list[ast.stmt]] = {}
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found = inspect.signature(pydoc.locate(f"{name}.{node.name}")).parameters
            wanted = node.args
            given = [a.arg for a in (*wanted.args, *filter(None, [wanted.kwarg]))]
            assert list(found) == given, node.name
        if not isinstance(node, ast.ClassDef):
            continue
        members = bases[node.name] = list(node.body)
        for base in node.bases:
            members += bases.get(ast.unparse(base).partition("[")[0], [])
        if node.name in ("Closing", "End"):  # what several classes have
            continue
        real = pydoc.locate(RUNTIME.get(node.name, f"{name}.{node.name}"))
        assert real is not None, node.name
        for member in members:
            if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                assert hasattr(real, member.name), f"{node.name}.{member.name}"
