"""See, set, prove and take back Docker's proxy settings: daemon, client and builds.

    host = dockproxy.observe()
    proposal = dockproxy.plan_set(host, dockproxy.Proxies(http_proxy="http://10.0.0.1:3128"))
    result = dockproxy.apply(proposal.plan, confirm=lambda preview: True)

    router = dockproxy.Router(dockproxy.Proxies(https_proxy="http://10.0.0.1:3128"), "curl")
    answer = router.route("https://registry-1.docker.io/v2/")

The public names are those of ``dockproxy.api``, Router and its Answer; they are loaded when first
used.
"""

from __future__ import annotations

__version__ = "0.1.0.dev0"

TYPE_CHECKING = False  # type checkers take this name as true; importing typing costs 7 ms
if TYPE_CHECKING:
    from dockproxy.api import *  # noqa: F403
    from dockproxy.route.answer import Answer as Answer
    from dockproxy.route.router import Router as Router

_PUBLIC = frozenset(
    [
        "Applied",
        "Broken",
        "Declined",
        "DockproxyError",
        "Entry",
        "Finding",
        "Host",
        "Plan",
        "Preview",
        "Proposal",
        "Proxies",
        "RolledBack",
        "Snapshot",
        "apply",
        "await_turn",
        "check_proxies",
        "diagnose",
        "dump_snapshot",
        "forget",
        "history",
        "load_snapshot",
        "observe",
        "plan_set",
        "plan_unset",
        "preview",
        "preview_undo",
        "prove_daemon",
        "read_snapshot",
        "reveal",
        "undo",
        "unfinished",
        "write_snapshot",
    ]
)


_OF_ROUTE = {"Answer": "dockproxy.route.answer", "Router": "dockproxy.route.router"}


def __getattr__(name: str) -> object:
    if name not in _PUBLIC and name not in _OF_ROUTE:
        raise AttributeError(f"module 'dockproxy' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_OF_ROUTE.get(name, "dockproxy.api")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC, *_OF_ROUTE})
