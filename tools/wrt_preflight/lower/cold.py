"""Instructions that the main loop leaves to a function of their class."""

from __future__ import annotations

from ..interp.numeric import INSTRUCTIONS
from ..ops.cold import find, number
from ..wasm.types import slots
from .body import Body


class Cold(Body):
    """Each adds its class to the features of the image."""

    def slow(self, name: str, **fields: int) -> None:
        """Emits a memory, table or exception instruction (ops.cold.KINDS)."""
        class_name, index, kinds = find(name)
        self._emit(class_name, index, kinds, **fields)

    def slow_numeric(self, name: str, params: tuple[str, ...], results: tuple[str, ...]) -> None:
        """Pops operands and pushes results of a numeric one (interp.numeric.INSTRUCTIONS)."""
        class_name, index, _, _ = INSTRUCTIONS[name]
        values = [self.pop() for _ in params][::-1]
        slot = self.depth()
        fields, kinds = {}, "M" if len(results) > 1 else "W" if slots(results[0]) == 2 else "w"
        if len(params) > 3:
            self.stack += values
            fields["b"] = self.settle_top(len(params))
            del self.stack[-len(params) :]
            kinds += "Q"
        else:
            at = slot
            for field, value in zip("bcd", values, strict=False):
                fields[field] = self.register(value, at)
                at += slots(value.type)
                kinds += "R" if slots(value.type) == 2 else "r"
        self._emit(class_name, index, kinds, a=slot, **fields)
        for result in results:
            self.push_temp(result)

    def _emit(self, class_name: str, index: int, kinds: str, **fields: int) -> None:
        self.features.add(class_name)
        self.emit("slow", n=number(class_name, index), kinds=kinds, **fields)
