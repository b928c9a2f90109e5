"""DP117: the path of docker-proxy in daemon.json is not absolute."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.rules.option_rule import DAEMON_JSON, OptionRule
from dockproxy.rules.rule import Example


class DaemonJsonRelativePath(OptionRule):
    """See ``Rule``."""

    code = "DP117"
    name = "daemon-json-relative-path"
    kind = "option-path"
    title = N_("The path of docker-proxy in daemon.json is not absolute, or leads to nothing")
    what = N_(
        "dockerd does not start: “invalid userland-proxy-path: must be an absolute path”, or "
        "“no such file or directory”."
    )
    why = N_(
        "From Engine 25 on dockerd takes the helper's path as it stands, unless userland-"
        "proxy is false."
    )
    mend = N_("Write the whole path, as /usr/bin/docker-proxy, or take the option out.")
    sources = (
        "moby 20.10 to 29.7 daemon/config/config.go and config_linux.go; seen with dockerd 20.10.24, 26.1.5, 28.5.2",
    )
    bad = (
        Example(
            {DAEMON_JSON: '{"userland-proxy-path": "docker-proxy"}\n'}, at=(1, 25), engine="26.1.5"
        ),
        Example(
            {
                "/usr/bin/dockerd": "",
                DAEMON_JSON: '{"userland-proxy-path": "/usr/libexec/docker-proxy"}\n',
            },
            at=(1, 25),
        ),
        Example(
            {
                "/usr/bin/dockerd": "",
                DAEMON_JSON: '{"userland-pro\\u0078y-path": "/usr/libexec/docker-proxy"}\n',
            },
            at=(1, 30),
        ),
    )
    good = (
        Example(
            {DAEMON_JSON: '{"userland-proxy-path": "docker-proxy", "userland-proxy": false}\n'}
        ),
        Example({DAEMON_JSON: '{"userland-proxy-path": "docker-proxy"}\n'}, engine="24.0.9"),
        Example(
            {
                "/usr/bin/dockerd": "",
                DAEMON_JSON: '{"userland-proxy-path": "/nowhere", "userland-proxy": false}\n',
            }
        ),
    )


RULE = DaemonJsonRelativePath()
