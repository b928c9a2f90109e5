"""What is told of secrets: traits with numbers; the addresses only where they were asked for."""

from __future__ import annotations

from dockproxy.core.agent.observe.secrets import Secrets, addresses_in
from dockproxy.core.model.snapshot import KeptSecret

ANN, BOB = "http://ann:one@h:1", "socks5://bob:two@other:2"


def test_the_same_user_and_password_have_the_same_number_wherever_they_stand() -> None:
    secrets = Secrets(keep=False)

    told = secrets.of_file("/f", [("a", ANN), ("b", BOB), ("c", "http://plain:1")])
    secrets.note(
        addresses_in("environment", {"HTTP_PROXY": BOB, "https_proxy": "https://ann:one@x"})
    )
    secrets.note_flags("daemon.flags", ["dockerd", "--http-proxy", "http://ann:three@h"])

    assert told == {
        "a": "has-user,has-password,same-as:1",
        "b": "has-user,has-password,same-as:2",
    }
    assert secrets.traits == {
        "environment:HTTP_PROXY": "has-user,has-password,same-as:2",
        "environment:https_proxy": "has-user,has-password,same-as:1",
        "daemon.flags:http-proxy": "has-user,has-password,same-as:3",
    }
    assert secrets.kept == []


def test_only_proxies_are_ever_kept() -> None:
    environment = {"TOKEN": ANN, "DOCKER_HOST": "ssh://ann@h", "HTTP_PROXY": ANN, "NO_PROXY": "a,b"}
    secrets = Secrets(keep=True)

    secrets.note(addresses_in("environment", environment))

    assert [(item.about, item.name) for item in secrets.kept] == [("environment", "HTTP_PROXY")]
    assert secrets.kept[0].value.reveal() == ANN
    assert "one" not in str(secrets.kept)
    assert KeptSecret._fields == ("about", "name", "value")


def test_a_rule_learns_what_would_have_to_be_escaped() -> None:
    secrets = Secrets(keep=False)

    told = secrets.of_file("/f", [("a", "http://u:p@#%zz@h")])

    assert told == {"a": "has-user,has-password,needs-escaping:@#,bad-percent,same-as:1"}
