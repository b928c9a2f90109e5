"""/etc/default/docker and its like: read, not read, or with a line that systemd passes over."""

from __future__ import annotations

from dockproxy.core.model.snapshot import FileFact
from dockproxy.resolve.make import resolve
from tests.support import snapshots as make

PATH = "/etc/default/docker"


def said(*items: object) -> list[str]:
    """What is said of the daemon's sources."""
    component = resolve(make.host(*items)).component("daemon")  # type: ignore[arg-type]
    assert component is not None
    return [str(drift.message) for drift in component.drift if drift.code == "ignored"]


def environment_file(text: str) -> FileFact:
    return FileFact(PATH, "environment-file", "file", text)


def test_a_file_that_the_unit_does_not_read_is_no_source() -> None:
    text = "HTTP_PROXY=http://p:1\nexport https_proxy=http://p:2\nDOCKER_OPTS=--debug\n"

    assert said(environment_file(text)) == [
        f"docker.service does not read {PATH}: the daemon is not given HTTP_PROXY, https_proxy."
    ]


def test_a_line_with_export_in_a_file_that_is_read_is_passed_over() -> None:
    text = "HTTP_PROXY=http://p:1\nexport https_proxy=http://p:2\n"

    assert said(environment_file(text), make.drop_in(f"EnvironmentFile=-{PATH}")) == [
        f"systemd ignores https_proxy in {PATH}:2: there the line must not begin with export."
    ]


def test_a_file_without_proxies_is_not_spoken_of() -> None:
    text = "# export http_proxy=http://p:1\nDOCKER_OPTS=--debug\nHTTP_PROXY=\n"

    assert said(environment_file(text)) == []
    assert said(environment_file(text), make.drop_in("EnvironmentFile=/etc/default/*")) == []
