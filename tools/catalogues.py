"""The translations: ``update`` them from the sources, or ``check`` that they are complete.

    python tools/catalogues.py update       # extract, merge into each .po, compile each .mo
    python tools/catalogues.py check        # exit 1 if a translation is wrong or a .mo is old
    python tools/catalogues.py check all    # the same, and if any text has no translation

Texts are what the sources give to ``_``, ``N_`` and ``say``. Both .po and .mo are committed, so
that a checkout runs in every language with nothing built. What has no translation is shown in
English.
"""

from __future__ import annotations

import io
import string
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCES = Path(__file__).resolve().parent.parent / "src" / "dockproxy"
LOCALES = SOURCES / "text" / "locale"
LANGUAGES = ("zh_CN",)
KEYWORDS = {"_": None, "N_": None, "say": None}
# A fixed date: the files change when a text does, and only then.
DATE = datetime(2026, 1, 1, tzinfo=timezone.utc)


def extracted() -> Catalog:
    """Every text of the sources, with the files that hold it."""
    catalog = Catalog(project="dockproxy", creation_date=DATE, revision_date=DATE)
    found = extract_from_dir(
        SOURCES, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=()
    )
    for path, _line, text, _comments, _context in found:
        if text:
            catalog.add(text, locations=[(path, 0)])
    return catalog


def po_path(language: str) -> Path:
    """Where the translations to that language are."""
    return LOCALES / language / "LC_MESSAGES" / "dockproxy.po"


def translated(language: str) -> Catalog:
    """The translations as they are committed."""
    path = po_path(language)
    if not path.exists():
        return Catalog(language, project="dockproxy", creation_date=DATE, revision_date=DATE)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The bytes of its .mo."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update() -> None:
    """Merge the sources' texts into every catalogue."""
    texts = extracted()
    for language in LANGUAGES:
        catalog = translated(language)
        catalog.update(texts, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.creation_date = catalog.revision_date = DATE
        catalog.header_comment = f"# dockproxy in {language}; made by tools/catalogues.py."
        catalog.last_translator = catalog.language_team = catalog.copyright_holder = "dockproxy"
        catalog.fuzzy = False
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=100, sort_output=True, no_location=True)
        path.with_suffix(".mo").write_bytes(compiled(translated(language)))
        print(f"{language}: {len(catalog)} texts, {len(gaps(language, texts))} not translated")


def faults(language: str) -> Iterator[str]:
    """What is wrong with one language's catalogue."""
    catalog = translated(language)
    for message in catalog:
        if message.id and message.string:
            yield from (f"{language}: {fault}: {message.id!r}" for fault in _faults_of(message))
    path = po_path(language).with_suffix(".mo")
    if not path.exists() or path.read_bytes() != compiled(catalog):
        yield f"{language}: the .mo was not compiled from the .po"


def gaps(language: str, texts: Catalog) -> list[str]:
    """The sources' texts that have no translation to that language."""
    there = {message.id for message in translated(language) if message.string}
    return [str(message.id) for message in texts if message.id and message.id not in there]


def _faults_of(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield "marked as not certain"
    if _fields(str(message.id)) != _fields(str(message.string)):
        yield "placeholders differ"


def _fields(template: str) -> set[str]:
    try:
        return {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}
    except ValueError:
        return set()


def check(complete: bool) -> int:
    """Print every fault; 1 if there are any. complete: a gap is a fault too."""
    texts = extracted()
    found: list[str] = []
    for language in LANGUAGES:
        found += faults(language)
        missing = gaps(language, texts)
        if complete:
            found += [f"{language}: not translated: {text!r}" for text in missing]
        elif missing:
            print(f"{language}: {len(missing)} texts are shown in English")
    for fault in found:
        print(fault)
    if found:
        print("mend it with: tools/catalogues.py update, then translate what is empty")
    return 1 if found else 0


def main(words: list[str]) -> int:
    """Run one of the commands."""
    if words == ["update"]:
        update()
        return 0
    if words in (["check"], ["check", "all"]):
        return check(words[-1] == "all")
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
