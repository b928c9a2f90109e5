"""The lab: a real systemd host with a real Docker Engine, a registry and proxies.

Everything runs in namespaces of its own and ends with one process; see
``tests/lab/README.md`` for how to use it.
"""

from __future__ import annotations

from .commands import CommandFailed, LabError, Result
from .host import Entry, Host
from .lab import Lab
from .proxies import Proxy
from .rootless import RootlessHost

__all__ = ["CommandFailed", "Entry", "Host", "Lab", "LabError", "Proxy", "Result", "RootlessHost"]
