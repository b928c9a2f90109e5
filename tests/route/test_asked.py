"""What a word asks for."""

from __future__ import annotations

import pytest

from dockproxy.core.model.errors import UsageError
from dockproxy.route.asked import Registries, addresses

NOTHING = Registries()


@pytest.mark.parametrize(
    ("word", "url"),
    [
        ("https://x.example/a?b#c", "https://x.example/a?b#c"),
        ("socks5://x.example:1", "socks5://x.example:1"),
        ("x.example", "https://x.example/"),
        ("localhost", "https://localhost/"),
        ("x.example:80", "http://x.example:80/"),
        ("x.example:8080", "https://x.example:8080/"),
        ("localhost:5000", "https://localhost:5000/"),
        ("10.0.0.1", "https://10.0.0.1/"),
        ("10.0.0.1:80", "http://10.0.0.1:80/"),
        ("::1", "https://[::1]/"),
        ("2001:db8::1", "https://[2001:db8::1]/"),
        ("[2001:db8::1]", "https://[2001:db8::1]/"),
        ("[2001:db8::1]:80", "http://[2001:db8::1]:80/"),
    ],
)
def test_one_address_is_one_url(word: str, url: str) -> None:
    assert [each.url for each in addresses(word, NOTHING)] == [url]


@pytest.mark.parametrize(
    ("word", "url"),
    [
        ("https://x.example/a", "https://x.example/a"),
        ("x.example", "http://x.example/"),
        ("x.example/a/b", "http://x.example/a/b"),
        ("x.example:443", "https://x.example:443/"),
        ("x.example:8080", "http://x.example:8080/"),
        ("x.example:8080/a", "http://x.example:8080/a"),
        ("localhost", "http://localhost/"),
        ("10.0.0.1", "http://10.0.0.1/"),
        ("::1", "http://[::1]/"),
        ("redis:7", "http://redis:7/"),
    ],
)
def test_a_program_takes_a_word_for_a_host_of_http_as_curl_does(word: str, url: str) -> None:
    assert [each.url for each in addresses(word, NOTHING, images=False)] == [url]


def test_a_name_with_digits_behind_it_is_an_image_for_docker_and_a_host_for_programs() -> None:
    assert addresses("redis:7", NOTHING)[0].part_of == "redis:7"
    assert addresses("redis:7", NOTHING, images=False)[0].part_of == ""


@pytest.mark.parametrize(
    "word",
    [
        "",
        " ",
        "a b",
        "\x00",
        "Redis",
        "redis:",
        "redis@sha256:1",
        "a//b",
        "[",
        "x" * 5000,
        "-",
        "a:b:c",
    ],
)
def test_what_is_none_of_all_this_is_an_error(word: str) -> None:
    with pytest.raises(UsageError):
        addresses(word, NOTHING)


def urls(image: str, registries: Registries = NOTHING) -> list[tuple[str, str]]:
    return [(each.purpose, each.url) for each in addresses(image, registries)]


@pytest.mark.parametrize(
    "image",
    [
        "redis",
        "library/redis",
        "docker.io/redis:7",
        "index.docker.io/library/redis",
        "redis@sha256:" + "0" * 64,
        "redis:7@sha256:" + "0" * 64,
        "team/app",
    ],
)
def test_an_image_of_docker_hub_touches_the_registry_its_tokens_and_its_blobs(image: str) -> None:
    found = urls(image)
    assert found[:2] == [
        ("manifest", "https://registry-1.docker.io/v2/"),
        ("token", "https://auth.docker.io/token"),
    ]
    assert ("blob", "https://production.cloudflare.docker.com/") in found
    assert {each.part_of for each in addresses(image, NOTHING)} == {image}


@pytest.mark.parametrize(
    ("image", "tokens", "blob"),
    [
        ("ghcr.io/a/b", "https://ghcr.io/token", "https://pkg-containers.githubusercontent.com/"),
        ("quay.io/a/b", "https://quay.io/v2/auth", "https://cdn01.quay.io/"),
        ("mcr.microsoft.com/a", None, "https://*.data.mcr.microsoft.com/"),
        ("gcr.io/a/b", "https://gcr.io/v2/token", "https://storage.googleapis.com/"),
        (
            "europe-west3-docker.pkg.dev/p/r/i",
            "https://europe-west3-docker.pkg.dev/v2/token",
            "https://europe-west3-docker.pkg.dev/",
        ),
        (
            "123456789012.dkr.ecr.eu-central-1.amazonaws.com/a",
            None,
            "https://prod-eu-central-1-starport-layer-bucket.s3.eu-central-1.amazonaws.com/",
        ),
        (
            "registry.gitlab.com/a/b",
            "https://gitlab.com/jwt/auth",
            "https://cdn.registry.gitlab-static.net/",
        ),
    ],
)
def test_tokens_and_blobs_of_known_registries(image: str, tokens: str | None, blob: str) -> None:
    found = urls(image)
    assert found[0] == ("manifest", f"https://{image.partition('/')[0]}/v2/")
    assert [url for purpose, url in found if purpose == "token"] == ([tokens] if tokens else [])
    assert ("blob", blob) in found


def test_mirrors_come_first_and_serve_docker_hub_alone() -> None:
    mirrors = Registries(mirrors=("https://mirror.corp.test/", "http://10.0.0.9:5000/"))
    assert [url for _, url in urls("redis", mirrors)][:5] == [
        "https://mirror.corp.test/v2/",
        "https://mirror.corp.test/v2/",
        "http://10.0.0.9:5000/v2/",
        "http://10.0.0.9:5000/v2/",
        "https://registry-1.docker.io/v2/",
    ]
    assert urls("ghcr.io/a/b", mirrors) == urls("ghcr.io/a/b")


@pytest.mark.parametrize(
    ("image", "insecure", "plain"),
    [
        ("registry.corp.test/a", ("registry.corp.test",), True),
        ("registry.corp.test:5000/a", ("registry.corp.test:5000",), True),
        ("registry.corp.test:5000/a", ("http://registry.corp.test:5000",), True),
        ("registry.corp.test:5000/a", ("registry.corp.test",), False),
        ("10.1.2.3:5000/a", ("10.0.0.0/8",), True),
        ("11.1.2.3:5000/a", ("10.0.0.0/8", "nonsense/8"), False),
        ("[fd00::1]:5000/a", ("fd00::/8",), True),
        ("localhost:5000/a", (), True),
        ("127.0.0.2/a", (), True),
        ("registry.corp.test/a", ("10.0.0.0/8",), False),
    ],
)
def test_an_insecure_registry_is_asked_by_https_then_by_http(
    image: str, insecure: tuple[str, ...], plain: bool
) -> None:
    host = image.rpartition("/")[0]
    schemes = ("https", "http") if plain else ("https",)
    assert [
        url for purpose, url in urls(image, Registries(insecure=insecure)) if purpose == "blob"
    ] == [f"{scheme}://{host}/v2/" for scheme in schemes]
