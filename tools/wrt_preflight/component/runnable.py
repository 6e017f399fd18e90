"""Refuses a Plan that the device cannot run yet, naming the construct and its offset."""

from __future__ import annotations

from ..errors import ProfileError
from .plan import Builtin, Exports, HostFunction, Lift, Plan
from .types import FuncType, Future, Primitive, Stream, ValType


def check_runnable(plan: Plan) -> None:
    """Raises ProfileError for the first construct that the device does not run."""
    _Check(plan).run()


class _Check:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def run(self) -> None:
        for canon in self.plan.canons:
            if isinstance(canon, Builtin):
                self._builtin(canon)
            elif isinstance(canon.callee, HostFunction):
                self._functype(canon.callee.type, canon.offset)
        self._exports(self.plan.exports)

    def _builtin(self, builtin: Builtin) -> None:
        if builtin.resource and builtin.resource.rep != "i32":
            self._refuse(f"a resource with a rep of type {builtin.resource.rep}", builtin.offset)

    def _exports(self, exports: Exports) -> None:
        for function in exports.functions.values():
            if isinstance(function, Lift):
                self._functype(function.type, function.offset)
        for instance in exports.instances.values():
            self._exports(instance)

    def _functype(self, functype: FuncType, offset: int) -> None:
        """Values of some types cannot be given to Python or come from there."""
        for _, t in functype.params:
            self._valtype(t, offset, set())
        if functype.result:
            self._valtype(functype.result, offset, set())

    def _valtype(self, t: ValType, offset: int, seen: set[ValType]) -> None:
        if t in seen:
            return
        seen.add(t)
        if isinstance(t, Stream | Future):
            self._refuse(f"a {type(t).__name__.lower()} that Python would have an end of", offset)
        if isinstance(t, Primitive) and t.name == "error-context":
            self._refuse("an error-context that Python would have", offset)
        for child in t.children():
            self._valtype(child, offset, seen)

    def _refuse(self, what: str, offset: int) -> None:
        raise ProfileError(
            f"the component uses {what}, which this version of wrt-micro does not run",
            file=self.plan.file,
            offset=offset,
        )
