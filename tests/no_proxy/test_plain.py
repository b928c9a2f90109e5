"""What needs no asking: Go understands it all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockproxy.no_proxy.check import not_understood
from dockproxy.no_proxy.plain import is_plain, unread

BY_ITSELF = ("localhost", "127.", "::1")


@pytest.mark.parametrize(
    "entry",
    ["a", "a.b", ".a.b", "A-b_c.d1", "10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "fd00::/8", "1::2"],
)
def test_plain(entry: str) -> None:
    assert is_plain(entry)


ODD = (
    " 10 10.1 10.* *.a a:1 a;b <local> 10.0.0.0/33 1::2::3 010.0.0.1 10.0.0.256 fd00::/129 [::1]"
    " http://a a..b é -1.2.3"
)


@pytest.mark.parametrize("entry", ["", "a b", "a\n", *ODD.split()])
def test_not_plain(entry: str) -> None:
    assert not is_plain(entry)


@given(st.text(alphabet="a1.:/-0f*2", min_size=1, max_size=12))
def test_what_is_plain_is_understood(entry: str) -> None:
    if is_plain(entry) and not entry.startswith(BY_ITSELF):
        assert not_understood([entry], ["go", "curl"]) == []


def test_a_path_names_no_host_that_could_be_missed() -> None:
    assert unread(["169.254.169.254", "/var/run/docker.sock", "/24"], containers=True) == ["/24"]
