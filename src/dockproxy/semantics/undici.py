"""undici, with its EnvHttpProxyAgent: ``request(url, {dispatcher: new EnvHttpProxyAgent()})``.

lib/api/api-request.js and index.js makeDispatcher (undici 6.14 to 8.13), on Node 24.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.message import N_, message
from dockproxy.semantics import whatwg_url
from dockproxy.semantics.base import Decider, Decision, Semantics, Target, refused
from dockproxy.semantics.node_startup import dies_at_start
from dockproxy.semantics.undici_agent import VERSIONS, env_http_proxy_agent


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    agent = dies_at_start(environ) or env_http_proxy_agent(environ, version)

    def decide(target: Target) -> Decision:
        if isinstance(agent, Decision):
            return agent
        url = whatwg_url.parse(target.url)
        if url is None or url.scheme not in ("http", "https"):
            return refused(
                "", message(N_("the address is none of http or https that undici can ask"))
            )
        return agent(url)

    return decide


SEMANTICS = Semantics(
    "undici", VERSIONS, ("6.14.0", "6.29.1", "7.30.2", "8.0.0", "8.9.0", "8.13.1"), _decider
)
