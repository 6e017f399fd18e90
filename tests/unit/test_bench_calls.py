"""The benchmark of calls: the same results everywhere, and quotients within a round."""

from __future__ import annotations

import pytest

import wrt_micro
from bench import call_rows, calls
from bench.peers.wrt_micro import image
from bench.protocol import Ratio


def test_wasmtime_and_wrt_micro_agree():
    imports = {"host-scalar": call_rows.add, "host-text": len, "host-records": len}
    app = wrt_micro.load(image(calls.PROGRAM), imports, engine="portable")
    mine = call_rows.rows(lambda name: app[name], call_rows.ITEMS)
    theirs = calls.wasmtime_rows()
    assert len(mine) == 10
    for (name, run), (_, expected) in zip(mine, theirs, strict=True):
        assert run(call_rows.CHECKED) == expected(call_rows.CHECKED), name


def sample(empty, call, total=7):
    return {call_rows.EMPTY: (0, empty), "x": (total, call)}


def test_quotients_are_of_the_same_round():
    rounds = {
        "wrt-micro": [sample(1, 10), sample(2, 40), sample(1, 30)],
        "wasmtime": [sample(1, 5), sample(1, 4), sample(1, 1)],
    }
    columns = calls.compare(rounds)
    assert columns["wrt-micro / wasmtime"]["x"] == Ratio(10, 2, 30, False)
    assert columns["wrt-micro / empty call"]["x"] == Ratio(20, 10, 30, False)
    assert columns["wasmtime / empty call"]["x"] == Ratio(4, 1, 5, False)


def test_wrong_results_are_no_measurement():
    rounds = {"wrt-micro": [sample(1, 1, total=8)], "wasmtime": [sample(1, 1)]}
    with pytest.raises(SystemExit, match="wrong result: x on wrt-micro: 8, not 7"):
        calls.check(rounds)


def test_a_call_is_measured_until_it_takes_long_enough():
    clock = [0]
    made = []

    def now():
        clock[0] += 1  # a clock that steps by itself
        return clock[0]

    def run(n):
        made.append(n)
        clock[0] += 100 * n

    time = call_rows.measure(run, now, lambda start: now() - start)
    assert time == pytest.approx(100, rel=0.01)
    assert made[-1] * 100 >= call_rows.ENOUGH and len(made) < 12
