"""One file of a project while it is read, and what was found in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dockproxy.core.model.light import pattern
from dockproxy.core.model.project import Service, Setting, Spot
from dockproxy.core.model.proxies import misspelt_key
from dockproxy.core.model.secret import USER_INFO, mask_url
from dockproxy.core.model.snapshot import FileFact

PROXY = pattern(r"(?:https?|ftp|all|no)[-_]?proxy\Z", re.IGNORECASE)
"""A proxy variable in any spelling."""

MOST_FOUND = 100_000
_LONGEST = 400
_SECRET = f":{USER_INFO.partition(':')[2]}@"
_ADDRESS = pattern(r"(?:\$\{\w+:?-)?(?:[A-Za-z][A-Za-z0-9+.-]*://\S|[^\s/@]+:[^\s/@]*@)")


class Source:
    """path: as it is shown; folder: its own, as spelled below the project's root."""

    def __init__(self, fact: FileFact, path: str) -> None:
        self.fact, self.path = fact, path
        self.folder = fact.path.rpartition("/")[0]
        self.text = fact.text or ""
        self.secrets = {int(number) for number in fact.traits.get("secrets", "").split()}
        self.dollars = {int(number) for number in fact.traits.get("dollars", "").split()}
        self.notes: tuple[str, ...] = ()
        self.settings: list[Setting] = []
        self.services: list[Service] = []
        self.spots: list[Spot] = []
        self.asked: list[tuple[str, str]] = []
        self.unread: list[tuple[str, str]] = []

    def set(
        self,
        kind: str,
        name: str,
        value: str | None,
        place: tuple[int, int],
        *,
        owner: str = "",
        notes: Sequence[str] = (),
        end: int = 0,
        between: str = "=",
    ) -> None:
        """A setting, if its name or its value has to do with proxies. end: its last line."""
        if not is_about_proxies(name, value) or len(self.settings) >= MOST_FOUND:
            return
        shown = None if value is None else short(_masked(value))
        found = list(notes)
        lines = range(place[0], max(place[0], end) + 1)
        if shown is not None and _SECRET in shown and not self.secrets.isdisjoint(lines):
            found.append("password")
            if not self.dollars.isdisjoint(lines):
                found.append("dollar")
        if value is not None and "$" in value:
            found.append("variable")
        text = short(name) if shown is None else f"{short(name)}{between}{shown}"
        column = self.fact.real_column(*place)
        self.settings.append(
            Setting(
                self.path,
                place[0],
                column,
                text,
                kind,
                short(name),
                shown,
                short(owner),
                (*found, *self.notes),
            )
        )

    def spot(
        self,
        kind: str,
        text: str,
        place: tuple[int, int],
        *,
        name: str = "",
        detail: str = "",
        notes: Sequence[str] = (),
    ) -> None:
        """Anything else."""
        if len(self.spots) < MOST_FOUND:
            column = self.fact.real_column(*place)
            shown = short(_masked(text))
            told = (kind, short(name), short(detail), tuple(notes))
            spot = Spot(self.path, place[0], column, shown, *told)
            self.spots.append(spot)

    def ask(self, base: str, path: str, role: str) -> None:
        """A file that this one names, from a folder below the root."""
        if "$" in path or "://" in path or len(self.asked) >= MOST_FOUND:
            return
        if path.startswith(("/", "~")):
            self.unread.append((path, "outside"))
            return
        parts: list[str] = []
        for part in f"{base}/{path}".split("/"):
            if part == ".." and not parts:
                self.unread.append((path, "outside"))
                return
            if part == "..":
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        self.asked.append(("/" + "/".join(parts), role))


def is_about_proxies(name: str, value: str | None) -> bool:
    """Whether a variable is a proxy's, or names one in a spelling of its own with an address."""
    if PROXY.match(name.strip()) or misspelt_key(name.strip()):
        return True
    return "proxy" in name.lower() and value is not None and _ADDRESS.match(value) is not None


def _masked(value: str) -> str:
    """Masked once more where the agent has seen no address: a value can be put together from
    several lines."""
    if "@" not in value or USER_INFO in value or _SECRET in value or "$" in value:
        return value
    return mask_url(value) if "://" in value or ":" in value else value


def short(text: str) -> str:
    """A stranger's text, not longer than anybody reads."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
