"""The Engine as the restart protocol needs it: is it well, what runs in it, start what ran."""

from __future__ import annotations

from dockproxy.core.engine import Engine, EngineError
from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence


_INFO_KEYS = {"http_proxy": "HttpProxy", "https_proxy": "HttpsProxy", "no_proxy": "NoProxy"}
_START_TIMEOUT = 60.0


class Running(NamedTuple):
    """A container that runs. swarm: it is a task of a service, which Swarm itself keeps up."""

    id: str
    name: str
    policy: str = "no"
    auto_remove: bool = False
    paused: bool = False
    swarm: bool = False


class Daemon:
    """One Engine, asked anew each time: a restart cuts every connection."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def answers(self) -> bool:
        """Whether ``/_ping`` says OK."""
        try:
            with Engine(self._endpoint) as engine:
                return engine.ping()
        except EngineError:
            return False

    def info(self) -> Optional[Dict[str, Any]]:
        """``/info``, or None where it can't be had."""
        try:
            with Engine(self._endpoint, timeout=10.0) as engine:
                answer = engine.get("/info")
                return answer if isinstance(answer, dict) else None
        except EngineError:
            return None

    def running(self) -> Optional[List[Running]]:
        """What ``docker ps`` lists, oldest first; None where it can't be asked."""
        try:
            with Engine(self._endpoint, timeout=10.0) as engine:
                listed = engine.get("/containers/json")
                found = [_running(engine, str(item["Id"])) for item in reversed(listed or [])]
        except EngineError:
            return None
        return [item for item in found if item is not None]

    def known(self, containers: Sequence[str]) -> List[Running]:
        """Those of these containers that are there at all, running or not."""
        try:
            with Engine(self._endpoint) as engine:
                found = [_running(engine, identifier) for identifier in containers]
        except EngineError:
            return []
        return [item for item in found if item is not None]

    def bridge(self) -> str:
        """The default bridge's address with its prefix, "" where there is none."""
        try:
            with Engine(self._endpoint) as engine:
                network = engine.get("/networks/bridge")
        except EngineError:
            return ""
        for config in (network.get("IPAM") or {}).get("Config") or ():
            prefix = str(config.get("Subnet", "")).partition("/")[2]
            if config.get("Gateway") and prefix and ":" not in config["Gateway"]:
                return f"{config['Gateway']}/{prefix}"
        return ""

    def start(self, container: str) -> str:
        """Start a container; "" or the Engine's own words why not."""
        return self._post(f"/containers/{container}/start")

    def pause(self, container: str) -> str:
        """Pause a container; "" or the Engine's own words why not."""
        return self._post(f"/containers/{container}/pause")

    def _post(self, path: str) -> str:
        try:
            with Engine(self._endpoint, timeout=_START_TIMEOUT) as engine:
                engine.post(path)
        except EngineError as error:
            return str(error.message)
        return ""


def live_restore_of(info: Optional[Dict[str, Any]]) -> Optional[bool]:
    """Whether the daemon says that live-restore is on; None where it says nothing."""
    return None if info is None else bool(info.get("LiveRestoreEnabled"))


def swarm_state(info: Optional[Dict[str, Any]]) -> str:
    """What ``/info`` says of the node; ``inactive`` where it says nothing."""
    swarm = (info or {}).get("Swarm") or {}
    return str(swarm.get("LocalNodeState") or "inactive")


def is_in_a_swarm(info: Optional[Dict[str, Any]]) -> bool:
    """Whether it is a Swarm's node: dockerd does not start there with live-restore on (26.1.5,
    daemon/daemon.go IsSwarmCompatible), though it takes that by a reload.
    """
    return swarm_state(info) != "inactive"


def proxies_of(info: Dict[str, Any]) -> Dict[str, str]:
    """Our keys to what ``/info`` says of them, "" where it says nothing."""
    return {key: str(info.get(name) or "") for key, name in _INFO_KEYS.items()}


def _running(engine: Engine, identifier: str) -> Optional[Running]:
    """None where the container is not there (any more)."""
    try:
        detail = engine.get(f"/containers/{identifier}/json")
    except EngineError as error:
        if error.status == 404:
            return None
        raise
    host = detail.get("HostConfig") or {}
    labels = (detail.get("Config") or {}).get("Labels") or {}
    return Running(
        identifier,
        str(detail.get("Name", "")).lstrip("/"),
        str((host.get("RestartPolicy") or {}).get("Name") or "no"),
        bool(host.get("AutoRemove")),
        bool((detail.get("State") or {}).get("Paused")),
        "com.docker.swarm.task.id" in labels,
    )
