"""DP158: a mirror that has been closed stands in registry-mirrors."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.addresses import host_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.mirrors import is_no_mirror, is_several, mirrors_at
from dockproxy.rules.rule import Example, Found, Rule

DAEMON_JSON = "/etc/docker/daemon.json"
_GONE = {
    "docker.mirrors.ustc.edu.cn": "2022-08",
    "registry.docker-cn.com": "2019-05",
    "dockerhub.azk8s.cn": "2020-04",
    "docker.azk8s.cn": "2020-04",
    "reg-mirror.qiniu.com": "2020-05",
}
"""Since when they serve the public no more; each has its source below."""


class MirrorThatIsGone(Rule):
    """See ``Rule``."""

    code = "DP158"
    name = "mirror-that-is-gone"
    severity = "info"
    component = "daemon"
    title = N_("A mirror that has been closed to the public stands in registry-mirrors")
    what = N_("Each pull tries it first, and waits or gets 403 before it asks Docker Hub.")
    why = N_("Old instructions name mirrors that have since been closed, or serve a campus alone.")
    mend = N_(
        "Take it out of registry-mirrors, unless you are where it still answers: “dockproxy "
        "doctor --probe” asks it."
    )
    sources = (
        "docker-practice/docker-registry-cn-mirror-test issues 1 (ustc.edu.cn), 2 (azk8s.cn) and 3 (qiniu.com)",
        "silenceshell/docker_mirror pull 6 and easzlab/kubeasz pull 514 (docker-cn.com)",
    )
    follows = ("DP614",)
    bad = (
        Example(
            {
                DAEMON_JSON: '{"registry-mirrors": ["https://a.test", "https://docker.mirrors.ustc.edu.cn/"]}\n'
            },
            at=(1, 41),
        ),
        Example({DAEMON_JSON: '{"registry-mirrors": ["http://Registry.docker-cn.com"]}\n'}),
    )
    good = (
        Example({DAEMON_JSON: '{"registry-mirrors": ["https://mirror.gcr.io"]}\n'}),
        Example({DAEMON_JSON: '{"insecure-registries": ["reg-mirror.qiniu.com"]}\n'}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for text, place in mirrors_at(facts):
            host = host_of(text)
            if host in _GONE and not is_several(text) and not is_no_mirror(text):
                said = N_("{mirror} has not served the public since {month}")
                about = message(said, mirror=host, month=_GONE[host])
                yield Found(about, (place,), host)


RULE = MirrorThatIsGone()
