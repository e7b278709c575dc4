"""The words of TBX for what the model says, in both directions."""

import re

from standards_tree.terms import ConceptRelationKind, DesignationStatus, DesignationType, PartOfSpeech

NO_NUMBER = "no-number."
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_DIGITS_FIRST = re.compile(r"[0-9][A-Za-z0-9._-]*")

STATUSES_TO = {
    DesignationStatus.PREFERRED: "preferredTerm-admn-sts",
    DesignationStatus.ADMITTED: "admittedTerm-admn-sts",
    DesignationStatus.DEPRECATED: "deprecatedTerm-admn-sts",
    DesignationStatus.SUPERSEDED: "supersededTerm-admn-sts",
}
STATUSES = {
    **{text: status for status, text in STATUSES_TO.items()},
    **{f"{status.value}Term": status for status in DesignationStatus},
    **{status.value: status for status in DesignationStatus},
    "standardizedTerm": DesignationStatus.PREFERRED,
    "standardizedTerm-admn-sts": DesignationStatus.PREFERRED,
    "notRecommended": DesignationStatus.DEPRECATED,
    "obsolete": DesignationStatus.DEPRECATED,
}
TYPES_TO = {
    DesignationType.FULL_FORM: "fullForm",
    DesignationType.ABBREVIATION: "abbreviation",
    DesignationType.VARIANT: "variant",
}
TYPES = {
    **{text: kind for kind, text in TYPES_TO.items()},
    "acronym": DesignationType.ABBREVIATION,
    "initialism": DesignationType.ABBREVIATION,
    "shortForm": DesignationType.ABBREVIATION,
    "abbreviatedForm": DesignationType.ABBREVIATION,
    "symbol": DesignationType.SYMBOL,
    "formula": DesignationType.FORMULA,
    "equation": DesignationType.FORMULA,
    "spellingVariant": DesignationType.VARIANT,
}
PARTS_OF_SPEECH = {
    **{part.value: part for part in PartOfSpeech},
    "adj": PartOfSpeech.ADJECTIVE,
    "adv": PartOfSpeech.ADVERB,
    "properNoun": PartOfSpeech.NOUN,
    "commonNoun": PartOfSpeech.NOUN,
}
RELATIONS = {
    "crossReference": ConceptRelationKind.ASSOCIATIVE,
    "externalCrossReference": ConceptRelationKind.EXACT_MATCH,
    "relatedConcept": ConceptRelationKind.ASSOCIATIVE,
    "associatedConcept": ConceptRelationKind.ASSOCIATIVE,
    "superordinateConceptGeneric": ConceptRelationKind.GENERIC,
    "broaderConceptGeneric": ConceptRelationKind.GENERIC,
    "superordinateConceptPartitive": ConceptRelationKind.PARTITIVE,
    "broaderConceptPartitive": ConceptRelationKind.PARTITIVE,
}


def number_id(number: str) -> str:
    """Return the id that stands for *number*; nothing where no id can: an id is an XML name and begins with no digit."""
    if _DIGITS_FIRST.fullmatch(number):
        return f"_{number}"
    return number if _NAME.fullmatch(number) and not number.startswith(NO_NUMBER) else ""


def id_number(identifier: str) -> str:
    """Return the number that an entry's id stands for."""
    if identifier.startswith(NO_NUMBER):
        return ""
    return identifier[1:] if re.match(r"_[0-9]", identifier) else identifier
