"""`make audit` says what is known of the locked packages, and what is not."""

import json

import pytest
from advisories import FOUND, UNKNOWN, verdict

SOUND = {"name": "sound", "version": "1.0", "vulns": []}
AFFECTED = {"name": "affected", "version": "1.0", "vulns": [{"id": "PYSEC-0000-1", "fix_versions": ["1.1"]}]}
SKIPPED = {"name": "skipped", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "status", "said"),
    [
        ([SOUND], 0, "no advisory for any of 1"),
        ([SOUND, AFFECTED], FOUND, "affected 1.0: PYSEC-0000-1, mended in 1.1"),
        ([SOUND, SKIPPED], UNKNOWN, "no advisory data for 1 of 2 packages (skipped)"),
        ([AFFECTED, SKIPPED], FOUND, "no advisory data for 1 of 2"),
    ],
)
def test_what_was_found_and_what_could_not_be_asked_are_said(tmp_path, packages, status, said):
    """A package that nobody knows anything about is not sound."""
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"dependencies": packages}), encoding="utf-8")
    found, lines = verdict(report)
    assert found == status
    assert said in "\n".join(lines)


@pytest.mark.parametrize("content", [None, "", "not JSON"])
def test_no_report_is_no_good_news(tmp_path, content):
    """Without a network pip-audit writes nothing."""
    report = tmp_path / "report.json"
    if content is not None:
        report.write_text(content, encoding="utf-8")
    assert verdict(report)[0] == UNKNOWN
