"""Every table used up: cases_exhaustion*.py on all engines, and the limits of an image."""

from __future__ import annotations

import pytest

from component.case_files import FOLDER, cases, on_cpython, on_micropython, write_images
from component_text import component_image
from wrt_preflight.errors import LimitError

LARGE = """(component
  (core module $M (memory 512) (func (export "f")))
  (core instance $m (instantiate $M))
  (func (export "f") (canon lift (core func $m "f"))))"""
CASES = cases("cases_exhaustion")
MODULES = ("cases_exhaustion", "cases_exhaustion_heap")
DEVICE_CASES = [(module, name) for module in MODULES for name in cases(module)]


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    exhaust = (FOLDER / "programs" / "exhaust.wat").read_text()
    return write_images(tmp_path_factory.mktemp("images"), {"exhaust": exhaust, "large": LARGE})


@pytest.fixture(scope="module", params=["interp", "portable"])
def outcomes(request, images, micropython, runs):
    runs(request.param)
    return {
        module: on_micropython(micropython, module, images, request.param) for module in MODULES
    }


@pytest.mark.micropython
@pytest.mark.parametrize(("module", "name"), DEVICE_CASES)
def test_micropython(outcomes, module, name):
    text = outcomes[module][name]
    assert not text, text


@pytest.mark.parametrize("name", CASES)
def test_cpython(images, monkeypatch, name):
    on_cpython(monkeypatch, "cases_exhaustion", name, images)


def doubling(levels: int, first: str, last: str) -> str:
    """A component in a component ..., each instantiating the one inside it twice."""
    text = f"(component $C0 {first})"
    for i in range(1, levels):
        text = f"(component $C{i} {text} (instance (instantiate $C{i - 1}))"
        text += f" (instance (instantiate $C{i - 1})))"
    return f"(component {text} (instance (instantiate $C{levels - 1})) {last})"


def test_component_instances():
    with pytest.raises(LimitError, match="unfolds into more than 4096 instances"):
        component_image(doubling(40, "", ""))


def test_core_instances():
    core = "(core module $M)" + "(core instance (instantiate $M))" * 40
    with pytest.raises(LimitError, match="unfolds into more than 4096 core instances"):
        component_image(doubling(8, core, ""))


def echo(types: str, last: str) -> str:
    return f"""(component
      {types}
      (import "f" (func $f (param "v" {last})))
      (core module $M (memory (export "m") 1)
        (func (export "r") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
      (core instance $m (instantiate $M))
      (core func $l (canon lower (func $f) (memory (core memory $m "m"))
        (realloc (core func $m "r"))))
      (core module $U (import "" "f" (func $f (param i32))) (func (export "g") (call $f
        (i32.const 0))))
      (core instance $u (instantiate $U (with "" (instance (export "f" (func $l))))))
      (func (export "g") (canon lift (core func $u "g"))))"""


def test_types_larger_than_memories():
    # 2**40 bytes, and a type that doubles so often that nobody can walk all of it.
    lists = "(type $a (list u8 1048576)) (type $b (list $a 1048576))"
    with pytest.raises(
        LimitError, match="list takes 1099511627776 bytes, more than the 4294967295"
    ):
        component_image(echo(lists, "$b"))
    tuples = "(type $t0 (tuple u64 u64))"
    tuples += "".join(f" (type $t{i} (tuple $t{i - 1} $t{i - 1}))" for i in range(1, 60))
    with pytest.raises(LimitError, match="tuple takes .* bytes, more than the 4294967295"):
        component_image(echo(tuples, "$t59"))
