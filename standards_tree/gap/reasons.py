"""Give a reason as a code and its parameters; the words in each language are in the report's labels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """A stable code and what fills its sentence, in the order of the names."""

    code: str
    parameters: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, code: str, **parameters: object) -> "Reason":
        """Return a reason; dates are written as YYYY-MM-DD, numbers plainly."""
        return cls(code, tuple(sorted((name, str(value)) for name, value in parameters.items())))
