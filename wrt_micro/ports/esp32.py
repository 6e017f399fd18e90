# ESP32 and its relatives.

from .generic import Port as Generic


class Port(Generic):
    """Its ADC has 0 to 3.3 V on the input, and takes pins only."""

    name = "esp32"

    def adc(self, where):
        ADC = self._make("ADC")
        pin = self.pin(where)
        if hasattr(ADC, "ATTN_11DB"):  # else an input ends at about 1 V
            return ADC(pin, atten=ADC.ATTN_11DB)
        return ADC(pin)
