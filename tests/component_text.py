"""Components as text, for tests: to their binary, and to their image."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

from wrt_preflight import image
from wrt_preflight.component import (
    SECTION,
    check_runnable,
    link_component,
    named_functions,
    read_component,
    reserve_stack,
    write_plan,
)
from wrt_preflight.lower import LowerOptions, lower


@functools.cache
def component(text: str) -> bytes:
    """The binary of a component (or module) in WAT, not validated."""
    tool = Path(sys.executable).parent / "wasm-tools"
    done = subprocess.run(
        [str(tool), "parse", "-"],
        input=text.encode(),
        capture_output=True,
        env=os.environ | {"RUST_BACKTRACE": "0"},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def component_image(text: str, **limits: int) -> bytes:
    """The image of a component in WAT, not validated. limits: of LowerOptions.

    Raises PreflightError.
    """
    return component_written(text, **limits).data


@functools.cache
def component_written(text: str, **options: int | str | None) -> image.Image:
    """As component_image, with the machine code if options, of LowerOptions, ask for that."""
    data = component(text)
    plan, store = link_component(read_component(data), data)
    check_runnable(plan)
    program = lower(store, LowerOptions(**options), plan_calls=named_functions(plan))
    reserve_stack(plan, store, program)
    return image.write(program, {SECTION: write_plan(plan, program)})
