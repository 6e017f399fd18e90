"""Linking modules into one store: imports of every kind, and what an error says."""

from __future__ import annotations

import copy

import pytest

import wrt_micro
from lowered import module, run
from wrt_preflight.errors import LinkError
from wrt_preflight.link import Extern, Store
from wrt_preflight.lower import LowerOptions, lower

# Each kind: what a module declares and exports as "x", and imports that do and do not match.
FUNC = '(func (export "x") (param i32) (result i64) (i64.const 0))'
TAG = '(tag (export "x") (param i32))'
MUTABLE = '(global (export "x") (mut i32) (i32.const 1))'
CONSTANT = '(global (export "x") i32 (i32.const 1))'
TABLE = '(table (export "x") 3 10 funcref)'
MEMORY = '(memory (export "x") 2 5)'

MATCHES = [
    (FUNC, "(func (param i32) (result i64))"),
    (TAG, "(tag (param i32))"),
    (MUTABLE, "(global (mut i32))"),
    (CONSTANT, "(global i32)"),
    ('(global (export "x") (ref func) (ref.func 0)) (func)', "(global funcref)"),
    ('(global (export "x") (ref func) (ref.func 0)) (func)', "(global (ref null func))"),
    ('(global (export "x") nullfuncref (ref.null nofunc))', "(global funcref)"),
    (TABLE, "(table 3 funcref)"),
    (TABLE, "(table 0 10 funcref)"),
    (TABLE, "(table 2 4294967295 funcref)"),
    (MEMORY, "(memory 2)"),
    (MEMORY, "(memory 1 5)"),
    (MEMORY, "(memory 0 65536)"),
    ('(memory (export "x") i64 1 2)', "(memory i64 1)"),
    ('(memory (export "x") 1 2 shared)', "(memory 1 2 shared)"),
    ('(memory (export "x") 9 9 (pagesize 1))', "(memory 0 (pagesize 1))"),
]
MISMATCHES = [
    (FUNC, "(memory 1)", "expected a memory, found a func"),
    (MEMORY, "(func)", "expected a func, found a memory"),
    (FUNC, "(func (param i32))", r"expected type (i32) -> (), found (i32) -> (i64)"),
    (TAG, "(tag (param i64))", "expected tag type (i64) -> (), found (i32) -> ()"),
    (
        MUTABLE,
        "(global i32)",
        "expected an immutable global of type i32, found a mutable one of type i32",
    ),
    (
        CONSTANT,
        "(global (mut i32))",
        "expected a mutable global of type i32, found an immutable one of type i32",
    ),
    (
        CONSTANT,
        "(global i64)",
        "expected an immutable global of type i64, found an immutable one of type i32",
    ),
    (
        '(global (export "x") (mut (ref func)) (ref.func 0)) (func)',
        "(global (mut funcref))",  # what is written must be readable as well
        "expected a mutable global of type funcref, found a mutable one of type (ref func)",
    ),
    (
        '(global (export "x") funcref (ref.null func))',
        "(global (ref func))",
        "expected an immutable global of type (ref func), found an immutable one of type funcref",
    ),
    (TABLE, "(table 1 externref)", "expected a table of externref, found one of funcref"),
    (TABLE, "(table i64 1 funcref)", "one table has 64-bit indices, the other has not"),
    (TABLE, "(table 1 9 funcref)", "expected a maximum of 9 elements, found a maximum of 10"),
    (TABLE, "(table 11 funcref)", "expected at least 11 elements, found at most 10"),
    (
        '(table (export "x") 1 funcref)',
        "(table 1 9 funcref)",
        "expected a maximum of 9 elements, found no maximum",
    ),
    (MEMORY, "(memory 1 4)", "expected a maximum of 4 pages, found a maximum of 5"),
    (MEMORY, "(memory 6)", "expected at least 6 pages, found at most 5"),
    (MEMORY, "(memory i64 1)", "one memory has 64-bit addresses, the other has not"),
    (MEMORY, "(memory 1 5 shared)", "one memory has the shared flag, the other has not"),
    (MEMORY, "(memory 1 (pagesize 1))", "one memory has that page size, the other has not"),
]


def importer(declared: str):
    """A module that imports "lib" "x"."""
    kind, _, rest = declared[1:].partition(" ")
    kind = kind.rstrip(")")
    rest = f" {rest}" if rest else ")"
    return module(f'(module (type (func)) (import "lib" "x" ({kind}{rest}))', "user.wasm")


def provided(text: str) -> tuple[Store, Extern]:
    store = Store()
    instance = store.instantiate(module(f"(module {text})"), "lib", lambda module, field: None)
    return store, instance.exports["x"]


@pytest.mark.parametrize(("declared", "wanted"), MATCHES)
def test_a_match_becomes_the_same_thing(declared, wanted):
    store, extern = provided(declared)
    user = store.instantiate(importer(wanted), "user", lambda module, field: extern)
    spaces = [user.functions, user.tables, user.memories, user.globals, user.tags]
    assert [space for space in spaces if space] == [[extern.index]]
    assert not user.checks


@pytest.mark.parametrize(("declared", "wanted", "message"), MISMATCHES)
def test_a_mismatch_says_what_and_where(declared, wanted, message):
    store, extern = provided(declared)
    user = importer(wanted)
    with pytest.raises(LinkError) as caught:
        store.instantiate(user, "user", lambda module, field: extern)
    error = caught.value
    assert error.message == f'import "lib" "x" of user: {message}'
    assert (error.file, error.offset) == ("user.wasm", user.imports[0].offset)
    # The offset is that of the import's module name: its length, then the name.
    assert user.data[error.offset : error.offset + 4] == b"\3lib"


@pytest.mark.parametrize("wanted", ["(memory 1)", "(table 1 funcref)", "(global i32)", "(tag)"])
def test_only_functions_may_come_from_nowhere(wanted):
    kind = wanted[1:].split()[0].rstrip(")")
    with pytest.raises(LinkError) as caught:
        Store().instantiate(importer(wanted), "user", lambda module, field: None)
    assert caught.value.message == f'import "lib" "x" of user: expected a {kind}, found nothing'
    assert caught.value.hint.startswith('link a module that exports "x" as "lib"; only functions')


def test_functions_from_nowhere_are_left_to_the_host():
    store = Store()
    user = store.instantiate(importer("(func (param i64))"), "user", lambda module, field: None)
    found = store.functions[user.functions[0]]
    assert found.host == ("lib", "x") and found.instance is None
    assert store.function_type(user.functions[0]).params == ("i64",)


# ---------------------------------------------------------------- failures leave no trace
def snapshot(store: Store) -> dict:
    lists = ("instances", "functions", "tables", "memories", "globals", "tags", "elements")
    found = {name: list(getattr(store, name)) for name in (*lists, "datas")}
    types = copy.deepcopy(vars(store.types))
    return found | {"types": types, "words": store.global_words}


@pytest.mark.parametrize("wanted", ["(memory 1 1)", "(func (param f64 f64 f64))"])
def test_the_store_is_as_before_after_a_failure(wanted):
    store, extern = provided(MEMORY)
    before = snapshot(store)
    text = f"""(module (import "host" "f" (func (param i64 i64)))
      (import "lib" "x" {wanted}) (table 1 funcref) (global i32 (i32.const 1)) (tag (param f32))
      (elem func 0) (data "x") (func (result f64) (f64.const 0)))"""
    with pytest.raises(LinkError):
        store.instantiate(
            module(text), "user", lambda name, field: extern if name == "lib" else None
        )
    assert snapshot(store) == before
    # And it goes on as if nothing had been.
    user = store.instantiate(importer("(memory 1)"), "user", lambda name, field: extern)
    assert user.memories == [extern.index]


# ---------------------------------------------------------------- sizes known later
@pytest.mark.parametrize(
    ("declared", "wanted", "check"),
    [
        (TABLE, "(table 5 funcref)", ("table", 0, 5)),
        (MEMORY, "(memory 3)", ("memory", 0, 3)),
        ('(memory (export "x") 2)', "(memory 60000)", ("memory", 0, 60000)),
    ],
)
def test_too_small_now_may_be_large_enough_later(declared, wanted, check):
    store, extern = provided(declared)
    user = store.instantiate(importer(wanted), "user", lambda module, field: extern)
    assert user.checks == [check]


@pytest.mark.parametrize(("grow", "enough"), [(0, False), (1, True)])
@pytest.mark.parametrize(
    ("declared", "grower", "wanted"),
    [
        (MEMORY, "(drop (memory.grow (i32.const 1)))", "(memory 3)"),
        (TABLE, "(drop (table.grow (ref.null func) (i32.const 1)))", "(table 4 funcref)"),
    ],
)
def test_the_size_is_checked_when_it_is_instantiated(declared, grower, wanted, grow, enough):
    store, extern = provided(f"{declared} (func $g {grower * grow}) (start $g)")
    store.instantiate(importer(wanted), "user", lambda module, field: extern)
    made = lower(store, LowerOptions(memory_reserve=1 << 16))
    if enough:
        run(made)
    else:
        with pytest.raises(wrt_micro.Trap, match="smaller than its import asks"):
            run(made)


# ---------------------------------------------------------------- types
def numbers(store: Store, text: str) -> list[int]:
    return store.instantiate(module(f"(module {text})"), "m", lambda module, field: None).types


def test_equal_types_have_equal_numbers():
    store = Store()
    first = numbers(store, "(type (func (param i32))) (type (func)) (type (func (param i32)))")
    assert first[0] == first[2] != first[1]
    assert numbers(store, "(type (func)) (type (func (param i32)))") == [first[1], first[0]]
    assert len(store.types.types) == 2


def test_types_that_mention_types_are_compared_by_them():
    store = Store()
    text = "(type $a (func (param i32))) (type (func (result (ref $a))))"
    first = numbers(store, text)
    moved = numbers(store, f"(type (func)) {text}")
    assert moved[1:] == first
    other = numbers(store, "(type $a (func (param i64))) (type (func (result (ref $a))))")
    assert other[1] not in first


def test_recursion_groups_are_compared_as_groups():
    store = Store()
    pair = """(rec (type $a (func (param (ref null $b)))) (type $b (func (result (ref $a)))))"""
    first = numbers(store, pair)
    assert numbers(store, f"(type (func)) {pair}")[1:] == first
    # The same members in another order, or alone, are other types.
    swapped = """(rec (type $b (func (result (ref $a)))) (type $a (func (param (ref null $b)))))"""
    assert not set(numbers(store, swapped)) & set(first)
    alone = numbers(store, "(type $a (func (param (ref null $a))))")
    assert not set(alone) & set(first)
    assert numbers(store, "(rec (type $x (func (param (ref null $x)))))") == alone


def test_open_and_final_types_differ():
    store = Store()
    final, open_ = numbers(store, "(type (func)) (type (sub (func)))")
    assert final != open_
    assert numbers(store, "(type (sub final (func)))") == [final]


def test_a_function_is_matched_by_what_its_type_means():
    """Indices differ between the modules; the types they stand for do not."""
    store, extern = provided(
        '(type $t (func (param i32))) (func (export "x") (param (ref null $t)))'
    )
    text = """(module (type (func)) (type $u (func (param i32)))
      (import "lib" "x" (func (param (ref null $u)))))"""
    user = store.instantiate(module(text), "user", lambda module, field: extern)
    assert user.functions == [extern.index]


# ---------------------------------------------------------------- several instances
def test_a_module_twice_shares_nothing_but_types():
    store = Store()
    counter = module("""(module (global $n (mut i32) (i32.const 0)) (memory 1)
      (func (export "next") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))""")
    first, second = (store.instantiate(counter, name, lambda module, field: None) for name in "ab")
    assert first.types == second.types
    assert first.globals != second.globals and first.memories != second.memories
    externs = {"a": first.exports["next"], "b": second.exports["next"]}
    user = module("""(module (import "a" "next" (func $a (result i32)))
      (import "b" "next" (func $b (result i32)))
      (func (export "f") (result i32)
        (drop (call $a)) (drop (call $a))
        (i32.add (i32.mul (call $a) (i32.const 100)) (call $b))))""")
    store.instantiate(user, "user", lambda module, field: externs[module])
    assert run(lower(store)).f() == 301


def test_exports_of_imports_are_the_thing_itself():
    store, extern = provided(MUTABLE)
    text = '(module (import "lib" "x" (global $g (mut i32))) (export "y" (global $g)))'
    user = store.instantiate(module(text), "user", lambda module, field: extern)
    assert user.exports["y"] == extern
