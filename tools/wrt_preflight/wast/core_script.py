"""Core scripts: every directive is settled on the host, or becomes a step for the device.

All instances of a script are linked into one store, in script order, so a script is one image.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from .. import image
from ..errors import LinkError, PreflightError
from ..link import Extern, Instance, Store
from ..lower import LowerOptions, lower
from ..strip import strip
from ..wasm import MemoryType, Module, read_module
from . import spectest
from .half import AS_WRITTEN, HostHalf, traps_of
from .script import Directive, Script
from .values import alternatives, words

# Scripts grow their memories without a word beforehand, the greediest one by 803 pages.
MOST_RESERVED, ALL_RESERVED = 804 << 16, 192 << 20
TABLE_RESERVE = 1024  # elements
STACK = 1 << 16  # bytes

# The kinds of trap that each text of the official suite stands for; it may go on after the text.
TRAPS = {
    "unreachable": ["unreachable"],
    "integer divide by zero": ["integer_divide_by_zero"],
    "integer overflow": ["integer_overflow"],
    "invalid conversion to integer": ["invalid_conversion_to_integer"],
    "out of bounds memory access": ["out_of_bounds_memory"],
    "out of bounds table access": ["out_of_bounds_table"],
    "undefined element": ["undefined_element"],
    "uninitialized element": ["uninitialized_element"],
    "indirect call type mismatch": ["indirect_call_type_mismatch"],
    "call stack exhausted": ["call_stack_exhausted"],
    "null function reference": ["null_reference"],
    "null exception reference": ["null_reference"],
    "null reference": ["null_reference"],
    "unaligned atomic": ["unaligned_atomic"],
    "expected shared memory": ["expected_shared_memory"],
}
UNCAUGHT_EXCEPTION = ["uncaught_exception"]


class CoreScript(HostHalf):
    """The host's half of a core script. store: all its instances, in the order of the steps."""

    device = "device_core.py"
    heap = 512 << 20

    def __init__(self, script: Script, options: LowerOptions = AS_WRITTEN) -> None:
        super().__init__(script, options)
        self.store = Store()
        self._definitions: dict[str | None, Module] = {}
        # By name, None for the latest. What failed to instantiate is the error it failed with.
        self._instances: dict[str | None, Instance | PreflightError] = {}
        self._registered: dict[str, Instance | PreflightError] = {}
        harness = self._instantiate(read_module(spectest.binary()), "spectest")
        self._registered["spectest"] = harness
        self._init(harness, {})
        self.settle_all()

    def images(self) -> list[image.Image]:
        """The one image, with room for memories to grow in, as far as they may."""
        greedy = sum(_room(memory.type) >= MOST_RESERVED for memory in self.store.memories)
        reserve = min(MOST_RESERVED, ALL_RESERVED // max(1, greedy))
        options = replace(
            self.options,
            memory_reserve=reserve,
            table_reserve=TABLE_RESERVE,
            default_stack=STACK,
        )
        program = lower(self.store, options)
        if options.strip:
            strip(program, None)
        return [image.write(program)]

    # ------------------------------------------------------------ modules
    def _do_module(self, directive: Directive) -> None:
        self._create(directive, lambda: self.judge.accept(directive))

    def _do_module_definition(self, directive: Directive) -> None:
        module = self.judge.accept(directive)
        self._definitions[directive.fields.get("name")] = module
        self._definitions[None] = module

    def _do_module_instance(self, directive: Directive) -> None:
        name = directive.fields.get("module")
        if name not in self._definitions:
            raise LinkError(f"expected the name of a definition, found {name}")
        self._create(directive, lambda: self._definitions[name])

    def _create(self, directive: Directive, module: Callable[[], Module]) -> None:
        """Make an instance the current one, under its name too."""
        name = directive.fields.get("name") or directive.fields.get("instance")
        failure = None
        try:
            made: Instance | PreflightError = self._instantiate(
                module(), name or f"line {directive.line}"
            )
        except PreflightError as error:
            made = failure = error
        self._instances[None] = made
        if name:
            self._instances[name] = made
        if failure:
            raise failure
        self._init(made, {})

    def _instantiate(self, module: Module, name: str) -> Instance:
        return self.store.instantiate(module, name, self._resolve)

    def _init(self, instance: Instance, expected: dict) -> None:
        self.step(self._number(instance), "init", "", [], expected)

    def _number(self, instance: Instance) -> int:
        return next(i for i, made in enumerate(self.store.instances) if made is instance)

    def _resolve(self, module: str, name: str) -> Extern:
        instance = self._registered.get(module)
        if isinstance(instance, PreflightError):
            raise instance
        if instance is None or name not in instance.exports:
            raise LinkError(f'unknown import "{module}" "{name}"')
        return instance.exports[name]

    def _do_register(self, directive: Directive) -> None:
        name = directive.fields.get("name")
        self._registered[directive.fields["as"]] = self._instance(name)

    def _instance(self, name: str | None) -> Instance:
        instance = self._instances.get(name)
        if instance is None:
            raise LinkError(f"expected an instance, found none named {name}")
        if isinstance(instance, PreflightError):
            raise instance
        return instance

    # ------------------------------------------------------------ assertions about modules
    def _do_assert_unlinkable(self, directive: Directive) -> None:
        module = self.judge.accept(directive)
        try:
            instance = self._instantiate(module, f"line {directive.line}")
        except LinkError:
            return
        if not instance.checks:
            raise PreflightError("linked, but must not link")
        # Too small an import is only known when the instance is made, and is then a trap.
        self._init(instance, {"traps": []})

    def _do_assert_uninstantiable(self, directive: Directive) -> None:
        module = self.judge.accept(directive)
        instance = self._instantiate(module, f"line {directive.line}")
        self._init(instance, {"traps": traps_of(directive, TRAPS)})

    # ------------------------------------------------------------ actions and their results
    def _do_action(self, directive: Directive) -> None:
        self._act(directive, {})

    def _do_assert_return(self, directive: Directive) -> None:
        self._act(directive, {"results": alternatives(directive.fields["expected"])})

    def _do_assert_trap(self, directive: Directive) -> None:
        self._act(directive, {"traps": traps_of(directive, TRAPS)})

    _do_assert_exhaustion = _do_assert_trap

    def _do_assert_exception(self, directive: Directive) -> None:
        self._act(directive, {"traps": UNCAUGHT_EXCEPTION})

    def _act(self, directive: Directive, expected: dict) -> None:
        action = directive.fields["action"]
        instance = self._instance(action.get("module"))
        kind = "func" if action["type"] == "invoke" else "global"
        export = instance.exports.get(action["field"])
        if export is None or export.kind != kind:
            raise LinkError(f'expected a {kind} named "{action["field"]}"')
        arguments = [word for value in action.get("args", ()) for word in words(value)]
        what = "call" if kind == "func" else "get"
        self.step(self._number(instance), what, action["field"], arguments, expected)


def _room(declared: MemoryType) -> float:
    """Bytes that a memory may grow by."""
    limits = declared.limits
    if limits.maximum is None:
        return math.inf
    return limits.maximum - limits.minimum << declared.page_shift
