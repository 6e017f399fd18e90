"""A world as wasm-tools gives it in JSON: what is imported, exported, and the types of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import UsageError

# A type in place: an index, or the name of a primitive type.
Ref = int | str


@dataclass(frozen=True, slots=True)
class Function:
    """kind: "freestanding", "constructor", "method" or "static". resource: of the last three.

    label: the name without annotation and resource. params: without `self`.
    """

    name: str
    kind: str
    label: str
    resource: int | None
    params: tuple[tuple[str, Ref], ...]
    result: Ref | None
    is_async: bool
    docs: str


@dataclass(frozen=True, slots=True)
class Interface:
    """name: as the component imports or exports it. label: for a class. index: in the JSON."""

    name: str
    label: str
    index: int
    functions: tuple[Function, ...]
    types: dict[str, int]
    docs: str


@dataclass(slots=True)
class Side:
    """What a world imports, or exports. types: of the world itself."""

    interfaces: list[Interface] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    types: dict[str, int] = field(default_factory=dict)


class World:
    """One world. Raises UsageError where the one that is meant is not clear."""

    def __init__(self, table: dict, name: str | None = None) -> None:
        self.table = table
        world = self._choose(name)
        self.name: str = world["name"]
        self.docs = _docs(world)
        self.imports = self._side(world["imports"])
        self.exports = self._side(world["exports"])

    def _choose(self, name: str | None) -> dict:
        worlds = self.table["worlds"]
        if name is None:
            # The package that was given is the last one; those before it are what it uses.
            own = [w for w in worlds if w["package"] == len(self.table["packages"]) - 1]
            if len(own) != 1:
                known = ", ".join(w["name"] for w in own or worlds) or "none"
                raise UsageError(
                    f"expected one world, found {len(own)}: {known}", hint="choose one: --world"
                )
            return own[0]
        found = [w for w in worlds if w["name"] == name]
        if not found:
            known = ", ".join(w["name"] for w in worlds) or "none"
            raise UsageError(f"no world is called {name!r}; there are: {known}")
        return found[-1]

    def _side(self, items: dict) -> Side:
        side = Side()
        for key, item in items.items():
            if "interface" in item:
                side.interfaces.append(self._interface(key, item["interface"]["id"]))
            elif "function" in item:
                side.functions.append(_function(item["function"]))
            else:
                side.types[key] = item["type"]
        return side

    def _interface(self, key: str, index: int) -> Interface:
        table = self.table["interfaces"][index]
        label = table["name"]
        name = key
        if label is None or not key.startswith("interface-"):
            label = key  # a plain name, whatever it implements
        else:
            package, at, version = self.table["packages"][table["package"]]["name"].partition("@")
            name = f"{package}/{label}{at}{version}"
        functions = tuple(map(_function, table["functions"].values()))
        return Interface(name, label, index, functions, table["types"], _docs(table))

    def type(self, ref: Ref) -> tuple[Ref, object]:
        """What a type is behind its aliases: (the last index or primitive name, its kind)."""
        while isinstance(ref, int):
            kind = self.table["types"][ref]["kind"]
            if not isinstance(kind, dict) or "type" not in kind:
                return ref, kind
            ref = kind["type"]
        return ref, ref

    def named(self, index: int) -> str | None:
        """The name of a type, None if it has none."""
        return self.table["types"][index]["name"]

    def owner(self, index: int) -> int | None:
        """The interface that defines a type; None for the world, or nobody."""
        owner = self.table["types"][index]["owner"]
        return owner.get("interface") if owner else None

    def docs_of(self, index: int) -> str:
        return _docs(self.table["types"][index])


def _docs(table: dict) -> str:
    return (table.get("docs") or {}).get("contents") or ""


def _function(table: dict) -> Function:
    kind, resource = table["kind"], None
    if isinstance(kind, dict):
        ((kind, resource),) = kind.items()
    plain = kind.removeprefix("async-")
    params = [(p["name"], p["type"]) for p in table["params"]]
    label = table["name"].partition("]")[2] or table["name"]
    return Function(
        table["name"],
        plain,
        label.partition(".")[2] if plain in ("method", "static") else label,
        resource,
        tuple(params[1:] if plain == "method" else params),
        table.get("result"),
        kind.startswith("async-"),
        _docs(table),
    )
