"""Programs whose runtimes are linked: several in one run, and what is not as it should be."""

from __future__ import annotations

import re
import shutil

import pytest

from deploy.programs import EXAMPLES, FAC, GREET, GREETER

pytestmark = pytest.mark.micropython

LINKED: list[str] = []
MODULES = ["--with", "packages"]
# Calls both programs by turns, and what each of them raises is an exception of its own.
BOTH = """
import wrt
greeter, fails = wrt.load("greeter", {"log": print}), wrt.load("fails")
import wrt_micro
print(wrt_micro is wrt.runtime("greeter"), wrt_micro is wrt.runtime("fails"))
for i in range(2):
    print(greeter.greet("Ada"))
    try:
        fails.fail()
    except wrt_micro.Trap:
        print("that of wrt_micro")
    except wrt.runtime("fails").Trap as trap:
        print(trap.kind, trap)
"""
OF_OTHER = "that of wrt_micro"
OF_OWN = "integer_divide_by_zero integer divide by zero"
HOST = "from wrt_micro import Trap\nimport wrt_micro\nload = wrt_micro.load\n"
TELLS_HOST = """
import wrt
for name in ("a", "b", "a"):
    app = wrt.load(name)
    host = __import__("host_" + name)
    runtime = wrt.runtime(name)
    print(host.wrt_micro is runtime, host.Trap is runtime.Trap, app.fac(4))
"""


@pytest.fixture
def fails(tmp_path):
    path = tmp_path / "fails.wat"
    path.write_text(
        '(module (func (export "fail") (result i32) (i32.div_u (i32.const 1) (i32.const 0))))'
    )
    return path


def remove(board, pattern: str) -> None:
    (path,) = board.folder.rglob(pattern)
    path.unlink()


def test_a_program_is_a_few_files_of_its_own(board, wrt):
    wrt("deploy", GREETER, "--port", board.port)
    found = sorted(path.name for path in board.folder.rglob("*") if path.is_file())
    kinds = [re.sub(r"_[0-9a-f]{8}", "", name) for name in found]
    own = ["app.json", "current", "engine.mpy", "files.json", "image.wrt"]
    parts = ["wrt.mpy", "wrt.txt", *(f"wrt_{i}.mpy" for i in range(len(found) - 8))]
    assert sorted(kinds) == ["__init__.mpy", *own, *parts]


@pytest.mark.parametrize(
    "first, second, owners, caught",
    [
        (LINKED, LINKED, "True False", OF_OWN),
        (LINKED, MODULES, "False True", OF_OTHER),
        (MODULES, LINKED, "True False", OF_OWN),
        (MODULES, MODULES, "True True", OF_OTHER),
    ],
)
def test_two_programs_in_one_run(board, wrt, fails, first, second, owners, caught):
    """wrt_micro is the first one's runtime, or the one in modules; each has its own exceptions."""
    wrt("deploy", GREETER, *first, "--port", board.port)
    wrt("deploy", fails, *second, "--port", board.port)
    turn = f"greeting Ada\nHello, Ada!\n{caught}\n"
    assert board.run(BOTH) == f"{owners}\n{turn}{turn}"


def test_a_host_module_takes_its_own_program_s_runtime(board, wrt, tmp_path):
    host = tmp_path / "host.py"
    host.write_text(HOST)
    other = tmp_path / "other.wat"
    other.write_text('(module (func (export "fac") (param i32) (result i32) (local.get 0)))')
    for name, program in (("a", FAC), ("b", other)):
        options = ["--name", name, "--host", host, "--port", board.port]
        assert wrt("deploy", program, *options)[0] == 0
    right = "True True"
    assert board.run(TELLS_HOST) == f"{right} 24\n{right} 4\n{right} 24\n"


def test_two_programs_wait_for_each_other_in_asyncio(board, wrt):
    """Parts for asyncio are imported when they are needed, with both folders on sys.path."""
    wrt("deploy", GREETER, "--with", "concurrent", "--port", board.port)
    wrt("deploy", EXAMPLES / "later" / "later.wat", "--port", board.port)
    code = """
import asyncio, wrt
greeter = wrt.load("greeter", {"log": print}, concurrent=True)
async def measure(pin):
    await asyncio.sleep_ms(pin)
    return 100 * pin
later = wrt.load("later", {"measure": measure})
async def main():
    work = later.aio.difference(5, 3), greeter.aio.greet("Ada"), later.aio.difference(9, 8)
    print(await asyncio.gather(*work))
asyncio.run(main())
"""
    assert board.run(code) == "greeting Ada\n[200, 'Hello, Ada!', 100]\n"


def test_modules_of_two_versions_of_wrt_micro_are_refused_in_one_run(board, wrt):
    wrt("deploy", FAC, "--with", "packages", "--name", "old", "--port", board.port)
    (build,) = (board.folder / "wrt" / "lib").iterdir()
    (info,) = board.folder.rglob("app.json")
    info.write_text(info.read_text().replace(build.name, "0123456789ab"))
    build.rename(build.with_name("0123456789ab"))
    wrt("deploy", FAC, "--with", "packages", "--port", board.port)
    code = 'import wrt; print(wrt.load("old").fac(5)); wrt.load("fac")'
    output = board.run(code)
    assert output.startswith("120\n")
    assert "fac was deployed with other modules than those in use" in output


def test_python_of_a_host_that_the_linker_does_not_serve_gets_modules(board, wrt, tmp_path):
    host = tmp_path / "host.py"
    host.write_text("import wrt_micro.trap\ndef log(text):\n    print(wrt_micro.trap.Trap)\n")
    assert wrt("deploy", GREETER, "--host", host, "--port", board.port)[0] == 0
    assert (board.folder / "wrt" / "lib").exists()
    code = 'import wrt; print(wrt.load("greeter").greet("Ada"))'
    assert board.run(code) == "<class 'Trap'>\nHello, Ada!\n"


def test_another_program_s_image_is_refused(board, wrt):
    wrt("deploy", GREETER, "--port", board.port)
    wrt("deploy", FAC, "--port", board.port)
    (ours,) = (board.folder / "wrt" / "greeter").rglob("image.wrt")
    (theirs,) = (board.folder / "wrt" / "fac").rglob("image.wrt")
    shutil.copy(theirs, ours)
    output = board.run(GREET)
    assert re.search(
        r"ImageError: this runtime was made for the image with CRC [0-9a-f]{8}, here is "
        r"[0-9a-f]{8}: deploy them together",
        output,
    ), output


def test_without_its_messages_a_trap_has_a_number(board, wrt, fails):
    wrt("deploy", fails, "--port", board.port)
    remove(board, "wrt_*.txt")
    code = """
import wrt
app = wrt.load("fails")
try:
    app.fail()
except wrt.runtime("fails").Trap as trap:
    print(trap.kind, trap)
"""
    assert re.fullmatch(r"\d+ message \d+, which is not there to be read.*\n", board.run(code))
    assert wrt("deploy", fails, "--port", board.port)[0] == 0
    assert board.run(code) == "integer_divide_by_zero integer divide by zero\n"


@pytest.mark.parametrize("part", ["wrt_*_0.mpy", "wrt_????????.mpy"])
def test_a_part_that_is_missing_is_named_and_comes_back(board, wrt, fails, part):
    wrt("deploy", GREETER, "--port", board.port)
    wrt("deploy", fails, "--port", board.port)
    (path,) = (board.folder / "wrt" / "greeter").rglob(part)
    path.unlink()
    code = """
import wrt
for i in range(2):
    try:
        wrt.load("greeter", {"log": print})
    except ImportError as error:
        print(error)
print(wrt.load("fails").names())
"""
    missing = f"no module named '{path.stem}'\n"
    assert board.run(code) == 2 * missing + "['fail']\n"
    assert wrt("deploy", GREETER, "--port", board.port)[0] == 0
    assert board.run(GREET) == "Hello, Ada!\n"


def test_a_device_that_gets_a_key_later_refuses_a_runtime_that_cannot_check(board, wrt):
    wrt("deploy", FAC, "--port", board.port)
    (board.folder / "wrt.key").write_text("00" * 32)
    assert "no module named 'wrt_micro.sign'" in board.run('import wrt; wrt.load("fac")')
