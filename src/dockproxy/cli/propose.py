"""The common way of ``set`` and ``unset``: observe, propose, check, carry out, prove."""

from __future__ import annotations

import argparse

from dockproxy import api
from dockproxy.cli.change import FAULT, Around, Ending, carry_out, report
from dockproxy.cli.console import Agreeing, Console
from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.probe import ProxyProbe
from dockproxy.plan.intent import Intent
from dockproxy.plan.make import Proposal, propose
from dockproxy.resolve.host import Host
from dockproxy.text import _
from dockproxy.transport.choose import transport_for
from dockproxy.transport.elevated import Elevated

_NOT_LET_IN = ("auth-required", "auth-failed")
_NOT_THE_REGISTRY = (
    *_NOT_LET_IN,
    "proxy-dns",
    "proxy-refused",
    "proxy-unreachable",
    "tls-record",
    "socks-refused",
)
"""What a proof says of the proxy itself, whichever registry was asked."""


def propose_and_apply(args: argparse.Namespace, console: Console, intent: Intent) -> int:
    """From an intent to an exit code."""
    host = api.observe(root=args.root, context=args.context, user=args.user)
    if not host.components and not args.root:
        raise RefusedError(
            N_("there is no Docker on this machine: no daemon, no unit, no configuration"),
            hint=N_("to prepare its files before Docker is installed: --root /"),
        )
    offline = bool(args.root) or args.no_check
    proposal = propose(
        host,
        intent,
        answering_gateways=() if args.root else api.answering_gateways(host, intent),
        allow_loopback="loopback" in args.force,
        timeout=args.timeout,
        keep_containers=args.keep_containers,
    )
    checks = () if offline else _checks(host, intent)
    around = Around(proposal.notes, proposal.left_out, checks, _refused_by(checks, args, console))
    transport = transport_for(api.needs_root(proposal.plan), console.interactive)
    if isinstance(transport, Elevated):
        console.note(_("root's rights are needed: {way} will ask").format(way=transport.command[0]))
    channel = Agreeing.of(console) if args.yes else console
    ending = carry_out(
        args,
        console,
        around,
        lambda confirm: api.apply(
            proposal.plan, confirm, transport=transport, channel=channel, force=tuple(args.force)
        ),
    )
    if ending.result == "applied" and not offline:
        ending = _proved(ending, host, proposal, console)
    if ending.result == "applied" and proposal.left_out and ending.exit_code == 0:
        ending = ending._replace(exit_code=FAULT)
    code = report(args, console, host, around, ending)
    if ending.result == "applied" and args.format == "text":
        _still_old(args, console)
    return code


def _checks(host: Host, intent: Intent) -> tuple[ProxyProbe, ...]:
    """Each different proxy of the intent, contacted once."""
    addresses = list({a.url: a for a in intent.addresses.values() if a is not None}.values())
    return tuple(api.check_proxies(addresses, api.probe_target(host)))


def _refused_by(checks: tuple[ProxyProbe, ...], args: argparse.Namespace, console: Console) -> bool:
    """A proxy that does not answer, or lets nobody in, needs a yes of its own: asked for, or
    ``--no-check``.
    """
    useless = [probe for probe in checks if not probe.answers or probe.problem in _NOT_LET_IN]
    if not useless or args.dry_run or args.check:
        return False
    if console.interactive and not args.yes:
        from dockproxy.render.text_change import probe_text

        for probe in useless:
            console.note(probe_text(probe, console.style))
        return not console.confirm(_("Nothing would work with this proxy. Go on all the same?"))
    return True


def _proved(ending: Ending, host: Host, proposal: Proposal, console: Console) -> Ending:
    """One request by the daemon itself; a registry that is only guessed at proves no fault."""
    restart = proposal.plan.restart
    if restart is None or ending.outcome is None or not ending.outcome.restarted:
        return ending
    known = api.proof_image(host)
    console.emit({"text": {"text": N_("the daemon asks a registry, through its proxy")}})
    proof = api.prove_daemon(restart.endpoint, known or "docker.io/library/hello-world:latest")
    failed = proof.ok is False and (known is not None or proof.problem in _NOT_THE_REGISTRY)
    return ending._replace(proof=proof, exit_code=FAULT if failed else ending.exit_code)


def _still_old(args: argparse.Namespace, console: Console) -> None:
    """What goes on with old values: containers keep what they were made with."""
    after = api.observe(root=args.root, context=args.context, user=args.user)
    old = [
        component.name
        for component in after.components
        if component.component == "container" and component.in_sync is False
    ]
    if old:
        from dockproxy.text import tr

        console.out(tr(_old_note(old)))


def _old_note(names: list[str]) -> Message:
    shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    return message(
        N_(
            "{count} containers keep the proxies that they were made with: {names}\n"
            "  they get the new ones when they are made anew, for example with"
            " docker compose up -d --force-recreate"
        ),
        count=len(names),
        names=shown,
    )
