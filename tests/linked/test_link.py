"""The whole linker: what of it can be asked without a device."""

from __future__ import annotations

import ast
import builtins
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wrt_micro.component import plan as fmt
from wrt_preflight import mpy_compile, pipeline
from wrt_preflight.linked import files as files_module
from wrt_preflight.linked import link, linked_files
from wrt_preflight.linked.facts import attributes_of, ranges_of
from wrt_preflight.linked.scopes import bound_names
from wrt_preflight.lower import LowerOptions

ADDER = b"""(component
  (core module $m (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))
  (core instance $i (instantiate $m))
  (func (export "add") (param "a" u8) (param "b" u8) (result u8)
    (canon lift (core func $i "add"))))"""
CORE = b'(module (func (export "one") (result i32) (i32.const 1)))'
# Two names of one method in preview1.py; this program imports the second alone.
SYNC = b"""(module
  (import "wasi_snapshot_preview1" "fd_datasync" (func $f (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start") (drop (call $f (i32.const 1)))))"""


def image(tmp_path, text: bytes):
    path = tmp_path / "program.wat"
    path.write_bytes(text)
    return pipeline.build(pipeline.read_input(str(path)), LowerOptions()).image


def names(tree: ast.AST, *contexts) -> set[str]:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return {node.id for node in nodes if isinstance(node.ctx, contexts)}


def definitions(tree: ast.AST) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


@pytest.fixture(scope="module")
def runtimes(tmp_path_factory):
    """Runtimes that are linked for the programs above, by no particular Python."""
    folder = tmp_path_factory.mktemp("runtimes")
    programs = (ADDER, CORE, SYNC)
    return [link(image(folder, text), "portable", platform="linux") for text in programs]


def test_what_an_image_tells(tmp_path):
    adder = image(tmp_path, ADDER)
    assert ranges_of(adder)["kind"] == {fmt.U8}
    assert ranges_of(adder)["encoding"] == {fmt.UTF8}
    assert attributes_of(adder, "portable")["post_return"] == 0
    assert ranges_of(image(tmp_path, CORE)) == {}


def test_every_name_in_a_linked_runtime_is_there(runtimes):
    """Each name that code uses is defined, imported or Python's own."""
    for module, source in ((m, s) for linked in runtimes for m, s in linked.modules.items()):
        tree = ast.parse(source)
        bound = names(tree, ast.Store, ast.Del) | definitions(tree) | {*dir(builtins), "__file__"}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ExceptHandler) and node.name:
                bound.add(node.name)
            elif isinstance(node, ast.arg):
                bound.add(node.arg)
        assert not names(tree, ast.Load) - bound, module


def test_methods_with_two_names_in_a_class_are_there(runtimes):
    found = 0
    for source in (source for linked in runtimes for source in linked.modules.values()):
        tree = ast.parse(source)
        known = {name for node in tree.body for name in bound_names(node)}
        for node in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            defined = set(known)
            for inner in node.body:
                if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Name):
                    assert inner.value.id in defined, ast.unparse(inner)
                    found += 1
                defined |= set(bound_names(inner))
    assert found


HOSTS = [
    "from wrt_micro import load, Trap",
    "from wrt_micro.trap import STACK, TEXTS, Trap",
    "from wrt_micro.limits import BACKTRACE, DEFAULTS",
]


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_gets_what_it_imports(tmp_path, host):
    wanted = {name.strip() for name in host.partition("import ")[2].split(",")}
    linked = link(image(tmp_path, CORE), "portable", platform="linux", host=host)
    tree = ast.parse(linked.modules[linked.name])
    assert wanted <= names(tree, ast.Store) | definitions(tree)


def test_compiled_files_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(mpy_compile, "cache_folder", lambda: tmp_path)
    core = image(tmp_path, CORE)
    first = linked_files(core, "portable", platform="linux")
    monkeypatch.setattr(files_module, "link", None)
    assert linked_files(core, "portable", platform="linux") == first
    name = next(iter(first)).partition(".")[0]
    assert f"{name}.txt" in first and name.startswith("wrt_") and len(name) == 12
    assert not list(tmp_path.glob("making-*"))


LINKS = """
import sys
from pathlib import Path
from linked.test_link import ADDER, image
from wrt_preflight.linked import link
found = link(image(Path(sys.argv[1]), ADDER), "portable", platform="linux")
print(found.modules, found.texts)
"""


def test_the_same_program_gets_the_same_bytes_everywhere(tmp_path):
    """Whatever order sets happen to have."""
    made = set()
    for seed in "12":
        done = subprocess.run(
            [sys.executable, "-c", LINKS, str(tmp_path)],
            env=os.environ
            | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])},
            capture_output=True,
            check=False,
        )
        assert not done.returncode, done.stderr.decode()
        made.add(done.stdout)
    assert len(made) == 1
