"""The modules that an image is said to need are enough to run it, and not all there are."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from wrt_preflight import pipeline
from wrt_preflight.lower import LowerOptions
from wrt_preflight.mpy_compile import runtime_source
from wrt_preflight.runtime import CONDITIONS, OPTIONS, runtime_modules

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
LAUNCHER = ROOT / "tests" / "examples" / "run_example.py"
# Those that print, see tests/examples.
NAMES = sorted(
    path.parent.name
    for path in EXAMPLES.glob("*/host.py")
    if "\nprints" in path.with_name("README.md").read_text()
)


def build(path: Path):
    return pipeline.build(pipeline.read_input(str(path)), LowerOptions()).image


def source(name: str) -> Path:
    (found,) = [p for p in (EXAMPLES / name).iterdir() if p.suffix in (".wat", ".wasm")]
    return found


def expected(name: str) -> str:
    lines = (EXAMPLES / name / "README.md").read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("prints"))
    return "".join(f"{line[4:]}\n" for line in lines[start + 1 :] if line.startswith("    "))


def component(text: str, tmp_path: Path):
    path = tmp_path / "text.wat"
    path.write_text(text)
    return build(path)


@pytest.mark.micropython
@pytest.mark.parametrize("engine", ["interp", "portable"])
@pytest.mark.parametrize("name", NAMES)
def test_examples_run_with_these_only(micropython, runs, name, engine, tmp_path):
    runs(engine)
    image = build(source(name))
    (tmp_path / "image.wrt").write_bytes(image.data)
    form = micropython.interpreter if engine == "interp" else "portable"
    built = micropython.runtime() / "wrt_micro"
    files = runtime_modules(image, form, platform="linux")
    if "simulated" in (EXAMPLES / name / "host.py").read_text():
        files.append("ports/simulated.py")  # a board in its place needs no such thing
    for file in files:
        (made,) = [p for p in built.joinpath(file).parent.glob(f"{Path(file).stem}.*")]
        target = tmp_path / "wrt_micro" / Path(file).with_suffix(made.suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, target)
    done = subprocess.run(
        [*micropython.command, LAUNCHER, engine, EXAMPLES / name / "host.py", "image.wrt"],
        cwd=tmp_path,
        env=os.environ | {"MICROPYPATH": f"{tmp_path}:.frozen"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == (expected(name), "")


def test_a_core_program_takes_nothing_of_components():
    files = runtime_modules(build(EXAMPLES / "fac" / "fac.wat"), "viper32")
    assert not [file for file in files if file.startswith(("component/", "aio"))]
    assert [file for file in files if file.startswith("engine/")] == [
        "engine/__init__.py",
        "engine/addresses.py",
        "engine/instructions.py",
        "engine/interp.py",
        "engine/register_code.py",
        "engine/viper32/__init__.py",
        "engine/viper32/loop.py",
    ]


def test_a_synchronous_component_takes_nothing_concurrent():
    files = runtime_modules(build(EXAMPLES / "counter" / "counter.wat"), "viper32s")
    assert "component/resources.py" in files and "component/handles.py" in files
    assert not {"component/scheduler.py", "component/streams.py", "aio.py"} & set(files)


def test_the_portable_engine_has_its_floats_in_files_of_their_own(tmp_path):
    image = component(
        '(module (func (export "f") (param f32) (result f32) local.get 0 local.get 0 f32.add))',
        tmp_path,
    )
    assert "engine/portable/f32.py" in runtime_modules(image, "portable")
    assert "engine/viper32/loop_f32.py" in runtime_modules(image, "viper32")
    assert "engine/viper32/f32.py" not in runtime_modules(image, "viper32")


@pytest.mark.parametrize(
    "option, brought",
    [
        ("concurrent", "component/scheduler.py"),
        ("leaks", "component/leaks.py"),
        ("packages", "packages.py"),
    ],
)
def test_options_of_load_bring_their_modules(option, brought):
    image = build(EXAMPLES / "counter" / "counter.wat")
    assert brought not in runtime_modules(image, "viper32")
    assert brought in runtime_modules(image, "viper32", [option])


def test_conditions_are_on_modules_that_there_are():
    source = runtime_source()
    for name in [*CONDITIONS, *(module for names in OPTIONS.values() for module in names)]:
        path = source.joinpath(*name.split("."))
        assert path.is_dir() or path.with_suffix(".py").exists(), name


def test_every_module_is_needed_by_something():
    """Nothing in wrt_micro is beyond the reach of imports, but what a program's own imports name:
    engines, interfaces of WASI and ports."""
    everything = dict.fromkeys(CONDITIONS, lambda needs: True)
    image = build(EXAMPLES / "fac" / "fac.wat")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wrt_preflight.runtime.CONDITIONS", everything)
        files = set(runtime_modules(image, "portable"))
    there = {p.relative_to(runtime_source()).as_posix() for p in runtime_source().rglob("*.py")}
    by_name = ("engine/", "wasi/", "ports/")
    assert not [f for f in sorted(there - files) if not f.startswith(by_name)]


def test_a_program_for_wasi_brings_what_it_imports_and_the_port(tmp_path):
    image = component(
        """(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (func (export "_start") i32.const 0 call $exit))""",
        tmp_path,
    )
    files = runtime_modules(image, "viper32", platform="rp2")
    assert {"wasi/preview1.py", "ports/rp2.py", "ports/generic.py"} <= set(files)
    assert "ports/esp32.py" not in files
