"""wrt-micro pre-flight: validates, links, lowers and packs components for MicroPython."""

__version__ = "0.1.0"
