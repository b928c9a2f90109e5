"""DP318: an image carries a proxy of its own into every container."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Container
from dockproxy.rules.containers import evidence_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

_ENV = {"http_proxy": "http://10.0.0.9:3128", "HTTP_PROXY": "http://10.0.0.9:3128"}
_APP = Container("1", "app", "corp/app", 1.0, "running", environ=_ENV, image_environ=_ENV)


class ImageCarriesProxy(Rule):
    """See ``Rule``."""

    code = "DP318"
    name = "image-carries-proxy"
    severity = "info"
    component = "container"
    title = N_("An image carries a proxy of its own into every container")
    what = N_(
        "Its containers use that proxy wherever they run, also where it cannot be reached, and "
        "where no proxy is set at all."
    )
    why = N_(
        "ENV http_proxy=… in the Dockerfile stays in the image, as does ENV X=$HTTP_PROXY that the "
        "classic builder fills in. What config.json or --env says replaces it by name; where they "
        "say nothing it counts."
    )
    mend = N_(
        "Take the ENV out of the Dockerfile: a build gets config.json's proxies without it. Until "
        "then give the containers what they shall use, in both spellings."
    )
    sources = ("moby 26.1 daemon/create.go merge; seen in the lab",)
    bad = (Example({}, engine="26.1.5", more={"containers": (_APP,)}),)
    good = (
        Example({}, engine="26.1.5", more={"containers": (_APP._replace(image_environ={}),)}),
        Example(
            {},
            engine="26.1.5",
            more={"containers": (_APP._replace(image_environ={"http_proxy": ""}),)},
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        images: dict[str, list[Container]] = {}
        for each in facts.containers:
            if any(each.image_environ.values()):
                images.setdefault(each.image, []).append(each)
        for image, members in images.items():
            names = sorted({name for each in members for name in each.image_environ})
            said = N_("the image {image} sets {names} in every container of it")
            about = message(said, image=image, names=", ".join(names))
            shown = evidence_of(members[0].name)
            yield Found(about, (shown,), image)


RULE = ImageCarriesProxy()
