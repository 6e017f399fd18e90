"""Component scripts: definitions are judged on the host, and each instance is an image."""

from __future__ import annotations

from dataclasses import replace

from .. import image
from ..component import (
    SECTION,
    check_runnable,
    link_component,
    named_functions,
    read_component,
    reserve_stack,
    write_plan,
)
from ..errors import LinkError, PreflightError, ProfileError
from ..lower import LowerOptions, lower
from ..strip import strip
from .half import AS_WRITTEN, HostHalf, traps_of
from .script import Directive, Script

# The kinds of trap that each text stands for. The texts are wasmtime's, which has one for a
# pointer that is wrong, whether the guest gave it or its realloc returned it.
TRAPS = {
    "unreachable": ["unreachable"],
    "wasm `unreachable`": ["unreachable"],
    "integer divide by zero": ["integer_divide_by_zero"],
    "out of bounds memory access": ["out_of_bounds_memory"],
    "uninitialized element": ["uninitialized_element"],
    "undefined element": ["undefined_element"],
    "indirect call type mismatch": ["indirect_call_type_mismatch"],
    "unknown thread": ["unknown_thread"],
    "thread is not suspended": ["thread_not_suspended"],
    "unaligned atomic": ["unaligned_atomic"],
    "cannot enter component instance": ["cannot_enter"],
    "cannot leave component instance": ["cannot_leave"],
    "unaligned pointer": ["unaligned_pointer", "realloc_unaligned"],
    "string pointer/length out of bounds": ["pointer_out_of_bounds", "string_out_of_bounds"],
    "string content out-of-bounds": [
        "pointer_out_of_bounds",
        "string_out_of_bounds",
        "realloc_out_of_bounds",
    ],
    "list content out-of-bounds": [
        "pointer_out_of_bounds",
        "list_out_of_bounds",
        "realloc_out_of_bounds",
    ],
    "invalid utf-8": ["invalid_utf8"],
    "incomplete utf-8": ["invalid_utf8"],
    "invalid `char`": ["invalid_char"],
    "invalid variant discriminant": ["invalid_discriminant"],
    "realloc return: result not aligned": ["realloc_unaligned"],
    "realloc return: beyond end of memory": ["realloc_out_of_bounds"],
    "unknown handle index": ["unknown_handle"],
    "handle index": ["handle_type"],
    "cannot remove owned resource while borrowed": ["handle_lent"],
    "borrow handles still remain": ["borrows_remain"],
    "cannot block a synchronous task before returning": ["cannot_block", "deadlock"],
    "deadlock detected": ["deadlock", "cannot_block"],
    "unsupported callback code": ["callback_code"],
    "waitable cannot be used synchronously while added": ["in_waitable_set", "waited_for"],
    "cannot write to stream after": ["copy_done"],
    "cannot read from stream after": ["copy_done"],
    "cannot write to future after": ["copy_done"],
    "cannot read from future after": ["copy_done"],
    "cannot lift stream after": ["copy_done"],
    "cannot lift future after": ["copy_done"],
    "cannot lift stream while it's in a waitable set": ["lifted_in_set"],
    "cannot lift future while it's in a waitable set": ["lifted_in_set"],
    "cannot read from and write to intra-component": ["same_instance"],
    "cannot have concurrent operations active on a future/stream": ["copy_busy"],
    "cannot drop busy stream": ["copy_busy"],
    "cannot remove busy stream": ["copy_busy"],
    "cannot drop waitable set with waiters": ["waitable_set_in_use"],
    "cannot drop future write end without": ["future_unwritten"],
    "cannot drop a subtask which has not yet resolved": ["subtask_unresolved"],
}
OPTIONS = LowerOptions(memory_reserve=4 << 16, table_reserve=64, default_stack=1 << 16)


class ComponentScript(HostHalf):
    """The host's half of a component script."""

    device = "device_components.py"
    heap = 96 << 20  # load() collects garbage, which takes as long as the heap is large

    def __init__(self, script: Script, options: LowerOptions = AS_WRITTEN) -> None:
        super().__init__(script, options)
        self._images: list[image.Image] = []
        self._definitions: dict[str | None, Directive] = {}
        # By name, None for the latest: an instance's number, or why there is none.
        self._instances: dict[str | None, int | PreflightError] = {}
        self._count = 0
        self.settle_all()

    def images(self) -> list[image.Image]:
        """An image for each component that is instantiated, in the order of the script."""
        return self._images

    def _do_module(self, directive: Directive) -> None:
        self._define(directive)
        self._create(directive, directive)

    def _do_module_definition(self, directive: Directive) -> None:
        self.judge.accept(directive)
        self._define(directive)

    def _define(self, directive: Directive) -> None:
        self._definitions[directive.fields.get("name")] = directive
        self._definitions[None] = directive

    def _do_module_instance(self, directive: Directive) -> None:
        name = directive.fields.get("module")
        if name not in self._definitions:
            raise LinkError(f"expected the name of a definition, found {name}")
        self._create(directive, self._definitions[name])

    def _create(self, directive: Directive, definition: Directive) -> None:
        name = directive.fields.get("instance") or directive.fields.get("name")
        made: int | PreflightError = self._count
        try:
            self._load(self._built(definition), {})
        except PreflightError as error:
            made = error
            raise
        except Exception as error:
            made = PreflightError(f"internal error: {error!r}")
            raise
        finally:
            self._instances[None] = self._instances[name] = made

    def _built(self, definition: Directive) -> int:
        """The number of a new image."""
        self.judge.accept(definition)
        self._images.append(_image(self.script.binary(definition), self.options))
        return len(self._images) - 1

    def _load(self, built: int, expected: dict) -> None:
        """Leave it to the device to make an instance; it gets the next number."""
        self.step(self._count, "load", str(built), [], expected)
        self._count += 1

    def _do_register(self, directive: Directive) -> None:
        raise ProfileError("components are not linked with each other when they run")

    def _do_assert_uninstantiable(self, directive: Directive) -> None:
        built = self._built(directive)
        self._load(built, {"traps": traps_of(directive, TRAPS)})

    def _do_action(self, directive: Directive) -> None:
        self._act(directive, self._instance(directive), {})

    def _do_assert_return(self, directive: Directive) -> None:
        expected = {"results": directive.fields["expected"]}
        self._act(directive, self._instance(directive), expected)

    def _do_assert_trap(self, directive: Directive) -> None:
        instance = self._instance(directive)
        self._act(directive, instance, {"traps": traps_of(directive, TRAPS)})

    def _instance(self, directive: Directive) -> int:
        name = directive.fields["action"].get("module")
        instance = self._instances.get(name)
        if instance is None:
            raise LinkError(f"expected an instance, found none named {name}")
        if isinstance(instance, PreflightError):
            raise instance
        return instance

    def _act(self, directive: Directive, instance: int, expected: dict) -> None:
        action = directive.fields["action"]
        self.step(instance, "call", action["field"], action["args"], expected)


def _image(data: bytes, given: LowerOptions) -> image.Image:
    """The image of a component. Raises PreflightError, ProfileError for what we do not run."""
    plan, store = link_component(read_component(data, bare_values=True), data)
    check_runnable(plan)
    options = replace(OPTIONS, native=given.native)
    program = lower(store, options, plan_calls=named_functions(plan))
    if given.strip:
        plan = strip(program, plan).plan
    reserve_stack(plan, store, program)
    return image.write(program, {SECTION: write_plan(plan, program)})
