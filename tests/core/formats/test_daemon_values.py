"""Values of daemon.json's other options, beside what dockerd said of them in the lab."""

from __future__ import annotations

import pytest

from dockproxy.core.agent.observe.redaction import redact
from dockproxy.core.formats.daemon_json import Options, read_daemon_json
from dockproxy.core.formats.daemon_values import string_lists
from dockproxy.core.model.snapshot import Engine, FileFact
from dockproxy.resolve.daemon_file import read_daemon_file

Kinds = list[tuple[str, str]]


def kinds(text: str, engine: tuple[int, int]) -> Kinds:
    read = read_daemon_json(text, engine=engine, options=Options())
    return [(each.kind, each.name) for each in read.refusals]


def kinds_in_a_snapshot(text: str, engine: tuple[int, int]) -> Kinds:
    seen = redact(text.encode(), "daemon-json")
    read = read_daemon_json(seen.text, engine=engine, options=Options(seen.traits))
    return [(each.kind, each.name) for each in read.refusals]


REFUSED = [
    ('{"debug": "true"}', (26, 1), "option-type", "debug"),
    ('{"Debug": {}}', (26, 1), "option-type", "Debug"),
    ('{"log-opts": {"max-file": 3}}', (26, 1), "option-type", "log-opts.max-file"),
    ('{"builder": {"GC": {"Enabled": 1}}}', (26, 1), "option-type", "builder.GC.Enabled"),
    ('{"builder": {"gc": {"policy": [{"filter": [1]}]}}}', (26, 1), "option-type",
     "builder.gc.policy.0.filter"),
    ('{"default-ulimits": {"a": {"\u017foft": "x"}}}', (26, 1), "option-type",
     "default-ulimits.a.\u017foft"),
    ('{"mtu": 1e3}', (26, 1), "option-type", "mtu"),
    ('{"mtu": 99999999999999999999}', (26, 1), "option-type", "mtu"),
    ('{"default-shm-size": null}', (26, 1), "option-type", "default-shm-size"),
    ('{"dns": ["fe80::1%eth0"]}', (26, 1), "option-address", "dns.0"),
    ('{"dns": ["x"]}', (20, 10), "option-address", "dns"),
    ('{"log-level": "warning"}', (25, 0), "option-word", "log-level"),
    ('{"max-download-attempts": 0}', (20, 10), "option-number", "max-download-attempts"),
    ('{"labels": ["a=b", null]}', (26, 1), "option-pair", "labels"),
    ('{"labels": ["a=b", "a=c"]}', (26, 1), "option-pair", "labels"),
    ('{"lab\\u0065ls": ["COM.docker.x=1"]}', (26, 1), "option-pair", "labels"),
    ('{"node-generic-resources": ["gpu=-1"]}', (26, 1), "option-pair", "node-generic-resources"),
    ('{"hosts": ["tcp://h:0"]}', (26, 1), "option-address", "hosts"),
    ('{"fixed-cidr-v6": "fe80::/65"}', (26, 1), "option-address", "fixed-cidr-v6"),
    ('{"default-address-pools": [{"base": "10.0.0.0/08"}]}', (28, 0), "option-address",
     "default-address-pools.0.base"),
    ('{"registry-mirrors": ["https://u:p@m.test"]}', (28, 5), "option-address",
     "registry-mirrors"),
    ('{"resolv-conf": {}}', (26, 1), "option-type", "resolv-conf"),
    ('{"default-shm-size": "1e3"}', (26, 1), "option-size", "default-shm-size"),
    ('{"features": {"windows-dns-proxy": true}}', (26, 1), "option-gone", "features"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "engine", "kind", "name"), REFUSED)
def test_what_dockerd_refuses_is_known_with_masks_and_without(
    text: str, engine: tuple[int, int], kind: str, name: str
) -> None:
    assert kinds(text, engine) == [(kind, name)]
    assert [found[0] for found in kinds_in_a_snapshot(text, engine)] == [kind]


TAKEN = [
    ('{"debug": null, "mtu": null, "dns": null, "builder": null}', (26, 1)),
    ('{"log-level": "Warning"}', (24, 0)),
    ('{"dns": [""], "ip": ""}', (26, 1)),
    ('{"max-download-attempts": 0, "mtu": 0}', (26, 1)),
    ('{"labels": ["bad"], "labels": null}', (26, 1)),
    ('{"labels": ["bad"], "labels": ["a=b", "a=b"]}', (26, 1)),
    ('{"log-level": "loud", "log-level": "info"}', (26, 1)),
    ('{"default-shm-size": "1.5g"}', (26, 1)),
    ('{"default-shm-size": "1e3"}', (28, 5)),
    ('{"features": {"windows-dns-proxy": true}, "features": null}', (26, 1)),
    ('{"exec-opts": ["x"], "registry-mirrors": ["m.test"], "bip": "x"}', (26, 1)),
    ('{"builder": {"history": {"maxAge": 1}}}', (23, 0)),
    ('{"default-address-pools": [{"base": "x"}]}', (26, 1)),
    ('{"aside": {"debug": "true", "mtu": "x"}}', (26, 1)),
    ('{"runtimes": {"runc": {"path": "/x"}}, "default-runtime": "y"}', (26, 1)),
    ('{"userland-proxy-path": "x", "userland-proxy": false}', (26, 1)),
]


@pytest.mark.parametrize(("text", "engine"), TAKEN)
def test_what_dockerd_takes_is_taken(text: str, engine: tuple[int, int]) -> None:
    assert kinds(text, engine) == []
    assert kinds_in_a_snapshot(text, engine) == []


def test_a_bad_byte_in_what_is_masked_is_seen_by_the_engines_that_mind_it() -> None:
    seen = redact(b'{"labels": ["a=\xff"]}', "daemon-json")
    fact = FileFact("/f", "daemon-json", "file", seen.text, traits=seen.traits)

    new, old = (Engine("unix:///x", version, "1") for version in ("26.1.5", "20.10.24"))

    assert "invalid UTF-8" in str(read_daemon_file(fact, new).fault)
    assert read_daemon_file(fact, old).fault is None


def test_a_stranger_s_trait_can_point_to_no_item_and_break_nothing() -> None:
    for trait in ("reserved 7", "reserved -1", "reserved x", "odd 0", "reserved", "conflict ²"):
        read = read_daemon_json('{"labels": ["xxxxx"]}', options=Options({"labels": trait}))
        assert read.refusals == ()


def test_no_label_shows_in_what_is_said_of_it() -> None:
    read = read_daemon_json('{"labels": ["s3cr3t"]}', options=Options())

    assert "s3cr3t" not in str(read.refusals[0].message)


def test_lists_are_read_as_dockerd_holds_them() -> None:
    text = '\u00a0{"Registry-Mirrors": ["a", null], "insecure-registries": ["x"],'
    text += ' "insecure-registries": ["b"]} \n'

    assert string_lists(text, ("registry-mirrors", "insecure-registries")) == [("a",), ("b",)]
    assert string_lists("{", ("registry-mirrors",)) == [()]
