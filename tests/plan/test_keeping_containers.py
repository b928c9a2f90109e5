"""``--keep-containers`` on every command that restarts the daemon."""

from __future__ import annotations

from typing import Any

import pytest

from dockproxy.cli import doctor as doctor_command
from dockproxy.cli import doctor_fix, propose, unset
from dockproxy.core.model.errors import RefusedError, UsageError
from dockproxy.plan.mend import propose_fixes
from dockproxy.resolve.make import resolve

from .test_rootless import bobs


class Asked(Exception):
    """What the plan was asked for."""


@pytest.mark.parametrize("words", [[], ["--keep-containers"]])
def test_unset_hands_it_on(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    seen: list[bool] = []

    def propose_and_apply(args: Any, console: object, intent: object) -> int:
        seen.append(args.keep_containers)
        return 0

    monkeypatch.setattr(propose, "propose_and_apply", propose_and_apply)

    unset.run(unset.parser().parse_args(words), None)  # type: ignore[arg-type]

    assert seen == [bool(words)]


def test_doctor_takes_it_with_fix_and_hands_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def proposed(host: object, findings: object, **more: object) -> None:
        raise Asked(more)

    monkeypatch.setattr(doctor_fix, "propose_fixes", proposed)
    parser = doctor_command.parser()
    args = parser.parse_args(["--fix", "--yes", "--keep-containers"])

    with pytest.raises(Asked) as asked:
        doctor_fix.mend(args, None, bobs(), lambda host: [])  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="--keep-containers goes with --fix"):
        doctor_command.run(parser.parse_args(["--keep-containers"]), None)  # type: ignore[arg-type]

    assert asked.value.args == ({"keep_containers": True},)


def test_a_fix_keeps_no_containers_of_a_rootless_daemon() -> None:
    with pytest.raises(RefusedError, match="end with it"):
        propose_fixes(resolve(bobs()), [], keep_containers=True)
