"""`tbt`: the command line of the standards system."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands import Commands
from services.cli.context import Given

HELP = """Standards system for technical measures to trade. 技术性贸易措施标准体系。

Every command but serve, worker, migrate, doctor, backup, restore, gateway and token is a gRPC client. Exit status:
0 done; 1 failed; 2 wrong input; 3 not found; 4 refused by a rule or by the state; 5 not signed in or not allowed;
6 not now, try again; 130 interrupted.
"""

app = typer.Typer(
    cls=Commands,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def options(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON. 以 JSON 输出。")] = False,
    language: Annotated[str, typer.Option("--lang", envvar="TBT_LANGUAGE", help="en or zh-Hans. 语言。")] = "",
    address: Annotated[str, typer.Option(envvar="TBT_ADDRESS", help="host:port of the program. 服务地址。")] = "",
    token: Annotated[
        str, typer.Option(envvar="TBT_TOKEN", show_envvar=True, help="The token to sign in with. 访问令牌。")
    ] = "",
    certificate: Annotated[
        Path | None, typer.Option(envvar="TBT_CERTIFICATE", help="Trust this certificate (TLS). 信任的证书。")
    ] = None,
) -> None:
    """Take what stands before the command."""
    context.obj = Given(as_json, language, address, token, certificate)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
