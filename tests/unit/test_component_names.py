"""Names inside of components: the official suite's, and what the specification gates."""

from __future__ import annotations

import pytest

from component_text import component
from conformance import suites
from wrt_preflight.component import link_component, read_component, validate_component
from wrt_preflight.component.names import check_names
from wrt_preflight.component.rename import Renamed, with_full_version
from wrt_preflight.errors import PreflightError, ProfileError, ValidationError
from wrt_preflight.lower import LowerOptions
from wrt_preflight.pipeline import Input, build
from wrt_preflight.wast.script import convert

FILES = ("extern-names", "annotated-names", "attributes", "kebab")
# What is wrong with a component beside its names: types, which wasm-tools checks.
TYPES = ("should", "resource", "is not a func", "missing import")
GATED = ("expected `/` after package name", "trailing characters found")


@pytest.mark.parametrize("name", FILES)
def test_official_names(name, tmp_path):
    path = suites.ROOT / "component-model" / "validation" / f"{name}.wast"
    if not path.exists():
        pytest.skip(suites.MISSING)
    script = convert(path, tmp_path)
    accepted = refused = gated = 0
    for directive in script.directives:
        text = directive.fields.get("text", "")
        if directive.kind in ("module", "module_definition"):
            check_names(read_component(script.binary(directive)), None)
            accepted += 1
        elif directive.kind == "assert_invalid" and not any(part in text for part in TYPES):
            data = script.binary(directive)
            if text.startswith(GATED):
                check_names(read_component(data), None)
                with pytest.raises(ProfileError, match="nested namespaces"):
                    validate_component(data, None, True)
                gated += 1
                continue
            with pytest.raises(PreflightError):
                check_names(read_component(data), None)
            refused += 1
    assert accepted and refused
    assert gated == (2 if name == "extern-names" else 0)


NESTED = """(component
  (component $Inner
    (core module $m (func (export "f") (result i32) i32.const 42))
    (core instance $i (instantiate $m))
    (func $f (result u32) (canon lift (core func $i "f")))
    (instance $e (export "answer" (func $f)))
    (export "acme:tools:math/sets/ops@1.2.0" (instance $e)))
  (instance $inner (instantiate $Inner))
  (alias export $inner "acme:tools:math/sets/ops@1.2.0" (instance $ops))
  (export "acme:tools:math/sets/ops@1.2.0" (instance $ops)))"""


def test_nested_namespace_is_gated():
    data = component(NESTED)
    with pytest.raises(ProfileError, match="nested namespaces") as caught:
        validate_component(data, "x.wasm", True)
    assert caught.value.hint == "--feature nested-names allows them"
    assert validate_component(data, "x.wasm", True, ["nested-names"]) is False
    plan, _ = link_component(read_component(data), data)
    (name,) = plan.exports.instances
    assert name == "acme:tools:math/sets/ops@1.2.0"
    source = Input("component", data, "x.wasm", None, True)
    assert (
        b"acme:tools:math/sets/ops" in build(source, LowerOptions(), ["nested-names"]).image.data
    )


CANONICAL = NESTED.replace("acme:tools:math/sets/ops@1.2.0", "acme:math/ops@1")


def suffixed(name: str, suffix: str) -> bytes:
    """A component that imports an instance, with a version suffix."""
    return component(f'(component (import "{name}" (version-suffix "{suffix}") (instance)))')


def test_canonical_names_are_gated():
    data = component(CANONICAL)
    with pytest.raises(ProfileError, match="canonical versions") as caught:
        validate_component(data, "x.wasm", True)
    assert caught.value.hint == "--feature canonical-names allows them"
    assert validate_component(data, "x.wasm", True, ["canonical-names"]) is False


def test_version_suffixes():
    data = suffixed("acme:math/ops@1", ".2.3")
    (item,) = [i for i in read_component(data).definitions if hasattr(i, "name")]
    assert item.name.version_suffix == ".2.3"
    assert validate_component(data, None, False, ["canonical-names"]) is False
    assert Renamed(data, None, with_full_version).data != data
    for suffix in (".2", ".2.3.4", ".02.3", ""):
        with pytest.raises(ValidationError, match="expected a version") as caught:
            wrong = suffixed("acme:math/ops@1", suffix)
            validate_component(wrong, "x.wasm", False, ["canonical-names"])
        assert caught.value.offset == wrong.index(b"acme") - 2


def test_suffix_without_canonical_version():
    data = suffixed("a:b/c@1.0.0", "")
    with pytest.raises(ValidationError, match="which only a canonical version can have"):
        validate_component(data, None, False, ["canonical-names"])


def test_errors_behind_a_canonical_name_have_the_offset_of_the_file():
    data = component(CANONICAL)
    wrong = b"\x08\x05\x01\x01\x00\x63\x00"  # canon lower of function 99
    with pytest.raises(ValidationError) as caught:
        validate_component(data + wrong, None, False, ["canonical-names"])
    assert caught.value.offset == len(data) + 3


@pytest.mark.parametrize("names", [("a:b/c@1", "a:b/c@1"), ("a:b:c/d", "a:b:c/D")])
def test_nested_and_canonical_names_are_strongly_unique(names):
    imports = "".join(f'(import "{name}" (func))' for name in names)
    with pytest.raises(ValidationError, match="too much like|conflicts"):
        validate_component(
            component(f"(component {imports})"), None, True, ["nested-names", "canonical-names"]
        )


def test_gates_together():
    data = component(
        '(component (import "a:b:c/d@1" (func)) (import "v" (value $v u32))'
        ' (export "w" (value $v)))'
    )
    with pytest.raises(ProfileError):
        validate_component(data, None, True, ["nested-names", "canonical-names"])
    every = ["nested-names", "canonical-names", "values"]
    assert validate_component(data, None, True, every) is True
