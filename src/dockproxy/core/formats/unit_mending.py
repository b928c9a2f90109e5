"""Repairs of a unit's text: each the smallest change that takes one fault away."""

from __future__ import annotations

from dockproxy.core.formats import environment_file
from dockproxy.core.formats.splices import Splice, spliced
from dockproxy.core.formats.systemd_unit import (
    CROWDED_HEADER,
    ENVIRONMENT_KEYS,
    Assignment,
    Header,
    Unit,
    environment_assignments,
    parse,
)
from dockproxy.core.formats.systemd_words import split_words
from dockproxy.core.formats.unit_exec import flags_out_of_exec, variables_out_of_exec
from dockproxy.core.formats.unit_lines import line_end
from dockproxy.core.formats.unit_respell import is_proxy_name, names_a_proxy, respelled
from dockproxy.core.model.light import pattern
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import is_one_off

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, List


_BARE = pattern(
    r"(?i)(?:(?:export|set|env|environment)[ \t]+|environment[ \t]*[:：＝][ \t]*|-[ \t]+)?"
    r"[\"']?([a-z]+_proxy)\Z"
)
_HEADING = pattern(r"[Ee]nvironment[ \t]*:?[ \t\r]*\Z")


def mended_unit(text: str, repair: Repair) -> str:
    """The text after the repair, as it was if there is nothing to mend."""
    mend = _MENDERS.get(repair.kind)
    return text if mend is None else mend(text, repair)


def _percent(text: str, repair: Repair) -> str:
    """Percent signs that systemd can't resolve, doubled, in the Environment= of that variable."""
    unit = parse(text)
    splices: List[Splice] = []
    for assignment in unit.service("Environment"):
        for item in environment_assignments(unit, assignment):
            if item.name == repair.key[-1] and item.note == "unresolved":
                raw = text[item.start : item.end]
                splices.append((item.start, item.end, raw.replace("%%", "%").replace("%", "%%")))
    return spliced(text, splices)


def _as_utf8(text: str, repair: Repair) -> str:
    """A text that an editor of Windows saved as UTF-16."""
    data = text.encode("utf-8", "surrogateescape")
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return text
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        return text


def _respell(text: str, repair: Repair) -> str:
    return respelled(text, repair.key[0], repair.to == "certain")


def _into_service(text: str, repair: Repair) -> str:
    """Proxies that stand in no [Service] section brought into one, without a line moved."""
    unit = parse(text)
    splices: List[Splice] = []
    misspelt = [header for header in unit.headers if is_service_misspelt(header.name)]
    for header in misspelt:
        at = text.index("[", unit.lines[header.line].start)
        end = text.rindex("]", at, unit.lines[header.last_line].end) + 1
        splices.append((at, end, "[Service]"))
    outside = [
        each
        for each in unit.assignments
        if each.section != "Service"
        and not (each.section or "").startswith("X-")
        and is_meant(each)
        and not any(each.section == header.name for header in misspelt)
    ]
    eol = line_end(text)
    for run in _runs(unit, outside):
        first, last = unit.lines[run[0].first_line], unit.lines[run[-1].last_line]
        start = first.start + (1 if text[first.start : first.start + 1] == "\ufeff" else 0)
        splices.append((start, start, f"[Service]{eol}"))
        if run[0].section is not None and _something_follows(unit, run[-1]):
            splices.append((last.following, last.following, f"[{run[0].section}]{eol}"))
    return spliced(text, splices)


def _runs(unit: Unit, outside: List[Assignment]) -> List[List[Assignment]]:
    """Assignments with nothing of another kind between them."""
    runs: List[List[Assignment]] = []
    places = {each.start: index for index, each in enumerate(unit.assignments)}
    for each in outside:
        last = runs[-1][-1] if runs else None
        if last is not None and last.section == each.section:
            between = unit.assignments[places[last.start] + 1 : places[each.start]]
            crossed = any(last.last_line < header.line < each.first_line for header in unit.headers)
            if not between and not crossed:
                runs[-1].append(each)
                continue
        runs.append([each])
    return runs


def _something_follows(unit: Unit, last: Assignment) -> bool:
    """Whether the section goes on behind that line."""
    bound = min((h.line for h in unit.headers if h.line > last.last_line), default=len(unit.lines))
    return any(last.last_line < each.first_line < bound for each in unit.assignments)


def is_service_misspelt(name: str) -> bool:
    """Whether a section's name means [Service] and is not spelled so."""
    return name != "Service" and name.strip().lower().rstrip("s") == "service"


def is_meant(assignment: Assignment) -> bool:
    """Whether it is an ``Environment=`` that names a proxy."""
    if assignment.key != "Environment":
        return False
    return names_a_proxy(assignment.value)


def meant_key(assignment: Assignment) -> str:
    """What a key that systemd does not know was meant for: ``Environment``, or a proxy variable
    that lacks ``Environment=`` before it; "" where it was meant for neither."""
    key = assignment.key.lstrip("\ufeff")
    bare = _BARE.match(key)
    if bare is not None and is_proxy_name(bare.group(1)):
        return bare.group(1)
    if key in ENVIRONMENT_KEYS or not names_a_proxy(assignment.value):
        return ""
    return "Environment" if _is_near(key.lower(), "environment") else ""


def _is_near(key: str, wanted: str) -> bool:
    """Whether one letter too many, too few, another or two exchanged make the difference; or it
    is that word, its plural, its beginning, or what another file or command calls it."""
    if key in (wanted, wanted + "s", wanted + "variables", "env", "envs", "environ"):
        return True
    if key in ("default" + wanted, "set" + wanted):
        return True
    return is_one_off(key, wanted)


def _rename(text: str, repair: Repair) -> str:
    """Keys that systemd does not know spelled as they were meant."""
    unit = parse(text)
    splices: List[Splice] = []
    listed = False
    for each in unit.assignments:
        meant = meant_key(each)
        listed = listed or (bool(meant) and each.key.startswith("-"))
        if not meant or (
            each.section is not None and each.section not in ("Service", "Unit", "Install")
        ):
            continue
        key_end = each.start + len(each.key)
        if meant == "Environment":
            splices.append((each.start, key_end, "Environment"))
            continue
        value = each.value
        quote = value[:1] if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0] else ""
        inside = value[len(quote) : len(value) - len(quote)]
        plain = not set(inside) & set("\"'\\") and "\n" not in text[each.start : each.end]
        if not plain and not each.key.lower().startswith(("environment", "-")):
            continue
        inside = inside.rstrip("\"'") if '"' in each.key or "'" in each.key else inside
        inside = inside.replace("%%", "%").replace("%", "%%")
        spelled = f"{meant}={inside}"
        if quote or " " in inside or '"' in each.key:
            spelled = f'"{spelled}"'
        splices.append((each.start, each.end, f"Environment={spelled}"))
    for problem in unit.problems if listed else ():
        line = unit.lines[problem.line - 1]
        if _HEADING.match(text[line.start : line.end].lstrip()):
            splices.append((line.start, line.following, ""))
    return spliced(text, splices)


def _close_header(text: str, repair: Repair) -> str:
    """The bracket that a section's header lacks, or the line's end behind it."""
    unit = parse(text)
    if unit.stopped is None or unit.stopped.message != "Invalid section header":
        return text
    line = unit.lines[unit.lines.at(unit.stopped.offset)]
    content = text[line.start : line.end].rstrip()
    at = line.start + len(content)
    start = text.index("[", line.start)
    crowded = CROWDED_HEADER.match(text[start:at])
    if crowded is not None:
        eol = line_end(text)
        header = f"[{crowded.group(1).capitalize()}]"
        return text[:start] + header + eol + text[start + crowded.end() :]
    name = text[start + 1 : at].strip().strip("])}>(")
    if name.lower().rstrip("s") in ("service", "unit", "install"):
        return text[:start] + f"[{name.capitalize()}]" + text[at:]
    return text


def _drop_unset(text: str, repair: Repair) -> str:
    """A variable's name out of UnsetEnvironment=; the line, where nothing else is in it."""
    unit = parse(text)
    splices: List[Splice] = []
    for each in unit.service("UnsetEnvironment"):
        words = split_words(each.value).words
        own = [word for word in words if word.text.partition("=")[0] == repair.key[0]]
        if not own or len(each.joined.starts) > 1:
            continue
        if len(own) == len(words):
            splices.append(_whole_lines(unit, each))
            continue
        for word in own:
            start, end = each.value_start + word.start, each.value_start + word.end
            while text[end : end + 1] in (" ", "\t"):
                end += 1
            if end == each.end:
                while text[start - 1 : start] in (" ", "\t"):
                    start -= 1
            splices.append((start, end, ""))
    return spliced(text, splices)


def _drop_reset(text: str, repair: Repair) -> str:
    """Every empty ``Environment=`` taken out."""
    unit = parse(text)
    empty = [each for each in unit.service("Environment") if not each.value]
    return spliced(text, [_whole_lines(unit, each) for each in empty])


def _optional(text: str, repair: Repair) -> str:
    """A dash before the path of an EnvironmentFile that is not there."""
    unit = parse(text)
    wanted = repair.key[0]
    splices = [
        (each.value_start, each.value_start, "-")
        for each in unit.service("EnvironmentFile")
        if each.value == wanted
    ]
    return spliced(text, splices)


def _absolute(text: str, repair: Repair) -> str:
    """Quotes taken away around the path of an EnvironmentFile: to systemd they are part of it."""
    unit = parse(text)
    splices: List[Splice] = []
    for each in unit.service("EnvironmentFile"):
        bare = unquoted_path(each.value)
        if bare:
            splices.append((each.value_start, each.end, bare))
    return spliced(text, splices)


def unquoted_path(value: str) -> str:
    """The path of an EnvironmentFile that stands in quotes, with its dash; "" for any other."""
    dash = "-" if value.startswith(('-"', "-'")) else ""
    rest = value[len(dash) :]
    if len(rest) < 3 or rest[0] not in "\"'" or rest[-1] != rest[0]:
        return ""
    inside = rest[1:-1]
    dash = dash or ("-" if inside.startswith("-/") else "")
    inside = inside.lstrip("-") if dash else inside
    return dash + inside if inside.startswith("/") and not set(inside) & set("\"'\\ ") else ""


def _add_file(text: str, repair: Repair) -> str:
    """``EnvironmentFile=-PATH`` in [Service]."""
    unit = parse(text)
    line = f"EnvironmentFile=-{repair.key[0]}\n"
    if any(
        each.value == line.strip().partition("=")[2] for each in unit.service("EnvironmentFile")
    ):
        return text
    headers: List[Header] = [header for header in unit.headers if header.name == "Service"]
    if not headers:
        return text + ("" if not text or text.endswith("\n") else "\n") + f"[Service]\n{line}"
    at = unit.lines[headers[0].last_line].following
    before = text[:at]
    return before + ("" if before.endswith("\n") else "\n") + line + text[at:]


def _reset_exec(text: str, repair: Repair) -> str:
    """An empty ``ExecStart=`` before the first one, which takes the unit's own away."""
    unit = parse(text)
    commands = unit.service("ExecStart")
    if not commands or not commands[0].value:
        return text
    at = unit.lines[commands[0].first_line].start
    eol = line_end(text)
    return f"{text[:at]}ExecStart={eol}{text[at:]}"


def _export(text: str, repair: Repair) -> str:
    """``export`` put before a variable of a file that a shell sources."""
    splices = [
        (entry.start, entry.start, "export ")
        for entry in environment_file.parse(text).named(repair.key[0])
    ]
    return spliced(text, splices)


def _rename_variable(text: str, repair: Repair) -> str:
    """A variable of Environment=, or of an EnvironmentFile, by another name of the same length."""
    old, unit = repair.key[0], parse(text)
    found = [
        text.find(f"{old}=", item.start, item.end)
        for assignment in unit.service("Environment")
        for item in environment_assignments(unit, assignment)
        if item.name == old
    ]
    if not unit.headers:
        found = [entry.start for entry in environment_file.parse(text).named(old)]
    return spliced(text, [(at, at + len(old), repair.to) for at in found if at >= 0])


def _plain_name(text: str, repair: Repair) -> str:
    """A variable's name alone where ``export`` stands before it, or a dash in it."""
    splices = [
        (entry.start, entry.start + len(entry.name), repair.key[0])
        for entry in environment_file.parse(text).entries
        if not entry.counts and environment_file.meant_name(entry.name) == repair.key[0]
    ]
    return spliced(text, splices)


def _whole_lines(unit: Unit, assignment: Assignment) -> Splice:
    first, last = unit.lines[assignment.first_line], unit.lines[assignment.last_line]
    return first.start, last.following, ""


_MENDERS: Dict[str, Callable[[str, Repair], str]] = {
    "double-percent": _percent,
    "as-utf8": _as_utf8,
    "respell": _respell,
    "into-service": _into_service,
    "rename-unit-key": _rename,
    "close-header": _close_header,
    "drop-unset": _drop_unset,
    "drop-reset": _drop_reset,
    "optional-file": _optional,
    "unquote-path": _absolute,
    "add-environment-file": _add_file,
    "plain-name": _plain_name,
    "rename-variable": _rename_variable,
    "export": _export,
    "plain-equals": lambda text, _: environment_file.OTHER_EQUALS.sub(r"\1=\3", text),
    "reset-exec": _reset_exec,
    "flags-out-of-exec": lambda text, _: flags_out_of_exec(text),
    "variables-out-of-exec": lambda text, _: variables_out_of_exec(text),
}
