"""Components for compose(), and what comes of them."""

from __future__ import annotations

from component_text import component
from wrt_preflight.lower import LowerOptions
from wrt_preflight.pipeline import Input, build


def parts(**texts: str) -> list[tuple[str, bytes, bool]]:
    return [(f"{name}.wasm", component(text), True) for name, text in texts.items()]


def image(data: bytes, features=()) -> bytes:
    return build(
        Input("component", data, "x.wasm", None, True), LowerOptions(), features
    ).image.data
