"""Builds the greeter and runs it under MicroPython: what `make demo` does."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from wrt_preflight import pipeline
from wrt_preflight.errors import PreflightError
from wrt_preflight.lower import LowerOptions
from wrt_preflight.micropython import find

HERE = Path(__file__).parent


def main() -> int:
    try:
        source = pipeline.read_input(str(HERE / "greeter.wat"))
        image = pipeline.build(source, LowerOptions()).image.data
        interpreter = find()
        print(f"{len(image):,} bytes of image, run by {interpreter}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "greeter.wrt")
            path.write_bytes(image)
            return interpreter.run(HERE / "host.py", [str(path)]).returncode
    except PreflightError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
