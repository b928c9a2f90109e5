"""Node's built-in ``fetch``: direct, unless NODE_USE_ENV_PROXY is set.

lib/internal/process/pre_execution.js setupHttpProxy; deps/undici lib/web/fetch/index.js (Node 22
to 26).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics import whatwg_url
from dockproxy.semantics.base import Decider, Decision, Semantics, Target, ignored, refused
from dockproxy.semantics.node_startup import ASKED, UNDICI, agent_of_fetch

BAD_PORTS = frozenset(
    (
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101),
        *(102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389),
        *(427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636),
        *(989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566),
        *(6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    )
)
"""The fetch standard, "bad port"."""

_TLS_TO_IPV4 = pattern(r"https://(?:.*@)?[0-9.]+(?::[0-9]+)?\Z", re.S)
"""Node 25's tls.connect refuses an IPv4 address as the server's name; undici gives it one."""


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    agent = agent_of_fetch(environ, version)
    strict = int(version.partition(".")[0]) >= 25

    def decide(target: Target) -> Decision:
        if isinstance(agent, Decision):
            return agent
        url = whatwg_url.parse(target.url)
        if url is None or url.scheme not in ("http", "https"):
            return refused(
                "", message(N_("the address is none of http or https that fetch can ask"))
            )
        if url.credentials.strip(":"):
            return refused("", message(N_("fetch takes no address with a user or password")))
        if url.number in BAD_PORTS:
            return refused("", message(N_("fetch asks no server at port {port}"), port=url.port))
        if agent is None:
            return ignored("", message(N_("{variable} does not ask for proxies"), variable=ASKED))
        decision = agent(url)
        if strict and _TLS_TO_IPV4.match(decision.proxy):
            said = N_("TLS to a proxy takes its name, and an IPv4 address is none")
            return refused(decision.variable, message(said))
        return decision

    return decide


SEMANTICS = Semantics(
    "node-fetch",
    tuple(UNDICI),
    ("22.23.3", "24.0.0", "24.21.0", "25.8.1", "26.8.0", "26.12.1"),
    _decider,
)
