"""Translate review dossiers and notifications between the compliance contract, the rows and the domain."""

from google.protobuf import json_format

from services.compliance.tables_dossiers import DossierRow
from services.runtime.civil_dates import date_from
from services.runtime.masks import etag_of
from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.symbols import parse_symbol
from standards_tree.rules.guide.advice import Advice
from standards_tree.rules.guide.dossier import (
    Agreement,
    Answer,
    Comment,
    Conformity,
    Dossier,
    Judgement,
    Letter,
    Notification,
    NotificationType,
    Product,
)
from standards_tree.rules.guide.forms import FormFault
from standards_tree.rules.guide.obligations import Result, Verdict
from tbt.compliance.v1 import dossier_pb2 as pb
from tbt.type.v1 import type_pb2

AGREEMENTS = {pb.AGREEMENT_TBT: Agreement.TBT, pb.AGREEMENT_SPS: Agreement.SPS}
TYPES = {
    pb.NOTIFICATION_TYPE_REGULAR: NotificationType.REGULAR,
    pb.NOTIFICATION_TYPE_REVISION: NotificationType.REVISION,
    pb.NOTIFICATION_TYPE_URGENT: NotificationType.URGENT,
    pb.NOTIFICATION_TYPE_ADDENDUM: NotificationType.ADDENDUM,
    pb.NOTIFICATION_TYPE_CORRIGENDUM: NotificationType.CORRIGENDUM,
    pb.NOTIFICATION_TYPE_EQUIVALENCE: NotificationType.EQUIVALENCE,
}
ANSWERS = {
    pb.OBLIGATION_ANSWER_MET: Answer.MET,
    pb.OBLIGATION_ANSWER_NOT_MET: Answer.NOT_MET,
    pb.OBLIGATION_ANSWER_NOT_APPLICABLE: Answer.NOT_APPLICABLE,
}
CONFORMITIES = {
    pb.CONFORMITY_CONFORMS: Conformity.CONFORMS,
    pb.CONFORMITY_DEVIATES: Conformity.DEVIATES,
    pb.CONFORMITY_NONE_EXISTS: Conformity.NONE_EXISTS,
}
VERDICTS = {
    Verdict.MET: pb.OBLIGATION_VERDICT_MET,
    Verdict.NOT_MET: pb.OBLIGATION_VERDICT_NOT_MET,
    Verdict.NOT_APPLICABLE: pb.OBLIGATION_VERDICT_NOT_APPLICABLE,
    Verdict.UNANSWERED: pb.OBLIGATION_VERDICT_UNANSWERED,
}
# What the service says of a dossier, and its sender does not.
OWN_FIELDS = ("name", "created_by", "updated_at", "etag")


def notification_from(message: pb.NotificationForm) -> Notification:
    """Return a notification.

    Raises:
        InvalidArgumentError: a date is none.
    """
    return Notification(
        agreement=AGREEMENTS[message.agreement],
        type=TYPES[message.type],
        symbol=message.symbol,
        title=message.title,
        member=message.member,
        boxes=dict(message.boxes),
        original_symbol=message.original_symbol,
        distributed_on=date_from(message.distributed_on, "distributed_on"),
        comments_until=date_from(message.comments_until, "comments_until"),
        adopted_on=date_from(message.adopted_on, "adopted_on"),
        published_on=date_from(message.published_on, "published_on"),
        in_force_on=date_from(message.in_force_on, "in_force_on"),
        text_address=message.text_address,
        contact=message.contact,
        objectives=tuple(message.objectives),
        urgent_reason=message.urgent_reason,
        trade_facilitating=message.trade_facilitating,
    )


def dossier_from(message: pb.Dossier) -> Dossier:
    """Return a dossier.

    Raises:
        InvalidArgumentError: a date is none, or an obligation is answered twice.
    """
    judgements = {
        one.obligation: Judgement(ANSWERS[one.answer], one.reason, tuple(one.alternatives))
        for one in message.judgements
    }
    if len(judgements) < len(message.judgements):
        text = "an obligation is answered twice; give one answer for each"
        raise InvalidArgumentError.in_field("judgements", text)
    return Dossier(
        notification=notification_from(message.notification),
        products=tuple(
            Product(one.name, one.hs_code, one.trade_value, one.firms if one.HasField("firms") else None)
            for one in message.products
        ),
        conformity=CONFORMITIES.get(message.conformity),
        international_standards=tuple(message.international_standards),
        deviation=message.deviation,
        judgements=judgements,
        evidence=tuple(message.evidence),
        comments=tuple(
            Comment(one.clause, one.problem, one.article, tuple(one.obligations), one.evidence, one.proposed_text)
            for one in message.comments
        ),
        requests=tuple(message.requests),
        consulted=tuple(message.consulted),
        letter=_letter(message.letter),
    )


def _letter(message: pb.CommentLetter) -> Letter:
    return Letter(
        subject=message.subject,
        addressee=message.addressee,
        sent_through=message.sent_through,
        sent_on=date_from(message.sent_on, "sent_on"),
        language=message.language,
        sender=message.sender,
        interest=message.interest,
        asks_for_reply=message.asks_for_reply,
    )


def symbol_of(message: pb.NotificationForm) -> str:
    """Return the symbol of a notification in its official form, empty where it has none yet.

    Raises:
        InvalidArgumentError: it is none.
    """
    return parse_symbol(message.symbol).official if message.symbol else ""


def content_of(message: pb.Dossier) -> dict[str, object]:
    """Return what is stored of a dossier."""
    content: dict[str, object] = json_format.MessageToDict(message, preserving_proto_field_name=True)
    return {name: value for name, value in content.items() if name not in OWN_FIELDS}


def dossier_to(row: DossierRow) -> pb.Dossier:
    """Return a stored dossier for the wire."""
    message = json_format.ParseDict(row.content, pb.Dossier(), ignore_unknown_fields=True)
    message.name = f"dossiers/{row.dossier_id}"
    message.created_by = row.created_by
    if row.updated_at is not None:
        message.updated_at.FromDatetime(row.updated_at)
    message.etag = etag_of(row.version)
    return message


def result_to(result: Result, unraised: bool) -> pb.ObligationResult:
    """Return the verdict on an obligation for the wire."""
    obligation = result.obligation
    return pb.ObligationResult(
        obligation=obligation.id,
        description=type_pb2.LocalizedText(zh=obligation.zh, en=obligation.en),
        basis=obligation.basis,
        computed=obligation.compute is not None,
        verdict=VERDICTS[result.verdict],
        reason=type_pb2.LocalizedText(zh=result.zh, en=result.en),
        unraised=unraised,
    )


def advice_to(advice: Advice) -> pb.DossierAdvice:
    """Return a recommendation for the wire."""
    return pb.DossierAdvice(
        id=advice.id, description=type_pb2.LocalizedText(zh=advice.zh, en=advice.en), source=advice.source
    )


def fault_to(fault: FormFault) -> pb.FormFaults.Fault:
    """Return a fault of a form for the wire."""
    return pb.FormFaults.Fault(box=fault.box, message=type_pb2.LocalizedText(zh=fault.zh, en=fault.en))
