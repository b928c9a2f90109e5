"""DP706: OrbStack gives containers a proxy of its own."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, message
from dockproxy.rules.addresses import host_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class OrbstackGivesItsOwn(Rule):
    """See ``Rule``."""

    code = "DP706"
    name = "orbstack-gives-its-own"
    severity = "info"
    component = "client"
    title = N_("OrbStack gives containers a proxy of its own")
    what = N_(
        "Containers have HTTP_PROXY=http://proxyproxy.orb.internal:8305, although config.json says "
        "otherwise."
    )
    why = N_(
        "OrbStack follows the proxy settings of macOS, or its own, and hands them on through a "
        "relay, also with network_proxy none in some versions."
    )
    mend = N_(
        "Set it in OrbStack: orb config set network_proxy none (or auto, or an address), then make "
        "the containers anew."
    )
    sources = ("orbstack/orbstack issues 2449 and 2466",)
    bad = (
        Example(
            {},
            engine="28.5.1",
            containers={"web": {"HTTP_PROXY": "http://proxyproxy.orb.internal:8305"}},
        ),
    )
    good = (Example({}, engine="28.5.1", containers={"web": {}}),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for container in facts.snapshot.containers:
            for name, value in container.environ.items():
                if ".orb.internal" in value and host_of(value).endswith(".orb.internal"):
                    said = N_("the container {container} has OrbStack's own proxy: {value}")
                    about = message(said, container=container.name, value=value)
                    shown = Evidence(None, text=f"{container.name}: {name}={value}")
                    yield Found(about, (shown,), container.name)
                    break


RULE = OrbstackGivesItsOwn()
