"""Registries whose tokens and blobs come from other hosts than their manifests, as data.

A pull asks the registry for the manifest, is told by its 401 where tokens are to be had
(distribution spec, ``WWW-Authenticate``), and is sent on for each blob (307 or 302).
"""

from __future__ import annotations

import re

from dockproxy.core.model.light import NamedTuple

HUB = "docker.io"
HUB_REGISTRY = "registry-1.docker.io"
"""What dockerd and BuildKit ask for images of Docker Hub (moby 26.1 registry/config.go)."""


class Registry(NamedTuple):
    """pattern: of its whole name; a group ``host`` is its name, others fill the templates.

    tokens, blobs: hosts, with a path where it matters. None for tokens: nobody is asked for one,
    or what asks is another program than the puller. blobs: {names} of groups.
    """

    pattern: str
    tokens: str | None
    blobs: tuple[str, ...]


REGISTRIES: tuple[Registry, ...] = (
    # docs.docker.com/desktop/setup/allow-list (docker/docs content/manuals/desktop/setup)
    Registry(
        re.escape(HUB_REGISTRY),
        "auth.docker.io/token",
        (
            "production.cloudflare.docker.com",
            "production.cloudfront.docker.com",
            "docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com",
        ),
    ),
    # docs.github.com/packages, "Working with the Container registry"
    Registry(r"ghcr\.io", "ghcr.io/token", ("pkg-containers.githubusercontent.com",)),
    # openshift/openshift-docs modules/configuring-firewall.adoc
    Registry(
        r"quay\.io",
        "quay.io/v2/auth",
        ("cdn.quay.io", *(f"cdn0{number}.quay.io" for number in range(1, 7))),
    ),
    # learn.microsoft.com, "Microsoft Artifact Registry (MCR) client firewall rules"
    Registry(r"mcr\.microsoft\.com", None, ("*.data.mcr.microsoft.com",)),
    # cloud.google.com/artifact-registry: since 2025 gcr.io is served by it; older images are
    # sent on to Cloud Storage (kubernetes/registry.k8s.io issue 77)
    Registry(
        r"(?P<host>(?:(?:us|eu|asia|marketplace|mirror)\.)?gcr\.io)",
        "{host}/v2/token",
        ("{host}", "storage.googleapis.com"),
    ),
    # blobs: 302 to /artifacts-downloads/ on the same host
    Registry(r"(?P<host>[a-z0-9-]+-docker\.pkg\.dev)", "{host}/v2/token", ("{host}",)),
    # kubernetes/registry.k8s.io README: where it sends depends on who asks
    Registry(
        r"registry\.k8s\.io",
        None,
        ("*-docker.pkg.dev", "prod-registry-k8s-io-*.s3.dualstack.*.amazonaws.com"),
    ),
    # docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html: the S3 bucket; the
    # password is had by the aws program from api.ecr.REGION, not by the puller
    Registry(
        r"[0-9]{12}\.dkr\.ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?P<cn>(?:\.cn)?)",
        None,
        ("prod-{region}-starport-layer-bucket.s3.{region}.amazonaws.com{cn}",),
    ),
    Registry(
        r"public\.ecr\.aws",
        "public.ecr.aws/token/",
        ("*.cloudfront.net",),
    ),
    # docs.gitlab.com, GitLab.com settings: the registry's CDN
    Registry(
        r"registry\.gitlab\.com",
        "gitlab.com/jwt/auth",
        ("cdn.registry.gitlab-static.net", "storage.googleapis.com"),
    ),
    # learn.microsoft.com/azure/container-registry/container-registry-firewall-access-rules
    Registry(
        r"(?P<host>(?P<name>[a-z0-9-]+)\.azurecr\.(?:io|cn))",
        "{host}/oauth2/token",
        ("*.blob.core.windows.net", "{name}.*.data.azurecr.io"),
    ),
)


def known(host: str) -> tuple[str | None, tuple[str, ...]] | None:
    """Where that registry's tokens and blobs come from, None if it is not known."""
    for registry in REGISTRIES:
        found = re.fullmatch(registry.pattern, host)
        if found is not None:
            names = found.groupdict()
            tokens = registry.tokens
            return (
                tokens.format(**names) if tokens is not None else None,
                tuple(blob.format(**names) for blob in registry.blobs),
            )
    return None
