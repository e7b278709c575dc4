"""Read one entry of a YAML file strictly: every key known, every value of its type, every refusal with its place."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from standards_tree.errors import MalformedDocumentError

Choice = TypeVar("Choice", bound=StrEnum)


class Entry:
    """Hand out the values of one mapping and remember which keys were asked for.

    Call :meth:`close` last: it refuses the keys nobody asked for, so that a misspelt key is never lost in silence.
    """

    def __init__(self, content: object, file: str, label: str) -> None:
        self.file = file
        self.label = label
        if not isinstance(content, Mapping):
            raise self.error("is {found}, expected keys and values", found=type(content).__name__)
        self._content = dict(content)
        self._asked: set[str] = set()

    def error(self, template: str, **parameters: object) -> MalformedDocumentError:
        """Return an error whose message opens with the file and the entry."""
        opening = "{file}, {entry}: "
        return MalformedDocumentError(opening + template, violations=(), file=self.file, entry=self.label, **parameters)

    def close(self) -> None:
        """Refuse keys that nothing read."""
        unknown = sorted(str(key) for key in self._content if key not in self._asked)
        if unknown:
            raise self.error(
                "unknown keys {keys}; known are {known}", keys=", ".join(unknown), known=", ".join(sorted(self._asked))
            )

    def text(self, key: str) -> str:
        """Return a text that must be there."""
        value = self.optional_text(key)
        if value is None:
            raise self.error("{key} is missing", key=key)
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a text, or None where the key is absent."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or value != value.strip():
            raise self.error("{key} is {value!r}, expected a text without blanks at its ends", key=key, value=value)
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return a list of different texts, empty where the key is absent."""
        value = self._take(key)
        if value is None and not required:
            return ()
        if not isinstance(value, list) or not value or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.error("{key} is {value!r}, expected a list of texts", key=key, value=value)
        if len(set(value)) != len(value):
            raise self.error("{key} names the same text twice: {value!r}", key=key, value=value)
        return tuple(value)

    def day(self, key: str) -> date | None:
        """Return a date written as YYYY-MM-DD, or None where the key is absent."""
        value = self._take(key)
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            raise self.error("{key} is {value!r}, expected a date such as 2024-11-28", key=key, value=value)
        return value

    def flag(self, key: str) -> bool:
        """Return a truth value, false where the key is absent."""
        value = self._take(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.error("{key} is {value!r}, expected true or false", key=key, value=value)
        return value

    def share(self, key: str) -> float:
        """Return a number from 0 to 1 that must be there."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.error("{key} is {value!r}, expected a number from 0 to 1", key=key, value=value)
        return float(value)

    def decimal(self, key: str) -> Decimal:
        """Return an exact number; it is written as a text so that no digit is lost."""
        value = self.text(key)
        try:
            return Decimal(value)
        except InvalidOperation:
            raise self.error("{key} is {value!r}, expected a number in quotes", key=key, value=value) from None

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        """Return a member of *kind* that must be there."""
        value = self.optional_choice(key, kind)
        if value is None:
            raise self.error("{key} is missing; one of {values}", key=key, values=", ".join(kind))
        return value

    def optional_choice(self, key: str, kind: type[Choice]) -> Choice | None:
        """Return a member of *kind*, or None where the key is absent."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, str) or value not in tuple(kind):
            raise self.error(
                "{key} is {value!r}, expected one of {values}", key=key, value=value, values=", ".join(kind)
            )
        return kind(value)

    def entry(self, key: str) -> "Entry | None":
        """Return a nested entry, or None where the key is absent."""
        value = self._take(key)
        return None if value is None else Entry(value, self.file, f"{self.label}, {key}")

    def entries(self, key: str) -> list["Entry"]:
        """Return nested entries, none where the key is absent."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error("{key} is {found}, expected a list", key=key, found=type(value).__name__)
        return [Entry(one, self.file, f"{self.label}, {key} {number}") for number, one in enumerate(value, start=1)]

    def _take(self, key: str) -> object:
        self._asked.add(key)
        return self._content.get(key)
