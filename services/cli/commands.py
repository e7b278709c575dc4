"""Which commands there are and which module has them. A command imports what it needs, and nothing of the others.

To import every command takes a second, and each runs in a process of its own: most people would wait longer for the start than
for the answer.
"""

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

# What typer raises where a command line is wrong, of which it gives out some kinds only.
REFUSAL: Any = next(kind for kind in reversed(typer.BadParameter.__mro__) if hasattr(kind, "show"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A command or a group of commands: what it is for, and where it is, as ``module:name`` in this package."""

    help: str
    where: str
    further: tuple[str, ...] = ()
    """More commands of the group: one function (``module:function``), many (``module:COMMANDS``), or a group inside it
    (``name=module:app``)."""
    hidden: bool = False
    """Whether it can be called and is not listed."""


COMMANDS: Mapping[str, Entry] = {
    "standards": Entry(
        "Published standards. 标准。",
        "catalog:standards",
        ("search:COMMANDS", "life:COMMANDS", "standard_facts:COMMANDS"),
    ),
    "systems": Entry("Standards systems and their editions. 标准体系及其版次。", "systems:app"),
    "set": Entry("The documents of a standards system (GB/T 13016). 标准体系成套文件。", "system_set:app"),
    "tree": Entry("The nodes of a standards system. 标准体系结构。", "tree:app"),
    "drafts": Entry("Drafts and their stages. 标准草案。", "draft_moves:app", ("checks:check", "draft_reports:health")),
    "comments": Entry("Comments on drafts and what becomes of them. 意见与处理。", "comments:app"),
    "ballots": Entry("Ballots and review meetings on drafts. 审查投票。", "ballots:app"),
    "documents": Entry(
        "Stored files. 文档。",
        "documents:app",
        ("checks:check", "redline:compare", "readings:read", "readings:validate"),
    ),
    "rules": Entry("Rules of drafting, and which are on. 起草规则。", "rules:app"),
    "findings": Entry(
        "What checks found, and what is accepted. 检查发现与豁免。", "checks:findings", ("draft_reports:report",)
    ),
    "dossiers": Entry("Reviews of foreign notifications. 评议卷宗。", "dossiers:app"),
    "measures": Entry(
        "Foreign measures. 国外技术性贸易措施。",
        "measures:measures",
        ("measure_imports:COMMANDS", "stories:COMMANDS", "concerns:COMMANDS", "links_work:similar"),
    ),
    "requirements": Entry("What measures demand. 措施的要求。", "requirements:app"),
    "links": Entry(
        "Which standards answer which requirements. 措施要求与标准的关联。",
        "links:links",
        ("links_work:COMMANDS", "desk:undo"),
    ),
    "desk": Entry("Links that wait for a reviewer. 关联审核台。", "desk:app"),
    "codes": Entry("Code lists: ICS, CCS, HS and others. 代码表。", "codes:app"),
    "designations": Entry("Designations of standards. 标准编号。", "designations:app"),
    "terms": Entry(
        "Concepts, what they are called, and their releases. 术语。",
        "terms:app",
        (
            *("terms_merge:COMMANDS", "term_lookup:COMMANDS", "terms_work:COMMANDS", "terms_check:COMMANDS"),
            "terms_exchange:COMMANDS",
        ),
    ),
    "gap": Entry(
        "Gap reports, inferences and impacts. 差距分析。",
        "gap_network:app",
        ("reports=gap_reports:app", "schedule=gap_schedules:app", "gap_clauses:clauses"),
    ),
    "audit": Entry("Who changed what, and who was refused what. 审计记录。", "audit:app"),
    "backup": Entry("The whole system in one file that can be verified. 备份。", "backup:app"),
    "suspects": Entry("Standards that cite what has changed. 引用标准的待核查标记。", "life:suspects"),
    "tasks": Entry("What waits for me, why, and until when. 我的待办事项。", "tasks:tasks"),
    "serve": Entry("Run the services until Ctrl-C. 运行服务。", "program:serve"),
    "worker": Entry("Work off background operations until Ctrl-C. 处理后台任务。", "program:worker"),
    "migrate": Entry("Bring the database to the newest schema. 迁移数据库。", "program:migrate"),
    "doctor": Entry("Examine a deployment and say what to do. 检查部署并给出处理建议。", "program:doctor"),
    # What `doctor` was called before.
    "check": Entry("Examine a deployment and say what to do. 检查部署并给出处理建议。", "program:doctor", hidden=True),
    "gateway": Entry("Answer HTTP/JSON and browsers beside a running program. 运行 HTTP 网关。", "program:gateway"),
    "restore": Entry("Restore a backup into an empty system. 恢复备份。", "backup:restore"),
    "keys": Entry("Keys by which our services know each other. 服务密钥。", "keys:app"),
    "token": Entry("Print a token of another role, to try the embedded mode with. 签发试用令牌。", "program:token"),
}


class Commands(TyperGroup):
    """The commands of COMMANDS, each imported when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command *cmd_name*, imported; None where there is none."""
        del ctx
        return loaded(cmd_name) if cmd_name in COMMANDS else None

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        """Run a command line and end with its status; what is wrong with it is told in the reader's language."""
        given = sys.argv[1:] if args is None else list(args)
        try:
            status = super().main(given, *more, **{**extra, "standalone_mode": False})
        except REFUSAL as refusal:
            # Who calls rightly pays for no import of texts.
            from services.cli import option_errors  # noqa: PLC0415
            from services.runtime.texts import choose_language  # noqa: PLC0415

            asked = option_errors.language_of(given, os.environ.get("TBT_LANGUAGE", ""))
            option_errors.tell(refusal, choose_language(asked) if asked else "en")
            status = refusal.exit_code
        except typer.Abort:
            typer.echo("Aborted!", err=True)
            status = 1
        sys.exit(status if isinstance(status, int) else 0)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write what each is for, without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items() if not entry.hidden])


@cache
def loaded(name: str) -> TyperCommand | TyperGroup:
    """Return the command or group *name* with all that belongs to it."""
    entry = COMMANDS[name]
    found = _attribute(entry.where)
    holder = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    if isinstance(found, typer.Typer):
        for further in entry.further:
            _add(found, further)
        holder.add_typer(found, name=name, help=entry.help)
    else:
        holder.command(name)(found)
        # One command alone would not become a group.
        holder.callback()(lambda: None)
    commands: Mapping[str, TyperCommand | TyperGroup] = typer.main.get_group(holder).commands  # type: ignore[assignment]
    _sum_up(commands[name])
    return commands[name]


def _sum_up(command: Any) -> None:
    """Have a group list its commands with what they are for in both languages; by default it is the first sentence alone."""
    for inner in getattr(command, "commands", {}).values():
        inner.short_help = " ".join((inner.help or "").partition("\n\n")[0].split())
        _sum_up(inner)


def _add(group: typer.Typer, further: str) -> None:
    inner, _, where = further.rpartition("=")
    found = _attribute(where)
    if inner:
        group.add_typer(found, name=inner)
        return
    for name, command in _named(found):
        group.command(name)(command)


def _named(found: object) -> Iterator[tuple[str, Callable[..., None]]]:
    """Yield commands with their names: a mapping has them, a function is called as it is."""
    if isinstance(found, Mapping):
        yield from found.items()
    elif isinstance(found, Sequence):
        yield from ((command.__name__, command) for command in found)
    elif isinstance(found, FunctionType):
        yield found.__name__, found


def _attribute(where: str) -> Any:
    module, _, name = where.partition(":")
    return getattr(importlib.import_module(f"services.cli.{module}"), name)
