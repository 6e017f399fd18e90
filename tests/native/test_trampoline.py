"""The trampolines: calls begin, are suspended, go on, trap, on each kind of processor."""

from __future__ import annotations

import platform
import shutil

import pytest

from native.guest import (
    AUX0,
    AUX1,
    BASE,
    BUDGET,
    DONE,
    ENTRY_SP,
    FP,
    HOST,
    MOVED,
    PC,
    RESERVE,
    SAVED,
    SIZE,
    TRAP,
    TRAP_AT,
    TRAP_KIND,
    TRAP_PC,
    YIELD,
    Guest,
    Thread,
)
from wrt_preflight.native.target import TARGETS

HEADER_BYTES = 16


@pytest.fixture(scope="module", params=TARGETS)
def guest(request):
    if request.param == "x64" and platform.machine() != "x86_64":
        pytest.skip("no x64 here")
    return Guest(request.param)


@pytest.fixture(params=[False, True], ids=["copied", "own"])
def thread(guest, request):
    return Thread(guest, own=request.param)


def total(n: int) -> int:
    """What `hosts` returns for the answers of Thread.answer."""
    return sum(2 * i + 1 for i in range(n))


def test_host_calls(thread):
    status = thread.start("hosts", 5)
    for i in range(5):
        assert (status, thread.st[PC], thread.st[AUX0]) == (HOST, 0, 7)
        at = thread.st[AUX1] >> 2
        assert list(thread.stack[at : at + 2]) == [i, total(i)]
        thread.answer()
        status = thread.resume()
    assert status == DONE
    assert thread.stack[0] == total(5)


def test_a_call_goes_on_from_where_the_stack_is_not_deeper(thread):
    status = thread.start("hosts", 8, depth=512)
    depth = 512
    while status != DONE:
        assert status == HOST
        thread.answer()
        depth = {512: 0, 0: 768, 768: 512}[depth]
        status = thread.resume(depth)
    assert thread.stack[0] == total(8)


def test_a_call_does_not_go_on_from_deeper(guest):
    thread = Thread(guest)
    thread.start("deep", 3)
    record, stack = thread.st[:], thread.stack[:]
    assert thread.resume(depth=16384) == MOVED
    record[ENTRY_SP : ENTRY_SP + 2] = thread.st[ENTRY_SP : ENTRY_SP + 2]
    assert (thread.st, thread.stack) == (record, stack)
    assert thread.resume() == DONE
    assert thread.stack[0] == 6


def test_frames_on_an_own_stack_go_on_from_anywhere(guest):
    thread = Thread(guest, own=True)
    assert thread.start("deep", 3) == YIELD
    assert thread.resume(depth=16384) == DONE
    assert thread.stack[0] == 6


@pytest.mark.parametrize("n", [0, 1, 7])
def test_traps_say_what_and_where(thread, n):
    before = thread.st[FP]
    assert thread.start("traps", n) == TRAP
    st = thread.st
    assert (st[AUX0], st[AUX1], st[PC], st[FP]) == (TRAP_KIND, TRAP_AT, TRAP_PC, before)
    assert thread.finish(thread.start("deep", 4)) == 10


def test_saved_frames_are_those_that_were_read_from_the_code(guest):
    """One activation more takes as many bytes more as `frames` says."""
    lengths = []
    for n in range(3):
        thread = Thread(guest)
        assert thread.start("deep", n) == YIELD
        lengths.append(thread.stack[0])
        assert thread.st[SAVED] == thread.stack[0]
        assert thread.stack[1] == thread.st[BASE]
    frame = guest.blob.frames["deep"]
    assert [b - a for a, b in zip(lengths, lengths[1:], strict=False)] == [frame, frame]


def test_the_arguments_of_the_host_lie_behind_the_frames(guest):
    thread = Thread(guest)
    thread.start("hosts", 1, fp=64)
    assert thread.st[AUX1] == 64 + HEADER_BYTES + thread.stack[16]


def test_recursion_ends_with_a_trap(guest):
    thread = Thread(guest, stack_words=4096)
    assert thread.start("deep", 1 << 20) == TRAP
    assert thread.st[AUX0] == 10
    unchecked = guest.blob.red_zone - guest.target.interrupt_stack
    assert 0 < thread.st[SAVED] - thread.st[BUDGET] <= unchecked


def test_recursion_on_an_own_stack_ends_with_a_trap(guest):
    thread = Thread(guest, stack_words=8192, own=True)
    assert thread.start("deep", 1 << 20) == TRAP
    assert thread.st[AUX0] == 10


def test_recursion_ends_where_the_buffer_does(guest):
    """A buffer too small for the budget: frames that were allowed fit when they are saved."""
    reserve = Thread(guest).st[RESERVE] // 4
    for words in (reserve + 20, reserve + 100, reserve + 300):
        thread = Thread(guest, stack_words=words, budget=1 << 20)
        assert thread.start("deep", 1 << 20) == TRAP
        assert thread.st[AUX0] == 10
        assert thread.st[SAVED] <= thread.st[SIZE] - HEADER_BYTES


def test_frames_that_do_not_fit_into_the_buffer_are_a_trap(guest):
    """Nothing is written, though nobody had checked."""
    thread = Thread(guest, stack_words=24)
    assert thread.start("hosts", 1) == TRAP
    assert (thread.st[AUX0], thread.st[SAVED]) == (10, 0)
    assert thread.start("traps", 9) == TRAP
    assert (thread.st[AUX0], thread.st[SAVED]) == (TRAP_KIND, 0)


def test_a_call_within_a_host_call(thread):
    """Python calls the guest while it is suspended, and that call is suspended too."""
    st = thread.st
    assert thread.start("hosts", 2) == HOST
    kept = {word: st[word] for word in (PC, FP, AUX0, AUX1)}
    inner = st[AUX1] + 64
    assert thread.start("deep", 6, fp=inner, depth=256) == YIELD
    assert thread.finish(YIELD, depth=256) == 21
    for word, value in kept.items():
        st[word] = value
    assert thread.finish(HOST) == total(2)


def test_a_call_within_a_host_call_from_far_below(guest):
    """Where Python is deeper than the guest's frames lay, the inner call's lie deeper too."""
    thread = Thread(guest)
    st = thread.st
    assert thread.start("hosts", 2) == HOST
    base = st[BASE]
    kept = {word: st[word] for word in (PC, FP, AUX0, AUX1)}
    assert thread.start("deep", 6, fp=st[AUX1] + 64, depth=8192) == YIELD
    assert st[BASE] != base
    assert thread.finish(YIELD, depth=8192) == 21
    for word, value in kept.items():
        st[word] = value
    assert thread.finish(HOST) == total(2)
    assert st[BASE] == base


def test_threads_take_turns(guest):
    threads = [Thread(guest, own=i % 2 == 0) for i in range(4)]
    waiting = [(thread, thread.start("hosts", 3 + i)) for i, thread in enumerate(threads)]
    turn = 0
    while waiting:
        turn += 1
        thread, status = waiting.pop(turn * 7 % len(waiting))
        thread.answer()
        status = thread.resume()
        if status == HOST:
            waiting.append((thread, status))
    assert [thread.stack[0] for thread in threads] == [total(3 + i) for i in range(4)]


def test_many_words_go_to_the_host_and_back(guest):
    wide = Guest(guest.target.name, 40)
    thread = Thread(wide)
    thread.st[38] += 160
    assert thread.finish(thread.start("hosts", 3)) == total(3)


def test_machine_code_is_made_of_the_sources():
    """machine_code.py is what the assembler makes."""
    from wrt_preflight.native.trampoline import __main__ as generator

    assembler = shutil.which("llvm-mc")
    if not assembler:
        pytest.skip("llvm-mc is not installed")
    made = (generator.HERE / "machine_code.py").read_text(encoding="utf-8")
    assert generator.source(assembler) == made
