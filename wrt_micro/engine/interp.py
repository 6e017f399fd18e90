# Engine interp: register code, run by machine code for every board.

from . import EXNREF_MARK, RECORD_WORDS
from .addresses import bind_buffers, bind_descriptors
from .register_code import backtrace_of_frames, parts


class Interp:
    """Machine code made by MicroPython's viper emitter. It reads image segments in place."""

    name = "interp"
    in_place = True
    takes_thread = False  # resume takes the record
    asks_always = False
    exnref_mark = EXNREF_MARK
    record_words = RECORD_WORDS

    def __init__(self, form, features, image=None):
        self.form = form
        self.loop, cold = parts(form, features, image)
        self.cold = tuple(cold) if any(cold) else ()
        self.resume = self._resume  # bound once: to take a method allocates

    def _resume(self, st):
        """Run until the guest is done or wants something: DONE, HOST, TRAP or YIELD."""
        loop = self.loop
        status = loop(0, 0, st)
        while status >= 16:
            status = self.cold[status - 16](0, 0, st) or loop(0, 0, st)
        return status

    @property
    def tells_end(self):
        """An access out of bounds leaves its end in aux1 where words are wide, else its start."""
        return self.form == "viper64"

    def trace(self, thread):
        """Where the last call ended: [(function index, image offset)], innermost first."""
        return backtrace_of_frames(thread)

    def bind_store(self, store):
        """Write the machine addresses of memories and tables into their descriptors."""
        bind_descriptors(store)

    def bind_thread(self, thread):
        """Write the machine addresses of all buffers into the thread record."""
        bind_buffers(thread)
