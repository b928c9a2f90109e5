"""DP101: daemon.json is no JSON to dockerd."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import syntax_fix
from dockproxy.rules.rule import Example, Found, Rule

DAEMON_JSON = "/etc/docker/daemon.json"


class DaemonJsonSyntax(Rule):
    """See ``Rule``."""

    code = "DP101"
    name = "daemon-json-syntax"
    severity = "error"
    component = "daemon"
    title = N_("daemon.json is not valid JSON")
    what = N_(
        "dockerd does not start; its log says “unable to configure the Docker daemon with file"
        " /etc/docker/daemon.json” and what it stumbled over. A daemon that still runs goes down at"
        " its next restart."
    )
    why = N_(
        "JSON allows no comma after the last member, no comments, no single or curly quotes and"
        " nothing behind the closing brace. Snippets on the web have all of these."
    )
    mend = N_(
        "Mend the spot that is shown; it is often the character before it. “dockerd --validate"
        " --config-file /etc/docker/daemon.json” (23.0 and later) says whether it is well."
    )
    safety = N_(
        "Safe where one character can be meant in one way alone, as a comma behind the last member."
        " What takes a remark away, or may have been meant otherwise, is only offered."
    )
    sources = ("moby 26.1 daemon/config/config.go getConflictFreeConfiguration, seen in the lab",)
    bad = (
        Example(
            {
                DAEMON_JSON: '{\n  "proxies": {\n    "https-proxy": "http://10.0.0.1:3128",\n  }\n}\n'
            },
            at=(4, 3),
            fixed={
                DAEMON_JSON: '{\n  "proxies": {\n    "https-proxy": "http://10.0.0.1:3128"\n  }\n}\n'
            },
        ),
        Example({DAEMON_JSON: '{\n  // the company\'s\n  "debug": true\n}\n'}, at=(2, 3)),
        Example({DAEMON_JSON: "{“debug”: true}\n"}, at=(1, 2)),
        Example(
            {DAEMON_JSON: '{"debug": true}}\n'},
            at=(1, 16),
            fixed={DAEMON_JSON: '{"debug": true}\n'},
        ),
        Example({DAEMON_JSON: '{\n  "debug": true\n'}, at=(2, 16)),
    )
    good = (
        Example(
            {DAEMON_JSON: '{\n  "proxies": {\n    "https-proxy": "http://10.0.0.1:3128"\n  }\n}\n'}
        ),
        Example({DAEMON_JSON: ""}),
        Example({DAEMON_JSON: b'\xef\xbb\xbf{"debug": true}'}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        fact, fault = facts.daemon_json, facts.daemon_fault
        if fact is None or fact.kind != "file" or fault is None:
            return
        assert fault.path is not None and fault.line is not None
        said = N_("dockerd will not start: this is no JSON ({quote})")
        shown = facts.noted(fault.path, fault.line, fault.column)
        yield Found(message(said, quote=fault.text), (shown,))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        return syntax_fix(facts, facts.daemon_json, "daemon")


RULE = DaemonJsonSyntax()
