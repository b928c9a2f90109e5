"""One container of a builder: looked at, set aside, put back. Run with the rights of its owner.

Everything here gives plain JSON values, since the answer may come from a child process. While a new
container is made the old one waits under another name, which tells whether it ran: so whatever is
cut short can be put back without a record of its own.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from dockproxy.core.agent.apply.problems import refusal
from dockproxy.core.agent.observe.builders import (
    container_path,
    image_proxies,
    inspected,
    proxies_of,
)
from dockproxy.core.agent.system import run
from dockproxy.core.engine import Engine, EngineError
from dockproxy.core.formats.redact_values import PROXY_NAMES
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import RemadeNode, Remake
from dockproxy.core.model.secret import mask_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional


_ASIDE = "-dockproxy-"
_RAN, _STOPPED = "-ran", "-stopped"
_STATE_FOLDER = "/var/lib/buildkit"
_STOP_SECONDS = 10
_WAIT = 60.0
_MOST_WORDS = 400


def look(node: RemadeNode, options: Dict[str, str]) -> Dict[str, Any]:
    """``id`` ("" where there is none), ``state`` (the Engine's word), ``running`` (and not over and
    over anew), ``agrees`` (with these driver options), ``volume``, ``image`` (its id), ``pending``
    (options that differ beside the proxies), ``aside``: a container of ours that waits, or "".
    Raises Refusal.
    """

    def ask(engine: Engine) -> Dict[str, Any]:
        detail = inspected(engine, node.container)
        there: Dict[str, Any] = {"aside": _aside(engine, node.container), "id": ""}
        if detail is None:
            return there
        state, host = _object(detail, "State"), _object(detail, "HostConfig")
        extra = [name for name in proxies_of(detail) if f"env.{name}" not in options]
        image = image_proxies(engine, detail) if extra else {}
        there["id"] = str(detail.get("Id") or "")
        there["state"] = str(state.get("Status") or "unknown")
        there["running"] = state.get("Running") is True and state.get("Restarting") is not True
        there["agrees"] = _proxies(options, image) == _given(proxies_of(detail))
        there["volume"] = _volume(detail)
        there["image"] = str(detail.get("Image") or "")
        there["pending"] = _pending(options, detail, host)
        return there

    return dict(_asked(node.endpoint, ask))


def set_aside(node: RemadeNode, entry: str) -> bool:
    """Take the container out of buildx's sight, stopped; gives whether it ran. Raises Refusal.

    One that is between two starts has no network, without which the Engine gives it no new name
    (libnetwork: "sandbox … not found"): that one is stopped first.
    """

    def ask(engine: Engine) -> bool:
        detail = inspected(engine, node.container)
        if detail is None:
            return False
        state = _object(detail, "State")
        ran = state.get("Running") is True
        path = f"/containers/{detail['Id']}"
        name = f"{node.container}{_ASIDE}{entry}{_RAN if ran else _STOPPED}"
        try:
            if state.get("Restarting") is True:
                engine.post(f"{path}/stop?t={_STOP_SECONDS}", timeout=_WAIT)
            engine.post(f"{path}/rename?name={quote(name)}")
            engine.post(f"{path}/stop?t={_STOP_SECONDS}", timeout=_WAIT)
        except EngineError as error:
            if error.reason != "status":
                raise
            text = N_("container {name} is {state}, and the Engine does not set it aside: {said}")
            hint = message(N_("remove it, then run this again: {command}"), command=_by_force(node))
            raise refusal(
                "builder-engine",
                text,
                node.endpoint,
                hint,
                name=node.container,
                state=state.get("Status"),
                said=error.message,
            ) from error
        return ran

    return bool(_asked(node.endpoint, ask))


def put_back(node: RemadeNode) -> bool:
    """The container that waits takes its old place again, running if it ran; gives whether there
    was one. Raises Refusal.
    """

    def ask(engine: Engine) -> bool:
        aside = _aside(engine, node.container)
        if not aside:
            return False
        if inspected(engine, node.container) is not None:
            engine.delete(f"{container_path(node.container)}?force=1", timeout=_WAIT)
        engine.post(f"{container_path(aside)}/rename?name={quote(node.container)}")
        if aside.endswith(_RAN):
            engine.post(f"{container_path(node.container)}/start", timeout=_WAIT)
        return True

    return bool(_asked(node.endpoint, ask))


def forget_aside(node: RemadeNode) -> bool:
    """Remove the container that waits, never a volume. Raises Refusal."""

    def ask(engine: Engine) -> bool:
        aside = _aside(engine, node.container)
        if aside:
            engine.delete(f"{container_path(aside)}?force=1", timeout=_WAIT)
        return bool(aside)

    return bool(_asked(node.endpoint, ask))


def stop(node: RemadeNode) -> bool:
    """Stop the container: it did not run before. Raises Refusal."""
    path = f"{container_path(node.container)}/stop?t={_STOP_SECONDS}"
    return _asked(node.endpoint, lambda engine: engine.post(path, timeout=_WAIT)) is None


def remove(node: RemadeNode) -> bool:
    """Remove the container that a failed start has left. Raises Refusal."""

    def ask(engine: Engine) -> bool:
        if inspected(engine, node.container) is not None:
            engine.delete(f"{container_path(node.container)}?force=1", timeout=_WAIT)
        return True

    return bool(_asked(node.endpoint, ask))


def has_buildx(remake: Remake) -> str:
    """ "" where ``docker buildx`` is there for that user, else why not."""
    ran = run(["docker", "buildx", "version"], 30.0, _environment(remake), apart=True)
    return "" if ran.status == 0 else _words(ran.err) or ran.reason or "?"


def boot(remake: Remake) -> str:
    """Have buildx make and start what is missing; "" or its own words, masked, why it did not.

    buildx reads the options from the instance file, so nothing of them is in an argument.
    """
    words = ["docker", "buildx", "inspect", "--bootstrap", remake.name]
    ran = run(words, remake.timeout, _environment(remake), apart=True)
    return "" if ran.status == 0 else _words(ran.err) or ran.reason or "?"


def _by_force(node: RemadeNode) -> str:
    return f"docker rm --force {node.container}"


def _environment(remake: Remake) -> Dict[str, str]:
    """What makes buildx look where we looked. An empty variable is none to the docker CLI."""
    return {
        "HOME": remake.home,
        "DOCKER_CONFIG": remake.docker_config,
        "BUILDX_CONFIG": remake.buildx_config,
        "DOCKER_HOST": "",
        "DOCKER_CONTEXT": "default",
        "BUILDKIT_PROGRESS": "plain",
    }


def _words(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    wanted = [line for line in lines if line.startswith("ERROR")] or lines
    return mask_url(wanted[-1])[:_MOST_WORDS] if wanted else ""


def _asked(endpoint: str, ask: Callable[[Engine], Any]) -> Any:
    try:
        with Engine(endpoint, timeout=10.0) as engine:
            return ask(engine)
    except EngineError as error:
        hint = None
        if error.reason == "permission":
            hint = Message(N_("whose builder it is must be allowed to use docker (group docker)"))
        text = N_("the daemon of this builder could not be asked: {said}")
        raise refusal("builder-engine", text, endpoint, hint, said=error.message) from error


def _aside(engine: Engine, container: str) -> str:
    """The newest container of ours that waits for this name, or ""."""
    only = quote(json.dumps({"name": [container + _ASIDE]}))
    names: List[str] = []
    for item in engine.get(f"/containers/json?all=1&filters={only}") or ():
        names += [str(name).lstrip("/") for name in item.get("Names") or ()]
    found = [name for name in names if name.startswith(container + _ASIDE)]
    return max(found, default="")


def _object(detail: Dict[str, Any], name: str) -> Dict[str, Any]:
    value = detail.get(name)
    return value if isinstance(value, dict) else {}


def _given(environ: Dict[str, str]) -> Dict[str, str]:
    return {name: value for name, value in environ.items() if value}


def _proxies(options: Dict[str, str], image: Dict[str, str]) -> Dict[str, str]:
    """What a container of these options, and of an image with these variables, is given."""
    own = {name[4:]: value for name, value in options.items() if name.startswith("env.")}
    return _given({**image, **{name: own[name] for name in own if name in PROXY_NAMES}})


def _volume(detail: Dict[str, Any]) -> str:
    for mount in detail.get("Mounts") or ():
        if isinstance(mount, dict) and mount.get("Destination") == _STATE_FOLDER:
            return str(mount.get("Name") or mount.get("Source") or "")
    return ""


def _pending(options: Dict[str, str], detail: Dict[str, Any], host: Dict[str, Any]) -> List[str]:
    """Options that somebody edited since the container was made."""
    config = _object(detail, "Config")
    words = [item for item in config.get("Env") or () if isinstance(item, str)]
    now: Dict[str, Optional[str]] = {
        "image": config.get("Image"),
        "network": host.get("NetworkMode"),
    }
    found = [name for name, value in now.items() if name in options and options[name] != value]
    for name, value in options.items():
        variable = name[4:] if name.startswith("env.") else ""
        if variable and variable not in PROXY_NAMES and f"{variable}={value}" not in words:
            found.append(name)
    return found
