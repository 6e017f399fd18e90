# The half of a call that runs under MicroPython (or CPython in its place), as a script:
#     device.py REQUEST REPLY
# Both are JSON files, so that what the guest reads and prints stays untouched. `transport` says
# how values are written. Never ends with a traceback: whatever happens is in the reply.

import io
import json
import sys
from binascii import hexlify, unhexlify
from struct import pack, unpack

import wrt_micro

if sys.implementation.name != "micropython":
    import traceback


def from_json(item):
    """The value that transport.to_json wrote."""
    if isinstance(item, list):
        return [from_json(entry) for entry in item]
    if not isinstance(item, dict):
        return item
    ((kind, content),) = item.items()
    if kind == "float":
        return unpack("<d", unhexlify(content))[0]
    if kind == "bytes":
        return unhexlify(content)
    if kind == "tuple":
        return tuple(from_json(content))
    if kind == "set":
        return set(content)
    return {from_json(key): from_json(value) for key, value in content}


def to_json(value):
    """A value as transport.from_json reads it."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"float": hexlify(pack("<d", value)).decode()}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": hexlify(value).decode()}
    if isinstance(value, list):
        return [to_json(entry) for entry in value]
    if isinstance(value, tuple):
        return {"tuple": [to_json(entry) for entry in value]}
    if isinstance(value, set):
        return {"set": sorted(value)}
    if isinstance(value, dict):
        return {"map": [[to_json(key), to_json(entry)] for key, entry in value.items()]}
    return {"object": type(value).__name__}


def call(request):
    """Load the image and call a function of it: the value, or what came instead."""
    app = wrt_micro.load(
        request["image"],
        {},
        engine=request["engine"],
        wasi=request["wasi"],
        **request["limits"],
    )
    try:
        holder = app[request["interface"]] if request["interface"] else app
        arguments = [from_json(argument) for argument in request["arguments"]]
        options = {"fuel": request["fuel"]} if request["fuel"] else {}
        return holder[request["function"]](*arguments, **options)
    finally:
        if app.wasi:
            app.wasi.close()


def answer(request):
    """The reply to a request: a dict with value, error_value, exit, trap, refused or bug."""
    try:
        return {"value": to_json(call(request))}
    except wrt_micro.Exit as exit:
        return {"exit": exit.code}
    except wrt_micro.ComponentError as error:
        return {"error_value": to_json(error.payload)}
    except wrt_micro.Trap as trap:
        return {"trap": trap.kind, "message": str(trap), "backtrace": trap.backtrace}
    except (wrt_micro.ImageError, wrt_micro.LinkError, wrt_micro.LimitError) as error:
        return {"refused": type(error).__name__, "message": str(error)}
    except MemoryError as error:
        return {"refused": "LimitError", "message": "the heap is full: " + str(error)}
    except Exception as error:
        return {"bug": text_of(error)}


def text_of(error):
    """An exception with its traceback, as text."""
    out = io.StringIO()
    if hasattr(sys, "print_exception"):
        sys.print_exception(error, out)
    else:
        traceback.print_exception(error, file=out)
    return out.getvalue()


def main(request_path, reply_path):
    with open(request_path) as file:
        request = json.load(file)
    try:
        reply = answer(request)
    except KeyboardInterrupt:
        sys.exit(130)  # 128 + SIGINT; the host knows that number too
    with open(reply_path, "w") as file:
        json.dump(reply, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
