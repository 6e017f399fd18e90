# wasi:gpio/delay.

NEEDS = ("clock",)


def make(wasi):
    """The functions of a program."""
    sleep = wasi.port.sleep
    return {
        "delay-ns": sleep,
        "delay-us": lambda duration: sleep(1000 * duration),
        "delay-ms": lambda duration: sleep(1000000 * duration),
    }
