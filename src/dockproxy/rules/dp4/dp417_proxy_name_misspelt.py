"""DP417: a proxy variable is spelled as no program reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import BAKE_ARG, BUILD_ARG, ENV, ENVIRONMENT, Setting
from dockproxy.core.model.proxies import PROXY_KEYS, misspelt_key
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ANY_SPELLING, at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import literal

_SWITCH = pattern(r"(?:on|off|yes|no|true|false|enabled?|disabled?|none|\d+|)\Z", re.IGNORECASE)
"""What no proxy's address is: such a variable says whether there is one."""
_OF_PROXIES = pattern(r"\$\{?(?:https?|ftp|all|no)_proxy\b", re.IGNORECASE)


class ProxyNameMisspelt(Rule):
    """See ``Rule``."""

    code = "DP417"
    name = "proxy-name-misspelt"
    severity = "warning"
    component = "compose"
    title = N_("A proxy variable is spelled as no program reads it")
    what = N_("Programs go direct, as if nothing were set.")
    why = N_(
        "They read HTTP_PROXY or http_proxy, in capitals or in small letters throughout, "
        "with an underscore and no blank."
    )
    mend = N_("Write it as HTTP_PROXY and as http_proxy.")
    sources = (
        "seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",
        "“dockproxy route”, whose programs were each asked",
    )
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      Http_Proxy: http://10.0.0.1:3128\n"
            },
            project=True,
            at=(5, 7),
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      - HTTPS-PROXY=http://10.0.0.1:3128\n"
            },
            project=True,
        ),
        Example(
            {"Dockerfile": "FROM alpine\nENV NOPROXY=localhost\n"},
            project=True,
        ),
        Example(
            {"Dockerfile": "FROM alpine\nENV HTTPS_PORXY=http://10.0.0.1:3128\n"},
            project=True,
            at=(2, 5),
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      HTTP_PROXYS: http://10.0.0.1:3128\n"
            },
            project=True,
            at=(5, 7),
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      GOPROXY: https://proxy.golang.org\n      HTTP_PROXY: http://10.0.0.1:3128\n      http_proxy: http://10.0.0.1:3128\n"
            },
            project=True,
        ),
        Example(
            {
                "compose.yaml": "services:\n  vpn:\n    image: qmcgaw/gluetun\n    environment:\n      - HTTPPROXY=${PROXY_SWITCH:-on}\n      - HTTPPROXY_LOG=on\n",
                "Dockerfile": "FROM alpine\nENV HTTPPROXY= \\\n    HTTPPROXY_STEALTH=off\n",
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for setting in settings(facts, ENVIRONMENT, BUILD_ARG, BAKE_ARG, ENV):
            name = setting.name.strip()
            if key_of(setting):
                continue
            right = misspelt_key(name)
            if not right and ANY_SPELLING.match(name):
                right = name.lower().replace("-", "_")
            if not right or _is_a_switch(setting):
                continue
            if setting.kind in (BUILD_ARG, BAKE_ARG) and setting.name.lower() in PROXY_KEYS:
                continue  # BuildKit takes any case of it
            said = N_("no program reads “{name}”: it is spelled {upper} or {lower}")
            about = message(said, name=setting.name, upper=right.upper(), lower=right)
            remedy = message(N_("write {upper} and {lower}"), upper=right.upper(), lower=right)
            yield Found(about, (at(setting),), f"{setting.owner}.{setting.name}", remedy)


def _is_a_switch(setting: Setting) -> bool:
    """gluetun (internal/configuration/settings/httpproxy.go) and others have a HTTPPROXY that
    switches a proxy of their own on."""
    value = setting.value
    if value is None:
        return False
    if "$" in value and not literal(setting):
        joined = not {"_", "-"} & set(setting.name)
        return joined and _OF_PROXIES.search(value) is None
    return _SWITCH.match(literal(setting)) is not None


RULE = ProxyNameMisspelt()
