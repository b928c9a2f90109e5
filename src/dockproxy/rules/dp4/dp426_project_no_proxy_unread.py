"""DP426: an entry of NO_PROXY in the project means nothing to any program."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import entries
from dockproxy.no_proxy.plain import MOST_ASKED, is_plain, unread
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, key_of, settings
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.services import literal


class ProjectNoProxyUnread(Rule):
    """See ``Rule``."""

    code = "DP426"
    name = "project-no-proxy-unread"
    severity = "warning"
    component = "compose"
    title = N_("An entry of NO_PROXY in the project means nothing to any program")
    what = N_("An internal host is asked through the proxy although it is listed.")
    why = N_(
        "Programs read NO_PROXY each in its own way, and some spellings none of them "
        "reads: 192.168.*, a semicolon between entries, a netmask in dots."
    )
    mend = N_(
        "Correct the entry in the project's file, or leave NO_PROXY out of the project: "
        "services and builds get config.json's list, and “dockproxy no-proxy make” writes one."
    )
    sources = ("docker/docs pull 8191; “dockproxy no-proxy check”, whose programs were each asked",)
    bad = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      NO_PROXY: localhost,192.168.*\n"
            },
            project=True,
            at=(5, 7),
        ),
        Example(
            {"Dockerfile": 'FROM alpine\nENV no_proxy="a.test;b.test"\n'},
            project=True,
        ),
    )
    good = (
        Example(
            {
                "compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n      NO_PROXY: localhost,127.0.0.1,192.168.0.0/16,.corp.example\n"
            },
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        known: dict[str, bool] = {}
        for setting in settings(facts):
            if key_of(setting) != "no_proxy" or "quoted" in setting.notes:
                continue
            listed = dict.fromkeys(entries(literal(setting))[:200])
            new = [each for each in listed if each not in known][: MOST_ASKED - len(known)]
            odd = set(unread(new, containers=True))
            known.update({each: each in odd for each in new if each in odd or not is_plain(each)})
            for entry in (each for each in listed if known.get(each)):
                said = N_("no program understands “{entry}” in {name}")
                about = message(said, entry=entry, name=setting.name)
                yield Found(about, (at(setting),), f"{setting.owner}.{setting.name}.{entry}")


RULE = ProjectNoProxyUnread()
