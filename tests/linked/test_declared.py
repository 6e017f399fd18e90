"""Classes declare the attributes that their objects get, wherever they get them: else two
attributes of one object may get one name (attributes.py)."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from component.test_run import FOLDER, MODULES, build
from example_programs import EXAMPLES, LAUNCHER, source
from wrt_preflight import pipeline
from wrt_preflight.linked.attributes import Declared
from wrt_preflight.lower import LowerOptions
from wrt_preflight.mpy_compile import ENGINE_FORMS, runtime_source

ROOT = FOLDER.parents[1]
RECORD = Path(__file__).with_name("record_attributes.py")
# What has attributes that no class can declare, as they are named by a program or by nobody.
EXEMPT = {
    ("wrt_micro.app", "App"): "exports, kept as attributes once they were asked for",
    ("wrt_micro.wasi", "Wasi"): "grants, set by name",
}
EXEMPT_NAMES = {"__cause__", "__context__", "__traceback__", "__suppress_context__", "__notes__"}
OF_PLAIN = {"code", "exceptions", "globals", "tables", "tabs"}  # plain.py gives them to threads
PROGRAMS = ("greeter", "failures", "wasi-hello", "word-count", "later", "cooperative-threads")


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    build(folder)
    return folder


def recorded(folder: Path, script: Path, *arguments: str) -> set[tuple[str, str, str]]:
    """(module, class, attribute) of what objects of the runtime get while a script runs."""
    out = folder / "recorded.json"
    done = subprocess.run(
        [sys.executable, str(RECORD), str(out), str(script), *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {tuple(entry) for entry in json.loads(out.read_text())}


def declared() -> Declared:
    """What the classes of the whole runtime declare."""
    folder, body = runtime_source(), []
    for path in sorted(folder.rglob("*.py")):
        if not ENGINE_FORMS & set(path.relative_to(folder).parts):
            body += ast.parse(path.read_text()).body
    order = {node.name: i for i, node in enumerate(body) if isinstance(node, ast.ClassDef)}
    return Declared(sorted(body, key=lambda node: _depth(node, body, order)))


def _depth(node: ast.stmt, body: list[ast.stmt], order: dict[str, int]) -> int:
    """How many classes a class stands on: these come first."""
    if not isinstance(node, ast.ClassDef):
        return 0
    bases = [body[order[b.id]] for b in node.bases if isinstance(b, ast.Name) and b.id in order]
    return 1 + max((_depth(base, body, order) for base in bases if base is not node), default=0)


def check(found: set[tuple[str, str, str]]) -> None:
    known, missing = declared(), []
    for module, name, attribute in sorted(found):
        family = known.families.get(name)
        if (module, name) in EXEMPT or attribute in EXEMPT_NAMES or family is None:
            continue
        if name == "Thread" and attribute in OF_PLAIN:
            continue
        if family not in known.families_of.get(attribute, ()):
            missing.append(f"{module}.{name} does not declare {attribute}")
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("module", MODULES)
def test_in_components(images, tmp_path, module):
    arguments = [str(FOLDER), module, str(images), "portable"]
    check(recorded(tmp_path, FOLDER / "run_cases.py", *arguments))


@pytest.mark.parametrize("name", PROGRAMS)
def test_in_examples(tmp_path, name):
    image = tmp_path / f"{name}.wrt"
    image.write_bytes(
        pipeline.build(pipeline.read_input(str(source(name))), LowerOptions()).image.data
    )
    arguments = ["portable", str(EXAMPLES / name / "host.py"), str(image)]
    check(recorded(tmp_path, LAUNCHER, *arguments))


def test_what_is_not_declared_is_found():
    with pytest.raises(AssertionError, match="does not declare nothing_has_this"):
        check({("wrt_micro.store", "Store", "nothing_has_this")})
