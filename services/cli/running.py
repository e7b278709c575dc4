"""Run the program for `tbt serve`, `worker`, `migrate` and `doctor`, and tell the person at the terminal about it."""

from collections.abc import Sequence
from pathlib import Path

from services import program
from services.cli.connection import Connection
from services.cli.context import Given
from services.cli.output import Output, print_json
from services.cli.starter import first_report, load
from services.composition import SERVICES
from services.doctor.findings import Finding, State
from services.migrations.run import migrate as migrate_database
from services.runtime.logs import configure_logs
from standards_tree.errors import PreconditionError

MARKS = {State.FINE: "✓", State.WARNING: "!", State.FAULT: "✗"}


def serve(given: Given, services: Sequence[str] | None, *, starter: bool, with_worker: bool) -> None:
    """Serve until told to stop.

    Raises:
        DomainError: something could not be started; nothing is left running.
    """
    configure_logs(given.settings)
    names = services or SERVICES
    unknown = sorted(set(names) - set(SERVICES))
    if unknown:
        message = "there is no service {name}; there are {known}"
        raise PreconditionError(message, name=", ".join(unknown), known=", ".join(SERVICES))
    given.output.say("starting; data in {folder}", folder=given.settings.data_folder)
    with program.serving(given.settings, names, with_worker=with_worker) as serving:
        program.until_told_to_stop(lambda: _announce(given, serving, starter=starter))
        given.output.say("stopping")


def _announce(given: Given, serving: program.Serving, *, starter: bool) -> None:
    """Load the starter set where asked, then say where everything is."""
    token = serving.write_local_token()
    reports: list[Path] = []
    if starter and token is not None:
        connection = Connection(serving.address, token, given.output.language)
        load(connection, given.output)
        reports = first_report(connection, given.output, given.settings.data_folder / "reports")
    say = given.output.say
    say("")
    say("serving at   {address}", address=serving.address)
    if serving.http_address is not None:
        say("HTTP/JSON    {address}", address=serving.http_address)
    if token is not None:
        say("token        {token}", token=token)
        kept = given.settings.data_folder / program.TOKEN_FILE
        say("             (administrator, 30 days; also in {path})", path=kept)
    for path in reports:
        say("gap report   {path}", path=path)
    say("stop with Ctrl-C")


def work(given: Given) -> None:
    """Work off background operations until told to stop."""
    configure_logs(given.settings)
    program.work(given.settings, lambda: given.output.say("working; stop with Ctrl-C"))


def migrate(given: Given) -> None:
    """Bring the database to the newest schema."""
    with program.backing(given.settings) as where:
        given.output.say("the database is at {revision}", revision=migrate_database(where.database_url))


def examine(given: Given) -> bool:
    """Show what is found of the deployment, what is wrong first, and tell whether there is no fault."""
    order = list(reversed(State))
    found = sorted(program.examine(given.settings), key=lambda finding: order.index(finding.state))
    output = given.output
    if output.as_json:
        print_json([_told(finding, output) for finding in found])
    else:
        for finding in found:
            told = _told(finding, output)
            output.say("{mark} {finding}", mark=MARKS[finding.state], **told)
            if finding.advice:
                output.say("  → {advice}", advice=told["advice"])
        faults = sum(finding.state is State.FAULT for finding in found)
        warnings = sum(finding.state is State.WARNING for finding in found)
        output.say("{faults} faults, {warnings} warnings", faults=faults, warnings=warnings)
    return all(finding.state is not State.FAULT for finding in found)


def _told(finding: Finding, output: Output) -> dict[str, str]:
    return {
        "subject": finding.subject,
        "state": finding.state.value,
        "finding": output.text(finding.template, **finding.parameters),
        "advice": output.text(finding.advice, **finding.parameters) if finding.advice else "",
    }


def issue_token(given: Given, subject: str, roles: Sequence[str], committee: str, days: int) -> str:
    """Return a token of the embedded mode."""
    return program.issue_token(given.settings, subject, roles, committee, days)


def write_gateway(given: Given, folder: Path) -> list[Path]:
    """Write what Envoy reads, and return where."""
    return program.write_gateway(given.settings, folder)
