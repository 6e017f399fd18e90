"""Core scripts: every directive is settled on the host, or becomes a step for the device.

All instances of a script are linked into one store, in script order, so a script is one image.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import LinkError, PreflightError, ProfileError
from ..link import Extern, Instance, Store
from ..wasm import Module, read_module
from . import spectest
from .judge import Judge
from .outcome import FAILED, PASSED, SKIPPED, Outcome
from .script import Directive, Script
from .values import alternatives, words

# The trap numbers that each text of the official suite stands for; it may go on after the text.
TRAPS = {
    "unreachable": [1],
    "integer divide by zero": [2],
    "integer overflow": [3],
    "invalid conversion to integer": [4],
    "out of bounds memory access": [5],
    "out of bounds table access": [6],
    "undefined element": [7],
    "uninitialized element": [8],
    "indirect call type mismatch": [9],
    "call stack exhausted": [10],
    "null function reference": [11],
    "null exception reference": [11],
    "null reference": [11],
    "unaligned atomic": [12],
    "expected shared memory": [15],
}
UNCAUGHT_EXCEPTION = [13]


@dataclass(frozen=True, slots=True)
class Step:
    """What the device does for one directive.

    directive: its place in the script. action: "init" an instance, "call" a function export,
    "get" a global export; name: of the export. words: the arguments. expected: {"results": lists
    of patterns (see values)}, {"traps": numbers, none for any trap}, or {} for a plain return.
    """

    directive: int
    instance: int
    action: str
    name: str
    words: list[int]
    expected: dict

    def as_list(self) -> list:
        """What device_runner reads."""
        return [self.instance, self.action, self.name, self.words, self.expected]


class CoreScript:
    """The host's half of a core script.

    outcomes: what the host alone settled, by place of the directive in the script. steps: what
    the device settles. store: everything that the steps need; its instances are numbered as there.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.judge = Judge(script)
        self.store = Store()
        self.outcomes: dict[int, Outcome] = {}
        self.steps: list[Step] = []
        self._definitions: dict[str | None, Module] = {}
        # By name, None for the latest. What failed to instantiate is the error it failed with.
        self._instances: dict[str | None, Instance | PreflightError] = {}
        self._registered: dict[str, Instance | PreflightError] = {}
        self._place = -1
        harness = self._instantiate(read_module(spectest.binary()), "spectest")
        self._registered["spectest"] = harness
        self._init(harness, {})
        for self._place, directive in enumerate(script.directives):
            self._settle(directive)

    def _settle(self, directive: Directive) -> None:
        handler: Callable | None = getattr(self, f"_do_{directive.kind}", None)
        status, reason = PASSED, ""
        steps = len(self.steps)
        try:
            if handler is None:
                raise PreflightError("expected a directive that is known")
            handler(directive)
        except ProfileError as error:
            status, reason = SKIPPED, error.message
        except (PreflightError, ValueError) as error:
            status, reason = FAILED, str(error)
        if len(self.steps) == steps:
            outcome = Outcome(directive.line, directive.kind, status, reason)
            self.outcomes[self._place] = outcome

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
        number = len(self.store.instances) - 1
        assert self.store.instances[number] is instance
        self.steps.append(Step(self._place, number, "init", "", [], expected))

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
    def _do_assert_invalid(self, directive: Directive) -> None:
        self.judge.reject(directive)

    _do_assert_malformed = _do_assert_invalid

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
        self._init(instance, {"traps": _traps(directive)})

    # ------------------------------------------------------------ actions and their results
    def _do_action(self, directive: Directive) -> None:
        self._act(directive, {})

    def _do_assert_return(self, directive: Directive) -> None:
        self._act(directive, {"results": alternatives(directive.fields["expected"])})

    def _do_assert_trap(self, directive: Directive) -> None:
        self._act(directive, {"traps": _traps(directive)})

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
        number = next(i for i, made in enumerate(self.store.instances) if made is instance)
        what = "call" if kind == "func" else "get"
        step = Step(self._place, number, what, action["field"], arguments, expected)
        self.steps.append(step)


def _traps(directive: Directive) -> list[int]:
    """The trap numbers that a directive's text allows. Raises ValueError for an unknown text."""
    text = directive.fields["text"]
    for start, numbers in TRAPS.items():
        if text.startswith(start):
            return numbers
    raise ValueError(f"expected the text of a trap, found {text!r}")
