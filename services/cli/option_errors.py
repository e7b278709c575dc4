"""Say in the reader's language what is wrong with a command line, of which typer speaks English only."""

import re
import sys
from collections.abc import Sequence
from typing import Final, Protocol

import typer

from services.cli.wrong_options import WrongOption
from services.runtime.sentences import Sentences
from services.runtime.texts import CHINESE, translate
from standards_tree.errors import Bilingual

# Typer builds its sentences on the spot, so that they can be known again by their words only. The first that fits counts.
_SENTENCES: Final = (
    "Invalid value for {option}: {problem}",
    "Invalid value: {problem}",
    "Missing argument {option}. {problem}",
    "Missing argument {option}.",
    "Missing option {option}. {problem}",
    "Missing option {option}.",
    "Missing {kind}.",
    "No such option: {option} (Possible options: {near})",
    "No such option: {option}",
    "No such command {name}. Did you mean {near}?",
    "No such command {name}.",
    "Option {option} requires an argument.",
    "Option {option} requires {count} arguments.",
    "Option {option} does not take a value.",
    "Argument {option} takes {count} values.",
    "Got unexpected extra argument(s) ({words})",
    "Input should be a valid {kind}",
    "Input should be greater than or equal to {limit}",
    "Input should be greater than {limit}",
    "Input should be less than or equal to {limit}",
    "Input should be less than {limit}",
    "{value} does not match the formats {forms}.",
    "{value} does not match the format {forms}.",
    "{value} is not one of {words}.",
    "{value} is not a valid {kind}.",
    "{place} does not exist.",
    "{place} is a file.",
    "{place} is a directory.",
    "{place} is not readable.",
    "{place} is not writable.",
)
_KNOWN: Final = Sentences(_SENTENCES)
_BEFORE: Final = re.compile(r"Value error, |Value (?=')|(?:dir|file|path|directory) (?=')", re.IGNORECASE)
_BEHIND: Final = re.compile(r", unable to parse .*|, got a number with a fractional part$", re.DOTALL)
_KINDS: Final = {
    "command": "命令",
    "integer": "整数",
    "number": "数",
    "boolean": "是或否",
    "date": "日期",
    "datetime": "日期时间",
    "UUID": "UUID",
}


class Context(Protocol):
    """What of a command a refusal knows."""

    command_path: str

    def get_usage(self) -> str:
        """Return how the command is called, behind "Usage: "."""


class Refusal(Protocol):
    """A command line that typer refuses."""

    exit_code: int

    def show(self) -> None:
        """Write it to the standard error, in English."""

    def format_message(self) -> str:
        """Return what is wrong, in English."""


def language_of(arguments: Sequence[str], otherwise: str) -> str:
    """Return which language a command line asks for, before it is known whether it can be read: `--lang`, or *otherwise*."""
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
    return otherwise


def tell(refusal: Refusal, language: str) -> None:
    """Write what is wrong with a command line to the standard error."""
    said = _in_chinese_of(refusal) if language == CHINESE else None
    if said is None:
        refusal.show()
        return
    context: Context | None = getattr(refusal, "ctx", None)
    lines = []
    if context is not None:
        usage = context.get_usage().removeprefix("Usage: ")
        lines += [translate("Usage: {usage}", {"usage": usage}, CHINESE)]
        lines += [translate("Try '{command} --help' for help.", {"command": context.command_path}, CHINESE), ""]
    lines.append(translate("Error: {problem}", {"problem": said}, CHINESE))
    typer.echo("\n".join(lines), file=sys.stderr)


def _in_chinese_of(refusal: Refusal) -> str | None:
    text = refusal.format_message()
    if isinstance(refusal, WrongOption):
        own = translate(refusal.template, refusal.parameters, CHINESE)
        text = text.replace(refusal.template.format(**refusal.parameters), own)
    return in_chinese(text)


def in_chinese(text: str) -> str | None:
    """Return a sentence of typer's in Chinese, None where it is none that is known."""
    bare = _BEHIND.sub("", _BEFORE.sub("", text, count=1)) if not text.startswith(("Invalid", "Missing")) else text
    found = _KNOWN.read(bare)
    if found is None:
        return None
    template, values = found
    return translate(template, {name: _in_chinese(name, value) for name, value in values.items()}, CHINESE)


def _in_chinese(name: str, value: str) -> object:
    if name == "problem":
        return in_chinese(value) or value
    return Bilingual(value, _KINDS.get(value, value)) if name == "kind" else value
