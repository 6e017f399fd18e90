"""Composition: what is connected, what stays open, and that wasmtime runs it as we do."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import wasmtime
from wasmtime import component as wc

import wrt_micro
from component_text import component
from packages import programs
from packages.composed import image, parts
from wrt_preflight.component import read_component, tree
from wrt_preflight.compose import compose
from wrt_preflight.errors import LinkError, PreflightError, ProfileError
from wrt_preflight.wit import wit_text


def wasmtime_run(data: bytes, v: int) -> tuple[int, list[int]]:
    """What run(v) gives under wasmtime, and what it logs."""
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    linker = wc.Linker(engine)
    lines: list[int] = []
    with linker.root() as root, root.add_instance("demo:log/log@0.1.2") as log:
        log.add_func("line", lambda _, n: lines.append(n))
        log.add_func("other", lambda _: None)
    instance = linker.instantiate(store, wc.Component(engine, data))
    return instance.get_func(store, "run")(store, v), lines


def our_run(data: bytes, v: int) -> tuple[int, list[int]]:
    lines: list[int] = []
    log = {"line": lines.append, "other": lambda: None}
    return wrt_micro.load(image(data), {"log": log}).run(v), lines


def device_run(micropython, folder, data: bytes, v: int) -> tuple[int, list[int]]:
    """The same under MicroPython."""
    (folder / "both.wrt").write_bytes(image(data))
    script = folder / "script.py"
    script.write_text(
        "import sys, wrt_micro\n"
        "log = {'line': lambda n: print(n), 'other': print}\n"
        "app = wrt_micro.load(sys.argv[1], {'log': log})\n"
        "print(app.run(int(sys.argv[2])))\n"
    )
    done = micropython.run(script, [str(folder / "both.wrt"), str(v)], capture=True)
    assert not done.stderr
    *lines, result = map(int, done.stdout.split())
    return result, lines


def test_composed_component_runs_the_same_on_wasmtime(tmp_path, micropython):
    made = compose(parts(app=programs.app(), kit=programs.kit()))
    (link,) = made.links
    assert str(link) == (
        "app.wasm: demo:kit/counting@1.2.0 from kit.wasm (demo:kit/counting@1.2.3)"
    )
    assert made.open == ["demo:log/log@0.1.2"]
    assert sorted(made.exports) == ["demo:app/api@1.0.0", "run"]
    for v in (7, 0, 2**32 - 2):
        there = wasmtime_run(made.data, v)
        assert there == our_run(made.data, v) == device_run(micropython, tmp_path, made.data, v)
        assert there == (v + 1, [v, 999])
    assert "import demo:log/log@0.1.2;" in wit_text(made.data)


def test_open_imports_are_merged():
    made = compose(parts(app=programs.app(), kit=programs.kit()))
    (item,) = [i for i in read_component(made.data).definitions if isinstance(i, tree.Import)]
    assert item.name.name == "demo:log/log@0.1.2"
    assert compose(parts(kit=programs.kit())).open == ["demo:log/log@0.1.0"]


def test_versions_decide_who_provides():
    kits = {"k1": programs.kit("1.2.0", 10), "k2": programs.kit("1.9.0", 20)}
    kits |= {"k3": programs.kit("2.0.0", 30)}
    made = compose(parts(app=programs.app("1.1.0"), **kits))
    assert our_run(made.data, 1)[0] == 21
    assert made.unused == ["k1.wasm", "k3.wasm"]
    assert our_run(compose(parts(app=programs.app("1.2.0"), **kits)).data, 1)[0] == 11
    old = compose(parts(app=programs.app("1.10.0"), **kits))
    assert old.links == []
    assert old.open == ["demo:kit/counting@1.10.0", "demo:log/log@0.1.2"]


def test_nested_namespace_of_a_provider():
    package = "acme:tools:kit/part"
    given = parts(app=programs.app("0.2.1", package), kit=programs.kit("0.2.9", package=package))
    with pytest.raises(ProfileError, match="nested namespaces"):
        compose(given)
    made = compose(given, ["nested-names"])
    assert [str(link) for link in made.links] == [
        f"app.wasm: {package}/counting@0.2.1 from kit.wasm ({package}/counting@0.2.9)"
    ]
    log = {"line": print, "other": print}
    assert wrt_micro.load(image(made.data, ["nested-names"]), {"log": log}).run(3) == 4


def test_two_versions_side_by_side():
    kits = {"one": programs.kit("1.0.0", 1), "two": programs.kit("2.0.0", 2)}
    made = compose(parts(app=programs.app("1.0.0"), **kits), all_exports=True)
    log = {"line": lambda n: None, "other": print}
    app = wrt_micro.load(image(made.data), {"log": log})
    assert app.names() == [
        "demo:app/api@1.0.0",
        "demo:kit/counting@1.0.0",
        "demo:kit/counting@2.0.0",
        "run",
    ]
    one, two = (app[f"demo:kit/counting@{v}.0.0"] for v in (1, 2))
    first, second = one.counter(5), two.counter(5)
    assert (first.get(), second.get()) == (6, 7)
    with pytest.raises(TypeError, match="expected a resource of counter"):
        two["[method]counter.get"](first)
    assert app["demo:app/api@1.0.0"].make(3).get() == 4


def test_resources_of_one_version_are_refused_by_the_other():
    """Where types cannot show it, as between core functions, the handle is refused."""
    kits = {"one": programs.kit("1.0.0"), "two": programs.kit("2.0.0")}
    made = compose(parts(mixer=programs.MIXER, **kits))
    app = wrt_micro.load(image(made.data), {"log": {"line": lambda n: None}})
    with pytest.raises(wrt_micro.Trap) as caught:
        app.mix()
    assert caught.value.kind == "handle_type"


def test_middleware_stands_between():
    name = "demo:x/f@1.0.0"
    made = compose(
        parts(
            top=programs.function({name: "f"}, {"demo:top/f@1.0.0": "f"}, 1),
            between=programs.function({name: "f"}, {name: "f"}, 10),
            base=programs.function({}, {name: "f"}, 100),
        )
    )
    app = wrt_micro.load(image(made.data))
    assert app["demo:top/f@1.0.0"].f() == 111
    assert not made.open


def test_a_diamond_has_one_base():
    base = programs.kit("1.0.0")
    sides = {
        side: programs.function({"demo:b/f@1.0.0": "f"}, {f"demo:{side}/f@1.0.0": "f"}, value)
        for side, value in (("left", 10), ("right", 20))
    }
    top = programs.function(
        {"demo:left/f@1.0.0": "f", "demo:right/f@1.0.0": "f"}, {"demo:top/f@1.0.0": "f"}, 1000
    )
    bottom = programs.function({}, {"demo:b/f@1.0.0": "f"}, 1)
    made = compose(parts(top=top, **sides, bottom=bottom, other=base))
    assert made.unused == ["other.wasm"]
    assert sum(isinstance(i, tree.Component) for i in read_component(made.data).definitions) == 4
    assert wrt_micro.load(image(made.data))["demo:top/f@1.0.0"].f() == 1032


def test_circle():
    one = programs.function({"demo:b/f@1.0.0": "f"}, {"demo:a/f@1.0.0": "f"})
    two = programs.function({"demo:a/f@1.0.0": "f"}, {"demo:b/f@1.0.0": "f"})
    with pytest.raises(LinkError) as caught:
        compose(parts(one=one, two=two))
    assert caught.value.message == (
        "components import from each other in a circle: one.wasm imports demo:b/f@1.0.0 from "
        "two.wasm, two.wasm imports demo:a/f@1.0.0 from one.wasm"
    )


def test_types_that_do_not_fit():
    one = programs.function({"demo:b/f@1.0.0": "f"}, {"demo:a/f@1.0.0": "f"})
    two = programs.function({}, {"demo:b/f@1.3.0": "g"})
    with pytest.raises(LinkError) as caught:
        compose(parts(one=one, two=two))
    assert "missing expected export `f`" in caught.value.message
    assert caught.value.hint == (
        "connected was one.wasm: demo:b/f@1.0.0 from two.wasm (demo:b/f@1.3.0)"
    )


def test_plain_names_and_types_from_other_imports():
    consumer = """(component
      (import "demo:types/t@1.0.0" (instance $t
        (type $r (record (field "a" u8) (field "b" string)))
        (export "pair" (type $p (eq $r)))
        (export "thing" (type $thing (sub resource)))))
      (alias export $t "pair" (type $pair))
      (alias export $t "thing" (type $thing))
      (import "show" (func $show (param "p" $pair) (param "l" (list $pair))))
      (import "demo:use/u@1.0.0" (instance (alias outer 1 $thing (type $o))
        (export "thing" (type $x (eq $o)))
        (export "take" (func (param "t" (own $x)))))))"""
    other = """(component
      (import "demo:types/t@1.0.0" (instance $t (export "thing" (type (sub resource)))))
      (alias export $t "thing" (type $thing))
      (import "demo:use/u@1.0.0" (instance (alias outer 1 $thing (type $o))
        (export "thing" (type $x (eq $o)))
        (export "give" (func (result (own $x))))))
      (import "more" (func (param "t" (borrow $thing))))
      (instance (export "f" (func 0)))
      (export "demo:other/o" (instance 2)))"""
    user = '(component (import "demo:other/o" (instance)) (export "x" (instance 0)))'
    made = compose(parts(user=user, consumer=consumer, other=other), all_exports=True)
    assert sorted(made.open) == ["demo:types/t@1.0.0", "demo:use/u@1.0.0", "more", "show"]
    wit = wit_text(made.data)
    for line in ("take: func(t: thing);", "give: func() -> thing;", "b: string,"):
        assert line in wit


def test_an_open_import_cannot_have_types_from_inside():
    provider = programs.kit()
    user = f"""(component {programs.counting("1.0.0")}
      (alias export $kit "counter" (type $c))
      (import "take" (func (param "c" (own $c)))))"""
    with pytest.raises(LinkError, match="types of an import that stays open come from") as caught:
        compose(parts(user=user, kit=provider))
    assert caught.value.file == "user.wasm"


def test_same_export_twice():
    with pytest.raises(LinkError, match='one.wasm exports "demo:kit/counting@1.2.3" and two.wasm'):
        compose(parts(one=programs.kit(), two=programs.kit()), all_exports=True)


@pytest.mark.parametrize("sort", ["(component)", "(core module)", "(value u32)"])
def test_what_cannot_stay_open(sort):
    text = f'(component (import "x" {sort}))'.replace('"x" (value u32)', '"x" (value $v u32)')
    text = text.replace("u32))", 'u32)) (export "y" (value $v))') if "value" in sort else text
    with pytest.raises(PreflightError) as caught:
        compose([("x.wasm", component(text), True)], ["values"])
    assert "cannot be left open" in caught.value.message


def wrt(*arguments: str, folder) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wrt_preflight.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_command(tmp_path):
    for name, data, _ in parts(app=programs.app(), kit=programs.kit()):
        (tmp_path / name).write_bytes(data)
    done = wrt("compose", "app.wasm", "kit.wasm", "-o", "both.wasm", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["open"] == ["demo:log/log@0.1.2"] and shown["unused"] == []
    assert wasmtime_run((tmp_path / "both.wasm").read_bytes(), 2) == (3, [2, 999])
    done = wrt("compose", "app.wasm", "kit.wasm", folder=tmp_path)
    assert (done.returncode, "add -o OUT.wasm" in done.stderr) == (2, True)
    done = wrt("compose", "app.wasm", "kit.wasm", "-o", "x/both.wasm", folder=tmp_path)
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    "one, two, message, hint",
    [
        (
            '(import "x" (func))',
            '(import "x" (instance))',
            'one.wasm imports "x" as a func, two.wasm as an instance',
            "one of these names has to change",
        ),
        (
            '(import "x" (func (param "a" u8)))',
            '(import "x" (func (param "b" u8)))',
            "type mismatch for import `x`",
            "one.wasm and two.wasm import it, and must want the same",
        ),
    ],
)
def test_imports_of_one_name_that_are_not_one(one, two, message, hint):
    texts = {name: f"(component {text})" for name, text in (("one", one), ("two", two))}
    with pytest.raises(LinkError) as caught:
        compose(parts(**texts), all_exports=True)
    assert message in caught.value.message
    assert hint in caught.value.hint
