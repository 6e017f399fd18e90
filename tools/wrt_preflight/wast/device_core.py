# Runs the steps of one core script on its image, under MicroPython or CPython:
#
#     device_core.py FOLDER ENGINE LOCK
#
# FOLDER has the image, 0.wrt; see device_steps for the rest. A step is
# [instance, action, export, words, expected], see steps.Step.

import sys

from device_steps import judge_end, run_steps

from wrt_micro.image import INSTANCES, open_image
from wrt_micro.store import Store
from wrt_micro.trap import TEXTS, kind


def no_lock():
    """Stands in for heap_lock where it is not wanted."""


class Device:
    """An image with its store."""

    def __init__(self, folder, engine, lock):
        self.image = open_image(folder + "/0.wrt")
        self.store = Store(self.image, engine=engine)
        self.thread = self.store.thread
        self.exports = {}
        self.lock = self.unlock = no_lock
        if lock:
            import micropython

            self.lock, self.unlock = micropython.heap_lock, micropython.heap_unlock

    def perform(self, step):
        """Do a step. Returns "" if it went as expected, else what happened instead."""
        instance, action, name, words, expected = step
        if action == "init":
            header = self.image.fields(INSTANCES, instance)[1]
            return self.judge_call(header, (), expected) if header else judge_end("", expected)
        index = self.export(instance, name)
        if action == "get":
            return judge_words(self.store.globals, index, expected["results"])
        return self.judge_call(self.image.function(index), words, expected)

    def export(self, instance, name):
        """The store-wide index of an export."""
        if instance not in self.exports:
            self.exports[instance] = self.image.exports(instance)
        return self.exports[instance][name][1]

    def judge_call(self, header, words, expected):
        """Call a function with the lock held, and compare what comes back."""
        thread = self.thread
        stack = thread.stack
        for i, word in enumerate(words):
            stack[i] = word
        self.lock()
        try:
            status = thread.call(header)
        finally:
            self.unlock()
        fault = judge_end(kind(TEXTS, status)[0] if status else "", expected)
        if fault or status or "results" not in expected:
            return fault
        return judge_words(stack, 0, expected["results"])


def judge_words(words, first, alternatives):
    """Compare words from words[first] on with lists of patterns (see wast/values.py)."""
    for patterns in alternatives:
        if all(matches(words[first + i], pattern) for i, pattern in enumerate(patterns)):
            return ""
    found = show(list(words[first : first + len(alternatives[0])]))
    wanted = " or ".join(show(patterns) for patterns in alternatives)
    return f"words {found}, expected {wanted}"


def matches(word, pattern):
    """Whether a word is what a pattern allows."""
    if isinstance(pattern, int):
        return word == pattern
    return word & pattern[0] == pattern[1] if pattern else word != 0


def show(patterns):
    """Patterns as text: a word, value/mask, or * for anything but 0."""
    texts = []
    for pattern in patterns:
        if isinstance(pattern, int):
            texts.append(f"{pattern:08x}")
        else:
            texts.append(f"{pattern[1]:08x}/{pattern[0]:08x}" if pattern else "*")
    return " ".join(texts)


if __name__ == "__main__":
    run_steps(Device, *sys.argv[1:])
