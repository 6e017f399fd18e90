"""Refuses a Plan that the device cannot run yet, naming the construct and its offset."""

from __future__ import annotations

from ..errors import ProfileError
from .plan import Builtin, Plan


def check_runnable(plan: Plan) -> None:
    """Raises ProfileError for the first construct that the device does not run."""
    for canon in plan.canons:
        if isinstance(canon, Builtin) and canon.resource and canon.resource.rep != "i32":
            raise ProfileError(
                f"the component uses a resource with a rep of type {canon.resource.rep}, which "
                "this version of wrt-micro does not run",
                file=plan.file,
                offset=canon.offset,
            )
