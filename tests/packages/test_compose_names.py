"""Composition by the names that attributes and canonical versions give."""

from __future__ import annotations

import pytest

import wrt_micro
from packages.composed import image, parts
from packages.programs import function
from wrt_preflight.component import read_component, tree
from wrt_preflight.compose import compose
from wrt_preflight.errors import ProfileError

TOP = "demo:top/f@1.0.0"
CANONICAL = ["canonical-names"]


def total(data: bytes, features=()) -> int:
    return wrt_micro.load(image(data, features))[TOP].f()


def test_package_implements():
    """An import with a plain name is satisfied by what it implements, if not by its name."""
    plain = function({"demo:x/f@1.0.0": "f"}, {TOP: "f"}, 1)
    user = plain.replace(
        '(import "demo:x/f@1.0.0"', '(import "primary" (implements "demo:x/f@1.0.0")'
    )
    exact = function({}, {"primary": "f"}, 10)
    newer = function({}, {"demo:x/f@1.3.0": "f"}, 100)
    secondary = function({}, {"other": "f"}, 1000).replace(
        '(export "other"', '(export "other" (implements "demo:x/f@1.1.0")'
    )
    for others, expected in (
        ({"newer": newer}, 101),
        ({"newer": newer, "exact": exact}, 11),
        ({"secondary": secondary}, 1001),
        ({"secondary": secondary, "newer": newer}, 101),
    ):
        made = compose(parts(user=user, **others))
        assert made.open == [] and total(made.data) == expected
    user = function({"demo:x/f@1.0.0": "f"}, {TOP: "f"}, 1)
    assert total(compose(parts(user=user, secondary=secondary)).data) == 1001


def test_package_attributes_stay_with_open_imports_and_exports():
    text = """(component
      (import "a" (implements "demo:kv/store") (external-id "users:eu ☃") (instance
        (export "get" (func (result u32)))))
      (import "b" (external-id "") (func))
      (export "c" (implements "demo:kv/store") (external-id "x") (instance 0)))"""
    made = read_component(compose(parts(x=text)).data)
    found = {
        item.name.name: (item.name.implements, item.name.external_id)
        for item in made.definitions
        if isinstance(item, tree.Import | tree.Export)
    }
    assert found == {
        "a": ("demo:kv/store", "users:eu ☃"),
        "b": (None, ""),
        "c": ("demo:kv/store", "x"),
    }


def canonical(text: str, suffix: str | None) -> str:
    """`demo:x/f@1` in place of 1.2.0, with a suffix or without."""
    beside = f' (version-suffix "{suffix}")' if suffix is not None else ""
    return text.replace('"demo:x/f@1.2.0"', f'"demo:x/f@1"{beside}')


USER = function({"demo:x/f@1.2.0": "f"}, {TOP: "f"}, 1)
PROVIDER = function({}, {"demo:x/f@1.2.0": "f"}, 10)


@pytest.mark.parametrize(
    "user, provider, fits",
    [
        (canonical(USER, None), canonical(PROVIDER, None), True),
        (canonical(USER, ".2.0"), PROVIDER, True),
        (canonical(USER, ".2.1"), PROVIDER, False),
        (canonical(USER, None), PROVIDER, True),
        (USER, canonical(PROVIDER, None), True),
        (USER, canonical(PROVIDER, ".2.0"), True),
        (USER, canonical(PROVIDER, ".1.9"), False),
        (USER, canonical(PROVIDER, ".9.9"), True),
    ],
)
def test_package_canonical_versions(user, provider, fits):
    given = parts(user=user, provider=provider)
    with pytest.raises(ProfileError, match="canonical versions"):
        compose(given)
    made = compose(given, CANONICAL)
    assert (len(made.links), len(made.open)) == ((1, 0) if fits else (0, 1))
    if fits:
        assert total(made.data, CANONICAL) == 11


def test_package_canonical_imports_are_merged():
    one = canonical(USER, ".2.0").replace(TOP, "demo:one/f@1.0.0")
    two = USER.replace("1.2.0", "1.4.0")
    made = compose(parts(two=two, one=one), CANONICAL, all_exports=True)
    assert made.open == ["demo:x/f@1.4.0"]
    given = {"demo:x/f@1.7.0": {"f": lambda: 5}}
    app = wrt_micro.load(image(made.data, CANONICAL), given)
    assert (app[TOP].f(), app["demo:one/f"].f()) == (6, 6)


def test_package_names_in_the_composition_are_those_of_the_files():
    data = compose(parts(user=USER, provider=PROVIDER)).data
    names = read_component(data).names
    assert sorted(names.values()) == ["provider.wasm"] * 2 + ["user.wasm"] * 2
