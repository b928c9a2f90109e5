"""The agent's ``probe`` request: checks of proxies side by side, or the daemon's own proof."""

from __future__ import annotations

import threading
import time

from dockproxy.core.agent.probe.proxy_address import shown
from dockproxy.core.agent.probe.proxy_probe import gave_no_answer, probe_proxy
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.record import dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

    from dockproxy.core.agent.channel import Channel
    from dockproxy.core.model.message import Message
    from dockproxy.core.model.probe import ProxyProbe

TIMEOUT = 5.0
DAEMON_TIMEOUT = 30.0
_LONGEST = 300.0
_MOST_CHECKS = 64
_GRACE = 1.0

_TARGET = pattern(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})\Z")


class _Check(NamedTuple):
    proxy: str
    target: str
    timeout: float


def probe(request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    """Answer ``{"checks": [{"proxy", "target", "timeout"} …]}`` with ``{"probes": […]}``, in the
    checks' order, ``{"registries": [{"url", "timeout"} …]}`` with ``{"registries": […]}``, and
    ``{"daemon": {"endpoint", "image", "timeout"}}`` with ``{"daemon": …}``.

    proxy: a proxy variable's value with its user and password; the answer has it masked. target:
    ``host:port``, or "" to learn only whether the proxy answers. The checks run side by side and
    end within the longest timeout and a second. Raises UsageError for a malformed request, and
    with a ``root``, below which nothing is contacted.
    """
    if request.get("root"):
        raise UsageError(message(N_("with a root folder nothing is contacted")))
    answer: Dict[str, Any] = {}
    if "checks" in request:
        checks = _checks(request["checks"])
        for proxy in dict.fromkeys(shown(check.proxy) for check in checks):
            _tell(channel, message(N_("asking the proxy {proxy}"), proxy=proxy))
        answer["probes"] = [dump(result) for result in _side_by_side(checks)]
    if "registries" in request:
        answer["registries"] = _registries(request["registries"], channel)
    if "daemon" in request:
        answer["daemon"] = _daemon(request["daemon"], channel)
    if not answer:
        raise UsageError(message(N_("the probe request names no checks and no daemon")))
    return answer


def _side_by_side(checks: List[_Check]) -> List[ProxyProbe]:
    results: Dict[int, ProxyProbe] = {}
    errors: List[BaseException] = []

    def run(index: int, check: _Check) -> None:
        try:
            results[index] = probe_proxy(*check)
        except BaseException as error:
            errors.append(error)

    end = time.monotonic() + max((check.timeout for check in checks), default=0.0) + _GRACE
    threads = [
        threading.Thread(target=run, args=(index, check), name=f"probe-{index}")
        for index, check in enumerate(checks)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    if errors:
        raise errors[0]
    return [results.get(index) or gave_no_answer(*check) for index, check in enumerate(checks)]


def _registries(data: Any, channel: Channel) -> List[Any]:
    """Each asked directly, side by side."""
    from dockproxy.core.agent.probe.registry_probe import parts, probe_registry

    if not isinstance(data, list) or len(data) > _MOST_CHECKS:
        raise _wrong("registries")
    asked = []
    for index, item in enumerate(data):
        path = f"registries[{index}]"
        given = _object(item, path)
        scheme, host, port = parts(_text(given, "url", path))
        if not 0 < port < 65536:
            raise _wrong(f"{path}.url")
        asked.append((scheme, host, port, _seconds(given, path, TIMEOUT)))
    found: Dict[int, Any] = {}

    def run(index: int) -> None:
        found[index] = dump(probe_registry(*asked[index]))

    threads = []
    for index, (scheme, host, port, _) in enumerate(asked):
        shown = f"{scheme}://{host}:{port}"
        _tell(channel, message(N_("asking the registry {registry}"), registry=shown))
        threads.append(threading.Thread(target=run, args=(index,), name=f"registry-{index}"))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[index] for index in range(len(asked)) if index in found]


def _daemon(data: Any, channel: Channel) -> Any:
    from dockproxy.core.agent.probe.daemon_proof import prove

    where = _object(data, "daemon")
    image = _text(where, "image", "daemon")
    endpoint = _text(where, "endpoint", "daemon")
    timeout = _seconds(where, "daemon", DAEMON_TIMEOUT)
    _tell(channel, message(N_("the daemon asks the registry about {image}"), image=image))
    return dump(prove(endpoint, image, timeout))


def _checks(data: Any) -> List[_Check]:
    if not isinstance(data, list) or len(data) > _MOST_CHECKS:
        raise _wrong("checks")
    checks = []
    for index, item in enumerate(data):
        path = f"checks[{index}]"
        check = _object(item, path)
        target = _text(check, "target", path) if "target" in check else ""
        match = _TARGET.match(target)
        if target and (match is None or not 0 < int(match.group(1)) < 65536):
            raise _wrong(f"{path}.target")
        checks.append(_Check(_text(check, "proxy", path), target, _seconds(check, path, TIMEOUT)))
    return checks


def _object(data: Any, path: str) -> Dict[str, Any]:
    if not isinstance(data, dict):
        raise _wrong(path)
    return data


def _text(data: Dict[str, Any], name: str, path: str) -> str:
    value = data.get(name)
    if not isinstance(value, str):
        raise _wrong(f"{path}.{name}")
    return value


def _seconds(data: Dict[str, Any], path: str, default: float) -> float:
    value = data.get("timeout", default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong(f"{path}.timeout")
    if not 0 < value <= _LONGEST:
        raise _wrong(f"{path}.timeout")
    return float(value)


def _wrong(path: str) -> UsageError:
    return UsageError(message(N_("the probe request's {path} is not as it should be"), path=path))


def _tell(channel: Channel, text: Message) -> None:
    channel.emit({"event": "step", "text": dump(text)})
