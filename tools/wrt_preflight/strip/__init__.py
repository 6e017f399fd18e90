"""Leaves out of a program what nothing can reach: docs/budget.md says what, and why it is safe.

Between lowering and writing:

    program = lower(store, options)
    plan = strip(program, plan, keep)    # of a module: strip(program, None, keep)
    image = write(program, {SECTION: write_plan(plan, program)})

What runs is the same, and says the same: a trap has its kind, instance and place.
"""

from .program import Stripped, strip

__all__ = ["Stripped", "strip"]
