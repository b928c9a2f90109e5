"""What inspect says of a container, as far as it may bear on proxies."""

from __future__ import annotations

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
        config, host = _object(detail.get("Config")), _object(detail.get("HostConfig"))
        labels = _object(config.get("Labels"))
        networks = _object(_object(detail.get("NetworkSettings")).get("Networks"))
        health = _object(_object(detail.get("State")).get("Health"))
        return {
            "compose_service": _text(labels.get("com.docker.compose.service")),
            "swarm_service": _text(labels.get("com.docker.swarm.service.name")),
            "networks": tuple(sorted(networks)),
            "extra_hosts": tuple(
                each.partition("=" if "=" in each else ":")[0]
                for each in _texts(host.get("ExtraHosts"))
            ),
            "health": _text(health.get("Status")).replace("none", ""),
            "health_check": health_check(_texts(_object(config.get("Healthcheck")).get("Test"))),
            "image_environ": self._image(_text(detail.get("Image"))) if environ else {},
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
                answer = _object(self._ask(f"/images/{identity}/json"))
            except EngineError:
                answer = {}
            words = _texts(_object(answer.get("Config")).get("Env"))
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


def _object(value: Any) -> Dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> Tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
