"""`python -m wrt_preflight.interp`: writes the engines from the op table."""

from pathlib import Path

import wrt_micro

from .generate import write

if __name__ == "__main__":
    for path in write(Path(wrt_micro.__file__).parent / "engine"):
        print(path)
