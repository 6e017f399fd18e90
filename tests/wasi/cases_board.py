# Pins and buses of a board that is simulated, as a program's imports reach them.

import os

import wrt_micro
from wrt_micro.component.host import find_function
from wrt_micro.ports.simulated import Port, Thermometer
from wrt_micro.wasi import Wasi

PINS = "wrt:board/pins@0.1.0"
DIGITAL = "wasi:gpio/digital@0.2.0"
BUSES = "wrt:board/buses@0.1.0"
I2C = "wasi:i2c/i2c@0.2.0-draft"
SPI = "wasi:spi/spi"


class Board:
    """call(interface, function, *args) as a program would; error(...) is the payload it gets."""

    def __init__(self, **grants):
        self.port = grants.setdefault("port", Port())
        self.wasi = Wasi(grants)

    def call(self, interface, name, *args):
        function = find_function(self.wasi.interface(interface), name)
        return function(*args)

    def error(self, interface, name, *args):
        try:
            value = self.call(interface, name, *args)
        except wrt_micro.ComponentError as error:
            return error.payload
        raise AssertionError("it returned " + repr(value))


def test_an_output(load):
    board = Board(pins={"led": 25})
    led = board.call(PINS, "digital-out", "led", set())
    for name in ("set-active", "toggle", "toggle", "set-inactive"):
        board.call(DIGITAL, "[method]digital-out-pin." + name, led)
    board.call(DIGITAL, "[method]digital-out-pin.set-state", led, "active")
    assert [event[2] for event in board.port.record] == [0, 1, 0, 1, 0, 1]
    assert board.call(DIGITAL, "[method]digital-out-pin.get-config", led) == {
        "label": "led",
        "pin-mode": "out",
        "active-level": "active-high",
        "pull-resistor": None,
    }


def test_an_output_that_is_active_low(load):
    board = Board(pins={"led": {"pin": 7, "active": "low"}})
    led = board.call(PINS, "digital-out", "led", set())
    board.call(DIGITAL, "[method]digital-out-pin.set-active", led)
    assert board.port.record == [("pin", 7, 1), ("pin", 7, 0)]


def test_an_input(load):
    board = Board(pins={"button": {"pin": 3, "modes": ["in"], "pull": "up"}})
    button = board.call(PINS, "digital-in", "button", {"active-low"})
    read = "[method]digital-in-pin.read"
    assert board.call(DIGITAL, read, button) == "inactive"  # pulled up
    board.port.levels[3] = [0, 1, 0]
    assert [board.call(DIGITAL, read, button) for _ in range(3)] == [
        "active",
        "inactive",
        "active",
    ]


def test_waiting_for_an_edge(load):
    board = Board(pins={"button": 3})
    button = board.call(PINS, "digital-in", "button", set())
    board.port.levels[3] = [0, 0, 1, 1, 0, 1]
    poll = "wasi:io/poll@0.2.4"
    falling = board.call(DIGITAL, "[method]digital-in-pin.watch-falling-edge", button)
    assert not board.call(poll, "[method]pollable.ready", falling)
    board.call(poll, "[method]pollable.block", falling)
    assert board.port.levels[3] == [1]  # all the others have been looked at
    active = board.call(DIGITAL, "[method]digital-in-pin.watch-active", button)
    assert board.call(poll, "poll", [falling, active]) == [0, 1]


def test_pins_that_were_not_given(load):
    board = Board(pins={"led": {"pin": 25, "modes": ["out"]}})
    assert board.error(PINS, "digital-out", "relay", set()) == "pin-not-allowed"
    assert board.error(PINS, "digital-out", "25", set()) == "pin-not-allowed"
    assert board.error(PINS, "digital-in", "led", set()) == "pin-mode-not-allowed"
    led = board.call(PINS, "digital-out", "led", set())
    assert board.error(PINS, "digital-out", "led", set()) == "already-in-use"
    led.drop()
    board.call(PINS, "digital-out", "led", set())
    assert Board().error(PINS, "digital-out", "led", set()) == "pin-not-allowed"


def test_an_i2c_sensor(load):
    board = Board(i2c={"sensor": {"id": 0, "scl": 5, "sda": 4}})
    bus = board.call(BUSES, "open-i2c", "sensor")
    board.port.devices[0, 0x48] = Thermometer([21.5, -3.25])
    found = board.call(I2C, "[method]i2c.write-read", bus, 0x48, b"\0", 2)
    assert found == b"\x15\x80"
    operations = [("write", b"\0"), ("read", 2)]
    assert board.call(I2C, "[method]i2c.transaction", bus, 0x48, operations) == [b"\xfc\xc0"]
    board.call(I2C, "[method]i2c.write", bus, 0x48, b"\1")
    assert board.call(I2C, "[method]i2c.read", bus, 0x48, 2) == b"\0\0"
    assert board.port.record[0] == ("i2c", 0, 0x48, "write", b"\0")


def test_buses_that_were_not_given(load):
    board = Board(i2c={"sensor": {"id": 0, "addresses": [0x48]}, "other": {"id": 1}})
    assert board.error(BUSES, "open-i2c", "display") == "not-allowed"
    bus = board.call(BUSES, "open-i2c", "sensor")
    read = "[method]i2c.read"
    board.port.devices[0, 0x50] = Thermometer(1)
    assert board.error(I2C, read, bus, 0x50, 2) == ("no-acknowledge", "address")
    assert board.error(I2C, read, bus, 0x48, 1 << 40) == "overrun"
    other = board.call(BUSES, "open-i2c", "other")
    assert board.error(I2C, read, other, 0x48, 2) == ("no-acknowledge", "unknown")
    assert board.error(I2C, read, other, 0x248, 2) == "other"


def test_spi(load):
    board = Board(spi={"flash": {"id": 0, "cs": 17, "baudrate": 1000000}})
    assert board.error(SPI, "open", "display")[0] == "other"
    flash = board.call(SPI, "open", "flash")
    assert board.call(SPI, "[method]spi-device.transfer", flash, b"\1\2") == b"\1\2"
    board.port.answers[0] = b"\x9f\x15"
    operations = [("write", b"\x9f"), ("delay-ns", 10), ("read", 2), ("transfer", b"\0")]
    assert board.call(SPI, "[method]spi-device.transaction", flash, operations) == [
        "write",
        "delay",
        ("read", b"\x9f\x15"),
        ("transfer", b"\x9f"),
    ]
    assert board.call(SPI, "[method]spi-device.read", flash, 2) == b"\x9f\x15"
    assert board.call(SPI, "[method]spi-device.write", flash, b"\6") == ("other", "")
    selected = [event[2] for event in board.port.record if event[0] == "pin"]
    assert selected == [1] + 4 * [0, 1]
    assert board.error(SPI, "[method]spi-device.read", flash, 1 << 30) == "overrun"
    assert board.port.record[-1] == ("pin", 17, 1)  # not selected any longer


def test_pwm_and_adc(load):
    board = Board(pwm={"heater": 15}, adc={"probe": 26})
    pwm, adc = "wrt:board/pwm@0.1.0", "wrt:board/adc@0.1.0"
    assert board.error(pwm, "[static]channel.open", "fan") == "not-allowed"
    assert board.error(adc, "[static]input.open", "heater") == "not-allowed"
    heater = board.call(pwm, "[static]channel.open", "heater")
    board.call(pwm, "[method]channel.set-frequency", heater, 1000)
    board.call(pwm, "[method]channel.set-duty", heater, 32768)
    heater.drop()
    assert board.port.record == [
        ("pwm", 15, "freq", 1000),
        ("pwm", 15, "duty", 32768),
        ("pwm", 15, "off"),
    ]
    probe = board.call(adc, "[static]input.open", "probe")
    board.port.voltages[26] = [100, 65535]
    assert [board.call(adc, "[method]input.read", probe) for _ in range(3)] == [100, 65535, 65535]


def test_analog_pins(load):
    board = Board(pwm={"fan": 15}, adc={"probe": 26})
    pins, analog = "wrt:board/analog-pins@0.1.0", "wasi:gpio/analog@0.2.0"
    assert board.error(pins, "analog-in", "fan", set()) == "pin-not-allowed"
    assert board.error(pins, "analog-out", "probe", set()) == "pin-not-allowed"
    fan = board.call(pins, "analog-out", "fan", {"active-low"})
    assert board.error(pins, "analog-out", "fan", set()) == "already-in-use"
    board.call(analog, "[method]analog-out-pin.set-value", fan, 1.0)
    board.call(analog, "[method]analog-out-pin.set-value-raw", fan, 1 << 20)
    board.call(analog, "[method]analog-out-pin.set-value", fan, -0.5)
    assert [event[3] for event in board.port.record] == [0, 0, 65535]
    probe = board.call(pins, "analog-in", "probe", set())
    board.port.voltages[26] = [0, 65535, 100, 200, 300]
    read = "[method]analog-in-pin.read"
    assert [board.call(analog, read, probe) for _ in range(2)] == [0, 1]
    above = board.call(analog, "[method]analog-in-pin.watch-above-raw", probe, 250)
    board.call("wasi:io/poll@0.2.4", "[method]pollable.block", above)
    assert board.call(analog, "[method]analog-in-pin.get-config", probe)["label"] == "probe"


def test_a_timer_counts_what_was_missed(load):
    class Slow(Port):
        now = 0

        def monotonic(self):
            return self.now

        def sleep(self, duration):
            if duration > 0:
                self.now += duration

    port = Slow()
    board = Board(port=port)
    name = "wrt:board/timer@0.1.0"
    timer = board.call(name, "[constructor]timer", 1000)
    wait = "[method]timer.wait"
    assert board.call(name, wait, timer) == 1 and port.now == 1000000
    port.now += 3500000
    assert board.call(name, wait, timer) == 3
    assert board.call(name, wait, timer) == 1 and port.now == 5000000
    pollable = board.call(name, "[method]timer.subscribe", timer)
    board.call("wasi:io/poll@0.2.4", "[method]pollable.block", pollable)
    assert port.now == 6000000


def test_a_port_without_pins(load):
    board = Board(pins={"led": 1}, port="unix")
    try:
        board.wasi.interface(PINS)
    except wrt_micro.LinkError as error:
        assert str(error) == PINS + " needs gpio, which the port unix does not offer"
    else:
        raise AssertionError("it has pins")


def test_a_port_that_does_not_exist(load):
    try:
        Board(port="pdp11")
    except wrt_micro.LinkError as error:
        assert "no port is named 'pdp11'" in str(error)
    else:
        raise AssertionError("there is one")


def test_grants_of_a_file(load):
    path = load.folder + "/board.json"
    with open(path, "w") as file:
        file.write('{"pins": {"led": 25}, "port": "simulated", "args": ["x"]}')
    wasi = Wasi(path)
    os.remove(path)
    assert wasi.granted("pins", "led") == 25 and wasi.port.name == "simulated"
    assert wasi.granted("pins", "relay") is None and wasi.granted("i2c", "x") is None


def test_errors_of_hardware(load):
    class Broken(Port):
        def pin(self, where, mode=None, pull=None, value=None):
            if where == 99:
                raise ValueError("invalid pin")
            made = Port.pin(self, where, mode, pull, value)
            made.value = self.fail
            return made

        def fail(self, level=None):
            raise OSError(5)

    board = Board(port=Broken(), pins={"led": 1, "none": 99})
    led = board.call(PINS, "digital-out", "led", set())
    assert board.error(DIGITAL, "[method]digital-out-pin.set-active", led) == "hardware-fault"
    assert board.error(PINS, "digital-out", "none", set()) == "undefined-pin-label"
