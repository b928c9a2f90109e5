"""DP822: a proxy's password stands in a .env that may be committed."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.project import DOTENV
from dockproxy.rules.facts import Facts
from dockproxy.rules.in_project import at, settings
from dockproxy.rules.rule import Example, Found, Rule


class PasswordInDotenv(Rule):
    """See ``Rule``."""

    code = "DP822"
    name = "password-in-dotenv"
    severity = "warning"
    component = "compose"
    title = N_("A proxy's password stands in a .env that may be committed")
    what = N_("Whoever gets the repository has the password.")
    why = N_(
        "Nothing in a .gitignore keeps the file out, or git has it already. Without git's"
        " own index that can't be told for sure: then this is a remark."
    )
    mend = N_("Write .env into .gitignore, “git rm --cached .env”, and change the password.")
    sources = ("docs.docker.com/compose/how-tos/environment-variables, best practices",)
    bad = (
        Example(
            {".env": "HTTP_PROXY=http://ann:pw@10.0.0.1:3128\n"},
            project=True,
            at=(1, 1),
        ),
    )
    good = (
        Example(
            {".env": "HTTP_PROXY=http://ann:pw@10.0.0.1:3128\n", ".gitignore": ".env\n"},
            project=True,
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for setting in settings(facts, DOTENV):
            if "password" not in setting.notes or "ignored" in setting.notes:
                continue
            key = f"{setting.line}.{setting.name}"
            remedy = message(
                N_("write {path} into .gitignore, and change the password"), path=setting.path
            )
            if "committed" in setting.notes:
                said = N_("{path} is committed, and the password of a proxy stands in it")
                yield Found(message(said, path=setting.path), (at(setting),), key, remedy)
            else:
                said = N_("the password of a proxy stands in {path}: is it kept out of git?")
                yield Found(message(said, path=setting.path), (at(setting),), key, remedy, "info")


RULE = PasswordInDotenv()
