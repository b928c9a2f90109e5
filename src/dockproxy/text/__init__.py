"""The one place where text for people is translated (gettext catalogues, named placeholders).

English needs nothing: no import, no file. Another language loads its catalogue on first use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dockproxy.core.model.message import Message, filled

LANGUAGES = ("en", "zh_CN")
DOMAIN = "dockproxy"

Translate = Callable[[str], str]

_catalogues: dict[str, Translate] = {}
_chosen = ["en"]


def language_of(environ: Mapping[str, str]) -> str:
    """The language that these variables ask for, ``en`` if we have none of them.

    In gettext's order: LANGUAGE (a list, heeded only where a locale other than C is set), LC_ALL,
    LC_MESSAGES, LANG (GNU gettext manual, "Locale Environment Variables").
    """
    locale = ""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = environ.get(name, "")
        if locale:
            break
    if locale.split(".")[0] in ("", "C", "POSIX"):
        return "en"
    wanted = [*environ.get("LANGUAGE", "").split(":"), locale]
    for candidate in wanted:
        known = _known(candidate)
        if known:
            return known
    return "en"


def _known(locale: str) -> str:
    name = locale.split(".", maxsplit=1)[0].split("@", maxsplit=1)[0].replace("-", "_").lower()
    if name in ("zh", "zh_cn", "zh_sg", "zh_hans", "zh_hans_cn", "zh_hans_sg"):
        return "zh_CN"
    return "en" if name.split("_")[0] == "en" else ""


def use(language: str) -> None:
    """Set the language of ``_`` and ``tr`` for this process."""
    _chosen[0] = language


def language() -> str:
    """The language that ``use`` set."""
    return _chosen[0]


def translator(language: str) -> Translate:
    """The function that gives an English template in that language."""
    if language == "en":
        return str
    if language not in _catalogues:
        _catalogues[language] = _load(language)
    return _catalogues[language]


def _load(language: str) -> Translate:
    import gettext
    import io
    import pkgutil

    try:
        data = pkgutil.get_data(__name__, f"locale/{language}/LC_MESSAGES/{DOMAIN}.mo")
    except OSError:
        return str
    catalogue = gettext.GNUTranslations(io.BytesIO(data or b""))
    # The empty template is gettext's header, which nobody wants to read.
    return lambda text: catalogue.gettext(text) if text else ""


def _(text: str) -> str:
    """This English template in the language in use."""
    return translator(_chosen[0])(text)


def tr(message: Message, language: str | None = None) -> str:
    """A Message in the language in use (or in this one), its placeholders filled in."""
    template = translator(language or _chosen[0])(message.text)
    return filled(template, message.params)
