"""An update changes the fields it names, and refuses when what the caller read has changed since."""

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from services.runtime.masks import apply_mask, etag_of, require_etag
from standards_tree.errors import InvalidArgumentError, StaleError
from tbt.terminology.v1.concept_pb2 import Concept, TermDesignation

CHANGEABLE = frozenset({"number", "domain", "source", "designations"})


def stored() -> Concept:
    """Return a concept as it is kept."""
    return Concept(
        name="concepts/1", number="3.1", domain="示例", source="示例", designations=[TermDesignation(text="测试")]
    )


def changed(source: Concept, *paths: str) -> Concept:
    """Return the stored concept after an update."""
    target = stored()
    apply_mask(target, source, FieldMask(paths=paths), CHANGEABLE)
    return target


def test_a_field_the_mask_does_not_name_stays():
    """A client that knows half of the fields does not wipe the other half."""
    assert changed(Concept(number="3.2", domain="another"), "number").domain == "示例"


def test_a_named_field_takes_the_new_value():
    """What the mask names is changed."""
    assert changed(Concept(number="3.2"), "number").number == "3.2"


def test_a_named_field_that_is_left_empty_is_cleared():
    """To name a field and send none is how it is removed."""
    assert changed(Concept(), "source").source == ""


def test_a_list_is_replaced_and_not_appended_to():
    """Sending a list twice does not double it."""
    replaced = changed(Concept(designations=[TermDesignation(text="试验")]), "designations")
    assert [designation.text for designation in replaced.designations] == ["试验"]


def test_a_star_changes_every_changeable_field_and_no_other():
    """`*` never reaches the name of a resource, or what the system itself sets."""
    result = changed(Concept(name="concepts/2", number="4"), "*")
    assert (result.name, result.number, result.domain) == ("concepts/1", "4", "")


def test_an_empty_mask_is_refused_and_says_what_may_be_named():
    """Unset never means everything."""
    with pytest.raises(InvalidArgumentError, match="designations, domain, number, source"):
        changed(Concept(number="3.2"))


@pytest.mark.parametrize("path", ["name", "etag", "no_such_field", "", "designations.text", "number.x", "*", "Number"])
def test_a_mask_with_a_field_that_does_not_change_this_way_is_refused(path):
    """A misspelt field is an error the client sees, not a change that silently does not happen."""
    with pytest.raises(InvalidArgumentError) as refused:
        changed(Concept(number="3.2"), "number", path)
    assert refused.value.violations[0].field == "update_mask"


def test_the_etag_of_the_version_that_was_read_is_accepted():
    """Who read the present version may change it."""
    assert require_etag(etag_of(7), 7) is None


def test_no_etag_agrees_to_any_version():
    """The etag is an offer: a caller who does not care leaves it out."""
    assert require_etag("", 7) is None


@pytest.mark.parametrize("given", ["v6", "7", "v07", "V7", " v7", "*"])
def test_another_etag_is_stale_and_the_message_shows_both(given):
    """Nobody overwrites a change they have not seen."""
    with pytest.raises(StaleError, match="now v7"):
        require_etag(given, 7)
