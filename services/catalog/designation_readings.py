"""Say on the wire what a text is that should be a designation."""

from services.catalog.messages import LEVEL, OBLIGATION
from services.catalog.names import STANDARDS
from services.runtime.texts import translate
from standards_tree.classifications import INDUSTRY_CODES, REGIONS
from standards_tree.designations import Designation, diagnose, parse_designation_or_none
from tbt.catalog.v1 import designation_pb2, standard_pb2
from tbt.type.v1 import type_pb2

_LEVEL_TO = {level: number for number, level in LEVEL.items()}
_OBLIGATION_TO = {obligation: number for number, obligation in OBLIGATION.items()}


def parsed_to(text: str, language: str) -> designation_pb2.ParsedDesignation:
    """Return what *text* is, or what is wrong with it in *language*."""
    designation = parse_designation_or_none(text)
    if designation is not None:
        return designation_pb2.ParsedDesignation(text=text, designation=designation_to(designation))
    diagnosis = diagnose(text)
    problem = designation_pb2.DesignationProblem(
        message=translate(diagnosis.template, diagnosis.parameters, language),
        start=diagnosis.start,
        end=diagnosis.end,
        found=diagnosis.found,
        suggestion=diagnosis.suggestion,
    )
    return designation_pb2.ParsedDesignation(text=text, problem=problem)


def designation_to(designation: Designation) -> designation_pb2.Designation:
    """Return a designation in its parts for the wire."""
    return designation_pb2.Designation(
        official=designation.official,
        plain=designation.plain,
        key=designation.key,
        undated_key=designation.undated_key,
        series_key=designation.series_key,
        sort_key=designation.sort_text,
        standard=STANDARDS + designation.resource_id,
        body=designation.body,
        level=_LEVEL_TO[designation.level],
        obligation=_OBLIGATION_TO[designation.obligation]
        if designation.obligation is not None
        else standard_pb2.OBLIGATION_UNSPECIFIED,
        number=designation.number,
        part=designation.part or "",
        subparts=designation.subparts,
        year=designation.year or 0,
        all_parts=designation.all_parts,
        supplements=[
            designation_pb2.DesignationSupplement(
                kind=each.kind, number=each.number, year=each.year or 0, consolidated=each.consolidated
            )
            for each in designation.supplements
        ],
        adopted=designation_to(designation.adopted) if designation.adopted is not None else None,
        industry=_industry(designation.sector),
        region=_region(designation.region),
        group=designation.group or "",
        enterprise=designation.enterprise or "",
        issue=designation.issue,
        edition=designation.edition or "",
        reaffirmed=designation.reaffirmed or 0,
    )


def _industry(code: str | None) -> designation_pb2.DesignationIssuer | None:
    if code is None:
        return None
    # A joint code (NB/SH) is of the industry that it names last.
    industry = INDUSTRY_CODES.get(code.rpartition("/")[2])
    title = type_pb2.LocalizedText(zh=industry.zh, en=industry.en) if industry is not None else None
    return designation_pb2.DesignationIssuer(code=code, title=title)


def _region(code: str | None) -> designation_pb2.DesignationIssuer | None:
    if code is None:
        return None
    region = REGIONS.get(code)
    title = type_pb2.LocalizedText(zh=region.zh, en=region.en) if region is not None else None
    return designation_pb2.DesignationIssuer(code=code, title=title)
