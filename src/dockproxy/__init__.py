"""See, set, prove and take back Docker's proxy settings: daemon, client and builds.

    host = dockproxy.observe()
    proposal = dockproxy.plan_set(host, dockproxy.Proxies(http_proxy="http://10.0.0.1:3128"))
    result = dockproxy.apply(proposal.plan, confirm=lambda preview: True)

The public names are those of ``dockproxy.api``; they are loaded when first used.
"""

from __future__ import annotations

__version__ = "0.1.0.dev0"


def __getattr__(name: str) -> object:
    if name.startswith("_"):
        raise AttributeError(name)
    from dockproxy import api

    if name not in api.__all__:
        raise AttributeError(f"module 'dockproxy' has no attribute {name!r}")
    return getattr(api, name)
