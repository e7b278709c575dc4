"""Translate between the contract of look-up and recognition and the domain."""

from services.terminology.messages import CONCEPT_STATUS_TO, DESIGNATION_STATUS_TO
from standards_tree.recognition import Found, Likeness, Recognition, RegisteredTerm, Standing, Verdict
from tbt.terminology.v1 import concept_pb2, recognition_pb2, terminology_service_pb2
from tbt.terminology.v1 import lookup_pb2 as pb

LIKENESS = {
    pb.LOOKUP_MODE_EXACT: Likeness.EXACT,
    pb.LOOKUP_MODE_FOLDED: Likeness.INFLECTED,
    pb.LOOKUP_MODE_PREFIX: Likeness.PREFIX,
    pb.LOOKUP_MODE_FUZZY: Likeness.FUZZY,
}
LIKENESS_TO = {likeness: pb.TermLikeness.Value(f"TERM_LIKENESS_{likeness.name}") for likeness in Likeness}
VERDICT_TO = {verdict: recognition_pb2.TermVerdict.Value(f"TERM_VERDICT_{verdict.name}") for verdict in Verdict}
STANDING_TO = {standing: recognition_pb2.TermStanding.Value(f"TERM_STANDING_{standing.name}") for standing in Standing}


def registered_to(term: RegisteredTerm) -> pb.RegisteredTerm:
    """Return a term of the registry for the wire."""
    return pb.RegisteredTerm(
        concept=term.concept,
        number=term.number,
        domain=term.domain,
        concept_status=CONCEPT_STATUS_TO[term.concept_status],
        language=term.designation.language,
        text=term.designation.text,
        status=DESIGNATION_STATUS_TO[term.designation.status],
        preferred=term.preferred,
    )


def brief_match_to(found: Found) -> terminology_service_pb2.TermMatch:
    """Return what was found for the wire, with no more than is held in memory."""
    term = found.term
    return terminology_service_pb2.TermMatch(
        concept=concept_pb2.Concept(
            name=term.concept, number=term.number, domain=term.domain, status=CONCEPT_STATUS_TO[term.concept_status]
        ),
        designation=concept_pb2.TermDesignation(
            language=term.designation.language,
            text=term.designation.text,
            status=DESIGNATION_STATUS_TO[term.designation.status],
        ),
        likeness=LIKENESS_TO[found.likeness],
        changes=found.changes,
    )


def recognition_to(found: Recognition, text: str, clause: str = "", xpath: str = "") -> recognition_pb2.RecognizedTerm:
    """Return a term recognised in *text* for the wire."""
    advice = found.advice()
    return recognition_pb2.RecognizedTerm(
        text=text[found.start : found.end],
        start=found.start,
        end=found.end,
        clause=clause,
        xpath=xpath,
        designations=map(registered_to, found.terms),
        verdict=VERDICT_TO[advice.verdict],
        instead=advice.instead,
        inflected=found.inflected,
        standing=STANDING_TO[found.standing],
        outer_start=found.outer[0],
        outer_end=found.outer[1],
    )
