"""`tbt serve`, `worker`, `migrate`, `check`: run the program itself."""

from pathlib import Path
from typing import Annotated

import typer

from services import program as running
from services.cli.connection import Connection
from services.cli.context import Given, begin
from services.cli.output import FAILED, Output, answering
from services.cli.starter import first_report, load
from services.composition import SERVICES
from services.migrations.run import migrate as migrate_database
from services.runtime.logs import configure_logs
from standards_tree.errors import PreconditionError


def serve(
    context: typer.Context,
    services: Annotated[
        list[str] | None, typer.Option("--service", help="Only this service; all when not given. 仅运行此服务。")
    ] = None,
    starter: Annotated[
        bool, typer.Option("--starter", help="Load the starter set at the first start. 首次启动时载入起始数据。")
    ] = False,
    without_worker: Annotated[
        bool, typer.Option("--without-worker", help="Leave background work to `tbt worker`. 不在本进程处理后台任务。")
    ] = False,
) -> None:
    """Run the services until Ctrl-C. 运行服务。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        configure_logs(given.settings)
        names = services or SERVICES
        unknown = sorted(set(names) - set(SERVICES))
        if unknown:
            message = "there is no service {name}; there are {known}"
            raise PreconditionError(message, name=", ".join(unknown), known=", ".join(SERVICES))
        given.output.say("starting; data in {folder}", folder=given.settings.data_folder)
        with running.serving(given.settings, names, with_worker=not without_worker) as serving:
            running.until_told_to_stop(lambda: _announce(given, serving, starter=starter))
            given.output.say("stopping")


def _announce(given: Given, serving: running.Serving, *, starter: bool) -> None:
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
    if token is not None:
        say("token        {token}", token=token)
        kept = given.settings.data_folder / running.TOKEN_FILE
        say("             (administrator, 30 days; also in {path})", path=kept)
    for path in reports:
        say("gap report   {path}", path=path)
    say("stop with Ctrl-C")


def worker(context: typer.Context) -> None:
    """Work off background operations until Ctrl-C. 处理后台任务。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        configure_logs(given.settings)
        running.work(given.settings, lambda: given.output.say("working; stop with Ctrl-C"))


def migrate(context: typer.Context) -> None:
    """Bring the database to the newest schema. 迁移数据库。"""
    given = begin(context, as_json=False)
    with answering(given.output), running.backing(given.settings) as where:
        given.output.say("the database is at {revision}", revision=migrate_database(where.database_url))


def check(context: typer.Context) -> None:
    """Check settings, database and object store; exit status 1 when something is wrong. 检查部署。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        complaints = running.check(given.settings)
    _show_complaints(given.output, complaints)


def _show_complaints(output: Output, complaints: list[str]) -> None:
    for complaint in complaints:
        output.say("{complaint}", complaint=complaint)
    if complaints:
        raise typer.Exit(FAILED)
    output.say("all is well")
