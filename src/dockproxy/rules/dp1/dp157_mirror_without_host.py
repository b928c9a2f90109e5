"""DP157: an entry of registry-mirrors is no address of a mirror."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.mirrors import is_no_mirror, is_several, mirrors_at
from dockproxy.rules.rule import Example, Found, Rule

DAEMON_JSON = "/etc/docker/daemon.json"


class MirrorWithoutHost(Rule):
    """See ``Rule``."""

    code = "DP157"
    name = "mirror-without-host"
    severity = "warning"
    component = "daemon"
    title = N_("An entry of registry-mirrors is no address of a mirror")
    what = N_("Pulls do not use the mirror: each tries it in vain, and then asks Docker Hub.")
    why = N_(
        "A placeholder was copied with the rest, several addresses stand in one pair of quotes, "
        "or nothing stands behind https://. dockerd takes such a text for an address."
    )
    mend = N_(
        "Write each mirror's own address in quotes of its own, as "
        '["https://a.example", "https://b.example"], or take the entry out.'
    )
    sources = (
        "dockerd 26.1.5 and 28.5.2 --validate: configuration OK",
        "https://www.yunthe.com/code/465887.html: an address to copy with <your-id> in it",
    )
    bad = (
        Example(
            {DAEMON_JSON: '{"registry-mirrors": ["https://<your-id>.mirror.aliyuncs.com"]}\n'},
            at=(1, 23),
        ),
        Example(
            {DAEMON_JSON: '{"registry-mirrors": ["https://<你的ID>.mirror.aliyuncs.com"]}\n'},
            at=(1, 23),
        ),
        Example(
            {
                DAEMON_JSON: '{\n  "registry-mirrors": [\n    "https://a.test",\n    "https://b.test,https://c.test"\n  ]\n}\n'
            },
            at=(4, 5),
        ),
        Example({DAEMON_JSON: '{"registry-mirrors": ["https://"]}\n'}, at=(1, 23)),
        Example(
            {DAEMON_JSON: '{"registry-mirrors": ["https://xxxx.mirror.aliyuncs.com"]}\n'},
            at=(1, 23),
        ),
    )
    good = (
        Example(
            {
                DAEMON_JSON: '{"registry-mirrors": ["https://a.test", "http://10.0.0.7:5000/", "https://abc1x2yz.mirror.aliyuncs.com", "https://[fd00::7]:5000", "https://host.corp.test/dockerhub"]}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for number, (text, place) in enumerate(mirrors_at(facts)):
            if is_several(text):
                said = N_("more than one address stands in “{mirror}”")
            elif is_no_mirror(text):
                said = N_("“{mirror}” names no mirror")
            else:
                continue
            yield Found(message(said, mirror=text), (place,), str(number))


RULE = MirrorWithoutHost()
