"""`tbt rules`: the rules of drafting, references and terms, and which are on for a committee."""

import uuid
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.checks import severity_word
from services.cli.context import AsJson, begin
from services.cli.output import answering, either
from tbt.compliance.v1 import compliance_service_pb2
from tbt.compliance.v1 import rule_pb2 as pb

app = typer.Typer(no_args_is_help=True)

RuleId = Annotated[str, typer.Argument(metavar="RULE", help="VERB-MUST …")]
ForCommittee = Annotated[str, typer.Option("--committee", help="SAC/TC 260; all when not given. 委员会。")]
Why = Annotated[str, typer.Option("--reason", help="Why. 理由。")]


@app.command("list")
def list_(
    context: typer.Context,
    area: Annotated[str, typer.Option("--area", help="Only these: VERB, REF, TERM … 仅此类。")] = "",
    committee: ForCommittee = "",
    as_json: AsJson = False,
) -> None:
    """List the rules, with the clause behind each. 列出规则。"""
    given = begin(context, as_json=as_json)
    output = given.output
    with answering(output):
        request = compliance_service_pb2.ListRulesRequest(area=area, committee=committee)
        answer = given.connection.ask(given.connection.compliance.ListRules, request)

        def row(message: Message) -> list[str]:
            one = cast("compliance_service_pb2.Rule", message)
            asked = either(one.description.zh, one.description.en, output.language)
            state = output.text("on") if one.enabled else output.text("off")
            return [one.id, severity_word(output, one.severity), state, asked, one.source]

        output.list(answer.rules, ("rule", "severity", "state", "what it asks for", "source"), row)


@app.command()
def off(
    context: typer.Context, rule: RuleId, reason: Why, committee: ForCommittee = "", as_json: AsJson = False
) -> None:
    """Switch a rule off for a committee. 停用规则。"""
    _switch(context, rule, reason, committee, enabled=False, as_json=as_json)


@app.command()
def on(
    context: typer.Context, rule: RuleId, reason: Why, committee: ForCommittee = "", as_json: AsJson = False
) -> None:
    """Switch a rule on again. 启用规则。"""
    _switch(context, rule, reason, committee, enabled=True, as_json=as_json)


def _switch(context: typer.Context, rule: str, reason: str, committee: str, *, enabled: bool, as_json: bool) -> None:
    given = begin(context, as_json=as_json)
    with answering(given.output):
        setting = pb.RuleSetting(rule=rule, reason=reason, committee=committee, enabled=enabled)
        request = pb.SwitchRuleRequest(setting=setting, request_id=str(uuid.uuid4()))
        kept = given.connection.ask(given.connection.compliance.SwitchRule, request)
        state = given.output.text("on") if kept.enabled else given.output.text("off")
        rows = [("rule", kept.rule), ("state", state), ("committee", kept.committee), ("reason", kept.reason)]
        given.output.show(kept, [*rows, ("by", kept.updated_by)])
