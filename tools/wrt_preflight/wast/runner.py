"""Runs spec scripts: the host's half in this process, the steps in a process for each script."""

from __future__ import annotations

import json
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..errors import PreflightError, ReadError
from ..image import Image, read
from ..interp.tailor import tailored_engine
from ..lower import LowerOptions
from ..micropython import MicroPython
from ..mpy_compile import MicroPythonError
from .component_script import ComponentScript
from .core_script import CoreScript
from .half import HostHalf
from .known import drift_of
from .outcome import FAILED, PASSED, SKIPPED, FileResult, Outcome
from .script import convert


@dataclass(frozen=True, slots=True)
class Target:
    """Where steps run. engine: "interp", "portable" or "native".

    heap_lock: hold micropython.heap_lock() while guest code of core scripts runs.
    timeout: seconds for the steps of one script. features: gated ones that components may use.
    as_deployed: images are what boards get: stripped, and where a script is one image, with an
    engine of its own.
    """

    micropython: MicroPython
    engine: str
    heap_lock: bool = False
    timeout: float = 300.0
    features: tuple[str, ...] = ()
    as_deployed: bool = False


def run_wast(
    paths: Sequence[Path], target: Target, *, cache: Path | None = None, jobs: int = 1
) -> Iterator[FileResult]:
    """Run scripts, and give their results in order, each as soon as it is there.

    cache: folder that keeps conversions for the next time. jobs: scripts at the same time.
    Raises UsageError if a script cannot be read, MicroPythonError if nothing can be run.
    """
    with tempfile.TemporaryDirectory() as scratch:
        arguments = [(path, target, cache or Path(scratch)) for path in paths]
        if jobs == 1 or len(paths) == 1:
            yield from map(_run, arguments)
            return
        with ProcessPoolExecutor(jobs) as pool:
            yield from pool.map(_run, arguments)


def _run(arguments: tuple[Path, Target, Path]) -> FileResult:
    path, target, cache = arguments
    start = time.monotonic()
    drift = drift_of(path)
    try:
        script = convert(path, cache, target.features)
    except ReadError as error:
        known = [Outcome(line, "script", SKIPPED, reason) for line, reason in drift.items()]
        outcomes = known or [Outcome(0, "script", FAILED, str(error))]
    else:
        native = target.micropython.arch if target.engine == "native" else None
        options = LowerOptions(native=native, strip=target.as_deployed)
        half = (ComponentScript if script.is_component else CoreScript)(script, options)
        settled = half.outcomes | _run_steps(half, target)
        outcomes = [_with_drift(settled[i], drift) for i in range(len(script.directives))]
    return FileResult(path, outcomes, time.monotonic() - start)


def _with_drift(outcome: Outcome, drift: dict[int, str]) -> Outcome:
    """A directive that is known to drift is skipped; but if it passes, it no longer drifts."""
    if outcome.status == PASSED or outcome.line not in drift:
        return outcome
    return Outcome(outcome.line, outcome.kind, SKIPPED, drift[outcome.line])


def _run_steps(half: HostHalf, target: Target) -> dict[int, Outcome]:
    """The outcome of each directive that has a step, by place of the directive."""
    if not half.steps:
        return {}
    try:
        images = half.images()
    except PreflightError as error:
        faults, ending = [], f"no image: {error}"
    except Exception as error:  # a mistake of ours must not hide the results of other scripts
        faults, ending = [], f"no image: internal error: {error!r}"
    else:
        faults, ending = _run_images(half, images, target)
    outcomes = {}
    for i, step in enumerate(half.steps):
        if step.directive < 0:
            continue
        fault = faults[i] if i < len(faults) else ending
        directive = half.script.directives[step.directive]
        status = FAILED if fault else PASSED
        outcomes[step.directive] = Outcome(directive.line, directive.kind, status, fault, True)
    return outcomes


def _run_images(half: HostHalf, images: list[Image], target: Target) -> tuple[list[str], str]:
    """The fault of each step that was done ("" for none), and why the others were not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for i, image in enumerate(images):
            (folder / f"{i}.wrt").write_bytes(image.data)
            if image.module:
                (folder / f"{i}_native.mpy").write_bytes(image.module)
            elif target.as_deployed and len(images) == 1:
                _place_engine(image.data, target, folder)
        report = folder / "report"
        report.touch()
        text = "".join(json.dumps(s.as_list(), ensure_ascii=False) + "\n" for s in half.steps)
        (folder / "steps").write_text(text, encoding="utf-8", newline="\n")
        try:
            done = target.micropython.run(
                Path(__file__).with_name(half.device),
                [name, target.engine, "lock" if target.heap_lock else "no-lock"],
                heap=half.heap,
                timeout=target.timeout,
                capture=True,
                modules=folder,
            )
            ending = _ending(done.returncode, done.stderr or done.stdout)
        except MicroPythonError as error:
            ending = str(error)
        faults = report.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
    return faults, ending


def _place_engine(data: bytes, target: Target, folder: Path) -> None:
    """Put the engine of an image where the device looks for it."""
    device = target.micropython
    if device.name == "micropython" and device.interpreter:
        form = "portable" if target.engine == "portable" else device.interpreter
        name, engine = tailored_engine(read(data), device.arch, form)
        (folder / name).write_bytes(engine)


def _ending(code: int, output: str) -> str:
    """How the device process ended, for the steps that it did not do."""
    if code < 0:
        return f"not run: the device process was ended by {signal.Signals(-code).name}"
    last = output.strip().rpartition("\n")[2]
    return f"not run: the device process ended with status {code}: {last}"
