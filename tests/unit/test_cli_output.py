"""How the command line shows many answers: as a table where that can be read, else one below the other."""

import pytest
from google.protobuf.wrappers_pb2 import StringValue

from services.cli.output import Output

LINK = "links/7ac56191c71d417694b7f1227b0bbfc6"
TITLE = "National food safety standard—Food contact plastic materials and articles"
HEADINGS = ("probability", "standard", "title", "link")
CELLS = ("41%", "GB 4806.7—2023", TITLE, LINK)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Return how to show *CELLS* twice at a width; None is a pipe, which has none."""

    def show(width: int | None, language: str = "en") -> str:
        if width is None:
            monkeypatch.delenv("COLUMNS", raising=False)
        else:
            monkeypatch.setenv("COLUMNS", str(width))
        output = Output(as_json=False, language=language)
        output.list([StringValue()] * 2, HEADINGS, lambda _: CELLS)
        return capsys.readouterr().out

    return show


def test_a_table_keeps_names_whole_and_folds_texts(shown) -> None:
    """The title takes several lines; the designation and the name of the link do not."""
    table = shown(120)
    assert TITLE not in table
    assert table.count(LINK) == 2
    assert table.count("GB 4806.7—2023") == 2


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_what_is_too_wide_for_a_table_is_shown_one_below_the_other(shown, language: str) -> None:
    """With a line for each cell, an empty line between two answers, and nothing broken."""
    lines = shown(80, language).splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[-1] for line in lines if "links/" in line] == [LINK, LINK]
    assert len([line for line in lines if not line.strip()]) == 1
    assert not any("┃" in line for line in lines)
    assert ("可能性" in lines[0] or "概率" in lines[0]) == (language == "zh-Hans")


def test_what_goes_to_a_pipe_is_not_broken_at_all(shown) -> None:
    """So that other programs find whole cells on one line."""
    assert sum(TITLE in line and LINK in line for line in shown(None).splitlines()) == 2
