# Runs the modules of a folder under MicroPython or CPython: device.py FOLDER ENGINE
#
# FOLDER/plans has a JSON list a line, [number, plan], and FOLDER/NUMBER.wrt the image. For each,
# FOLDER/outcomes gets a line with what happened; see oracle.py for its form.

import gc
import json
import sys
from binascii import crc32

import wrt_micro
from wrt_micro.function import Function
from wrt_micro.values import F32

FOLDER = __file__.replace("\\", "/").rsplit("/", 1)[0]
FUEL = 2000000


def outcome(image, plan, engine, host):
    """What a module does: instantiate, all calls, and the state at the end."""
    result = {"init": "", "calls": []}
    try:
        app = wrt_micro.load(image, {"env": host.imports()}, engine, exceptions=256)
    except wrt_micro.Trap as trap:
        result["init"] = trap.kind
        return result
    for name, arguments in plan["calls"]:
        host.log = []
        try:
            function = app[name]
            values = function(*arguments, fuel=FUEL, bits=True)
            codes = function.type[1]
            if len(codes) < 2:
                values = (values,)
            entry = [None, [show(values[i], codes[i]) for i in range(len(codes))]]
        except wrt_micro.Trap as trap:
            entry = [trap.kind, []]
        result["calls"].append(entry + [host.log])
    store = app.store
    exports = store.exports(store.instances - 1)
    result["globals"] = [words(store, exports[name][1], type) for name, type in plan["globals"]]
    result["memories"] = [contents(app[name]) for name in plan["memories"]]
    result["tables"] = [[int(x is not None) for x in entries(app[n])] for n in plan["tables"]]
    return result


def show(value, code):
    if isinstance(value, Function):
        return "func"
    return quiet(value) if code == F32 else value


def quiet(bits):
    """An f32 as wasmtime's Python API gives it, where signalling NaNs do not survive."""
    return bits | 0x400000 if bits & 0x7FFFFFFF > 0x7F800000 else bits


def words(store, index, type):
    value = store.globals[index]
    if type[1:] == "64":
        return value | store.globals[index + 1] << 32
    return quiet(value) if type == "f32" else value


def contents(memory):
    return [memory.size, crc32(memory.view(0, memory.size))]


def entries(table):
    return [table[i] for i in range(len(table))]


def main(folder, engine):
    sys.path.append(FOLDER)
    from host import Host

    with open(folder + "/plans") as plans, open(folder + "/outcomes", "w") as out:
        for line in plans:
            number, plan = json.loads(line)
            gc.collect()
            try:
                result = outcome(f"{folder}/{number}.wrt", plan, engine, Host())
            except Exception as error:
                result = {"error": f"{type(error).__name__}: {error}"}
            out.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
