"""The system properties that a Java program starts with, as far as the environment gives them.

JAVA_TOOL_OPTIONS and _JAVA_OPTIONS are read by the JVM itself (hotspot arguments.cpp
parse_options_environment_variable, parse_vm_init_args), JDK_JAVA_OPTIONS by the ``java`` command,
since JDK 9 (libjli args.c JLI_AddArgsFromEnvVar). A property that several of them set is taken from
_JAVA_OPTIONS, else from JDK_JAVA_OPTIONS (part of the command line), else from JAVA_TOOL_OPTIONS;
within one of them the last counts. Seen in JDK 17 to 27, for every kind of option named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, Message, message

READ = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
"""The last of them wins."""
LAUNCHER = "JDK_JAVA_OPTIONS"

_PIECE = pattern(r"""[ \t\n\v\f\r]+|"([^"]*)"|'([^']*)'|([^ \t\n\v\f\r"']+)|(["'])""")
_JVM = pattern(
    r"""-D | -XX:. | -(?:ea|enableassertions|da|disableassertions)(?::|\Z)
    | -(?:esa|dsa|enablesystemassertions|disablesystemassertions|noverify|verbose)\Z
    | -verbose: | -agent(?:lib|path): | -javaagent:
    | -X(?:batch|comp|debug|int|mixed|rs|noclassgc|noagent|future|internalversion|log|loggc:.+
        |m[nsx].+|ss.+|verify.*|check:.*|share:.+|run.+|bootclasspath/a:.+)
    | --enable-preview\Z
    | --(?:add-(?:modules|opens|exports|reads)|limit-modules|patch-module|module-path
        |upgrade-module-path|enable-native-access|illegal-access|finalization)=""",
    re.VERBOSE,
)
"""What the JVM takes. The name behind -XX: is not looked at here, but an unknown one ends it."""
_JAVA = pattern(
    r"""-(?:server|client|showversion)\Z | --show-version\Z | -splash: | -XshowSettings | -Xdiag\Z
    | --(?:class-path|source)=""",
    re.VERBOSE,
)
"""What the ``java`` command takes beside it."""
_WITH_VALUE = pattern(
    r"""(?: -cp | -classpath | -p
    | --(?:class-path|module-path|upgrade-module-path|add-modules|add-opens|add-exports|add-reads
        |limit-modules|patch-module|enable-native-access|illegal-access))\Z""",
    re.VERBOSE,
)
"""These have their value in the next word, for the ``java`` command alone."""

_UNMATCHED = N_("Java does not start: {variable} has a quotation mark without its partner")
_UNKNOWN = N_("Java does not start: {variable} must not hold “{word}”")


def properties(environ: Mapping[str, str]) -> dict[str, tuple[str, str]] | tuple[str, Message]:
    """Each property's value with the variable that it comes from; else the variable that keeps
    Java from starting, with why.
    """
    found: dict[str, tuple[str, str]] = {}
    for variable in READ:
        words = list(_words(environ.get(variable, "")))
        if None in words:
            return variable, message(_UNMATCHED, variable=variable)
        refused = _refused([word for word in words if word is not None], variable == LAUNCHER)
        if refused is not None:
            return variable, message(_UNKNOWN, variable=variable, word=refused)
        for word in words:
            if word is not None and word.startswith("-D"):
                name, _, value = word[2:].partition("=")
                found[name] = value, variable
    return found


def _words(text: str) -> Iterator[str | None]:
    """Words stand between blanks; what is quoted belongs to its word as it is, without the marks.
    There are no escapes. None: a mark that has no partner.
    """
    parts: list[str] | None = None
    for found in _PIECE.finditer(text):
        double, single, plain, alone = found.groups()
        if alone:
            yield None
            return
        part = double if double is not None else single if single is not None else plain
        if part is not None:
            parts = parts or []
            parts.append(part)
        elif parts is not None:
            yield "".join(parts)
            parts = None
    if parts is not None:
        yield "".join(parts)


def _refused(words: list[str], launcher: bool) -> str | None:
    """The first word that neither the JVM nor, where it reads them, the ``java`` command takes."""
    rest = iter(words)
    for word in rest:
        if launcher and _WITH_VALUE.match(word):
            if next(rest, None) is None:
                return word
        elif not _JVM.match(word) and not (launcher and _JAVA.match(word)):
            return word
    return None
