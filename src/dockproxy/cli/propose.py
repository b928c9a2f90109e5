"""The common way of ``set`` and ``unset``: observe, propose, check, carry out, prove."""

from __future__ import annotations

import argparse

from dockproxy import api, contact, live
from dockproxy.cli.change import (
    DONE,
    FAULT,
    INTERRUPTED,
    REFUSED,
    Around,
    Ending,
    carry_out,
    report,
)
from dockproxy.cli.console import Agreeing, Console
from dockproxy.cli.journals import await_turn
from dockproxy.cli.observing import name_unfinished
from dockproxy.cli.under_sudo import of_sudo_docker
from dockproxy.cli.without_root import for_an_admin, own_part, unseen_file
from dockproxy.core.model.errors import DockproxyError, RefusedError
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.probe import ProxyProbe
from dockproxy.plan.intent import Intent
from dockproxy.plan.make import Proposal, propose
from dockproxy.plan.reach import config_unseen
from dockproxy.plan.rootless import from_here
from dockproxy.render.text_change import probe_text
from dockproxy.resolve.host import Host
from dockproxy.text import _
from dockproxy.transport.base import Transport
from dockproxy.transport.choose import transport_for
from dockproxy.transport.elevated import Elevated
from dockproxy.transport.local import Local

_NOT_LET_IN = ("auth-required", "auth-failed")
_NOT_THE_REGISTRY = (
    *_NOT_LET_IN,
    "proxy-dns",
    "proxy-refused",
    "proxy-unreachable",
    "tls-record",
    "proxy-certificate",
    "not-http",
    "not-a-proxy",
    "no-such-host",
    "direct-refused",
    "direct-timeout",
)
"""What a proof says of the proxy itself, whichever registry was asked."""


def propose_and_apply(
    args: argparse.Namespace, console: Console, intent: Intent, may_plan_again: bool = True
) -> int:
    """From an intent to an exit code. A run that waited for another may find that the other changed
    what its plan was made from: it plans once more.
    """
    await_turn(args, console, Local())
    name_unfinished(args, console)
    eyes = _Eyes(args, console)
    host, proposal = _proposed(args, intent, eyes)
    transport = eyes.transport(api.needs_root(proposal.plan))
    if eyes.has_waited:
        host, proposal = _proposed(args, intent, eyes)
    offline = bool(args.root) or args.no_check
    if eyes.barred is not None and api.needs_root(proposal.plan):
        admin = for_an_admin(host, proposal.plan, eyes.barred)
        left_out = (*proposal.left_out, *((admin.left_out,) if admin is not None else ()))
        notes = (*proposal.notes, *(admin.notes if admin is not None else ()))
        plan = own_part(proposal.plan)
        proposal = proposal._replace(plan=plan, notes=notes, left_out=left_out)
    else:
        admin = None
    checks = () if offline else _checks(host, intent)
    verdict = _verdict_on(checks, args, console)
    commands = admin.commands if admin is not None and not verdict else ()
    notes = proposal.notes
    if args.kind == "set" and eyes.is_shut_out and args.user is None:
        notes += of_sudo_docker(host, proposal.plan)
    around = Around(notes, proposal.left_out, checks, verdict, commands)
    channel = Agreeing.of(console) if args.yes else console
    ending = carry_out(
        args,
        console,
        around,
        lambda confirm: api.apply(
            proposal.plan,
            confirm,
            transport=transport,
            channel=channel,
            force=tuple(args.force),
            wait=args.wait,
        ),
    )
    problem = ending.outcome.problem if ending.outcome is not None else None
    if args.wait and may_plan_again and problem and problem.code == "changed":
        return propose_and_apply(args, console, intent, may_plan_again=False)
    if ending.result == "applied" and not offline:
        try:
            ending = _proved(ending, host, proposal, console, transport)
        except KeyboardInterrupt:
            console.note(_("interrupted: the change is made, its proof is left out"))
            ending = ending._replace(exit_code=INTERRUPTED)
    if admin is not None and ending.exit_code in (DONE, FAULT):
        ending = ending._replace(exit_code=FAULT if args.check else REFUSED)
    elif ending.result == "applied" and proposal.left_out and ending.exit_code == DONE:
        ending = ending._replace(exit_code=FAULT)
    code = report(args, console, host, around, ending)
    if ending.result == "applied" and args.format == "text":
        try:
            _still_old(eyes, console, ending, intent)
        except KeyboardInterrupt:
            return INTERRUPTED
    return code


def _proposed(args: argparse.Namespace, intent: Intent, eyes: _Eyes) -> tuple[Host, Proposal]:
    """The host as it is now, and the plan for it."""
    host = eyes.observe(intent)
    who = host.snapshot.client
    if who and not args.root and any(item.reason == "no-context" for item in host.unknown):
        raise live.no_such_context(who.context)
    if not host.components and not args.root:
        raise RefusedError(
            N_("there is no Docker on this machine: no daemon, no unit, no configuration"),
            hint=N_("to prepare its files before Docker is installed: --root /"),
        )
    proposal = propose(
        host,
        intent,
        answering_gateways=() if args.root else contact.answering_gateways(host, intent),
        allow_loopback="loopback" in args.force,
        timeout=args.timeout,
        keep_containers=args.keep_containers,
    )
    return host, proposal


class _Eyes:
    """Whose rights are used for looking and for writing: one's own as long as they do. barred: why
    root's could not be had. is_shut_out: the Engine's socket is closed to this user.
    """

    def __init__(self, args: argparse.Namespace, console: Console) -> None:
        self._args, self._console = args, console
        self._elevated: Transport | None = None
        self.barred: RefusedError | None = None
        self.has_waited = False
        self.is_shut_out = False

    def observe(self, intent: Intent) -> Host:
        """The host; seen again as root where the daemon's part of the plan hangs on it."""
        args = self._args
        host = live.observe(root=args.root, context=args.context, user=args.user)
        self.is_shut_out = any(
            item.about == "engine" and item.reason == "permission" for item in host.unknown
        )
        hidden = any(
            item.reason == "permission" and item.about.startswith(("engine", "daemon"))
            for item in host.unknown
        )
        hidden = hidden or bool(config_unseen(host.snapshot) or unseen_file(host))
        if "daemon" not in intent.parts or not hidden or args.root:
            return host
        transport = self.transport(True)
        if self.barred is None:
            return live.observe(context=args.context, user=args.user, transport=transport)
        self._console.note(
            _("without root's rights not everything was seen: the real plan may differ")
        )
        return host

    def observe_after(self) -> Host:
        """The host when all is done, with no more rights than were had for that."""
        args, transport = self._args, self._elevated if self.is_shut_out else None
        try:
            return live.observe(
                root=args.root, context=args.context, user=args.user, transport=transport
            )
        except DockproxyError:
            if transport is None:
                raise
            return live.observe(root=args.root, context=args.context, user=args.user)

    def transport(self, needs_root: bool) -> Transport:
        """Root's only where it is needed and can be had; said before the question for a password
        comes.
        """
        if not needs_root or self.barred is not None:
            return Local()
        if self._elevated is None:
            try:
                self._elevated = self._begun()
            except RefusedError as error:
                self.barred = error
                return Local()
            self.has_waited = await_turn(self._args, self._console, self._elevated)
        return self._elevated

    def _begun(self) -> Transport:
        """Root's agent, seen to answer."""
        transport = transport_for(True, self._console.interactive)
        if isinstance(transport, Elevated):
            said = _("root's rights are needed: through {way}")
            self._console.note(said.format(way=transport.way))
            api.history(transport=transport)
        return transport


def _checks(host: Host, intent: Intent) -> tuple[ProxyProbe, ...]:
    """Each different proxy of the intent, contacted once."""
    addresses = list({a.url: a for a in intent.addresses.values() if a is not None}.values())
    here = [from_here(host.snapshot, address) for address in addresses]
    found = contact.check_proxies(here, contact.probe_target(host))
    return tuple(_typed_apart(probe) if intent.password_apart else probe for probe in found)


def _typed_apart(probe: ProxyProbe) -> ProxyProbe:
    """The probe without advice on how a password is written in an address: it was in none."""
    offered = [scheme.lower() for scheme in probe.schemes]
    if probe.problem != "auth-failed" or (offered and "basic" not in offered):
        return probe
    hint = N_("Check both. The password was taken exactly as it was given, a %XX in it too.")
    return probe._replace(hint=message(hint))


def _verdict_on(checks: tuple[ProxyProbe, ...], args: argparse.Namespace, console: Console) -> str:
    """What the checks mean for the change: "" go on, ``refused``, or ``declined`` by the person.

    A proxy that does not answer, or lets nobody in, needs a yes of its own: asked for, or
    ``--no-check``.
    """
    useless = [probe for probe in checks if not probe.answers or probe.problem in _NOT_LET_IN]
    if not useless:
        return ""
    only_looks = args.dry_run or args.check
    if not console.interactive or args.yes or only_looks or args.format != "text":
        return "refused"
    for probe in useless:
        console.note(probe_text(probe, console.style))
    asked = _("Nothing would work with this proxy. Go on all the same?")
    return "" if console.confirm(asked) else "declined"


def _proved(
    ending: Ending, host: Host, proposal: Proposal, console: Console, transport: Transport
) -> Ending:
    """One request by the daemon itself; a registry that is only guessed at proves no fault."""
    restart = proposal.plan.restart
    if restart is None or ending.outcome is None or not ending.outcome.restarted:
        return ending
    known = contact.proof_image(host)
    console.emit({"text": {"text": N_("the daemon asks a registry, through its proxy")}})
    image = known or "docker.io/library/hello-world:latest"
    proof = contact.prove_daemon(restart.endpoint, image, transport=transport)
    failed = proof.ok is False and (known is not None or proof.problem in _NOT_THE_REGISTRY)
    guessed = known is None and not failed
    return ending._replace(
        proof=proof, proof_guessed=guessed, exit_code=FAULT if failed else ending.exit_code
    )


def _still_old(eyes: _Eyes, console: Console, ending: Ending, intent: Intent) -> None:
    """What goes on with old values, where what containers are given was changed: they keep what
    they were made with.
    """
    files = ending.preview.files if ending.preview is not None else ()
    if not any(file.changed and file.component == "client" for file in files):
        return
    after = eyes.observe_after()
    old = [
        component.name
        for component in after.components
        if component.component == "container" and component.in_sync is False
    ]
    if old:
        from dockproxy.text import tr

        console.out(tr(_old_note(old, intent.verb)))


def _old_note(names: list[str], verb: str) -> Message:
    shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    text = N_(
        "containers that keep the proxies that they were made with ({count}): {names}\n"
        "  they get the new ones when they are made anew, for example with"
        " docker compose up -d --force-recreate"
    )
    if verb == "unset":
        text = N_(
            "containers that keep the proxies that they were made with ({count}): {names}\n"
            "  they lose them when they are made anew, for example with"
            " docker compose up -d --force-recreate"
        )
    return message(text, count=len(names), names=shown)
