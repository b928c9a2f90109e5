"""The host that a command's words ask for: this machine, the tree of --root, a Snapshot's file."""

from __future__ import annotations

from dockproxy.cli.console import Console
from dockproxy.core.model.errors import RefusedError, UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.text import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from dockproxy.resolve.host import Host
    from dockproxy.transport.base import Channel


def observed(
    args: argparse.Namespace,
    console: Console,
    *,
    with_secrets: bool = False,
    only: str = "",
    channel: Channel | None = None,
) -> Host:
    """For every command that looks (``options.add_from``, ``add_place``). With ``--from`` nothing
    of this machine is looked at, its journal neither. only, channel: as ``live.observe`` has them.
    """
    probe = getattr(args, "probe", False)
    if args.from_file is None:
        from dockproxy.live import observe

        if probe and args.root:
            raise UsageError(N_("--probe does not go with --root: below it nothing is contacted"))
        name_unfinished(args, console)
        host = observe(
            root=args.root,
            context=args.context,
            user=args.user,
            with_secrets=with_secrets,
            only=only,
            channel=channel,
        )
        if not probe:
            return host
        from dockproxy.probing import probed

        console.note(_("asking this machine's proxies, mirrors and daemon …"))
        return probed(host, user=args.user)
    for flag, given in (
        ("--root", args.root),
        ("--user", args.user),
        ("--context", args.context),
        ("--probe", probe),
    ):
        if given:
            raise UsageError(
                message(N_("{flag} does not go with --from"), flag=flag),
                hint=N_("a Snapshot holds what was seen, and that is given to dockproxy snapshot"),
            )
    from dockproxy.recorded import read_snapshot

    return read_snapshot(args.from_file)


def name_unfinished(args: argparse.Namespace, console: Console) -> None:
    """Every command names what a dead run left half done; a journal that can't be read keeps none
    from its own work.
    """
    from dockproxy.live import unfinished

    try:
        left = unfinished(args.root)
    except RefusedError as error:
        console.error(error)
        return
    if left:
        from dockproxy.render.text_change import unfinished_text

        console.note(unfinished_text(left))
