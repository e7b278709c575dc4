"""`tbt`: the command line of the standards system."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli import (
    audit,
    backup,
    ballots,
    catalog,
    checks,
    codes,
    comments,
    designations,
    desk,
    documents,
    draft_moves,
    gap_network,
    gap_reports,
    gap_schedules,
    life,
    links,
    links_work,
    measure_imports,
    measures,
    program,
    readings,
    redline,
    requirements,
    rules,
    search,
    stories,
    system_set,
    systems,
    tasks,
    term_lookup,
    terms,
    terms_check,
    terms_exchange,
    terms_merge,
    terms_work,
    tree,
)
from services.cli.context import Given

HELP = """Standards system for technical measures to trade. 技术性贸易措施标准体系。

Every command but serve, worker, migrate, check, backup, restore, gateway and token is a gRPC client. Exit status:
0 done; 1 failed; 2 wrong input; 3 not found; 4 refused by a rule or by the state; 5 not signed in or not allowed;
6 not now, try again; 130 interrupted.
"""

app = typer.Typer(
    help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)
app.add_typer(catalog.standards, name="standards", help="Published standards. 标准。")
app.add_typer(systems.app, name="systems", help="Standards systems and their editions. 标准体系及其版次。")
app.add_typer(system_set.app, name="set", help="The documents of a standards system (GB/T 13016). 标准体系成套文件。")
app.add_typer(tree.app, name="tree", help="The nodes of a standards system. 标准体系结构。")
app.add_typer(draft_moves.app, name="drafts", help="Drafts and their stages. 标准草案。")
app.add_typer(comments.app, name="comments", help="Comments on drafts and what becomes of them. 意见与处理。")
app.add_typer(ballots.app, name="ballots", help="Ballots and review meetings on drafts. 审查投票。")
app.add_typer(documents.app, name="documents", help="Stored files. 文档。")
app.add_typer(rules.app, name="rules", help="Rules of drafting, and which are on. 起草规则。")
app.add_typer(checks.findings, name="findings", help="What checks found, and what is accepted. 检查发现与豁免。")
app.add_typer(measures.measures, name="measures", help="Foreign measures. 国外技术性贸易措施。")
app.add_typer(requirements.app, name="requirements", help="What measures demand. 措施的要求。")
app.add_typer(links.links, name="links", help="Which standards answer which requirements. 措施要求与标准的关联。")
app.add_typer(desk.app, name="desk", help="Links that wait for a reviewer. 关联审核台。")
app.add_typer(codes.app, name="codes", help="Code lists: ICS, CCS, HS and others. 代码表。")
app.add_typer(designations.app, name="designations", help="Designations of standards. 标准编号。")
app.add_typer(terms.app, name="terms", help="Concepts, what they are called, and their releases. 术语。")
app.add_typer(gap_network.app, name="gap", help="Gap reports, inferences and impacts. 差距分析。")
gap_network.app.add_typer(gap_reports.app, name="reports", help="The catalogue of reports. 报告目录。")
gap_network.app.add_typer(gap_schedules.app, name="schedule", help="Reports made again and again. 定期报告。")
app.add_typer(audit.app, name="audit", help="Who changed what, and who was refused what. 审计记录。")
app.add_typer(backup.app, name="backup", help="The whole system in one file that can be verified. 备份。")
app.add_typer(life.suspects, name="suspects", help="Standards that cite what has changed. 引用标准的待核查标记。")
for command in (*search.COMMANDS, *life.COMMANDS):
    catalog.standards.command(command.__name__)(command)
for term_command in (*terms_merge.COMMANDS, *term_lookup.COMMANDS, *terms_work.COMMANDS, *terms_check.COMMANDS):
    terms.app.command(term_command.__name__)(term_command)
for exchange_name, exchange_command in terms_exchange.COMMANDS.items():
    terms.app.command(exchange_name)(exchange_command)
for commands in (measure_imports.COMMANDS, stories.COMMANDS):
    for measure_name, measure_command in commands.items():
        measures.measures.command(measure_name)(measure_command)
for checked in (draft_moves.app, documents.app):
    checked.command("check")(checks.check)
for link_command in links_work.COMMANDS:
    links.links.command(link_command.__name__)(link_command)
links.links.command("undo")(desk.undo)
measures.measures.command("similar")(links_work.similar)
documents.app.command("compare")(redline.compare)
documents.app.command("read")(readings.read)
documents.app.command("validate")(readings.validate)
app.command("tasks")(tasks.tasks)
app.command("serve")(program.serve)
app.command("worker")(program.worker)
app.command("migrate")(program.migrate)
app.command("check")(program.check)
app.command("gateway")(program.gateway)
app.command("restore")(backup.restore)
app.command("token")(program.token)


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
