"""What an examination finds."""

from dataclasses import dataclass, field
from enum import StrEnum

from services.runtime.texts import CHINESE, ENGLISH, translate
from standards_tree.errors import Bilingual, DomainError


class State(StrEnum):
    """How bad it is."""

    FINE = "fine"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do where it is not fine."""

    subject: str
    state: State
    template: str
    advice: str = ""
    parameters: dict[str, object] = field(default_factory=dict)


def fine(subject: str, template: str, **parameters: object) -> Finding:
    """Return that something is as it should be."""
    return Finding(subject, State.FINE, template, parameters=parameters)


def remark(subject: str, template: str, advice: str, **parameters: object) -> Finding:
    """Return something that works and should be seen to."""
    return Finding(subject, State.WARNING, template, advice, parameters)


def problem(subject: str, template: str, advice: str, **parameters: object) -> Finding:
    """Return something that keeps the system from serving, or from keeping what it is given."""
    return Finding(subject, State.FAULT, template, advice, parameters)


def said_by(error: DomainError) -> Bilingual:
    """Return what a refusal says, in both languages."""
    zh, en = (translate(error.template, error.parameters, language) for language in (CHINESE, ENGLISH))
    return Bilingual(zh=zh, en=en)
