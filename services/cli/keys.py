"""`tbt keys`: make and exchange the keys by which our services know each other."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.context import begin
from services.cli.output import answering

app = typer.Typer(no_args_is_help=True, help="Keys by which our services know each other. 服务密钥。")

Folder = Annotated[Path, typer.Argument(file_okay=False, help="Where they are: TBT_SERVICE_KEY_FOLDER. 密钥文件夹。")]


@app.command()
def make(context: typer.Context, folder: Folder) -> None:
    """Make a key for each service that has none, and list the public ones. 生成各服务的密钥。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        from services.runtime import service_keys  # noqa: PLC0415

        service_keys.make_keys(folder)


@app.command()
def renew(
    context: typer.Context,
    folder: Folder,
    service: Annotated[str, typer.Argument(help="Whose: gap. 服务。")],
) -> None:
    """Give a service a new key; the one before goes on to count. 更换一个服务的密钥，原密钥继续有效。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        from services.runtime import service_keys  # noqa: PLC0415

        service_keys.renew_key(folder, service)


@app.command()
def forget(context: typer.Context, folder: Folder) -> None:
    """Let the keys that were renewed count no longer. 使已更换的旧密钥失效。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        from services.runtime import service_keys  # noqa: PLC0415

        service_keys.forget_old_keys(folder)
