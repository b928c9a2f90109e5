"""Examples written otherwise, with the same meaning: how lines end and are indented, the order of
keys, their case where the real program ignores it, other files, other settings around.

Each way gives the example anew, or None where it does not apply. Facts: encoding/json (key order,
blanks), systemd.syntax(7) and its config parser (blanks before a line and around ``=``, CRLF),
systemd.unit(5) (folders of drop-ins), dockerd's --config-file.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from typing import Any, Optional

from dockproxy.rules.rule import Example

DAEMON_JSON = "/etc/docker/daemon.json"
COMPANY_JSON = "/srv/company/docker.json"
UNIT = "/usr/lib/systemd/system/docker.service"
_UNIT = "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n"
_DROP_IN = re.compile(r"/(etc|run|usr/lib|usr/local/lib)/systemd/system/docker\.service\.d/")
_ASSIGNMENT = re.compile(r"[A-Za-z][A-Za-z0-9]*=")
_EXEC_START = re.compile(r"^(ExecStart=\S*dockerd\S*)", re.MULTILINE)
_CLIENT_KEYS = ("proxies", "httpProxy", "httpsProxy", "noProxy", "allProxy", "ftpProxy")

Way = Callable[[Example, random.Random], Optional[Example]]


def variants(example: Example, seed: str, count: int = 5) -> list[tuple[str, Example]]:
    """So many of them if there are as many, each with the name of its way; some are several ways
    at once.
    """
    dice = random.Random(seed)
    names = list(WAYS)
    dice.shuffle(names)
    made: list[tuple[str, Example]] = []
    for name in names:
        changed = WAYS[name](example, dice)
        if changed is not None:
            made.append((name, changed))
    singles = list(made)
    for name, changed in singles:
        if len(made) >= count:
            break
        other = dice.choice(names)
        twice = None if other == name else WAYS[other](changed, dice)
        if twice is not None:
            made.append((f"{name}+{other}", twice))
    return made[:count]


def _texts(example: Example, change: Callable[[str, str], str | None]) -> Example | None:
    """Every text of the example and of its fix, changed; None where none is."""
    files = _changed(example.files, change)
    if files == example.files:
        return None
    fixed = None
    if example.fixed is not None:  # what the fix makes anew is written in one way alone
        made_of = {path: example.files.get(path) for path in example.fixed}
        new = {
            path: text
            for path, text in example.fixed.items()
            if made_of[path] is None or isinstance(made_of[path], bytes)
        }
        fixed = {**_changed(example.fixed, change), **new}
    return example._replace(files=files, fixed=fixed, at=None)


def _changed(
    files: Mapping[str, str | bytes], change: Callable[[str, str], str | None]
) -> dict[str, str | bytes]:
    return {path: _one(path, content, change) for path, content in files.items()}


def _one(path: str, content: str | bytes, change: Callable[[str, str], str | None]) -> str | bytes:
    if isinstance(content, bytes) or not content:  # an empty file is meant to be one
        return content
    made = change(path, content)
    return content if made is None else made


def _is_json(path: str, text: str) -> bool:
    return path.endswith(".json") and text.lstrip().startswith("{")


def _is_unit(path: str) -> bool:
    return path.endswith((".conf", ".service"))


def _plain(text: str) -> dict[str, Any] | None:
    """An object without two keys that are one to Go, None where it is none."""
    twice = False

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal twice
        names = [name.lower() for name, _ in found]
        twice = twice or len(set(names)) < len(names)
        return dict(found)

    try:
        value = json.loads(text, object_pairs_hook=pairs)
    except ValueError:
        return None
    return value if isinstance(value, dict) and not twice else None


def _windows_lines(example: Example, dice: random.Random) -> Example | None:
    def change(path: str, text: str) -> str | None:
        if _is_json(path, text) or _is_unit(path):
            return text.replace("\r\n", "\n").replace("\n", "\r\n")
        return None

    return _texts(example, change)


def _other_indent(example: Example, dice: random.Random) -> Example | None:
    blanks = dice.choice(("\t", "    ", " "))

    def change(path: str, text: str) -> str | None:
        if _is_json(path, text):
            return re.sub(r"(?m)^(?:  |\t)+(?=\S)", lambda m: blanks * len(m.group()), text)
        if _is_unit(path):
            lines = text.split("\n")
            kept = [n > 0 and lines[n - 1].endswith("\\") for n in range(len(lines))]
            return "\n".join(
                blanks + line if not keep and _ASSIGNMENT.match(line) else line
                for line, keep in zip(lines, kept)
            )
        return None

    return _texts(example, change)


def _blanks_round_equals(example: Example, dice: random.Random) -> Example | None:
    def change(path: str, text: str) -> str | None:
        if not _is_unit(path):
            return None
        return re.sub(r"(?m)^(Environment|EnvironmentFile)=(?=\S)", r"\1 = ", text)

    return _texts(example, change)


def _other_settings_first(example: Example, dice: random.Random) -> Example | None:
    def change(path: str, text: str) -> str | None:
        if _is_json(path, text):
            mine = '"psFormat": "{{.ID}}"' if "/.docker/" in path else '"log-level": "info"'
            head, _, rest = text.partition("{")
            comma = "" if rest.lstrip().startswith("}") else ","
            return f"{head}{{\n  {mine}{comma}{rest}"
        if path.endswith(".conf"):
            return f"# ours\n[Unit]\nAfter=network.target\n\n{text}"
        if path.endswith(".service"):
            return f"# of the package\n[Unit]\nDescription=Docker\n\n{text}"
        return None

    return _texts(example, change)


def _other_settings_last(example: Example, dice: random.Random) -> Example | None:
    def change(path: str, text: str) -> str | None:
        if _is_json(path, text) and _plain(text):
            mine = '"detachKeys": "ctrl-q"' if "/.docker/" in path else '"debug": false'
            if json.loads(f"{{{mine}}}").keys() & (_plain(text) or {}).keys():
                return None
            body = text.rstrip()
            return f"{body[:-1].rstrip()},\n  {mine}\n}}\n"
        if _is_unit(path):
            return f"{text.rstrip(chr(10))}\n\n[Install]\n; nothing else\nAlso=docker.socket\n"
        return None

    made = _texts(example, change)
    return made if made is None else made._replace(fixed=example.fixed and {})


def _other_order(example: Example, dice: random.Random) -> Example | None:
    def change(path: str, text: str) -> str | None:
        value = _plain(text) if _is_json(path, text) else None
        if value is None or "\\" in text or text != text.encode("ascii", "ignore").decode():
            return None
        return json.dumps(_shuffled(value, dice), indent=dice.choice((None, 3))) + "\n"

    made = _texts(example, change)
    return made if made is None else made._replace(fixed=example.fixed and {})


def _shuffled(value: Any, dice: random.Random) -> Any:
    if not isinstance(value, dict):
        return value
    names = list(value)
    dice.shuffle(names)
    return {name: _shuffled(value[name], dice) for name in names}


def _other_case(example: Example, dice: random.Random) -> Example | None:
    """Keys of config.json alone: dockerd itself insists on the case of its own."""

    def change(path: str, text: str) -> str | None:
        if "/.docker/config.json" not in path:
            return None
        for name in _CLIENT_KEYS:
            other = dice.choice((name.lower(), name.upper(), name))
            text = re.sub(rf'"{name}"(?=\s*:)', f'"{other}"', text)
        return text

    made = _texts(example, change)
    return made if made is None else made._replace(fixed=example.fixed and {})


def _other_drop_in_folder(example: Example, dice: random.Random) -> Example | None:
    folder = dice.choice(("run", "usr/lib", "usr/local/lib"))

    def moved(files: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
        place = f"/{folder}/systemd/system/docker.service.d/"
        return {_DROP_IN.sub(place, path): content for path, content in files.items()}

    files = moved(example.files)
    if files == example.files or len(files) < len(example.files):
        return None
    return example._replace(files=files, fixed=example.fixed and moved(example.fixed))


def _other_drop_in_name(example: Example, dice: random.Random) -> Example | None:
    """The order of several is that of their names, so all keep it."""
    name = dice.choice(("0{}", "{}.corp", "zz-{}", "_{}"))

    def renamed(files: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
        found = {}
        for path, content in files.items():
            folder, _, file = path.rpartition("/")
            if _DROP_IN.match(path) and file.endswith(".conf"):
                path = f"{folder}/{name.format(file[:-5])}.conf"
            found[path] = content
        return found

    files = renamed(example.files)
    if files == example.files:
        return None
    return example._replace(files=files, fixed=example.fixed and renamed(example.fixed))


def _other_daemon_json(example: Example, dice: random.Random) -> Example | None:
    if DAEMON_JSON not in example.files or any(
        "--config-file" in str(content) or "ExecStart=" in str(content)
        for path, content in example.files.items()
        if path.endswith(".conf")
    ):
        return None

    def moved(files: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
        return {
            (COMPANY_JSON if path == DAEMON_JSON else path): content
            for path, content in files.items()
        }

    files = moved(example.files)
    units = [path for path in files if path.endswith("/docker.service")]
    for path in units or [UNIT]:
        unit = str(files.get(path, _UNIT))
        hosts_twice = path not in example.files and "hosts" in str(example.files[DAEMON_JSON])
        if hosts_twice or "--config-file" in unit or not _EXEC_START.search(unit):
            return None
        files[path] = _EXEC_START.sub(rf"\1 --config-file={COMPANY_JSON}", unit)
    return example._replace(files=files, fixed=example.fixed and moved(example.fixed))


WAYS: dict[str, Way] = {
    "windows-lines": _windows_lines,
    "other-indent": _other_indent,
    "blanks-round-equals": _blanks_round_equals,
    "other-settings-first": _other_settings_first,
    "other-settings-last": _other_settings_last,
    "other-order": _other_order,
    "other-case": _other_case,
    "other-drop-in-folder": _other_drop_in_folder,
    "other-drop-in-name": _other_drop_in_name,
    "other-daemon-json": _other_daemon_json,
}
