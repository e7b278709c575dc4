"""What every command needs: the settings, how to show answers, and the way to the services."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.connection import Connection, local_connection
from services.cli.output import Output
from services.runtime.texts import choose_language
from standards_tree.errors import PreconditionError

if TYPE_CHECKING:
    from services.runtime.settings import Settings


@dataclass
class Given:
    """What the caller gave before the command."""

    as_json: bool = False
    language: str = ""
    address: str = ""
    token: str = field(default="", repr=False)
    certificate: Path | None = None

    @cached_property
    def settings(self) -> "Settings":
        """Return the settings of the environment.

        Raises:
            PreconditionError: one of them is wrong; the message says which.
        """
        # A command that is told where to call reads no settings, and pays for no import of them.
        from pydantic import ValidationError  # noqa: PLC0415

        from services.runtime.settings import Settings  # noqa: PLC0415

        try:
            return Settings()
        except ValidationError as error:
            faults = "; ".join(_fault(entry) for entry in error.errors(include_url=False, include_input=False))
            message = "the settings are wrong: {faults}"
            raise PreconditionError(message, faults=faults) from None

    @cached_property
    def output(self) -> Output:
        """Return where answers go."""
        return Output(as_json=self.as_json, language=choose_language(self.language) if self.language else "en")

    @cached_property
    def connection(self) -> Connection:
        """Return the way to the services."""
        if self.address and self.token:
            return Connection(self.address, self.token, self.output.language, self.certificate)
        return local_connection(
            self.settings.data_folder, self.address, self.token, self.output.language, self.certificate
        )


def _fault(entry: object) -> str:
    location = ".".join(str(part) for part in entry["loc"])  # type: ignore[index]  # pydantic's error
    text = str(entry["msg"]).removeprefix("Value error, ")  # type: ignore[index]
    return f"TBT_{location.upper()}: {text}" if location else text


def given(context: typer.Context) -> Given:
    """Return what the caller gave before the command."""
    found = context.find_object(Given)
    return found if found is not None else Given()


AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON. 以 JSON 输出。")]
Most = Annotated[int, typer.Option("--most", min=0, help="How many at the most; 0 for all. 最多显示条数，0 为全部。")]


def begin(context: typer.Context, *, as_json: bool) -> Given:
    """Return what the caller gave, before the command and after it."""
    found = given(context)
    return replace(found, as_json=True) if as_json else found


def edition_name(edition: str) -> str:
    """Return the name of an edition that was given by its name or in short: ``tmt/1`` for ``systems/tmt/editions/1``."""
    system, _, number = edition.removeprefix("systems/").partition("/")
    return f"systems/{system}/editions/{number.removeprefix('editions/')}" if number else edition


def system_name(system: str) -> str:
    """Return the name of a standards system that was given by its id or by its name."""
    return f"systems/{system.removeprefix('systems/')}"
