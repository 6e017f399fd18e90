"""The LLVM module that a store becomes: what its functions share."""

from __future__ import annotations

from collections.abc import Sequence

from ...link import Store
from ...link.entities import StoreGlobal
from ...lower.context import Context
from ...lower.initialise import static_words
from ...ops.instructions import BY_NAME
from ...wasm.types import FuncType, slots
from ..target import Target
from . import record, support
from .forms import Forms, integer, words
from .library import LIBRARY, symbol
from .scan import Scan

# Services of the trampoline. A yield only changes the record; but if memory is shared, another
# task may have changed that too.
_SERVICES = """\
declare hidden void @rt_trap(ptr, i32, i32, i32) cold noreturn nounwind
declare hidden void @rt_host(ptr, i32, ptr, i32) nounwind
declare hidden void @rt_yield(ptr) cold nounwind willreturn{effects}
@wrt_blob = external hidden global i8
"""
_ONLY_RECORD = " memory(argmem: readwrite, inaccessiblemem: readwrite)"
RECORD = f"ptr noundef nonnull align 4 dereferenceable({4 * record.WORDS})"
# In a register that calls preserve, the record has not to be saved around them.
_PRESERVED = {64: " swiftself", 32: ""}
# Bytes that every memory's address is a multiple of.
BASE_ALIGNMENT = 8
_STACK_POINTERS = {"x86_64": "rsp"}


class Module:
    """Facts, names and declarations for one module of LLVM IR.

    store, context: what is translated, and its sizes. target: for which processor. headers: the
    header offset in the image of each function, init functions behind the store's.
    deterministic: whether NaNs have the same bits everywhere; see nans.py.
    """

    def __init__(
        self,
        store: Store,
        context: Context,
        target: Target,
        headers: Sequence[int],
        deterministic: bool,
    ) -> None:
        self.store, self.context, self.target, self.headers = store, context, target, headers
        self.deterministic = deterministic
        payloads = [words(store.types.types[tag].params) for tag in store.tags]
        self.entry_words = 1 + max(payloads, default=0)
        self.forms = Forms(target)
        self.scan = Scan(store, target)
        self.convention = "tailcc" if self.scan.native_tails else "fastcc"
        self.imports = [i for i, f in enumerate(store.functions) if f.instance is None]
        self.host_numbers = {index: number for number, index in enumerate(self.imports)}
        self.texts: list[str] = []
        self.shims: set[int] = set()
        self.supports: set[str] = set()
        self._declared: dict[str, str] = {}
        self._metadata = ['!0 = !{!"branch_weights", i32 1, i32 100000}']
        self._metadata += ["!1 = !{}", f'!2 = !{{!"{self._stack_pointer()}"}}', '!3 = !{!"wrt"}']
        self._metadata += [f"!4 = !{{i64 {BASE_ALIGNMENT}}}"]
        self._tags: dict[str, str] = {}
        self._pointers: dict[int, str] = {}
        self.preserved = _PRESERVED[target.pointer_bits]
        self._constants: dict[int, int | None] = {}

    def _stack_pointer(self) -> str:
        return _STACK_POINTERS.get(self.target.triple.partition("-")[0], "sp")

    # ------------------------------------------------------------ names
    def function(self, index: int) -> str:
        """The LLVM symbol of a function of the store."""
        return f"@f{index}"

    def shim(self, type: int) -> str:
        """The symbol of the code that calls functions of a type with arguments in the stack."""
        self.shims.add(type)
        return f"@shim{type}"

    def tag(self, kind: str) -> str:
        """Metadata for accesses to one kind of memory. Memories of different kinds never overlap,
        so each kind is a type of its own to LLVM."""
        if kind not in self._tags:
            node = len(self._metadata)
            self._metadata.append(f'!{node} = !{{!"{kind}", !3, i64 0}}')
            self._metadata.append(f"!{node + 1} = !{{!{node}, !{node}, i64 0}}")
            self._tags[kind] = f"!tbaa !{node + 1}"
        return self._tags[kind]

    def pointer_tags(self, word: int) -> str:
        """Metadata for the load of a pointer from the record. It never changes; and what it
        points to is there at any time, so that loads from it may be made early."""
        if word not in self._pointers:
            counts = {
                record.MEMORIES: record.MEMORY_WORDS
                * (len(self.store.memories) + len(self.store.datas)),
                record.TABLES: record.TABLE_WORDS
                * (len(self.store.tables) + len(self.store.elements)),
                record.GLOBALS: self.store.global_words,
            }
            node = len(self._metadata)
            self._metadata.append(f"!{node} = !{{i64 {4 * counts.get(word, 0)}}}")
            self._metadata.append(f"!{node + 1} = !{{i64 4}}")
            tags = f"!dereferenceable !{node}, !align !{node + 1}"
            self._pointers[word] = f"{self.fixed}, !nonnull !1, {tags}"
        return self._pointers[word]

    @property
    def aligned(self) -> str:
        """More metadata for the load of a memory's address: where MicroPython's heap puts it."""
        return ", !align !4"

    @property
    def fixed(self) -> str:
        """Metadata for loads of what never changes."""
        return "!invariant.load !1"

    # ------------------------------------------------------------ declarations
    def intrinsic(self, name: str, result: str, *params: str) -> str:
        """An intrinsic function of LLVM, declared."""
        return self._declare(name, f"declare {result} @{name}({', '.join(params)})")

    def library(self, name: str) -> str:
        """The library function of an instruction, declared."""
        attributes = "nounwind willreturn memory(none)"
        return self._declare(symbol(name), f"declare hidden {LIBRARY[name]} {attributes}")

    def library_types(self, name: str) -> tuple[str, list[str]]:
        """LLVM types of a library function: of its result, and of its parameters."""
        instruction = BY_NAME[name]
        return integer(instruction.results[0]), list(map(integer, instruction.params))

    def support(self, name: str) -> str:
        """A function of support.py, added to the module."""
        self.supports.add(name)
        return self._declare(name, support.source(self, name))

    def _declare(self, name: str, text: str) -> str:
        self._declared.setdefault(name, text)
        return f"@{name}"

    # ------------------------------------------------------------ the whole
    def text(self) -> str:
        """The module. Triple and data layout are left to who compiles it."""
        shared = any(memory.shared for memory in self.context.memories)
        return "\n".join(
            (
                _SERVICES.format(effects="" if shared else _ONLY_RECORD),
                *self._declared.values(),
                *self.texts,
                self._attributes(),
                *self._metadata,
                "",
            )
        )

    def _attributes(self) -> str:
        # Endless recursion has to exhaust the stack, so no call becomes a jump but by return_call.
        return f'attributes #0 = {{ {self.target.attributes} "disable-tail-calls"="true" }}'

    def signature(self, type: FuncType) -> str:
        """The parameters of a function of a type: the record, and then %p0 onwards."""
        params = [f"{self.forms.of(param)} %p{i}" for i, param in enumerate(type.params)]
        return ", ".join([f"{RECORD}{self.preserved} %ctx", *params])

    # ------------------------------------------------------------ facts
    def constant_global(self, number: int) -> int | None:
        """The bits that a global always has, or None if it can have others."""
        if number not in self._constants:
            item = self.store.globals[number]
            self._constants[number] = None if item.type.mutable else self._value(item)
        return self._constants[number]

    def _value(self, item: StoreGlobal) -> int | None:
        found = static_words(item.instance, item.init, slots(item.type.value))
        if found is not None:
            if found[0].function is not None:
                return self.headers[found[0].function]
            return sum(word.value << 32 * i for i, word in enumerate(found))
        (_, instruction, immediates), *more = item.init
        if more or instruction.name != "global.get":
            return None
        return self.constant_global(item.instance.globals[immediates[0]])
