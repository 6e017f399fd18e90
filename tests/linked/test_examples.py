"""Runtimes that are linked for one image: examples print what their READMEs say with nothing else
to run them."""

from __future__ import annotations

import os
import subprocess

import pytest

from example_programs import EXAMPLES, LAUNCHER, NAMES, expected, source
from wrt_preflight import pipeline
from wrt_preflight.interp.tailor import tailored_engine
from wrt_preflight.linked import linked_files
from wrt_preflight.lower import LowerOptions

ENGINES = ("interp", "portable")
# Each on one engine, by turns; on both with WRT_ENGINES=all. Linking takes seconds.
ALL = [(name, engine) for name in NAMES for engine in ENGINES]
SOME = [(name, ENGINES[i % 2]) for i, name in enumerate(NAMES)]


@pytest.mark.micropython
@pytest.mark.parametrize(
    ("name", "engine"), ALL if os.environ.get("WRT_ENGINES") == "all" else SOME
)
def test_an_example_runs_on_its_own_runtime(micropython, runs, tmp_path, name, engine):
    runs(engine)
    built = pipeline.build(pipeline.read_input(str(source(name))), LowerOptions()).image
    form = "portable" if engine == "portable" else micropython.interpreter
    host = EXAMPLES / name / "host.py"
    files = linked_files(
        built,
        form,
        micropython.mpy_options(),
        platform="linux",
        host=host.read_text(),
        name="wrt_micro",
    )
    file, data = tailored_engine(built, micropython.arch or "armv6m", form)
    image = tmp_path / f"{name}.wrt"
    for path, content in (files | {file: data, image.name: built.data}).items():
        tmp_path.joinpath(path).write_bytes(content)
    done = subprocess.run(
        [*micropython.command, str(LAUNCHER), engine, str(host), str(image)],
        env=os.environ | {"MICROPYPATH": f"{tmp_path}:.frozen"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == (expected(name), "")
