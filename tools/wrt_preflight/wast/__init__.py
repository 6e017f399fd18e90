"""Runs spec scripts (`.wast`): core and component, on any engine."""

from .outcome import FAILED, PASSED, SKIPPED, FileResult, Outcome, counts, to_json
from .runner import Target, run_wast

__all__ = [
    "FAILED",
    "PASSED",
    "SKIPPED",
    "FileResult",
    "Outcome",
    "Target",
    "counts",
    "run_wast",
    "to_json",
]
