# Runs the steps of one component script: each instance is an image of its own.
#
#     device_components.py FOLDER ENGINE LOCK
#
# FOLDER has the images 0.wrt, 1.wrt, ...; see device_steps for the rest. A step is
# [instance, action, image, arguments, expected]: action "load" makes an instance of an image,
# "call" calls the export of that name. Values are the script's, as {"type", "value"}.

import struct
import sys

from device_steps import judge_end, run_steps

import wrt_micro

# The scripts keep much alive at the same time.
ROOM = {
    "handles": 128,
    "tasks": 48,
    "threads": 48,
    "subtasks": 48,
    "streams": 64,
    "waitable_sets": 48,
}


class Device:
    """The instances of a script, by number."""

    def __init__(self, folder, engine, lock):
        self.folder = folder
        self.engine = engine
        self.apps = {}

    def perform(self, step):
        """Do a step. Returns "" if it went as expected, else what happened instead."""
        instance, action, name, arguments, expected = step
        try:
            if action == "load":
                path = f"{self.folder}/{name}.wrt"
                self.apps[instance] = wrt_micro.load(path, engine=self.engine, **ROOM)
                value = None
            else:
                value = self.call(instance, name, arguments, expected)
        except wrt_micro.Trap as trap:
            return judge_end(trap.kind, expected)
        fault = judge_end("", expected)
        if fault or "results" not in expected:
            return fault
        wanted = expected["results"]
        if not wanted or same(wanted[0], value):
            return ""
        return f"returned {value!r}, expected {wanted[0]!r}"

    def call(self, instance, name, arguments, expected):
        """Call an export; a result<T, E> comes back as ("ok", v) or ("error", e)."""
        if instance not in self.apps:
            raise ValueError("the component was not instantiated")
        is_result = [v["type"] for v in expected.get("results", ())] == ["result"]
        try:
            value = self.apps[instance][name](*[python_value(v) for v in arguments])
        except wrt_micro.ComponentError as error:
            return ("error", error.payload)
        return ("ok", value) if is_result else value


def python_value(item):
    """A script's value as wrt_micro takes and gives it."""
    kind = item["type"]
    value = item.get("value")
    if kind in ("bool", "string", "char", "enum"):
        return value
    if kind == "f32":
        return struct.unpack("<f", struct.pack("<I", int(value) & 0xFFFFFFFF))[0]
    if kind == "f64":
        return struct.unpack("<d", struct.pack("<Q", int(value) & 0xFFFFFFFFFFFFFFFF))[0]
    if kind == "list":
        return [python_value(v) for v in value]
    if kind == "tuple":
        return tuple(python_value(v) for v in value)
    if kind == "record":
        return {name: python_value(v) for name, v in value}
    if kind == "flags":
        return set(value)
    if kind == "variant":
        payload = value.get("payload")
        return (value["case"], python_value(payload)) if payload else value["case"]
    if kind == "option":
        if value is None:
            return None
        inner = python_value(value)
        return ("some", inner) if value["type"] == "option" else inner
    if kind == "result":
        case = "Ok" if "Ok" in value else "Err"
        payload = value[case]
        return ("ok" if case == "Ok" else "error", python_value(payload) if payload else None)
    return int(value)


def same(item, found):
    """Whether a value that came back is the one that the script wants."""
    kind = item["type"]
    if kind == "list" and isinstance(found, (bytes, bytearray)):
        found = list(found)
    wanted = python_value(item)
    if kind in ("f32", "f64") and wanted != wanted:
        return found != found
    if kind == "bool":
        return found is wanted
    return found == wanted


if __name__ == "__main__":
    run_steps(Device, *sys.argv[1:])
