"""What became of each directive of a script, and how that is reported."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """line, kind: the directive's. status: PASSED, FAILED or SKIPPED, the last two with a reason.

    executed: the verdict comes from running guest code, not from the host alone.
    """

    line: int
    kind: str
    status: str
    reason: str = ""
    executed: bool = False


@dataclass(slots=True)
class FileResult:
    """All outcomes of one script, in its order. seconds: wall time, all in."""

    path: Path
    outcomes: list[Outcome] = field(default_factory=list)
    seconds: float = 0.0

    def count(self, status: str) -> int:
        """Number of directives with a status."""
        return sum(outcome.status == status for outcome in self.outcomes)

    def summary(self) -> str:
        """One line about the file, and one for each failure; failures in a row with one reason,
        as after a crash, are one.
        """
        lines = [f"{self.path}: {counts([self])}"]
        failed = (outcome for outcome in self.outcomes if outcome.status == FAILED)
        for reason, group in groupby(failed, key=lambda outcome: outcome.reason):
            first, *more = group
            also = f" (so do {len(more)} more, up to line {more[-1].line})" if more else ""
            lines.append(f"  {self.path}:{first.line}: {first.kind}: {reason}{also}")
        return "\n".join(lines)

    def skips(self) -> Counter[str]:
        """How many directives were skipped for each reason."""
        return Counter(o.reason for o in self.outcomes if o.status == SKIPPED)

    def as_dict(self) -> dict:
        """For --json: counts, failures and skips with their lines."""
        return {
            "file": str(self.path),
            **{status: self.count(status) for status in (PASSED, FAILED, SKIPPED)},
            "executed": sum(outcome.executed for outcome in self.outcomes),
            "seconds": round(self.seconds, 3),
            "directives": [
                {"line": o.line, "directive": o.kind, "status": o.status, "reason": o.reason}
                for o in self.outcomes
                if o.status != PASSED
            ],
        }


def counts(results: list[FileResult]) -> str:
    """The closing line: 'N passed, N failed, N skipped'."""
    totals = (sum(result.count(s) for result in results) for s in (PASSED, FAILED, SKIPPED))
    passed, failed, skipped = totals
    return f"{passed} passed, {failed} failed, {skipped} skipped"


def to_json(results: list[FileResult]) -> str:
    """All results as one JSON document."""
    total = {s: sum(result.count(s) for result in results) for s in (PASSED, FAILED, SKIPPED)}
    return json.dumps({**total, "files": [result.as_dict() for result in results]}, indent=1)
