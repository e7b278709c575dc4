"""Read and write the resource names of linkage."""

from standards_tree.errors import InvalidArgumentError, NotFoundError
from standards_tree.measures.symbols import parse_symbol


def measure_name(measure_id: str) -> str:
    """Return the name of a measure."""
    return f"measures/{measure_id}"


def story_name(story_id: str) -> str:
    """Return the name of a story."""
    return f"stories/{story_id}"


def concern_name(agreement: str, number: int) -> str:
    """Return the name of a trade concern."""
    return f"tradeConcerns/{agreement.lower()}-{number}"


def proposal_name(measure_id: str, proposal_id: str) -> str:
    """Return the name of a proposed requirement."""
    return f"measures/{measure_id}/proposals/{proposal_id}"


def requirement_name(measure_id: str, number: int) -> str:
    """Return the name of a requirement."""
    return f"measures/{measure_id}/requirements/{number}"


def symbol_key(name: str) -> str:
    """Return the key of the symbol that *name* is or is made from: `measures/{measure}` or a symbol in any spelling.

    Raises:
        InvalidArgumentError: it is neither.
    """
    if name.startswith("measures/"):
        return name.removeprefix("measures/").replace("~", "/")
    return parse_symbol(name).key


def requirement_of(name: str) -> tuple[str, int]:
    """Return the measure's id and the number in the name of a requirement, or in `G/TBT/N/USA/2211#1`.

    Raises:
        InvalidArgumentError: it is not such a name.
    """
    symbol, mark, number = name.rpartition("#")
    if mark and number.isdecimal() and number.isascii():
        name = requirement_name(parse_symbol(symbol).resource_id, int(number[:7]))
    collection, _, rest = name.partition("/")
    measure_id, _, number = rest.partition("/requirements/")
    if collection != "measures" or not measure_id or not (number.isdecimal() and number.isascii()):
        message = (
            "{name} is not the name of a requirement: measures/<measure>/requirements/<number>, or G/TBT/N/USA/2211#1"
        )
        raise InvalidArgumentError(message, name=name)
    if len(number) > 6:
        message = "there is no requirement {name}"
        raise NotFoundError(message, name=name)
    return measure_id, int(number)
