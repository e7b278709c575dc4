"""Know again what protovalidate says of a broken rule, so that it can be said in the reader's language too."""

from typing import Final

from services.runtime.sentences import Sentences

# Protovalidate fills its sentences in itself. The first that fits counts; one that is not here stays in English.
SENTENCES: Final = (
    "value is required",
    "exactly one field is required in oneof",
    "must be a valid UUID",
    "must be at least {count} characters",
    "must be at most {count} characters",
    "must be at least {count} bytes",
    "must be at most {count} bytes",
    "does not match regex pattern `{pattern}`",
    "does not have prefix `{prefix}`",
    "must contain at least {count} item(s)",
    "must contain no more than {count} item(s)",
    "repeated value must contain unique items",
    "map must be at most {count} entries",
    "value must be one of the defined enum values",
    "must be in list {values}",
    "must not be in list {values}",
    "must be finite",
    "must be greater than or equal to {least} and less than or equal to {most}",
    "must be greater than or equal to {least}",
    "must be less than or equal to {most}",
    # Of our own contracts.
    "at least one of zh and en must be given",
    "exactly one of draft and document must be given",
    "exactly one of stage and harmonized_stage must be given",
    "source or target must be given",
)


_KNOWN: Final = Sentences(SENTENCES)


def known_sentence(text: str) -> tuple[str, dict[str, object]] | None:
    """Return the template that *text* was made of and what fills it, None where it is none that is known."""
    found = _KNOWN.read(text)
    return (found[0], dict(found[1])) if found is not None else None
