"""Every reader with the good inputs that its bad ones are made from."""

from __future__ import annotations

from typing import NamedTuple

from tests.fuzz import samples
from tests.fuzz.messages import MESSAGES, TEXTS
from tests.fuzz.readers import FORMATS, Reader
from tests.fuzz.replies import REPLIES


class Subject(NamedTuple):
    """corpus: good inputs. as_json: they are JSON, and some of the bad ones shall be, too.
    readings: how often the reader goes over its whole input; each may take the limit.
    """

    reader: Reader
    corpus: tuple[bytes, ...]
    as_json: bool = False
    readings: int = 1


_CORPORA: dict[str, tuple[bytes, ...]] = {
    "go_json": (*samples.JSON, *samples.DAEMON[:8], *samples.CLIENT[:8]),
    "daemon_json": samples.DAEMON,
    "client_json": samples.CLIENT,
    "text_codec": (*samples.DAEMON, *samples.CLIENT),
    "systemd_unit": samples.UNITS,
    "systemd_words": samples.UNITS,
    "unit_environment": samples.UNITS,
    "environment_file": samples.ENVIRONMENT_FILES,
    "edit_daemon_json": samples.DAEMON,
    "edit_client_json": samples.CLIENT,
    "edit_unit": samples.UNITS,
    "edit_environment_file": samples.ENVIRONMENT_FILES,
    "redact_daemon_json": samples.DAEMON,
    "redact_client_json": samples.CLIENT,
    "redact_unit": samples.UNITS,
    "redact_environment_file": samples.ENVIRONMENT_FILES,
    "buildx_instance": samples.INSTANCES,
    "redact_instance": samples.INSTANCES,
    "address": samples.ADDRESSES,
    "no_proxy": samples.LISTS,
    "directives": (b"debug proxies http-proxy cluster-store features no-such-key",),
    "argv": samples.ARGV,
    "environ": samples.ENVIRON,
    "systemctl": samples.SYSTEMCTL,
    "roles": (
        *samples.CONTEXT,
        samples.DAEMON[0],
        samples.CLIENT[0],
        samples.UNITS[1],
        samples.ENVIRONMENT_FILES[0],
    ),
    "snapshot": samples.snapshots_of_hosts(),
    "plan": (samples.a_plan(),),
    "journal": (samples.an_entry(),),
    "agent": samples.REPLIES,
    "engine_http": samples.HTTP,
    "engine_facts": samples.FACTS,
    "proxy_http": samples.CONNECT,
    "proxy_socks": samples.SOCKS,
    "error_text": TEXTS,
}
_AS_JSON = frozenset(("snapshot", "plan", "journal", "engine_facts"))
_READINGS = {
    "go_json": 4, "daemon_json": 3, "client_json": 4, "text_codec": 2, "systemd_words": 2,
    "environment_file": 2, "roles": 12, "snapshot": 6, "journal": 3, "systemctl": 3, "address": 3,
    "buildx_instance": 20, "error_text": 20,
}  # fmt: skip


def _subject(name: str, reader: Reader) -> Subject:
    readings = _READINGS.get(name, 1)
    if name.startswith("edit_"):
        readings = 16
    elif name.startswith("redact_"):
        readings = 4
    return Subject(reader, _CORPORA[name], name in _AS_JSON, readings)


SUBJECTS = {
    name: _subject(name, reader) for name, reader in {**FORMATS, **REPLIES, **MESSAGES}.items()
}
