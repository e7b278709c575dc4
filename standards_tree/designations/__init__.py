"""Designations of standards: parse, validate, format, compare, sort, and find them in running text."""

from standards_tree.designations.citations import find_designations
from standards_tree.designations.designation import (
    Designation,
    Supplement,
    key_of_resource_id,
    resource_id_of,
)
from standards_tree.designations.diagnosis import MAX_DESIGNATION_CHARACTERS, Diagnosis, diagnose
from standards_tree.designations.parsing import parse_designation, parse_designation_or_none
from standards_tree.designations.part_lists import cited_designations

__all__ = [
    "MAX_DESIGNATION_CHARACTERS",
    "Designation",
    "Diagnosis",
    "Supplement",
    "cited_designations",
    "diagnose",
    "find_designations",
    "key_of_resource_id",
    "parse_designation",
    "parse_designation_or_none",
    "resource_id_of",
]
