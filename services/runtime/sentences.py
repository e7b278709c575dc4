"""Know again the sentences that a library puts together itself, so that they can be said in another language."""

import re
from collections.abc import Sequence
from functools import cached_property


class Sentences:
    """Sentences by their templates, `must be at least {count} bytes`; of several that fit, the first counts."""

    def __init__(self, templates: Sequence[str]) -> None:
        self._templates = templates

    def read(self, text: str) -> tuple[str, dict[str, str]] | None:
        """Return the template that *text* was made of and what fills it, None where it is none of them."""
        for template, pattern in self._patterns:
            if found := pattern.fullmatch(text):
                return template, found.groupdict()
        return None

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        return [(template, re.compile(_pattern(template), re.DOTALL)) for template in self._templates]


def _pattern(template: str) -> str:
    parts = re.split(r"\{(\w+)\}", template)
    return "".join(f"(?P<{part}>.+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
