"""DP803: every container is given the proxy's password."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, message
from dockproxy.resolve.masks import has_password, hides_login
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_UNKNOWN = "has-password"


class PasswordInContainers(Rule):
    """See ``Rule``."""

    code = "DP803"
    name = "password-in-containers"
    severity = "info"
    component = "client"
    title = N_("Every container is given the proxy's password")
    what = N_(
        "Nothing fails. docker inspect shows the password, and so does env in each container; a "
        "crash report or an ENV in a Dockerfile carries it on."
    )
    why = N_(
        "What stands in config.json goes into the environment of each new container and build."
    )
    mend = N_(
        "If that is too many: run a relay on this machine that logs in to the proxy (px, cntlm, "
        "tinyproxy with upstream), and give containers the relay's address without a password."
    )
    sources = ("docs.docker.com/engine/cli/proxy: a warning of that; seen in the lab",)
    bad = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://ann:pw@10.0.0.1:3128", "httpsProxy": "http://ann:pw@10.0.0.1:3128", "noProxy": "localhost,127.0.0.1"}}}\n'
            },
            at=(1, 39),
        ),
        Example(
            {},
            engine="28.5.1",
            containers={"web": {"HTTP_PROXY": "http://xxxxx:xxxxx@10.0.0.1:3128"}},
        ),
    )
    good = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128", "httpsProxy": "http://10.0.0.1:3128", "noProxy": "localhost,127.0.0.1"}}}\n'
            }
        ),
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://ann@10.0.0.1:3128", "httpsProxy": "http://@10.0.0.1:3128", "noProxy": "localhost,127.0.0.1"}}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        client = facts.client_component
        given = [
            value
            for value in (client.proxies.values() if client else ())
            if hides_login(value.value) and has_password(facts.snapshot, "client", value.origin)
        ]
        told = facts.snapshot.traits
        named = [
            each.name
            for each in facts.snapshot.containers
            if any(
                hides_login(value)
                and "has-password" in told.get(f"container.{each.id}:{name}", _UNKNOWN)
                for name, value in each.environ.items()
            )
        ]
        if given:
            said = N_(
                "containers and builds are given the proxy's password; docker inspect shows it"
            )
            yield Found(message(said), (facts.at(given[0].origin),), "client")
        elif named:
            said = N_("{count} containers hold a proxy's password; docker inspect shows it")
            yield Found(
                message(said, count=len(named)),
                (Evidence(None, text=", ".join(named[:5])),),
                "containers",
            )


RULE = PasswordInContainers()
