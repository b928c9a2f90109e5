"""DP215: rEQUEST_METHOD is set in the daemon's environment."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_repairs import taken_out


class RequestMethodSet(Rule):
    """See ``Rule``."""

    code = "DP215"
    name = "request-method-set"
    severity = "warning"
    component = "daemon"
    title = N_("REQUEST_METHOD is set in the daemon's environment")
    what = N_(
        "Requests to http:// registries fail: “refusing to use HTTP_PROXY value in CGI "
        "environment”."
    )
    why = N_(
        "With REQUEST_METHOD set Go takes itself for a CGI program, where HTTP_PROXY may come "
        "from a stranger's header, and refuses it."
    )
    mend = N_("Take REQUEST_METHOD out of the service's environment.")
    safety = N_("Only offered: another program of the service may read it.")
    sources = ("golang.org/x/net/http/httpproxy proxy.go proxyForURL, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\nEnvironment=REQUEST_METHOD=GET\n",
            },
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n"
            },
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        item = facts.variables.get("REQUEST_METHOD")
        if item is not None and item.value and item.claim.path:
            said = N_("with REQUEST_METHOD set the daemon refuses HTTP_PROXY")
            place = facts.evidence(item.claim.path, item.claim.line, item.claim.column)
            yield Found(message(said), (place,))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        path = found.evidence[0].path
        return taken_out(facts, path, "REQUEST_METHOD") if path else None


RULE = RequestMethodSet()
