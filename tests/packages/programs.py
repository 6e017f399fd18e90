"""Components for tests of packages, as text with the names and versions that a test wants."""

from __future__ import annotations


def kit(version: str = "1.2.3", step: int = 1, package: str = "demo:kit") -> str:
    """Exports PACKAGE/counting@VERSION: a resource `counter`; each new one logs its value."""
    return f"""(component
  (import "demo:log/log@0.1.0" (instance $log (export "line" (func (param "n" u32)))))
  (core func $line (canon lower (func $log "line")))
  (core module $Parts
    (import "log" "line" (func $line (param i32)))
    (func (export "add") (param i32) (result i32) (i32.add (local.get 0) (i32.const {step})))
    (func (export "drop") (param i32) (call $line (i32.const 999))))
  (core instance $parts (instantiate $Parts (with "log" (instance (export "line" (func $line))))))
  (type $r (resource (rep i32) (dtor (core func $parts "drop"))))
  (core func $new (canon resource.new $r))
  (core module $Make
    (import "" "line" (func $line (param i32)))
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "new") (param i32) (result i32)
      (call $line (local.get 0)) (call $new (local.get 0))))
  (core instance $make (instantiate $Make
    (with "" (instance (export "line" (func $line)) (export "new" (func $new))))))
  (func $create (param "v" u32) (result (own $r)) (canon lift (core func $make "new")))
  (func $get (param "self" (borrow $r)) (result u32) (canon lift (core func $parts "add")))
  (component $Interface
    (import "r" (type $r (sub resource)))
    (import "new" (func $new (param "v" u32) (result (own $r))))
    (import "get" (func $get (param "self" (borrow $r)) (result u32)))
    (export $r' "counter" (type $r))
    (export "[constructor]counter" (func $new) (func (param "v" u32) (result (own $r'))))
    (export "[method]counter.get" (func $get) (func (param "self" (borrow $r')) (result u32))))
  (instance $e (instantiate $Interface
    (with "r" (type $r)) (with "new" (func $create)) (with "get" (func $get))))
  (export "{package}/counting@{version}" (instance $e)))"""


def counting(version: str, package: str = "demo:kit", name: str = "$kit") -> str:
    """The import of what `kit` exports."""
    return f"""(import "{package}/counting@{version}" (instance {name}
    (export "counter" (type $c (sub resource)))
    (export "[constructor]counter" (func (param "v" u32) (result (own $c))))
    (export "[method]counter.get" (func (param "self" (borrow $c)) (result u32)))))"""


def app(version: str = "1.2.0", package: str = "demo:kit") -> str:
    """Exports run(v): the value of a new counter. Wants more of the log than the kit does."""
    return f"""(component
  {counting(version, package)}
  (import "demo:log/log@0.1.2" (instance $log
    (export "line" (func (param "n" u32))) (export "other" (func))))
  (alias export $kit "counter" (type $c))
  (core func $new (canon lower (func $kit "[constructor]counter")))
  (core func $get (canon lower (func $kit "[method]counter.get")))
  (core func $drop (canon resource.drop $c))
  (core module $Main
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "get" (func $get (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "run") (param i32) (result i32) (local i32)
      (local.set 1 (call $new (local.get 0)))
      (call $get (local.get 1))
      (call $drop (local.get 1)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0))))
  (core instance $main (instantiate $Main (with "" (instance
    (export "new" (func $new)) (export "get" (func $get)) (export "drop" (func $drop))))))
  (func (export "run") (param "v" u32) (result u32) (canon lift (core func $main "run")))
  (func $make (param "v" u32) (result (own $c)) (canon lift (core func $main "make")))
  (component $Interface
    (import "r" (type $r (sub resource)))
    (import "make" (func $make (param "v" u32) (result (own $r))))
    (export $r' "counter" (type $r))
    (export "make" (func $make) (func (param "v" u32) (result (own $r')))))
  (instance $e (instantiate $Interface (with "r" (type $c)) (with "make" (func $make))))
  (export "demo:app/api@1.0.0" (instance $e)))"""


# Wants a counter of version 2 from one of version 1: exports mix(), which must trap.
MIXER = f"""(component
  {counting("1.0.0", name="$one")}
  {counting("2.0.0", name="$two").replace("$c", "$d")}
  (core func $new (canon lower (func $one "[constructor]counter")))
  (core func $get (canon lower (func $two "[method]counter.get")))
  (core module $Main
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "get" (func $get (param i32) (result i32)))
    (func (export "mix") (result i32) (call $get (call $new (i32.const 1)))))
  (core instance $main (instantiate $Main (with "" (instance
    (export "new" (func $new)) (export "get" (func $get))))))
  (func (export "mix") (result u32) (canon lift (core func $main "mix"))))"""


def function(imports: dict[str, str], exports: dict[str, str], value: int = 1) -> str:
    """A component that imports and exports interfaces with one function each, `f: func() -> u32`.

    imports, exports: name of the interface -> name of its function. An exported function gives
    the sum of all imported ones plus `value`.
    """
    lines, args, calls = [], [], []
    for i, (interface, name) in enumerate(imports.items()):
        lines.append(
            f'(import "{interface}" (instance $i{i} (export "{name}" (func (result u32)))))'
            f'(core func $f{i} (canon lower (func $i{i} "{name}")))'
        )
        args.append(f'(export "f{i}" (func $f{i}))')
        calls.append(f'(import "" "f{i}" (func $f{i} (result i32)))')
    total = f"(i32.const {value})" + "".join(f" (call $f{i}) i32.add" for i in range(len(imports)))
    lines.append(
        f'(core module $M {" ".join(calls)} (func (export "f") (result i32) {total}))'
        f'(core instance $m (instantiate $M (with "" (instance {" ".join(args)}))))'
        '(func $f (result u32) (canon lift (core func $m "f")))'
    )
    for i, (interface, name) in enumerate(exports.items()):
        lines.append(
            f'(instance $e{i} (export "{name}" (func $f))) (export "{interface}" (instance $e{i}))'
        )
    return "(component\n" + "\n".join(lines) + ")"
