"""DP411: a proxy variable that is not set hides config.json's proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import BUILD_ARG, DOTENV, ENVIRONMENT, Setting
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import ADDRESSES, at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import folder_of

_EMPTY = pattern(r"\$(?:\{(\w+)(?::?-)?\}|(\w+))\Z")


def _variable(setting: Setting) -> str:
    """The variable that leaves it empty where it is not set, "" if none does."""
    if setting.value is None:
        return setting.name if setting.kind == ENVIRONMENT else ""
    found = _EMPTY.match(setting.value.strip())
    return (found.group(1) or found.group(2)) if found is not None else ""


class UnsetProxyHidesClient(Rule):
    """See ``Rule``."""

    code = "DP411"
    name = "unset-proxy-hides-client"
    severity = "info"
    component = "compose"
    title = N_("A proxy variable that is not set hides config.json's proxy")
    what = N_(
        "The container or the build goes direct, although config.json has proxies, on a "
        "machine whose shell has none."
    )
    why = N_(
        "An empty text stands where a variable is not set, and an empty proxy is a value:"
        " config.json's is then not given. The name alone in a service's environment does"
        " the same; in build args it does not."
    )
    mend = N_(
        "Leave the variable out: compose gives config.json's proxies to services and "
        "builds by itself. Or give it a default: ${HTTP_PROXY:-http://HOST:PORT}."
    )
    sources = ("seen in the lab: docker compose 2.26, BuildKit of Engine 26.1",)
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      - HTTP_PROXY=${HTTP_PROXY}\n      - http_proxy=${HTTP_PROXY}\n"
            },
            project=True,
            at=(5, 9),
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      http_proxy:\n      HTTP_PROXY:\n"
            },
            project=True,
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      args:\n        HTTP_PROXY: ${HTTP_PROXY:-}\n"
            },
            project=True,
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      - HTTP_PROXY=${HTTP_PROXY}\n      - http_proxy=${HTTP_PROXY}\n",
                ".env": "HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            project=True,
        ),
        Example(
            {
                "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      args:\n        HTTP_PROXY:\n"
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        there = {
            (folder_of(each.path), each.name) for each in settings(facts, DOTENV) if each.value
        }
        found: dict[tuple[str, str, str], list[Setting]] = {}
        for setting in settings(facts, ENVIRONMENT, BUILD_ARG):
            if key_of(setting) not in ADDRESSES:
                continue
            variable = _variable(setting)
            if variable and (folder_of(setting.path), variable) not in there:
                found.setdefault((setting.path, setting.owner, setting.kind), []).append(setting)
        for (_path, owner, kind), each in found.items():
            names = ", ".join(dict.fromkeys(setting.name for setting in each))
            said = N_(
                "where no value comes from outside, {service} gets {names} empty in place of config.json's"
            )
            about = message(said, names=names, service=owner)
            remedy = message(N_("leave them out: compose gives config.json's proxies by itself"))
            yield Found(about, tuple(map(at, each[:4])), f"{owner}.{kind}", remedy)


RULE = UnsetProxyHidesClient()
