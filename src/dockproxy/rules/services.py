"""The services of a project, each with all that its folder's files give it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dockproxy.core.model.light import pattern
from dockproxy.core.model.project import DOTENV, ENVIRONMENT, Project, Service, Setting
from dockproxy.core.model.proxies import PROXY_KEYS, variable_names

_NAMES = frozenset(name for key in PROXY_KEYS for name in variable_names(key))
_DEFAULT = pattern(r"\$\{\w+:?-([^${}]*)\}\Z")


def literal(setting: Setting) -> str:
    """The value that is written out, also as a variable's default; "" where it comes from
    elsewhere."""
    value = setting.value or ""
    if "$" not in value:
        return value.strip()
    default = _DEFAULT.match(value.strip())
    return default.group(1).strip() if default is not None else ""


class Given:
    """A service with the proxies that any of its folder's compose files gives it. by_name: by the
    names as they are spelled, of each the last one that is written.
    """

    def __init__(self, service: Service, by_name: dict[str, Setting]) -> None:
        self.service = service
        self.by_name = by_name

    def address(self, scheme: str) -> Setting | None:
        """The proxy, written out, that requests of this scheme take; curl and wget take HTTP_PROXY
        in lower case alone, so other programs are meant."""
        for name in (f"{scheme}_proxy", f"{scheme}_proxy".upper()):
            setting = self.by_name.get(name)
            if setting is not None and literal(setting):
                return setting
        return None

    def lists(self) -> list[Setting]:
        """Its NO_PROXY settings, whatever they hold."""
        return [self.by_name[name] for name in ("no_proxy", "NO_PROXY") if name in self.by_name]

    def listed(self) -> set[str] | None:
        """What stands in them, as ``_entries`` has it; None where one is not written out."""
        lists = self.lists()
        if any("variable" in setting.notes or not setting.value for setting in lists):
            return None
        return _entries(lists)


def is_covered(host: str, listed: set[str]) -> bool:
    """Whether a list covers a host for some program: by its name, with a port or without, or as
    one of a domain's."""
    if "*" in listed:
        return True
    labels = host.split(".")
    above = {".".join(labels[number:]) for number in range(min(len(labels), 50))}
    return not above.isdisjoint(entry.partition(":")[0] for entry in listed) or host in listed


def folder_of(path: str) -> str:
    """The folder of a file."""
    return path.rpartition("/")[0]


def services(project: Project) -> dict[tuple[str, str], Given]:
    """By folder and name each service once, with what all compose files of its folder and its env
    files give it."""
    of_service: dict[tuple[str, str], dict[str, Setting]] = {}
    of_file: dict[str, dict[str, Setting]] = {}
    for setting in project.settings:
        if setting.name not in _NAMES:
            continue
        if setting.kind == ENVIRONMENT:
            key = (folder_of(setting.path), setting.owner)
            of_service.setdefault(key, {})[setting.name] = setting
        elif setting.kind == DOTENV:
            of_file.setdefault(setting.path, {})[setting.name] = setting
    merged: dict[tuple[str, str], Service] = {}
    for service in project.services:
        known = merged.get((folder_of(service.path), service.name))
        merged[(folder_of(service.path), service.name)] = (
            service
            if known is None
            else known._replace(
                network=known.network or service.network,
                names=tuple(dict.fromkeys((*known.names, *service.names))),
                mapped=(*known.mapped, *service.mapped)[:100],
                build_mapped=(*known.build_mapped, *service.build_mapped)[:100],
                env_files=(*known.env_files, *service.env_files)[:100],
                talks_to=(*known.talks_to, *service.talks_to)[:100],
                checks=(*known.checks, *service.checks)[:100],
            )
        )
    return {
        key: Given(service, _merged(service, of_file, of_service.get(key, {})))
        for key, service in merged.items()
    }


def _merged(
    service: Service, of_file: dict[str, dict[str, Setting]], own: dict[str, Setting]
) -> dict[str, Setting]:
    found: dict[str, Setting] = {}
    for path in dict.fromkeys(service.env_files[:100]):
        found.update(of_file.get(path, {}))
    return {**found, **own}


def _entries(lists: Iterable[Setting]) -> set[str]:
    """The entries of these lists, in lower case, without a leading dot or star."""
    found: set[str] = set()
    for setting in lists:
        for entry in re.split(r"[,\s]+", literal(setting).lower()):
            found.add(entry.lstrip("*").lstrip(".") or ("*" if "*" in entry else ""))
    return found - {""}
