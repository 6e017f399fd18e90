"""The benchmarks' arithmetic: exact counts, honest ratios, and wrong results noticed."""

import json

import pytest
import wasmtime

from bench import report
from bench.peers.base import Peer, Sample, Unavailable
from bench.peers.python import Python, Viper
from bench.peers.wasmtime import Wasmtime
from bench.profile_ops import executed, fold, instrument
from bench.protocol import Mean, Ratio, measure
from bench.suite import BENCHMARKS, Benchmark, assemble, coremark, wasm_tools

COUNTDOWN = """(module (func (export "run") (param i32) (result i32) (local i32)
  (block
    (br_if 0 (i32.eqz (local.get 0)))
    (loop
      (local.set 1 (i32.add (local.get 1) (local.get 0)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (local.get 1)))"""


@pytest.fixture
def countdown(tmp_path):
    path = tmp_path / "countdown.wat"
    path.write_text(COUNTDOWN)
    return Benchmark("countdown", "a loop", 100, 10, file=path)


class Fake(Peer):
    about = "a peer with known times"

    def __init__(self, name, seconds, result=lambda n: n * (n + 1) // 2, slow=False):
        self.name, self.slow = name, slow
        self._seconds, self._result = iter(seconds), result

    def version(self):
        return f"{self.name} 1"

    def measure(self, benchmark, n):
        return Sample(self._result(n), next(self._seconds))


class Absent(Fake):
    def version(self):
        raise Unavailable("not installed")


def run(peers, benchmark, rounds=3):
    return measure(peers, [benchmark], peers[0].name, rounds, lambda text: None)


def test_instructions_are_counted_exactly(countdown):
    # local.get, i32.eqz, br_if; 9 a round; local.get
    assert executed(countdown.wasm(), 0) == 4
    assert executed(countdown.wasm(), 5) == 4 + 5 * 9


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda b: b.name)
def test_a_program_gives_the_same_result_with_counters(benchmark):
    text, blocks = instrument(wasm_tools("print", benchmark.wasm()).decode())
    results = []
    for program in (benchmark.wasm(), text):
        engine = wasmtime.Engine()
        store = wasmtime.Store(engine)
        module = wasmtime.Module(engine, program)
        exports = wasmtime.Instance(store, module, []).exports(store)
        results.append(exports["run"](store, benchmark.small_n))
    assert results[0] == results[1]
    assert len(blocks) > 3


def test_folding_leaves_what_has_to_be_executed():
    text = "local.get local.get i32.const i32.shl i32.add local.tee i32.const i32.lt_u br_if"
    assert list(fold([(name, "") for name in text.split()])) == [
        "i32.shl L C =T",
        "i32.add L T =L",
        "br_if+i32.lt_u L C",
    ]


def test_ratios_are_medians_of_quotients_of_one_round(countdown):
    # The first number of each peer is the run that only compares results.
    reference = Fake("reference", [9, 1.0, 2.0, 4.0])
    other = Fake("other", [9, 3.0, 4.0, 20.0])
    results = run([reference, other], countdown)
    assert results.ratios["reference"]["countdown"] == Ratio(1, 1, 1, False)
    assert results.ratios["other"]["countdown"] == Ratio(3, 2, 5, False)
    assert results.mean("other", "all") == Mean(pytest.approx(3), 1, 1)
    assert results.mean("other", "float") is None


def test_less_work_is_scaled_by_instructions(countdown):
    slow = Fake("slow", [1, 1.0], slow=True)
    results = run([Fake("reference", [1, 1.0]), slow], countdown, rounds=1)
    expected = (4 + 100 * 9) / (4 + 10 * 9)
    assert results.ratios["slow"]["countdown"].median == pytest.approx(expected)
    assert results.ratios["slow"]["countdown"].scaled


def test_a_wrong_result_gets_no_number(countdown):
    liar = Fake("liar", [1, 1.0], result=lambda n: 7)
    peers = [Fake("reference", [1, 1.0]), Fake("other", [1, 1.0]), liar]
    results = run(peers, countdown, rounds=1)
    assert results.ratios["liar"]["countdown"] == "wrong result: 0x7, expected 0x13ba"
    assert results.wrong == ["countdown on liar: wrong result: 0x7, expected 0x13ba"]
    assert isinstance(results.ratios["other"]["countdown"], Ratio)


def test_a_peer_that_is_not_there_says_why(countdown):
    results = run([Fake("reference", [1, 1.0]), Absent("gone", [])], countdown, rounds=1)
    assert results.absent == {"gone": "not installed"}
    assert "gone did not run: not installed." in report.markdown(results)
    with pytest.raises(Unavailable, match="not installed"):
        run([Absent("gone", [])], countdown)


def test_a_peer_that_fails_in_a_round_gets_no_number(countdown):
    class Failing(Fake):
        def measure(self, benchmark, n):
            try:
                return super().measure(benchmark, n)
            except StopIteration:
                raise Unavailable("out of memory") from None

    peers = [Fake("reference", [1] * 4), Failing("failing", [1, 1.0]), Fake("other", [1] * 4)]
    results = run(peers, countdown)
    assert results.ratios["failing"]["countdown"] == "out of memory"
    assert results.ratios["other"]["countdown"] == Ratio(1, 1, 1, False)
    peers = [Failing("reference", [1, 1.0]), Fake("other", [1] * 4)]
    assert run(peers, countdown).ratios["other"]["countdown"] == "reference does not run it"


def test_json_has_no_absolute_times(countdown):
    results = run([Fake("reference", [1, 0.123456]), Fake("b", [1, 0.5])], countdown, rounds=1)
    text = json.dumps(report.document(results))
    assert "0.123456" not in text
    assert json.loads(text)["ratios"]["b"]["countdown"]["median"] == pytest.approx(0.5 / 0.123456)


def test_every_program_is_there_in_python():
    for benchmark in BENCHMARKS:
        assert assemble(benchmark.path).startswith(b"\0asm")
        assert benchmark.path.with_suffix(".c").exists()
        assert (benchmark.path.parents[1] / "python" / f"{benchmark.name}.py").exists()


@pytest.mark.micropython
@pytest.mark.parametrize("peer", [Python(), Viper()], ids=lambda p: p.name)
def test_programs_in_python_give_the_checksums_of_the_modules(peer):
    try:
        peer.version()
    except Unavailable as error:
        pytest.skip(str(error))
    for benchmark in BENCHMARKS:
        if (benchmark.path.parents[1] / peer.folder / f"{benchmark.name}.py").exists():
            want = Wasmtime().measure(benchmark, benchmark.small_n).result
            assert peer.measure(benchmark, benchmark.small_n).result == want


@pytest.mark.parametrize(
    "text, reason",
    [
        ("(module", "expected a WebAssembly module"),
        ("(module)", "an export run"),
        ('(module (func (export "run")))', "an export run"),
        ('(module (global (export "run") i32 (i32.const 1)))', "an export run"),
        (COUNTDOWN.replace("(module", '(module (import "a" "b" (func))'), "no import"),
    ],
)
def test_coremark_must_be_a_module_that_can_be_run(tmp_path, text, reason):
    path = tmp_path / "coremark.wat"
    path.write_text(text)
    with pytest.raises(ValueError, match=reason):
        coremark(path)


def test_coremark_is_in_no_mean(countdown):
    assert coremark(countdown.path).kind == ""
