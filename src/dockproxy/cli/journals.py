"""Which agent can read the journals: root's is root's alone."""

from __future__ import annotations

import argparse
import os

from dockproxy.cli.console import Console
from dockproxy.core.places.linux import ROOT_JOURNAL
from dockproxy.transport.base import Transport
from dockproxy.transport.choose import transport_for


def transport_to_journals(args: argparse.Namespace, console: Console) -> Transport:
    """As root where root has a journal here, else as oneself."""
    has_roots = not args.root and os.path.isdir(ROOT_JOURNAL)
    return transport_for(has_roots, console.interactive)
