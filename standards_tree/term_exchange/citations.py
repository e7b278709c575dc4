"""Put a source and its clause into one line of text, so that they can be told apart again."""

_CLAUSE = "; clause "


def cite(source: str, clause: str) -> str:
    """Return ``ISO 19111:2019; clause 3.1.48``, or what there is of it."""
    return f"{source}{_CLAUSE}{clause}" if clause else source


def split_citation(text: str) -> tuple[str, str]:
    """Return the source and the clause that `cite` put together; any other text is a source."""
    source, found, clause = text.rpartition(_CLAUSE)
    return (source, clause) if found else (text, "")
