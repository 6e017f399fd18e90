"""A host to begin with: a class for each protocol, a function for each import, and a call.

It runs under MicroPython as it is, which evaluates no hints; what only type checkers know is in
quotes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .naming import BUILTINS, Names, argument, attribute
from .pytypes import IMPORT
from .resolve import Function, World

if TYPE_CHECKING:
    from .stub import Stub

TYPING = """\
TYPE_CHECKING = False  # type checkers know better; MicroPython has no typing, and needs none
if TYPE_CHECKING:
    {imports}
"""
_PLAIN = {"int", "float", "bool", "str", "bytes", "None"}
_TYPING = {"Any", "Literal"}
_ABC = {"AsyncIterable", "Awaitable", "Callable", "Iterable"}


def host_text(world: World, stub: Stub, module: str) -> str:
    """The text of host.py."""
    return _Host(world, stub, module).text()


class _Host:
    def __init__(self, world: World, stub: Stub, module: str) -> None:
        self.world = world
        self.stub = stub
        self.module = module
        self.used: set[str] = set()
        self.members: set[str] = set()  # of the class that is written: they hide what Python has
        self.given: list[str] = []

    def text(self) -> str:
        parts: list[str] = []
        made: set[int] = set()
        for interface in self.world.imports.interfaces:
            if interface.name.startswith(("wasi:", "wrt:")):
                continue
            name = self.stub.protocols[interface.name]
            lines = [f"class {name}:"]
            resources = self.stub.resources_of(interface)
            parts += [self._resource(*item) for item in resources.items() if item[0] not in made]
            made |= resources.keys()
            for index in resources:
                kind = self.stub.types.resource(index, IMPORT)
                lines.append(f"    {attribute(self.world.named(index))} = {kind}")
            own = [f for f in interface.functions if f.kind == "freestanding"]
            self.members = {attribute(self.world.named(index)) or "" for index in resources}
            self.members |= {argument(function.label) for function in own}
            for function in own:
                lines += ["", *self._method(function)]
            self.members = set()
            if len(lines) == 1:
                lines.append("    pass")
            parts.append("\n".join(lines).replace(":\n\n    def", ":\n    def", 1))
            self.given.append(f'"{interface.name}": {name}()')
        side = self.world.imports
        names = Names(self.stub.names.taken | {"TYPE_CHECKING", "app"})
        for index, functions in self.stub.resources_of(side).items():
            parts.append(self._resource(index, functions))
            kind = self.stub.types.resource(index, IMPORT)
            self.given.append(f'"{self.world.named(index)}": {kind}')
        for function in side.functions:
            if function.kind == "freestanding":
                label = argument(function.label)
                label = names.take(label, f"{label}_import")
                parts.append("\n".join(self._function(function, "", "", label)))
                self.given.append(f'"{function.name}": {label}')
        imports = ", ".join(self.given)
        if len(imports) > 60:
            imports = "\n" + "".join(f"    {item},\n" for item in self.given)
        parts.append(f"app = {self.module}.load({{{imports}}})\nprint(app.names())")
        head = (
            "# Provides what the program imports. Written once by wrt-micro bindgen: yours now.\n"
        )
        typing = self._typing()
        return f"{head}\nimport {self.module}\n{typing}\n\n" + "\n\n\n".join(parts) + "\n"

    def _typing(self) -> str:
        lines = [
            f"from {source} import {', '.join(sorted(names & self.used))}"
            for source, names in (("collections.abc", _ABC), ("typing", _TYPING))
            if names & self.used
        ]
        lines += [f"import {name}" for name in ("builtins", "wrt_micro") if name in self.used]
        return "\n" + TYPING.format(imports="\n    ".join(lines)) if lines else ""

    def _resource(self, index: int, functions: list[Function]) -> str:
        lines = [f"class {self.stub.types.resource(index, IMPORT)}:"]
        self.members = {argument(f.label) for f in functions if f.kind != "constructor"}
        for function in functions:
            if function.kind == "constructor":
                lines += ["", *self._function(function, "    ", "self", "__init__", "None")]
            elif function.kind == "static":
                lines += ["", "    @staticmethod", *self._function(function, "    ", "")]
            else:
                lines += ["", *self._method(function)]
        lines += ["", "    def drop(self) -> None:", "        pass  # the program is done with it"]
        del lines[1]
        self.members = set()
        return "\n".join(lines)

    def _method(self, function: Function) -> list[str]:
        return self._function(function, "    ", "self")

    def _function(
        self,
        function: Function,
        indent: str,
        own: str,
        name: str | None = None,
        result: str | None = None,
    ) -> list[str]:
        params = [own] if own else []
        for text, ref in function.params:
            params.append(f"{argument(text)}: {self._quoted(self.stub.types.hint(ref, IMPORT))}")
        result = result or self._quoted(self.stub.host_result(function))
        name = name or argument(function.label)
        return [
            f"{indent}def {name}({', '.join(params)}) -> {result}:",
            f'{indent}    raise NotImplementedError("{function.name}")',
        ]

    def _quoted(self, hint: str) -> str:
        """A hint as the host can write it: names of the stub with the module in front."""
        if hint in _PLAIN - self.members:
            return hint
        parts = re.split(r'("[^"]*")', hint)  # names in Literal stay as they are
        own = "".join(p if p[:1] == '"' else re.sub(r"[A-Za-z_]\w*", self._name, p) for p in parts)
        if '"' in own:
            return "'" + own + "'"
        return f'"{own}"'

    def _name(self, found: re.Match) -> str:
        name = found[0]
        if name in self.members & BUILTINS:
            self.used.add("builtins")
            return f"builtins.{name}"
        if name in _PLAIN or name in ("list", "dict", "tuple", "set", "bytearray", "memoryview"):
            return name
        if name in _TYPING or name in _ABC:
            self.used.add(name)
            return name
        if name in ("StreamReader", "StreamWriter", "FutureReader"):
            self.used.add("wrt_micro")
            return f"wrt_micro.{name}"
        return name if name == "object" else f"{self.module}.{name}"
