"""Components: reader, types, link into a Plan, and the plan section of the image.

component = read_component(data, file)
plan, store = link_component(component, data, file)
check_runnable(plan)
program = lower(store, options, plan_calls=named_functions(plan))
image = write(program, {SECTION: write_plan(plan, program)})
"""

from ..image.format import COMPONENT as SECTION
from .link import link_component
from .plan import Plan
from .reader import is_component, read_component
from .runnable import check_runnable
from .stack import named_functions, reserve_stack
from .validate import GATED, validate_component
from .write import write_plan

__all__ = [
    "GATED",
    "SECTION",
    "Plan",
    "check_runnable",
    "is_component",
    "link_component",
    "named_functions",
    "read_component",
    "reserve_stack",
    "validate_component",
    "write_plan",
]
