"""A machine loads no rule that is about a project's files, and a project none of a machine's."""

from __future__ import annotations

from dockproxy.rules.registry import all_rules, is_of_projects, rules_for


def test_each_rule_is_for_the_one_or_for_the_other() -> None:
    assert {*rules_for(True), *rules_for(False)} == set(all_rules())
    assert not {*rules_for(True)} & {*rules_for(False)}


def test_a_rules_examples_are_what_its_code_says() -> None:
    for rule in all_rules():
        examples = (*rule.bad, *rule.good)
        assert {example.project for example in examples} == {is_of_projects(rule.code)}
        assert (rule.component in ("build", "compose")) == is_of_projects(rule.code)
