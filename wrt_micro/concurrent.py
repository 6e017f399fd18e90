# What Python programs need by name to work with async components: docs/async.md.

from .component.host_job import sleep_ms
from .component.host_operation import Cancelled, Deferred, Timeout

__all__ = ["Cancelled", "Deferred", "Timeout", "sleep_ms"]
