"""An image that stands in for BuildKit's: buildx makes, boots and removes a builder with it.

No image of buildkitd can be had here. This one keeps the container up, answers the one question by
which buildx knows that a builder has booted (``buildctl debug workers``), and notes each start in
the state volume. It can't build.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .host import Host

IMAGE = "buildkit-stand-in:lab"
BROKEN = "buildkit-stand-in:broken"
"""The same, but it ends at once where an HTTP_PROXY is given to it."""

_BUILDKITD = """#!/bin/sh
mkdir -p /var/lib/buildkit
cat /proc/sys/kernel/random/uuid >> /var/lib/buildkit/starts
{more}
trap 'exit 0' TERM INT
while :; do sleep 1 & wait $!; done
"""
_BUILDCTL = """#!/bin/sh
test "$*" = "debug workers" && kill -0 1 && test -e /run/up
"""
_MAKE = r"""
set -e
cd "$(mktemp -d)"
mkdir -p bin run tmp var/lib/buildkit etc
cp /tmp/stand-in/busybox bin/busybox
for applet in sh cat mkdir sleep test kill env touch; do ln -s busybox bin/$applet; done
cat > bin/buildctl
chmod 755 bin/buildctl
printf '%s' "$1" > bin/buildkitd
chmod 755 bin/buildkitd
tar -c . | docker import -c 'ENV PATH=/bin' -c 'ENTRYPOINT ["buildkitd"]' \
    -c 'VOLUME /var/lib/buildkit' - "$2" >/dev/null
"""


def load(host: Host, busybox: bytes, image: str = IMAGE) -> str:
    """Have the image on the host; gives its name."""
    breaks = 'test -z "$HTTP_PROXY" || exit 1\n' if image == BROKEN else ""
    host.write("/tmp/stand-in/busybox", busybox, mode=0o755)
    script = _BUILDKITD.format(more=f"{breaks}touch /run/up")
    host.sh(_MAKE, script, image, input=_BUILDCTL)
    return image


def create(host: Host, name: str, *words: str, image: str = IMAGE, user: str | None = None) -> None:
    """A builder made and booted by the real buildx."""
    argv = ["create", "--name", name, "--driver", "docker-container"]
    argv += ["--driver-opt", f"image={image}", *words, "--bootstrap"]
    host.docker("buildx", *argv, user=user)


def container(host: Host, name: str) -> dict[str, Any]:
    """All that the Engine says of a container; its environment as a mapping under ``environ``."""
    found: dict[str, Any] = json.loads(host.docker("inspect", name).stdout)[0]
    found["environ"] = dict(word.split("=", 1) for word in found["Config"]["Env"])
    return found
