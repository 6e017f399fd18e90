"""The host's half of running a script, and the steps that it leaves to the device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import PreflightError, ProfileError
from ..image import Image
from ..lower import LowerOptions
from .judge import Judge
from .outcome import FAILED, PASSED, SKIPPED, Outcome
from .script import Directive, Script

# Images with everything that a script has, reached or not.
AS_WRITTEN = LowerOptions(strip=False)


@dataclass(frozen=True, slots=True)
class Step:
    """What the device does for one directive.

    directive: its place in the script. instance: number of what it acts on. action: "init" a core
    instance, "load" a component, "call" or "get" an export. name: of the export or the image.
    arguments: words of a core function (see values), or a component function's values as the
    script has them. expected: {"results": ...}, {"traps": kinds, none for any trap}, or {} for
    a plain return. Results are lists of patterns for core scripts, else the script's values.
    """

    directive: int
    instance: int
    action: str
    name: str
    arguments: list
    expected: dict

    def as_list(self) -> list:
        """What device_core and device_components read."""
        return [self.instance, self.action, self.name, self.arguments, self.expected]


class HostHalf:
    """Settles each directive of a script by its method `_do_KIND`, or makes a step for it.

    outcomes: what the host alone settled, by place of the directive in the script. steps: what
    the device settles, by its program `device`, in `heap` bytes, on `images()`. options: what the
    images are made with, besides what scripts need.
    """

    device: str
    heap: int

    def __init__(self, script: Script, options: LowerOptions = AS_WRITTEN) -> None:
        self.script = script
        self.options = options
        self.judge = Judge(script)
        self.outcomes: dict[int, Outcome] = {}
        self.steps: list[Step] = []
        self.place = -1

    def images(self) -> list[Image]:
        """The images that the steps need. Raises PreflightError."""
        raise NotImplementedError

    def settle_all(self) -> None:
        """Go through the script, in order."""
        for place, directive in enumerate(self.script.directives):
            self.place = place
            self._settle(directive)

    def step(self, instance: int, action: str, name: str, arguments: list, expected: dict) -> None:
        """Leave the directive to the device."""
        self.steps.append(Step(self.place, instance, action, name, arguments, expected))

    def _settle(self, directive: Directive) -> None:
        handler: Callable | None = getattr(self, f"_do_{directive.kind}", None)
        status, reason = PASSED, ""
        steps = len(self.steps)
        try:
            if handler is None:
                raise PreflightError("expected a directive that is known")
            handler(directive)
        except ProfileError as error:
            status, reason = SKIPPED, error.message
        except (PreflightError, ValueError) as error:
            status, reason = FAILED, str(error)
        except Exception as error:  # a mistake of ours must not hide what else there is to see
            status, reason = FAILED, f"internal error: {error!r}"
        if len(self.steps) == steps:
            outcome = Outcome(directive.line, directive.kind, status, reason)
            self.outcomes[self.place] = outcome

    def _do_assert_invalid(self, directive: Directive) -> None:
        self.judge.reject(directive)

    _do_assert_malformed = _do_assert_invalid


def traps_of(directive: Directive, known: dict[str, list[str]]) -> list[str]:
    """The kinds of trap that a directive's text stands for; it may go on after a known text.

    Raises ValueError for an unknown text.
    """
    text = directive.fields["text"].removeprefix("wasm trap: ")
    for start, kinds in known.items():
        if text.startswith(start):
            return kinds
    raise ValueError(f"expected the text of a trap, found {text!r}")
