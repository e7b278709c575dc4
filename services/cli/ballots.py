"""`tbt ballots`: open, vote, close, record a meeting, list."""

import csv
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from services.cli.context import AsJson, Most, begin
from services.cli.output import Output, answering, day
from services.cli.wrong_options import WrongOption
from standards_tree.errors import MalformedDocumentError
from tbt.catalog.v1 import ballot_pb2 as pb

app = typer.Typer(no_args_is_help=True)

_COUNT = re.compile("[0-9]{1,9}")
COLUMNS = ("member", "full_name", "organisation", "choice", "reason", "note")

Draft = Annotated[str, typer.Argument(help="drafts/<draft>")]
Name = Annotated[str, typer.Argument(help="drafts/<draft>/ballots/<ballot>")]
Roll = Annotated[
    Path,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="CSV: member, full_name, organisation; of a meeting choice, reason too. 名册。",
    ),
]
ShareText = Annotated[str, typer.Option(help="3/4")]


@app.command("open")
def open_(
    context: typer.Context,
    draft: Draft,
    roll: Roll,
    closes_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day for votes. 截止日期。")],
    opens_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Today. 开始日期。")] = None,
    meeting: Annotated[bool, typer.Option("--meeting", help="In a meeting, not by letter. 会审，非函审。")] = False,
    quorum: ShareText = "",
    approval: ShareText = "",
    opposition: ShareText = "",
    source: Annotated[str, typer.Option(help="Where another rule comes from. 表决规则依据。")] = "",
    as_json: AsJson = False,
) -> None:
    """Open a ballot of the committee on a draft in review. 发起审查投票。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        ballot = pb.Ballot(
            kind=pb.BALLOT_KIND_MEETING if meeting else pb.BALLOT_KIND_LETTER,
            opens_on=_date(opens_on),
            closes_on=_date(closes_on),
            rule=_rule(quorum, approval, opposition, source),
            members=[_member(entry) for entry in _entries(roll)],
        )
        request = pb.OpenBallotRequest(draft=draft, ballot=ballot, request_id=str(uuid.uuid4()))
        show(given.output, given.connection.ask(given.connection.catalog.OpenBallot, request))


@app.command("meeting")
def record_meeting(
    context: typer.Context,
    draft: Draft,
    roll: Roll,
    held_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Its last day. 会议日期。")],
    place: Annotated[str, typer.Option(help="会议地点。")] = "",
    chair: Annotated[str, typer.Option(help="会议主持人。")] = "",
    minutes: Annotated[str, typer.Option(help="documents/<document>. 会议纪要。")] = "",
    quorum: ShareText = "",
    approval: ShareText = "",
    opposition: ShareText = "",
    source: Annotated[str, typer.Option(help="Where another rule comes from. 表决规则依据。")] = "",
    as_json: AsJson = False,
) -> None:
    """Record a review meeting that took place, with its votes. 登记审查会议。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        entries = _entries(roll)
        meeting = pb.Ballot(
            closes_on=_date(held_on),
            rule=_rule(quorum, approval, opposition, source),
            members=[_member(entry) for entry in entries],
            place=place,
            chair=chair,
            minutes=minutes,
            votes=[_vote(entry) for entry in entries if entry.get("choice")],
        )
        request = pb.RecordReviewMeetingRequest(draft=draft, ballot=meeting, request_id=str(uuid.uuid4()))
        show(given.output, given.connection.ask(given.connection.catalog.RecordReviewMeeting, request))


@app.command()
def vote(
    context: typer.Context,
    name: Name,
    choice: Annotated[str, typer.Argument(help="approve, approve_with_comments, disapprove or abstain. 表决意见。")],
    reason: Annotated[str, typer.Option(help="Required against, and with comments. 理由或意见。")] = "",
    member: Annotated[str, typer.Option(help="Whose vote, if given on paper. 代录的委员。")] = "",
    note: Annotated[str, typer.Option(help="How it was given on paper. 代录说明。")] = "",
    as_json: AsJson = False,
) -> None:
    """Vote, or change one's vote. 投票。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        cast_vote = pb.Vote(member=member, choice=_choice(choice), reason=reason, note=note)
        request = pb.CastVoteRequest(name=name, vote=cast_vote, request_id=str(uuid.uuid4()))
        show(given.output, given.connection.ask(given.connection.catalog.CastVote, request))


@app.command()
def close(
    context: typer.Context,
    name: Name,
    minutes: Annotated[str, typer.Option(help="documents/<document>. 会议纪要或函审结论。")] = "",
    note: Annotated[str, typer.Option(help="备注。")] = "",
    as_json: AsJson = False,
) -> None:
    """Close a ballot with what its votes come to. 结束投票。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.CloseBallotRequest(name=name, minutes=minutes, note=note, request_id=str(uuid.uuid4()))
        show(given.output, given.connection.ask(given.connection.catalog.CloseBallot, request))


@app.command("show")
def show_(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show a ballot with its figures. 查看投票。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.GetBallotRequest(name=name)
        show(given.output, given.connection.ask(given.connection.catalog.GetBallot, request))


@app.command("list")
def list_(context: typer.Context, draft: Draft, most: Most = 100, as_json: AsJson = False) -> None:
    """List the ballots on a draft, newest first. 列出投票。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListBallotsRequest(draft=draft)
        found = given.connection.every(given.connection.catalog.ListBallots, request, "ballots", most)

        def row(message: Message) -> list[str]:
            ballot = cast("pb.Ballot", message)
            voted = f"{ballot.figures.cast}/{ballot.figures.members}"
            return [
                ballot.name,
                _kind_word(given.output, ballot),
                day(ballot.closes_on),
                voted,
                _outcome_word(given.output, ballot),
            ]

        given.output.list(found, ("ballot", "kind", "closes on", "voted", "outcome"), row)


def show(output: Output, ballot: pb.Ballot) -> None:
    """Show one ballot."""
    figures, rule = ballot.figures, ballot.rule
    output.show(
        ballot,
        [
            ("ballot", ballot.name),
            ("kind", _kind_word(output, ballot)),
            ("closes on", day(ballot.closes_on)),
            ("members", str(figures.members)),
            ("voted", str(figures.cast)),
            ("approve", str(figures.approve)),
            ("approve_with_comments", str(figures.approve_with_comments)),
            ("disapprove", str(figures.disapprove)),
            ("abstain", str(figures.abstain)),
            ("quorum", _share_text(rule.quorum)),
            ("approval needed", _share_text(rule.approval)),
            ("rule from", rule.source),
            ("outcome", _outcome_word(output, ballot)),
        ],
    )


def _kind_word(output: Output, ballot: pb.Ballot) -> str:
    return output.text(pb.BallotKind.Name(ballot.kind).removeprefix("BALLOT_KIND_").lower())


def _outcome_word(output: Output, ballot: pb.Ballot) -> str:
    if ballot.outcome == pb.BALLOT_OUTCOME_OPEN:
        return output.text("voting is open")
    return output.text("passed") if ballot.outcome == pb.BALLOT_OUTCOME_APPROVED else output.text("not passed")


def _share_text(share: pb.Share) -> str:
    return f"{share.numerator}/{share.denominator}"


def _entries(roll: Path) -> list[Mapping[str, str]]:
    """Return the rows of a roll.

    Raises:
        MalformedDocumentError: it is no CSV with a column `member`, or has a column that is not known.
    """
    try:
        with roll.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            found = reader.fieldnames or []
            if "member" not in found or set(found) - set(COLUMNS):
                message = "{path} has the columns {found}; expected are {expected}"
                expected = ", ".join(COLUMNS)
                raise MalformedDocumentError(message, path=roll, found=", ".join(found), expected=expected)
            return [{name: (value or "").strip() for name, value in row.items() if name} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise MalformedDocumentError("{path} cannot be read: {cause}", path=roll, cause=error) from error


def _member(entry: Mapping[str, str]) -> pb.BallotMember:
    return pb.BallotMember(
        member=entry["member"], full_name=entry.get("full_name", ""), organisation=entry.get("organisation", "")
    )


def _vote(entry: Mapping[str, str]) -> pb.Vote:
    choice, reason, note = _choice(entry["choice"]), entry.get("reason", ""), entry.get("note", "")
    return pb.Vote(member=entry["member"], choice=choice, reason=reason, note=note)


def _rule(quorum: str, approval: str, opposition: str, source: str) -> pb.BallotRule:
    return pb.BallotRule(
        quorum=_share("--quorum", quorum),
        approval=_share("--approval", approval),
        opposition=_share("--opposition", opposition),
        source=source,
    )


def _share(option: str, text: str) -> pb.Share | None:
    if not text:
        return None
    over, _, under = text.partition("/")
    if not (_COUNT.fullmatch(over) and _COUNT.fullmatch(under)):
        raise WrongOption("{text} is no share such as 3/4", option=option, text=text)
    return pb.Share(numerator=int(over), denominator=int(under))


def _choice(word: str) -> pb.Choice.ValueType:
    known = {"赞成": "approve", "赞成有意见": "approve_with_comments", "反对": "disapprove", "弃权": "abstain"}
    try:
        return pb.Choice.Value(f"CHOICE_{known.get(word, word).upper()}")
    except ValueError:
        message = "{word} is no vote: approve, approve_with_comments, disapprove, abstain"
        raise WrongOption(message, word=word) from None


def _date(value: datetime | None) -> Date | None:
    return None if value is None else Date(year=value.year, month=value.month, day=value.day)
