# Raspberry Pi Pico and others with an RP2040 or RP2350.

from .generic import Port as Generic


class Port(Generic):
    """Its ADC takes a pin (26 to 29), a channel (0 to 4), or "temperature", the chip's own."""

    name = "rp2"

    def adc(self, where):
        ADC = self._make("ADC")
        return ADC(ADC.CORE_TEMP if where == "temperature" else where)
