# Ports on modules `machine` and `pyb` of our own: how pins and buses are asked for on a board.

import sys

import wrt_micro
from wrt_micro import LinkError
from wrt_micro.ports import esp32, generic, rp2, stm32

called = []


class Fake:
    """Any class of the machine module: notes how it was made, and what was called."""

    def __init__(self, *args, **options):
        # In the order of their names, as MicroPython's dicts have none.
        called.append((type(self).__name__, args, sorted(options.items())))

    def __repr__(self):
        return "<" + type(self).__name__ + ">"


class Pin(Fake):
    IN, OUT, PULL_UP, PULL_DOWN = 0, 1, 2, 3


class I2C(Fake):
    pass


class SPI(Fake):
    pass


class PWM(Fake):
    pass


class ADC(Fake):
    ATTN_11DB, CORE_TEMP = 11, 4


class Channel:
    def pulse_width_percent(self, percent=None):
        if percent is None:
            return 25
        called.append(("percent", round(percent)))


class Timer(Fake):
    PWM = 7

    def channel(self, *args, **options):
        called.append(("channel", args, sorted(options)))
        return Channel()

    def freq(self, frequency=None):
        called.append(("freq", frequency))
        return 1000

    def deinit(self):
        called.append(("deinit",))


class Module:
    def __init__(self, **members):
        for name in members:
            setattr(self, name, members[name])


def with_modules(work, **modules):
    """Call work while modules of these names are what is imported: what it noted."""
    before = {}
    called.clear()
    for name in modules:
        before[name] = sys.modules.get(name)
        sys.modules[name] = modules[name]
    try:
        work()
    finally:
        for name in before:
            if before[name] is None:
                del sys.modules[name]
            else:
                sys.modules[name] = before[name]
    return called[:]


BOARD = Module(Pin=Pin, I2C=I2C, SPI=SPI, PWM=PWM, ADC=ADC)


def test_pins(load):
    def work():
        port = generic.Port()
        port.pin(25, "out", None, 1)
        port.pin("GP3", "in", "up")
        port.pin(7)

    assert with_modules(work, machine=BOARD) == [
        ("Pin", (25, 1, None), [("value", 1)]),
        ("Pin", ("GP3", 0, 2), []),
        ("Pin", (7,), []),
    ]


def test_buses(load):
    def work():
        port = generic.Port()
        port.i2c({"id": 1, "scl": 5, "sda": 4, "freq": 100000})
        port.spi({"id": 0, "sck": 2, "baudrate": 1000000, "cs": 9})

    found = with_modules(work, machine=BOARD)
    buses = [entry for entry in found if entry[0] != "Pin"]
    assert [(name, args) for name, args, _ in buses] == [("I2C", (1,)), ("SPI", (0,))]
    assert [option for option, _ in buses[0][2]] == ["freq", "scl", "sda"]
    assert [option for option, _ in buses[1][2]] == ["baudrate", "sck"]
    assert sorted([args for name, args, _ in found if name == "Pin"]) == [(2,), (4,), (5,)]


def test_pwm_and_adc(load):
    def work():
        port = generic.Port()
        port.pwm(15)
        port.adc(26)
        port.adc("A0")

    names = [(name, str(args)) for name, args, _ in with_modules(work, machine=BOARD)]
    assert names == [
        ("Pin", "(15,)"),
        ("PWM", "(<Pin>,)"),
        ("ADC", "(26,)"),
        ("Pin", "('A0',)"),
        ("ADC", "(<Pin>,)"),
    ]


def test_what_a_board_offers(load):
    offers = []
    with_modules(lambda: offers.append(generic.Port().offers()), machine=BOARD)
    assert set(offers[0]) >= {"clock", "stdio", "files", "gpio", "i2c", "spi", "pwm", "adc"}
    with_modules(lambda: offers.append(generic.Port().offers()), machine=Module(Pin=Pin))
    assert "gpio" in offers[1] and not {"i2c", "spi", "pwm", "adc"} & set(offers[1])


def test_what_a_board_has_not(load):
    def work():
        try:
            generic.Port().i2c({})
        except LinkError as error:
            called.append(str(error))

    assert with_modules(work, machine=Module(Pin=Pin)) == ["the port generic has no machine.I2C"]


def test_rp2_has_a_thermometer(load):
    def work():
        rp2.Port().adc("temperature")
        rp2.Port().adc(26)

    found = with_modules(work, machine=BOARD)
    assert [args for name, args, _ in found] == [(4,), (26,)]


def test_esp32_takes_the_whole_range(load):
    found = with_modules(lambda: esp32.Port().adc(34), machine=BOARD)
    assert found[1][0] == "ADC" and found[1][2] == [("atten", 11)]


def test_stm32_makes_pulses_with_timers(load):
    def work():
        port = stm32.Port()
        assert "pwm" in port.offers()
        pwm = port.pwm({"pin": "PA5", "timer": 2, "channel": 1})
        pwm.freq(500)
        pwm.duty_u16(32768)
        assert (pwm.freq(), pwm.duty_u16()) == (1000, 16383)
        pwm.deinit()

    found = with_modules(work, machine=Module(Pin=Pin), pyb=Module(Timer=Timer))
    assert found == [
        ("Pin", ("PA5",), []),
        ("Timer", (2,), [("freq", 1000)]),
        ("channel", (1, 7), ["pin"]),
        ("freq", 500),
        ("percent", 50),
        ("freq", None),
        ("deinit",),
    ]


class Time:
    """A time module of a board: 32-bit counters, and years that count from `epoch`."""

    def __init__(self, epoch):
        self.epoch = epoch
        self.us = 0
        self.slept = []

    def gmtime(self, seconds):
        return (self.epoch, 1, 1)

    def time(self):
        return 1000.5

    def ticks_ms(self):
        return self.us // 1000 & 0x3FFFFFFF

    def ticks_us(self):
        return self.us & 0x3FFFFFFF

    def ticks_diff(self, a, b):
        return (a - b + 0x20000000 & 0x3FFFFFFF) - 0x20000000

    def sleep_ms(self, ms):
        self.slept.append(("ms", ms))

    def sleep_us(self, us):
        self.slept.append(("us", us))


def with_time(time, work):
    # Linked, all modules are one.
    module = wrt_micro if hasattr(wrt_micro, "time") else generic
    before = module.time
    module.time = time
    try:
        return work(generic.Port())
    finally:
        module.time = before


def test_both_epochs(load):
    assert with_time(Time(1970), lambda port: port.wall()) == 1000 * 1000000000
    assert with_time(Time(2000), lambda port: port.wall()) == (946684800 + 1000) * 1000000000


def test_a_monotonic_clock_of_counters(load):
    time = Time(2000)

    def work(port):
        before = port.monotonic()
        for _ in range(100):
            time.us += 100000000  # round ticks_us every 11 steps
            assert port.monotonic() == before + 100000000000
            before = port.monotonic()

    with_time(time, work)


def test_sleep_is_rounded_up(load):
    time = Time(2000)

    def work(port):
        for duration in (-5, 0, 1, 1000, 1001, 20000001):
            port.sleep(duration)

    with_time(time, work)
    assert with_time(time, lambda port: port.sleep(7300 * 1000000000)) is None
    assert time.slept[4:] == [("ms", 3600000), ("ms", 3600000), ("ms", 100000)]
    assert time.slept[:4] == [("us", 1), ("us", 1), ("us", 2), ("ms", 21)]
