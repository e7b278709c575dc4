"""Describe a text for people; part of :mod:`schema`."""

from typing import TypedDict

# Keys with a hyphen need the functional form.
Texts = TypedDict("Texts", {"en": str, "zh-Hans": str})
