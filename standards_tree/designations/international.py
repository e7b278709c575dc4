"""Read the number of an international standard where it stands in a text: ISO, IEC, ITU, Codex.

The grammar of ISO and IEC numbers follows PubID (metanorma/pubid-iso), seen against the 30,663 entries of ISO's
catalogue. ``upper`` is the folded text in capitals, position for position.
"""

import re
from typing import Final

from standards_tree.designations.additions import STAGES, ReadAt, Reading, Tail, read_tail
from standards_tree.designations.designation import Designation, Supplement
from standards_tree.standards import Level

# Who publishes together with ISO or IEC.
_PARTNERS: Final = "IEC|ISO|IEEE|ASTM|CIE|HL7|SAE|UNDP|OECD|ITU|IUPAC|IDF|CEN|CISPR"
_KINDS: Final = "GUIDE|DGUIDE|FDGUIDE|TR|TS|PAS|ISP|TTA|DATA|DIR|R|DTR|DTS|DPAS|PDTR|PDTS|PDPAS|FDTR|FDTS"
_PRINTED: Final = {"GUIDE": "Guide", "DGUIDE": "DGuide", "FDGUIDE": "FDGuide"}
_ISO = re.compile(
    rf"(?:({STAGES}) (?=IWA))?"
    # "ISO-IEC 17025" and "ISO-9001" are file names and web pages.
    rf"(?:IEC[ /](?=CISPR))?((?:ISO|IEC)(?:[/-](?:{_PARTNERS})(?![A-Z])){{0,3}}|IWA|CISPR)"
    rf"(?:[/ ]({STAGES})(?![A-Z]))?"
    rf"(?:[/ ]({_KINDS})(?![A-Z]))?"
    r"[ -]?(\d{1,6}[A-Z]{0,2}(?:\.\d{1,2})?)(?![A-Z\d])"
    # "ISO 2631/1" is how parts were written until the 1980s.
    # Behind a dash a bar lists further parts: "IEC 61000-4-2/3" is no 61000-4-2-3.
    r"((?:/(?:\d{1,3}|[A-Z])(?![A-Z\d])){0,2}(?:-(?:\d{1,5}[A-Z]{0,2}|[A-Z]\d{0,3}|[A-Z]{2})(?:\.\d{1,2})?(?![A-Z\d])){0,5})"
    r"(?::((?:19|20)\d\d)(?![-\d]))?",
    re.ASCII,
)
# The Directives name whose supplement they are behind the number: ISO/IEC DIR 1 ISO SUP:2012.
_DIRECTIVES = re.compile(r"( (?:ISO|IEC|JTC 1)(?: SUP)?)(?=$|[: ])")
_ITU = re.compile(
    r"ITU[- ]?([TRD])(?: REC(?:OMMENDATION|\.)?)? ?"
    r"([A-Z]{1,3}\.\d{1,5}(?:\.\d{1,4}){0,3}(?:/[A-Z]\.\d{1,5})?)(?:-(\d{1,4}))?(?![A-Z\d])",
    re.ASCII,
)
_CODEX = re.compile(
    r"(CODEX[ -]STAN|CAC/(?:GL|RCP|MRL|MISC)|CX[SGCMA]) ?(\d{1,4}[A-Z]?)(?:-((?:19|20)\d\d))?(?![A-Z\d])", re.ASCII
)


def read_iso(upper: str, start: int, raw: str, read_twin: ReadAt) -> Reading | None:
    """Return the designation of ISO, IEC and their partners that begins at *start*; None if there is none."""
    match = _ISO.match(upper, start)
    if match is None:
        return None
    early_stage, body, stage, kind, number, parts, digits = match.groups()
    body = body.replace("-", "/")
    if early_stage:
        body = f"{early_stage} {body}"
    elif stage or kind:
        body = _iso_body(body, stage, kind)
    part = parts[1:].replace("/", "-") or None
    year, end = int(digits) if digits else None, match.end()
    if kind == "DIR" and (supplement := _DIRECTIVES.match(upper, end)):
        number, end = number + supplement[1], supplement.end()
    if end == len(upper) and (year or part is None or len(part) < 4):
        return Designation(raw or upper[start:end], body, number, part, year, Level.INTERNATIONAL), end
    tail = read_tail(upper, Tail(end, part, year), read_twin, year_as_part=not (stage or early_stage))
    designation = Designation(
        raw,
        body,
        number,
        tail.part,
        tail.year,
        Level.INTERNATIONAL,
        all_parts=tail.all_parts,
        supplements=tail.supplements and tuple(map(_iso_supplement, tail.supplements)),
        adopted=tail.adopted,
        edition=tail.edition,
        reaffirmed=tail.reaffirmed,
    )
    return designation, tail.end


def _iso_body(publishers: str, stage: str | None, kind: str | None) -> str:
    """Return the prefix as it is printed: ``ISO/TR``, ``ISO/IEC TR``, ``IEC TR``, ``ISO/CD TS``, ``ISO Guide``."""
    words = [word for word in (stage, _PRINTED.get(kind, kind) if kind else None) if word]
    slash = "/" not in publishers and "GUIDE" not in words[0].upper() and (publishers == "ISO" or stage is not None)
    return f"{publishers}{'/' if slash else ' '}{' '.join(words)}"


def _iso_supplement(supplement: Supplement) -> Supplement:
    """Return *supplement* with ``A1`` read as what it is in numbers of IEC: an amendment."""
    if supplement.kind != "A":
        return supplement
    return Supplement("Amd", supplement.number, supplement.year, supplement.consolidated)


def read_itu(upper: str, start: int, raw: str, read_twin: ReadAt) -> Reading | None:
    """Return the ITU recommendation that begins at *start*; None if there is none."""
    match = _ITU.match(upper, start)
    if match is None:
        return None
    tail = read_tail(upper, Tail(match.end(), match[3]), read_twin)
    designation = Designation(
        raw,
        f"ITU-{match[1]}",
        match[2],
        tail.part,
        tail.year,
        Level.INTERNATIONAL,
        all_parts=tail.all_parts,
        supplements=tail.supplements,
        adopted=tail.adopted,
        issue=tail.issue,
        edition=tail.edition,
        year_mark="(",
    )
    return designation, tail.end


def read_codex(upper: str, start: int, raw: str, read_twin: ReadAt) -> Reading | None:
    """Return the Codex text that begins at *start*; None if there is none."""
    match = _CODEX.match(upper, start)
    if match is None:
        return None
    body = match[1].replace("CODEX-", "CODEX ")
    tail = read_tail(upper, Tail(match.end(), year=int(match[3]) if match[3] else None), read_twin)
    designation = Designation(
        raw,
        body,
        match[2],
        None,
        tail.year,
        Level.INTERNATIONAL,
        supplements=tail.supplements,
        edition=tail.edition,
        year_mark="-",
    )
    return designation, tail.end
