"""The stub: classes for what a component exports, protocols for what it imports."""

from __future__ import annotations

import re

from .naming import BUILTINS, Names, argument, attribute, camel_case
from .pytypes import EXPORT, IMPORT, Types
from .resolve import Function, Interface, Side, World

# What `wrt_micro` gives every app and interface: a function of that name is found in brackets.
INTERFACE_MEMBERS = {"aio", "describe", "engine", "member", "names", "start", "spawn", "store"}
APP_MEMBERS = INTERFACE_MEMBERS | {
    *("close", "new_stream", "new_waitable_set", "resume", "run_until", "stats", "tick", "wasi"),
}
HEADER = '''\
"""{docs}

Written by wrt-micro bindgen; do not edit. Only type checkers and editors read it.
"""

'''
# What a stub may import, by module.
IMPORTS = {
    "collections.abc": ("AsyncIterable", "Awaitable", "Callable", "Iterable"),
    "typing": (
        *("Any", "Literal", "NotRequired", "Protocol", "TypeAlias", "TypedDict", "TypeVar"),
        "overload",
    ),
    "wrt_micro": ("FutureReader", "StreamReader", "StreamWriter"),
}
TAKEN = {name for names in IMPORTS.values() for name in names} | {
    *("App", "Imports", "IMAGE", "Viewed", "builtins", "load", "wrt_micro"),
}
_VIEWED = 'Viewed = TypeVar("Viewed")'
# The runtime has these of its own: a host need not provide them.
STANDARD = ("wasi:", "wrt:")


class Stub:
    """text: the whole file. protocols: class of each imported interface. types: of the world."""

    def __init__(self, world: World, module: str, docs: str) -> None:
        self.world = world
        self.names = Names(TAKEN | {module})
        self.types = Types(world, self.names)
        self.protocols: dict[str, str] = {}
        self.constructors: dict[int, str] = {}
        parts = [self._imports(), self._exports()]
        viewed = [_VIEWED] if any("Viewed" in part for part in parts) else []
        body = "\n\n".join([*viewed, *self.types.definitions, *parts]) + "\n"
        self.text = HEADER.format(docs=docs) + _imports(body) + "\n" + body

    # Imports

    def _imports(self) -> str:
        side = self.world.imports
        parts = [self._protocol(interface) for interface in side.interfaces]
        rows = [
            f'"{i.name}": {self._key(i.name, self.protocols[i.name])}' for i in side.interfaces
        ]
        plain = [f for f in side.functions if f.kind == "freestanding"]
        rows += [f'"{f.name}": {self.callable(f, IMPORT)}' for f in plain]
        resources = self.resources_of(side)
        parts += filter(None, (self._host_resource(*item) for item in resources.items()))
        rows += [f'"{self.world.named(index)}": {self.constructors[index]}' for index in resources]
        body = "".join(f"        {row},\n" for row in rows)
        parts.append(f'Imports = TypedDict(\n    "Imports",\n    {{\n{body}    }},\n)')
        return "\n\n".join(parts)

    def _key(self, name: str, hint: str) -> str:
        return f"NotRequired[{hint}]" if name.startswith(STANDARD) else hint

    def _protocol(self, interface: Interface) -> str:
        """What a host provides for an interface."""
        name = camel_case(interface.label)
        self.protocols[interface.name] = name = self.names.take(name, f"{name}Host")
        before = []
        lines = [f"class {name}(Protocol):", *_docstring(interface.docs)]
        for function in interface.functions:
            if function.kind == "freestanding":
                lines += self._host_function(function)
        for index, functions in self.resources_of(interface).items():
            before += filter(None, [self._host_resource(index, functions)])
            label = attribute(self.world.named(index))
            lines += ["    @property", f"    def {label}(self) -> {self.constructors[index]}: ..."]
        return "\n\n".join([*before, _class(lines)])

    def _host_resource(self, index: int, functions: list[Function]) -> str | None:
        """What a host's objects of a resource have, and what makes them; None if that is there."""
        if index in self.constructors:
            return None
        name = self.types.resource(index, IMPORT)
        lines = [f"class {name}(Protocol):", *_docstring(self.world.docs_of(index))]
        made = self.constructors[index] = self.names.take(f"{name}Class", f"{name}Constructor")
        maker = [f"class {made}(Protocol):"]
        for function in functions:
            if function.kind == "method":
                lines += self._host_function(function)
            elif function.kind == "constructor":
                params = "".join(f", {p}" for p in self.params(function, IMPORT, False))
                slash = ", /" if params else ""
                maker.append(f"    def __call__(self{params}{slash}) -> {name}: ...")
            else:
                maker += self._host_function(function)
        return f"{_class(lines)}\n\n{_class(maker)}"

    def _host_function(self, function: Function) -> list[str]:
        name = attribute(function.label) or argument(function.label)
        params = "".join(f", {p}" for p in self.params(function, IMPORT, False))
        slash = ", /" if params else ""
        head = f"    def {name}(self{params}{slash}) -> {self.host_result(function)}:"
        docs = _docstring(function.docs, 8)
        return [head, *docs] if docs else [f"{head} ..."]

    def host_result(self, function: Function) -> str:
        """What a host's function returns: at once, or later where its type is async."""
        result = self.types.result(function.result, IMPORT)
        if function.result is not None:
            result = self._given(function.result, result)
        if function.is_async and not self._is_end(function.result):  # those are given at once
            return f"{result} | Awaitable[{result}]"
        return result

    def _given(self, ref: int | str, result: str) -> str:
        _, kind = self.world.type(ref)
        if isinstance(kind, dict) and "result" in kind:
            return result
        return self.types.parameter(ref, IMPORT)

    def _is_end(self, ref: int | str | None) -> bool:
        kind = self.world.type(ref)[1] if ref is not None else None
        return isinstance(kind, dict) and not {"stream", "future"}.isdisjoint(kind)

    def callable(self, function: Function, side: str) -> str:
        """The hint for a function as a value."""
        params = self.params(function, side, side == EXPORT)
        hints = ", ".join(param.partition(": ")[2] for param in params)
        given = side == IMPORT
        result = self.host_result(function) if given else self.types.result(function.result, side)
        return f"Callable[[{hints}], {result}]"

    def params(self, function: Function, side: str, taken: bool) -> list[str]:
        """Parameters as `name: hint`. taken: the component gets the values, else it gives them."""
        hint = self.types.parameter if taken else self.types.hint
        return [f"{argument(name)}: {hint(ref, side)}" for name, ref in function.params]

    def resources_of(self, scope: Interface | Side) -> dict[int, list[Function]]:
        """The resources that are defined in a scope, with their functions."""
        found = {
            index: []
            for index in scope.types.values()
            if self.world.type(index) == (index, "resource")
        }
        for function in scope.functions:
            if function.resource is not None:
                found.setdefault(self.world.type(function.resource)[0], []).append(function)
        return found

    # Exports

    def _exports(self) -> str:
        side = self.world.exports
        parts, members, overloads = [], [], []
        for interface in side.interfaces:
            name = camel_case(interface.label)
            name = self.names.take(name, f"{name}Exports")
            parts.append(self._interface(interface, name))
            overloads.append((interface.name, name))
            label = attribute(interface.label)
            if ":" not in interface.name and label and label not in APP_MEMBERS:
                members += ["    @property", f"    def {label}(self) -> {name}: ..."]
        inner, more = self._members(side, APP_MEMBERS)
        parts += self._resource_classes(side)
        aio = self._aio(side, "AppAio")
        if aio:
            parts.append(aio)
            members += ["    @property", "    def aio(self) -> AppAio: ..."]
        lines = ["class App(wrt_micro.App):", *_docstring(self.world.docs), *members, *inner]
        lines += _brackets([*overloads, *more])
        parts.append(_class(lines))
        needed = any(
            not name.startswith(STANDARD)
            for name in (*self.protocols, *(f.name for f in self.world.imports.functions))
        )
        default = "" if needed else " | None = ..."
        parts.append(
            "IMAGE: str\n\ndef load(imports: Imports"
            f"{default}, image: str = ..., **options: Any) -> App: ..."
        )
        return "\n\n".join(parts)

    def _interface(self, interface: Interface, name: str) -> str:
        inner, more = self._members(interface, INTERFACE_MEMBERS)
        parts = self._resource_classes(interface)
        lines = [f"class {name}(wrt_micro.Interface):", *_docstring(interface.docs)]
        aio = self._aio(interface, f"{name}Aio")
        if aio:
            parts.append(aio)
            lines += ["    @property", f"    def aio(self) -> {name}Aio: ..."]
        lines += [*inner, *_brackets(more)]
        return "\n\n".join([*parts, _class(lines)])

    def _members(
        self, scope: Interface | Side, taken: set[str]
    ) -> tuple[list[str], list[tuple[str, str]]]:
        """Functions and classes as attributes; what is only found in brackets, with its hint."""
        lines, more = [], []
        for function in scope.functions:
            if function.kind != "freestanding":
                continue
            name = attribute(function.label)
            if name is None or name in taken:
                more.append((function.name, self.callable(function, EXPORT)))
            else:
                lines += self._method(function, name)
        for index in self.resources_of(scope):
            label = self.world.named(index)
            name, hint = attribute(label), f"type[{self.types.resource(index, EXPORT)}]"
            if name is None or name in taken:
                more.append((label, hint))
            else:
                lines += ["    @property", f"    def {name}(self) -> {hint}: ..."]
        return lines, more

    def _resource_classes(self, scope: Interface | Side) -> list[str]:
        parts = []
        for index, functions in self.resources_of(scope).items():
            name = self.types.resource(index, EXPORT)
            lines = [f"class {name}(wrt_micro.Resource):"]
            lines += _docstring(self.world.docs_of(index))
            made = [f for f in functions if f.kind == "constructor"]
            if made:
                params = "".join(f", {p}" for p in self.params(made[0], EXPORT, True))
                slash = ", /" if params else ""
                head = f"    def __init__(self{params}{slash}, *, fuel: int | None = ...)"
                lines.append(f"{head} -> None: ...")
            for function in functions:
                label = attribute(function.label)
                if label is None:
                    continue  # only getattr() can say it
                if function.kind == "method":
                    lines += self._method(function, label)
                elif function.kind == "static":
                    lines += ["    @staticmethod", *self._method(function, label, False)]
            parts.append(_class(lines))
        return parts

    def _method(self, function: Function, name: str, own: bool = True) -> list[str]:
        params = self.params(function, EXPORT, True)
        given = ", ".join([*(["self"] if own else []), *params])
        slash = ", /" if given else ""
        result = self.types.result(function.result, EXPORT)
        head = f"    def {name}({given}{slash}{', ' if given else ''}*, fuel: int | None = ...)"
        docs = _docstring(function.docs, 8)
        plain = [f"{head} -> {result}:", *docs] if docs else [f"{head} -> {result}: ..."]
        if not self.types.has_bytes(function.result) or not own:
            return plain
        view = f"{head[:-1]}, view: Callable[[Any], Viewed]) -> Viewed: ..."
        return ["    @overload", *plain, "    @overload", view]

    def _aio(self, scope: Interface | Side, name: str) -> str | None:
        """The functions as coroutines, if one of them is async."""
        functions = [f for f in scope.functions if f.kind == "freestanding"]
        if not any(f.is_async for f in scope.functions):
            return None
        self.names.take(name)
        lines = [f"class {name}:"]
        for function in functions:
            label = attribute(function.label)
            if label is None:
                continue
            params = "".join(f", {p}" for p in self.params(function, EXPORT, True))
            result = self.types.result(function.result, EXPORT)
            lines.append(
                f"    async def {label}(self{params}, /, *, timeout: int | None = ...)"
                f" -> {result}: ..."
            )
        return _class(lines)


def _imports(body: str) -> str:
    """The imports that a stub needs."""
    lines = []
    for module, names in IMPORTS.items():
        used = [name for name in names if re.search(rf"\b{name}\b", body)]
        if module == "wrt_micro":
            lines += ["", "import wrt_micro"]
        if used:
            lines.append(f"from {module} import {', '.join(used)}")
    return "\n".join((["import builtins"] if "builtins." in body else []) + lines) + "\n"


def _class(lines: list[str]) -> str:
    """A class; hints do not take its members for what Python has under their name, as `set`."""
    if len(lines) == 1:
        return lines[0] + " ..."
    members = {
        found[1] for line in lines if (found := re.match(r"    (?:async )?def (\w+)", line))
    }
    text = "\n".join(lines)
    for name in sorted(members & BUILTINS):
        text = re.sub(rf"((?:: |-> |\[|\| |, )){name}(?![\w:\"])", rf"\1builtins.{name}", text)
    return text


def _brackets(members: list[tuple[str, str]]) -> list[str]:
    """`__getitem__` for names that are found in brackets."""
    if not members:
        return []
    lines = []
    for name, hint in members:
        lines += [
            "    @overload",
            f'    def __getitem__(self, name: Literal["{name}"]) -> {hint}: ...',
        ]
    return [*lines, "    @overload", "    def __getitem__(self, name: str) -> Any: ..."]


def _docstring(docs: str, indent: int = 4) -> list[str]:
    """A docstring, as lines; none without docs."""
    lines = docs.replace("\\", "\\\\").replace('"""', "'''").strip().splitlines()
    if not lines:
        return []
    space = " " * indent
    if len(lines) == 1 and not lines[0].endswith('"'):
        return [f'{space}"""{lines[0]}"""']
    return [f'{space}"""', *(f"{space}{line}".rstrip() for line in lines), f'{space}"""']
