"""The options of load() for people: what each is counted in, and what it means.

Their defaults are the runtime's, which has no room for texts (`wrt_micro.limits.DEFAULTS`).
"""

from __future__ import annotations

from wrt_micro.limits import DEFAULTS

# option: unit, meaning
_MEANINGS = {
    "stack": ("bytes", "stack of a thread"),
    "memory": ("bytes", "most that is reserved for each linear memory"),
    "exceptions": ("entries", "exceptions alive at the same time"),
    "host_refs": ("entries", "Python objects that the guest holds as externref"),
    "handles": ("entries", "resources that each component instance has handles of"),
    "tasks": ("entries", "calls under way in all instances of a component"),
    "threads": ("entries", "stacks for calls of async functions and for threads they make"),
    "thread_stack": ("bytes", "stack of each of these; else as large as that of the app"),
    "subtasks": ("entries", "calls from instance to instance under way"),
    "streams": ("entries", "streams and futures"),
    "waitable_sets": ("entries", "waitable sets"),
    "error_contexts": ("entries", "error contexts"),
    "error_messages": ("characters", "kept of an error context's message; else none"),
    "machine_stack": (
        "bytes",
        "of the board's stack for machine code; 0: its frames stay in the thread's own stack",
    ),
    "fuel_slice": ("jumps", "jumps and calls between two turns for Ctrl-C and asyncio"),
}

# In the order of docs/limits.md: option of load(), unit, default (None: the image says), meaning
OPTIONS = tuple(
    (name, _MEANINGS[name][0], DEFAULTS[name], _MEANINGS[name][1]) for name in DEFAULTS
)
