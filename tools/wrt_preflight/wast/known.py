"""Directives of a suite that no runtime can satisfy, from the suite's own list.

A suite may hold `known-drift.json` in its top folder: a list of {"file", "line", "reason"}, where
file is relative to that folder and line is the converter's.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from ..errors import ReadError

LIST = "known-drift.json"


@cache
def _read(path: Path) -> dict[tuple[str, int], str]:
    try:
        return {(e["file"], e["line"]): e["reason"] for e in json.loads(path.read_text())}
    except (ValueError, KeyError, TypeError) as error:
        raise ReadError(
            f'expected a list of {{"file", "line", "reason"}}: {error!r}', file=str(path)
        ) from None


def drift_of(script: Path) -> dict[int, str]:
    """The reason for each line of a script that is known to drift; empty if nothing is known.

    Raises ReadError if the list of the script's suite is not what it should be.
    """
    for folder in script.resolve().parents:
        path = folder / LIST
        if path.is_file():
            name = script.resolve().relative_to(folder).as_posix()
            return {line: reason for (file, line), reason in _read(path).items() if file == name}
    return {}
