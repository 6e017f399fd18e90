"""Component scripts: what the host decides without running them.

Definitions are validated and read; every directive that needs an instance is skipped.
"""

from __future__ import annotations

from ..errors import PreflightError, ProfileError
from ..link import Store
from .core_script import Step
from .judge import Judge
from .outcome import FAILED, PASSED, SKIPPED, Outcome
from .script import Directive, Script

NOT_RUN = "component instances are not run from scripts yet"


class ComponentScript:
    """The host's half of a component script: `outcomes` by place, and no steps."""

    def __init__(self, script: Script) -> None:
        self.judge = Judge(script)
        self.store = Store()
        self.steps: list[Step] = []
        self.outcomes = {i: self._settle(d) for i, d in enumerate(script.directives)}

    def _settle(self, directive: Directive) -> Outcome:
        status, reason = PASSED, ""
        try:
            self._judge(directive)
        except ProfileError as error:
            status, reason = SKIPPED, error.message
        except PreflightError as error:
            status, reason = FAILED, str(error)
        return Outcome(directive.line, directive.kind, status, reason)

    def _judge(self, directive: Directive) -> None:
        if directive.kind in ("assert_invalid", "assert_malformed"):
            self.judge.reject(directive)
        elif directive.kind == "module_definition":
            self.judge.accept(directive)
        else:
            if "filename" in directive.fields:
                self.judge.accept(directive)
            raise ProfileError(NOT_RUN)
