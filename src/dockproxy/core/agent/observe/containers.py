"""What inspect says of a container, as far as it may bear on proxies."""

from __future__ import annotations

from dockproxy.core.agent.observe.parsed import as_object, as_text, as_texts
from dockproxy.core.agent.observe.values import pairs, proxy_variables
from dockproxy.core.model.light import pattern
from dockproxy.core.model.secret import mask_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional, Tuple


_MOST_IMAGES = 50
_PROGRAM = pattern(r"(?:^|[\s/;&|(])(wget|curl)\s")
_URL = pattern(r"(https?)://(?:[^@/\s\"']*@)?([A-Za-z0-9.\-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?")
_BARE = pattern(r"[\s\"'](localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(:[0-9]{1,5})?(?=[/\s\"']|\Z)")


class Details:
    """Reads details one after the other, and asks for each image once. ask: the Engine's answer to
    a path, which may raise; None where images are not to be asked for."""

    def __init__(self, ask: Optional[Callable[[str], Any]]) -> None:
        self._ask = ask
        self._images: Dict[str, Dict[str, str]] = {}

    def of(self, detail: Dict[str, Any], environ: Dict[str, str]) -> Dict[str, Any]:
        """The fields of a Container that only its details give. environ: its proxy variables; a
        container without any has an image without any."""
        config, host = as_object(detail.get("Config")), as_object(detail.get("HostConfig"))
        labels = as_object(config.get("Labels"))
        networks = as_object(as_object(detail.get("NetworkSettings")).get("Networks"))
        health = as_object(as_object(detail.get("State")).get("Health"))
        return {
            "compose_service": as_text(labels.get("com.docker.compose.service")),
            "swarm_service": as_text(labels.get("com.docker.swarm.service.name")),
            "networks": tuple(sorted(networks)),
            "extra_hosts": tuple(
                each.partition("=" if "=" in each else ":")[0]
                for each in as_texts(host.get("ExtraHosts"))
            ),
            "health": as_text(health.get("Status")).replace("none", ""),
            "health_check": health_check(
                as_texts(as_object(config.get("Healthcheck")).get("Test"))
            ),
            "image_environ": self._image(as_text(detail.get("Image"))) if environ else {},
        }

    def _image(self, identity: str) -> Dict[str, str]:
        if (
            self._ask
            and identity
            and identity not in self._images
            and len(self._images) < _MOST_IMAGES
        ):
            from dockproxy.core.engine import EngineError

            try:
                answer = as_object(self._ask(f"/images/{identity}/json"))
            except EngineError:
                answer = {}
            words = as_texts(as_object(answer.get("Config")).get("Env"))
            self._images[identity] = proxy_variables(pairs(words))
        return self._images.get(identity, {})


def health_check(words: Tuple[str, ...]) -> str:
    """``wget http://localhost:3000``: the program and what it asks, without path and user."""
    said = " ".join(words)
    program = _PROGRAM.search(said)
    if program is None:
        return ""
    url, bare = _URL.search(said, program.end()), _BARE.search(said, program.end() - 1)
    if url is not None:
        return f"{program.group(1)} {url.group(1)}://{mask_url(url.group(2))}{url.group(3) or ''}"
    if bare is not None:
        return f"{program.group(1)} http://{bare.group(1)}{bare.group(2) or ''}"
    return ""
