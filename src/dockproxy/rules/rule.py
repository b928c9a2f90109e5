"""What a rule is, and what its examples are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dockproxy.core.model.finding import Evidence, Fix
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import Message
from dockproxy.rules.facts import Facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class Found(NamedTuple):
    """What a rule saw. key: what tells it from others of the same rule in the same file.

    remedy: what to do about just this one, where the rule's own ``mend`` says too little. turn: of
    what keeps one program from starting when that program says it, counted from 0. component: whom
    it hits, where that is another one than the rule's own.
    """

    message: Message
    evidence: tuple[Evidence, ...]
    key: str = ""
    remedy: Message | None = None
    severity: str = ""
    turn: int = 0
    component: str = ""


class Example(NamedTuple):
    """A small host. files: below its root. engine, info: version and proxies of the running Engine,
    if one runs. loaded: words of the environment that systemd has loaded for docker.service, None
    where systemd is not asked; stale: it says NeedDaemonReload. started_at: of the daemon, seconds
    since 1970. containers: by name, the environment of each; images' names are not needed. environ:
    of the caller. more: other fields of the Snapshot, as they are. project: the files are a
    project's folder, and no host. builders: by the name of a builder's node, the environment of its
    container.

    at: line and column of a bad one's first evidence. fixed: texts of files after the fix; {} where
    it is a restart alone, None where there is no fix.
    """

    files: Mapping[str, str | bytes]
    engine: str = ""
    info: Mapping[str, object] = {}
    loaded: tuple[str, ...] | None = None
    stale: bool = False
    started_at: float = 4102444800.0
    containers: Mapping[str, Mapping[str, str]] = {}
    environ: Mapping[str, str] = {}
    more: Mapping[str, object] = {}
    project: bool = False
    builders: Mapping[str, Mapping[str, str]] = {}
    at: tuple[int, int] | None = None
    fixed: Mapping[str, str | bytes] | None = None


def clipped(text: str) -> str:
    """An example's text for a page: what is too long for one is cut."""
    lines = text.split("\n")
    return "\n".join(f"{line[:200]} …" if len(line) > 600 else line for line in lines)


class Rule:
    """One way in which proxies go wrong. Texts are templates, translated where they are shown.

    code: never reused. name: the fault, in lower case with dashes. severity: of its findings.
    title: in one line. what: what a person sees. why: the cause. mend: how to mend it. safety: why
    its fix is safe, or why it is only offered; "" without a fix. sources: where it was seen, or the
    address of a report. follows: codes of rules whose findings explain these.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[str]
    component: ClassVar[str]
    title: ClassVar[str]
    what: ClassVar[str]
    why: ClassVar[str]
    mend: ClassVar[str]
    safety: ClassVar[str] = ""
    sources: ClassVar[tuple[str, ...]]
    follows: ClassVar[tuple[str, ...]] = ()
    bad: ClassVar[tuple[Example, ...]]
    good: ClassVar[tuple[Example, ...]]

    def check(self, facts: Facts) -> Iterator[Found]:
        """All that is wrong in this way; pure, and never raises over the state of a machine."""
        raise NotImplementedError

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """What mends it, None where only a person can."""
        return None


def example_pair(rule: Rule) -> tuple[Example | None, Example | None]:
    """A wrong example and a right one whose files a page shows; none where the files do not differ,
    for then they show nothing of the fault.
    """
    wrong = [each for each in rule.bad if each.files]
    right = [each for each in rule.good if each.files]
    if not wrong or not right:
        return next(iter(wrong), None), next(iter(right), None)
    for bad in wrong:
        for good in right:
            if dict(bad.files) != dict(good.files):
                return bad, good
    return None, None
