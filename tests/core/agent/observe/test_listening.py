from __future__ import annotations

import socket

from dockproxy.core.agent.observe import listening
from dockproxy.core.agent.observe.look import Caller, Look
from dockproxy.core.model.snapshot import FileFact


def look(text: str, root: str = "") -> Look:
    made = Look(root, Caller(0, 0, "", "", {}))
    made.files["/f"] = FileFact("/f", "client-json", "file", text)
    return made


def test_only_ports_that_the_files_name_are_told() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        port, other = one.getsockname()[1], two.getsockname()[1]

        found = listening.observe(look(f"http://172.17.0.1:{port}"))

    assert found is not None
    assert f"127.0.0.1:{port}" in found
    assert not any(each.endswith(f":{other}") for each in found)


def test_an_address_of_ipv6_stands_in_brackets() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as one:
        port = one.getsockname()[1]

        assert f"[::1]:{port}" in (listening.observe(look(f"[::1]:{port}")) or ())


def test_of_a_folder_it_is_not_known() -> None:
    assert listening.observe(look("http://a:3128", "/tree")) is None
