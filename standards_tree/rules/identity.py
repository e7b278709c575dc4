"""Say which finding of one draft is which of the next, whatever the clauses are numbered meanwhile."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from standards_tree.rules.findings import Finding
from standards_tree.text import match_key

IDENTITY_CHARACTERS = 24
# The number of a clause, table or figure; that of a standard follows letters.
_OWN_NUMBERS = re.compile(
    r"(?<![A-Za-z\d./—\-])(?<![A-Za-z] )(?:[A-Z]\.)?\d+(?:\.\d+)+|(?<=[表图第式])\s*(?:[A-Z]\.)?\d+"
)


def identities(findings: Iterable[Finding]) -> list[str]:
    """Return the identity of each finding: a hash of rule, titles of the clauses around it and subject.

    Numbers of clauses, tables and figures are left out, so that it outlives a new numbering; what a finding is about when
    its text changes is another finding. Equal ones of a draft are counted, in its order.
    """
    counts: Counter[str] = Counter()
    result: list[str] = []
    for finding in findings:
        subject = _OWN_NUMBERS.sub("#", finding.subject)
        key = "\n".join((finding.rule.id, match_key(finding.section), match_key(subject)))
        counts[key] += 1
        counted = key if counts[key] == 1 else f"{key}\n{counts[key]}"
        result.append(hashlib.sha256(counted.encode()).hexdigest()[:IDENTITY_CHARACTERS])
    return result
