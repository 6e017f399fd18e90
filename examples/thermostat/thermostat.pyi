"""Types of thermostat.wat.

Written by wrt-micro bindgen; do not edit. Only type checkers and editors read it.
"""

from typing import Any, Literal, Protocol, TypeAlias, TypedDict, overload

import wrt_micro

Mode: TypeAlias = Literal["idle", "heating"]

class Status(TypedDict):
    mode: Mode
    celsius: int
    target: int

class Heater(Protocol):
    def set(self, on: bool, /) -> None: ...

class HeaterClass(Protocol):
    def __call__(self, pin: int, /) -> Heater: ...

class Board(Protocol):
    def celsius(self) -> int: ...
    @property
    def heater(self) -> HeaterClass: ...

Imports = TypedDict(
    "Imports",
    {
        "demo:thermostat/board@1.0.0": Board,
    },
)

class Thermostat(wrt_micro.Resource):
    def __init__(self, pin: int, target: int, /, *, fuel: int | None = ...) -> None: ...
    def step(self, /, *, fuel: int | None = ...) -> Status: ...

class Control(wrt_micro.Interface):
    @property
    def thermostat(self) -> type[Thermostat]: ...

class App(wrt_micro.App):
    @overload
    def __getitem__(self, name: Literal["demo:thermostat/control@1.0.0"]) -> Control: ...
    @overload
    def __getitem__(self, name: str) -> Any: ...

IMAGE: str

def load(imports: Imports, image: str = ..., **options: Any) -> App: ...
