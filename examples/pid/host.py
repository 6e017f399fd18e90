# python host.py pid.wrt: a kiln that is simulated, in time that is simulated too. On a board leave
# the port out: wasi={"adc": {"probe": 26}, "pwm": {"heater": 15}}.

import sys

import wrt_micro
from wrt_micro.ports.simulated import Port


class Kiln(Port):
    """Its heater warms it, and the air around it cools it. celsius: its temperature."""

    def __init__(self):
        Port.__init__(self)
        self.celsius = 20.0
        self.now = self.duty = 0

    def monotonic(self):
        return self.now

    def sleep(self, duration):
        seconds = max(duration, 0) / 1000000000
        self.now += max(duration, 0)
        self.celsius += seconds * (self.duty / 65535 * 40 - (self.celsius - 20) * 0.1)
        self.voltages[26] = int(self.celsius * 100)

    def note(self, *what):
        if what[0] == "pwm" and what[2] == "duty":
            self.duty = what[3]


kiln = Kiln()
grants = {"port": kiln, "adc": {"probe": 26}, "pwm": {"heater": 15}}
app = wrt_micro.load(sys.argv[1], wasi=grants)
for target in (100, 100, 100, 60, 60, 60):
    app.control(100 * target, 100)
    print(f"wanted {target}, is {kiln.celsius:.0f} after {kiln.now // 1000000000} s")
app = wrt_micro.load(sys.argv[1], wasi={"port": kiln, "adc": {"probe": 26}})
try:
    app.control(100, 1)
except wrt_micro.ComponentError as error:
    print("without its heater:", error.payload)
