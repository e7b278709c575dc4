"""`tbt serve`, `worker`, `migrate`, `doctor`, `gateway`, `token`: run the program itself."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.context import AsJson, begin
from services.cli.output import FAILED, answering

# What runs the program takes seconds to import, and every other command would wait for it: it is imported where it is
# called, in `services.cli.running`.


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
        from services.cli import running  # noqa: PLC0415

        running.serve(given, services, starter=starter, with_worker=not without_worker)


def worker(context: typer.Context) -> None:
    """Work off background operations until Ctrl-C. 处理后台任务。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        from services.cli import running  # noqa: PLC0415

        running.work(given)


def migrate(context: typer.Context) -> None:
    """Bring the database to the newest schema. 迁移数据库。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        from services.cli import running  # noqa: PLC0415

        running.migrate(given)


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Examine settings, database, store, keys, certificates, disks; exit status 1 when something is wrong. 检查部署。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        from services.cli import running  # noqa: PLC0415

        sound = running.examine(given)
    if not sound:
        raise typer.Exit(FAILED)


def gateway(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Where to write it. 写入的文件夹。")],
) -> None:
    """Write what Envoy needs to serve HTTP/JSON and gRPC-Web: docs/http.md. 生成 Envoy 网关配置。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        from services.cli import running  # noqa: PLC0415

        for path in running.write_gateway(given, folder):
            typer.echo(path)


def token(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="Who it is: li@tc260. 用户。")],
    role: Annotated[list[str], typer.Option(help="committee_secretary, reader … (docs/roles.md). 角色。")],
    committee: Annotated[str, typer.Option(help="SAC/TC 260. 所属技术委员会。")] = "",
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it is good for. 有效天数。")] = 30,
) -> None:
    """Print a token of another role, to try the embedded mode with. 签发试用令牌。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        from services.cli import running  # noqa: PLC0415

        typer.echo(running.issue_token(given, subject, role, committee, days))
