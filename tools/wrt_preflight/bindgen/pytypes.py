"""WIT types as Python's type hints, as docs/components.md has their values."""

from __future__ import annotations

import keyword

from .naming import Names, camel_case
from .resolve import Ref, World

IMPORT, EXPORT = "import", "export"
_PRIMITIVES = dict.fromkeys(("u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64"), "int")
_PRIMITIVES |= {"f32": "float", "f64": "float", "bool": "bool", "char": "str", "string": "str"}
# What a component takes for list<u8>; what it gives is bytes.
BUFFER = "bytes | bytearray | memoryview"


class Types:
    """Hints for the types of a world. definitions: lines of the stub for those that have names.

    A resource has two classes where a world imports and exports the interface that defines it:
    the host's own, and the component's.
    """

    def __init__(self, world: World, names: Names) -> None:
        self.world = world
        self.names = names
        self.exported = {interface.index for interface in world.exports.interfaces}
        self.definitions: list[str] = []
        self._known: dict[tuple[str, int], str] = {}
        self._resources: dict[tuple[str, int], str] = {}

    def hint(self, ref: Ref | None, side: str) -> str:
        """The hint for a value. side: whether an imported or an exported function has it."""
        if ref is None:
            return "None"
        index, kind = self.world.type(ref)
        if isinstance(index, str):
            return _PRIMITIVES.get(index, "object")  # error-context: whatever names it
        if not isinstance(kind, dict):
            return self.resource(index, side)
        ((form, content),) = kind.items()
        if self.world.named(index) and form in ("record", "variant", "enum", "flags"):
            return self._named(index, form, content, side)
        return self._structure(form, content, side)

    def parameter(self, ref: Ref, side: str) -> str:
        """The hint for what Python gives a component."""
        index, kind = self.world.type(ref)
        if isinstance(kind, dict):
            ((form, content),) = kind.items()
            if form == "list" and self._is_byte(content):
                return BUFFER
            if form == "stream":
                element = self.hint(content, side)
                return f"Iterable[{element}] | AsyncIterable[{element}] | StreamWriter[{element}]"
            if form == "future":
                element = self.hint(content, side)
                return f"Awaitable[{element}] | Callable[[], {element}]"
        return self.hint(ref, side)

    def resource(self, index: int, side: str) -> str:
        """The class of a resource: a component's own, or a protocol for the host's."""
        index, _ = self.world.type(index)
        own = side == EXPORT and self.world.owner(index) in self.exported
        key = (EXPORT if own else IMPORT), index
        if key not in self._resources:
            name = camel_case(self.world.named(index) or "resource")
            self._resources[key] = self.names.take(name, f"{'Exported' if own else 'Host'}{name}")
        return self._resources[key]

    def result(self, ref: Ref | None, side: str) -> str:
        """The hint for what a call returns: of a result<T, E> the T, since E is raised."""
        if ref is not None:
            _, kind = self.world.type(ref)
            if isinstance(kind, dict) and "result" in kind:
                return self.hint(kind["result"]["ok"], side)
        return self.hint(ref, side)

    def _structure(self, form: str, content: object, side: str) -> str:
        def hint(ref: Ref | None) -> str:
            return self.hint(ref, side)

        match form:
            case "list" | "fixed-length-list":
                element = content[0] if form == "fixed-length-list" else content
                if form == "list" and self._is_byte(element):
                    return "bytes"
                return f"list[{hint(element)}]"
            case "tuple":
                return f"tuple[{', '.join(map(hint, content['types']))}]"
            case "option":
                _, inner = self.world.type(content)
                if isinstance(inner, dict) and "option" in inner:
                    return f'tuple[Literal["some"], {hint(content)}] | None'
                return f"{hint(content)} | None"
            case "result":
                ok, error = hint(content["ok"]), hint(content["err"])
                return f'tuple[Literal["ok"], {ok}] | tuple[Literal["error"], {error}]'
            case "map":
                return f"dict[{hint(content[0])}, {hint(content[1])}]"
            case "stream":
                many = "bytes" if self._is_byte(content) else f"list[{hint(content)}]"
                return f"StreamReader[{hint(content)}, {many}]"
            case "future":
                return f"FutureReader[{hint(content)}]"
            case "handle":
                ((_, resource),) = content.items()
                return self.resource(resource, side)
            case "record":
                return "dict[str, Any]"
            case "flags":
                return f"set[{_literals(content['flags'])}]"
            case "enum":
                return _literals(content["cases"])
            case "variant":
                return self._cases(content, side)
        raise AssertionError(form)

    def _named(self, index: int, form: str, content: dict, side: str) -> str:
        key = (side if self._has_resource(index) else ""), index
        if key in self._known:
            return self._known[key]
        label = camel_case(self.world.named(index))
        name = self._known[key] = self.names.take(
            label, f"{camel_case(side)}{label}", f"{label}Type"
        )
        docs = _comment(self.world.docs_of(index))
        if form == "record":
            fields = {f["name"]: self.hint(f["type"], side) for f in content["fields"]}
            self.definitions.append(docs + self._record(name, fields))
        else:
            self.definitions.append(
                f"{docs}{name}: TypeAlias = {self._structure(form, content, side)}"
            )
        return name

    def _record(self, name: str, fields: dict[str, str]) -> str:
        """A TypedDict; as a call where its fields cannot be said, or would hide types."""
        sayable = [f.isidentifier() and not keyword.iskeyword(f) for f in fields]
        if all(sayable) and not self.names.taken & fields.keys():
            rows = [f"    {field}: {hint}" for field, hint in fields.items()]
            return "\n".join([f"class {name}(TypedDict):", *rows])
        rows = [f'        "{field}": {hint},' for field, hint in fields.items()]
        return "\n".join([f"{name} = TypedDict(", f'    "{name}",', "    {", *rows, "    },", ")"])

    def _cases(self, content: dict, side: str) -> str:
        hints = [
            f'Literal["{case["name"]}"]'
            if case["type"] is None
            else f'tuple[Literal["{case["name"]}"], {self.hint(case["type"], side)}]'
            for case in content["cases"]
        ]
        return " | ".join(hints)

    def has_bytes(self, ref: Ref | None) -> bool:
        """Whether a value is, or has inside, a list<u8>, of which Python may get a view."""
        if ref is None:
            return False
        _, kind = self.world.type(ref)
        if isinstance(kind, dict) and "list" in kind and self._is_byte(kind["list"]):
            return True
        return isinstance(kind, dict) and any(map(self.has_bytes, _inside(kind)))

    def _is_byte(self, ref: Ref | None) -> bool:
        return ref is not None and self.world.type(ref)[0] == "u8"

    def _has_resource(self, ref: Ref) -> bool:
        _, kind = self.world.type(ref)
        if isinstance(kind, dict):
            return any(map(self._has_resource, _inside(kind)))
        return kind == "resource"


def _inside(content: object) -> list[int]:
    """The indices of all types that a type names, at any depth of the JSON."""
    if isinstance(content, int):
        return [content]
    if isinstance(content, list):
        return [index for item in content for index in _inside(item)]
    if not isinstance(content, dict):
        return []
    found = []
    for key, value in content.items():
        if key == "fixed-length-list":
            value = value[0]  # what follows is its length
        if key not in ("name", "docs"):
            found += _inside(value)
    return found


def _literals(items: list[dict]) -> str:
    return "Literal[" + ", ".join(f'"{item["name"]}"' for item in items) + "]"


def _comment(docs: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in docs.splitlines())
