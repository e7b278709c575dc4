"""Who reads Chinese reads Chinese: every text has a translation, with the same values in it."""

import ast
import re

from source import modules
from templates import Template, missing, placeholders, templates, translations, untranslatable

from services.cli.gap_network import SEVERITIES
from services.cli.output import Output
from services.runtime.texts import translate
from standards_tree.gap.verdicts import Verdict
from standards_tree.reports.labels import label

# Halfwidth marks between Chinese characters: official Chinese writes full-width ones.
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]")

# What another service refused comes in both languages; see `services.runtime.errors.error_of`.
RELAYED = {"{details}": {"localized"}}


def test_the_source_has_texts_for_people():
    """The search finds what is raised, said and noted; were it to find nothing, the tests below would prove nothing."""
    found = {template.text for template in templates()}
    assert len(found) > 300
    assert found >= {
        "there is no draft {name}",
        "stop with Ctrl-C",
        "in force from",
        "the record holds nothing",
        "subset",
    }


def test_every_text_has_a_translation():
    """`PYTHONPATH=.:protos python tests/architecture/templates.py` lists what is missing."""
    assert [f"{template.place} {template.text!r}" for template in missing()] == []


def test_no_translation_is_of_a_text_that_is_gone():
    """The catalogue does not collect what nobody says any more."""
    assert sorted(translations().keys() - {template.text for template in templates()}) == []


def test_a_translation_has_the_values_of_its_text():
    """A value that was said in English is said in Chinese, and no other is asked for."""
    expected = {text: RELAYED.get(text, Template(text, "").placeholders) for text in translations()}
    assert {text: placeholders(chinese) for text, chinese in translations().items()} == expected


def test_a_translation_is_punctuated_as_chinese_is():
    """Full-width marks stand between Chinese words (GB/T 15834)."""
    assert [chinese for chinese in translations().values() if HALF_WIDTH.search(chinese)] == []


def test_no_refusal_is_put_together_on_the_spot():
    """A template that is built of pieces can be in no catalogue."""
    assert untranslatable() == []


def test_a_verdict_is_called_the_same_on_the_command_line_as_in_a_report():
    """Who compares both must not wonder whether they mean the same."""
    assert {word: translate(word, {}, "zh-Hans") for word in Verdict} == {
        word: label(f"verdict_{word}", "zh-Hans") for word in Verdict
    }
    named = {word: translate(shown, {}, "zh-Hans") for word, shown in SEVERITIES.items() if word != "none"}
    assert named == {word: label(f"severity_{word}", "zh-Hans") for word in named}


def test_a_wrong_option_is_refused_with_a_template():
    """Typer's own refusal takes a sentence that is put together already; `WrongOption` takes a template and its values."""
    calls = (node for module in modules() for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    assert [node for node in calls if getattr(node.func, "attr", "") == "BadParameter"] == []


def test_a_translation_with_a_quoted_value_can_be_filled():
    """Conversions such as `!r` work in both languages."""
    text = "{text!r} names a committee, not a standard"
    assert translate(text, {"text": "SAC/TC 286"}, "zh-Hans") == "'SAC/TC 286' 是标准化技术委员会的名称，不是标准编号"


def test_the_command_line_speaks_the_language_it_is_told():
    """`--lang zh-Hans` reaches the words of the contracts too."""
    output = Output(as_json=False, language="zh-Hans")
    assert (output.text("in_force"), output.text("national")) == ("现行", "国家")
