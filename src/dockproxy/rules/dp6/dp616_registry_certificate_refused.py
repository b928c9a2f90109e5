"""DP616: the daemon does not trust the certificate that it is shown for a registry."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.probe import DaemonAnswer, Probes
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class RegistryCertificateRefused(Rule):
    """See ``Rule``."""

    code = "DP616"
    name = "registry-certificate-refused"
    severity = "warning"
    component = "daemon"
    title = N_("The daemon does not trust the certificate that it is shown for a registry")
    what = N_(
        "“tls: failed to verify certificate: x509: certificate signed by unknown authority” at "
        "every pull."
    )
    why = N_(
        "Something on the way opens TLS (a company's proxy that looks into it shows a certificate "
        "of its own CA), or the registry's own CA is not known here."
    )
    mend = N_(
        "Have this machine trust the company's CA (update-ca-certificates, or update-ca-trust) and "
        "restart the daemon, which reads the store when it starts. A registry's own CA goes to "
        "/etc/docker/certs.d/HOST:PORT/ca.crt; that does not cover the hosts that Docker Hub sends "
        "on to. Programs in containers and builds need the CA in the image."
    )
    sources = (
        "moby/moby issues 20912, 25469 and 36820; docker/for-win issue 3391",
        "docs.docker.com/engine/security/certificates",
    )
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="28.5.1",
            more={
                "probes": Probes(
                    daemon=DaemonAnswer(
                        "docker.io/library/hello-world:latest",
                        "certificate",
                        500,
                        'Get "https://registry-1.docker.io/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
                    )
                )
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
            engine="28.5.1",
            info={"http_proxy": "http://10.0.0.1:3128", "https_proxy": "http://10.0.0.1:3128"},
            more={
                "probes": Probes(
                    daemon=DaemonAnswer("docker.io/library/hello-world:latest", "", 500, "")
                )
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        said = facts.snapshot.probes.daemon if facts.snapshot.probes is not None else None
        if said is not None and said.problem == "certificate":
            about = message(
                N_("the daemon asked for {image} and got a certificate that it does not trust"),
                image=said.image,
            )
            yield Found(about, (Evidence(None, text=said.quote),), "daemon")


RULE = RegistryCertificateRefused()
