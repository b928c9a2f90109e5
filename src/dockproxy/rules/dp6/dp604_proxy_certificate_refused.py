"""DP604: this machine does not trust the certificate of a proxy that speaks TLS."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, found_at
from dockproxy.rules.rule import Found, Rule


class ProxyCertificateRefused(Rule):
    """See ``Rule``."""

    code = "DP604"
    name = "proxy-certificate-refused"
    severity = "warning"
    component = "daemon"
    title = N_("This machine does not trust the certificate of a proxy that speaks TLS")
    what = N_("“proxyconnect tcp: tls: failed to verify certificate: x509 …” at every pull.")
    why = N_(
        "With https:// in its address the proxy has to show a certificate, for its name and valid "
        "today, of a CA that this machine trusts."
    )
    mend = N_(
        "Have this machine trust the proxy's CA (update-ca-certificates, or update-ca-trust) and "
        "restart the daemon, which reads the store when it starts. Give the proxy by the name that "
        "is in its certificate."
    )
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    bad = (
        asked(
            "https://10.0.0.1:3130",
            "tls-untrusted",
            detail="self-signed certificate in certificate chain",
        ),
    )
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "tls-untrusted", "tls-name", "tls-expired"):
            yield found_at(
                facts, answer, N_("the certificate of the proxy {proxy} is refused: {detail}")
            )


RULE = ProxyCertificateRefused()
