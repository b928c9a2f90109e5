"""What in a RUN is a command's proxy, and what is only a text about one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.core.model.project import Project
from dockproxy.live import observe_project
from dockproxy.project.shell_parts import Parts
from dockproxy.rules.diagnose import diagnose

HERE = "http://127.0.0.1:3128"

DATA = [
    f"RUN apk add x # http_proxy={HERE} y",
    f"RUN echo http_proxy={HERE} > /etc/foo.conf",
    f'RUN set -e; if echo "a; http_proxy={HERE}" > /x; then :; fi',
    f"RUN sed -i 's|^#http_proxy = .*|http_proxy={HERE}|' /etc/foo",
    "RUN sed -e 's@http_proxy=.*@@' /etc/x && grep -q http_proxy= /etc/y",
    "RUN printf 'export http_proxy=%s\\n' \"$X\" > /x; apk add y",
    f"RUN cat <<'E' > /start.sh\nexport http_proxy={HERE}\nE",
    f"RUN <<EOF python3\nhttp_proxy={HERE}\nEOF",
    f"RUN <<EOF\n# export http_proxy={HERE}\nEOF",
    f"RUN <<EOF bash\ncat > /x <<-'E2'\n\thttp_proxy={HERE}\n\tE2\nEOF",
]
COMMANDS = [
    f"RUN http_proxy={HERE} apk add x",
    f"RUN echo a && export http_proxy={HERE} && apk add x",
    f"RUN echo a#b; http_proxy={HERE} apk add x",
    f"RUN echo $(http_proxy={HERE} curl x)",
    f"RUN sh -c 'http_proxy={HERE} curl x'",
    f"RUN <<EOF\nexport http_proxy={HERE}\napk add x\nEOF",
    f"RUN <<EOF\ncat > /x <<E2\na\nE2\nhttp_proxy={HERE} apk add x\nEOF",
    f"RUN bash <<EOF\nexport http_proxy={HERE}; apk add x\nEOF",
    f"RUN cat <<EOF | sh\nexport http_proxy={HERE}; apk add x\nEOF",
    f"RUN a >/x 2>&1 && http_proxy={HERE} apk add x",
]


def project(tmp_path: Path, text: str) -> Project:
    (tmp_path / "Dockerfile").write_text(f"FROM a\n{text}\n")
    found = observe_project(str(tmp_path)).snapshot.project
    assert found is not None
    return found


def alarms(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "Dockerfile").write_text(f"FROM a\n{text}\n")
    found = diagnose(observe_project(str(tmp_path)))
    return [each.code for each in found if each.severity != "info"]


@pytest.mark.parametrize("text", DATA, ids=range(len(DATA)))
def test_a_text_that_is_written_or_searched_is_nobodys_proxy(text: str, tmp_path: Path) -> None:
    assert all("data" in each.notes for each in project(tmp_path, text).settings)
    assert alarms(tmp_path, text) == []


@pytest.mark.parametrize("text", COMMANDS, ids=range(len(COMMANDS)))
def test_what_a_command_gets_is_its_proxy(text: str, tmp_path: Path) -> None:
    (setting,) = project(tmp_path, text).settings
    assert (setting.value, setting.notes) == (HERE, ())
    assert alarms(tmp_path, text) == ["DP409"]


def test_a_password_is_found_in_a_text_too(tmp_path: Path) -> None:
    text = "RUN cat <<E > /x\nexport http_proxy=http://ann:s3cret@10.0.0.1:3128\nE"
    assert alarms(tmp_path, text) == ["DP820"]


def test_a_proxy_that_the_run_itself_starts_is_there(tmp_path: Path) -> None:
    text = f"RUN (tinyproxy &) && sleep 1 && http_proxy={HERE} apk add x"
    assert alarms(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "alarmed"),
    [
        (f"RUN a\nENV http_proxy={HERE}\nCMD b", False),
        (f"ENV http_proxy={HERE}\nRUN a", True),
        (f"ENV http_proxy={HERE}\nENV http_proxy=\nRUN a", False),
        (f"FROM a AS b\nENV http_proxy={HERE}\nFROM b\nRUN a", True),
        (f"FROM a AS b\nENV http_proxy={HERE}\nFROM a\nRUN a", False),
    ],
)
def test_an_image_may_have_a_proxy_of_its_own_when_nothing_is_built_with_it(
    text: str, alarmed: bool, tmp_path: Path
) -> None:
    assert ("DP409" in alarms(tmp_path, text)) == alarmed


@pytest.mark.parametrize(
    "text",
    [
        "RUN npm config set proxy null && npm config set https-proxy ''",
        "RUN pip config set global.proxy ''",
        'RUN conda config --set proxy_servers.http ""',
        f"RUN npm config set proxy {HERE} && npm ci && npm config set proxy null",
    ],
)
def test_a_setting_that_takes_a_proxy_away_keeps_none(text: str, tmp_path: Path) -> None:
    assert alarms(tmp_path, text) == []


def test_many_heredocs_and_many_quotes_are_soon_read() -> None:
    parts = Parts("cat <<A | " * 30_000 + "\nhttp_proxy=1\n" + 'a "b' * 30_001)
    assert parts.is_data(300_001)


def test_stages_without_end_are_not_all_kept(tmp_path: Path) -> None:
    many = "".join(f"ENV xproxy{i}=h://a\n" for i in range(2_000))
    found = project(tmp_path, f"FROM a AS s\n{many}" + "FROM s AS s\nENV http_proxy=\n" * 3_000)
    assert [each.detail for each in found.spots] == ["more than 1000 stages"]
