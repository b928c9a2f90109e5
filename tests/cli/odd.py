"""Sound files that already set a proxy, to be spoilt by a test."""

from __future__ import annotations

from tests.cli.tree import (
    CONFIG_JSON,
    DAEMON_JSON,
    DROP_IN,
)

ENVIRONMENT_FILE = "/etc/default/docker"
GOOD = {
    DAEMON_JSON: '{\n  "proxies": {\n    "http-proxy": "http://old:1"\n  }\n}\n',
    CONFIG_JSON: '{\n\t"proxies": {"default": {"httpProxy": "http://old:1"}}\n}\n',
    DROP_IN: '[Service]\nEnvironment="HTTP_PROXY=http://old:1"\n',
    ENVIRONMENT_FILE: "HTTP_PROXY=http://old:1\n",
}
JSON = (DAEMON_JSON, CONFIG_JSON)
SYSTEMD = (DROP_IN, ENVIRONMENT_FILE)
