"""What no file can do to the reader of XML, and what it still reads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostile import hostile_xml
from standards_tree.documents.hardened_xml import XmlLimits, child_text, drop, line_of, read_tree, text_of
from standards_tree.errors import InvalidArgumentError, MalformedDocumentError, UnsafeDocumentError

REPOSITORY = Path(__file__).resolve().parents[2]
HOSTILE = hostile_xml()
MEBIBYTE = 1024 * 1024

MEASURED = (
    "xxe_file",
    "billion_laughs",
    "quadratic_blowup",
    "doctype_utf16",
    "deep_300",
    "attributes_200000",
    "attributes_200000_spread",
    "namespaces_200000",
    "elements_1000000",
    "value_of_11000000_characters",
    "truncated",
)

MEASURE = """
import pathlib, resource, sys
from standards_tree.documents.hardened_xml import read_tree
from standards_tree.errors import InvalidArgumentError
content = pathlib.Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_tree(content)
except InvalidArgumentError:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_are_refused(name: str) -> None:
    """No hostile file is read, and none raises anything but a refusal."""
    with pytest.raises(InvalidArgumentError):
        read_tree(HOSTILE[name])


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in sorted(HOSTILE)
        if name.startswith(("doctype", "xxe", "billion", "quadratic", "external", "html"))
        and name not in ("doctype_utf7", "doctype_ebcdic", "doctype_inside", "doctype_behind_a_broken_declaration")
    ],
)
def test_a_doctype_is_named_wherever_it_hides(name: str) -> None:
    """Behind a byte order mark, comments, UTF-16, UTF-32 or GB18030, a DOCTYPE is found and named with its line."""
    with pytest.raises(UnsafeDocumentError, match=r"line \d+: the file has a DOCTYPE"):
        read_tree(HOSTILE[name])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("deep_300", "Excessive depth"),
        ("attributes_200000", "more than 150000 attributes"),
        ("attributes_200000_spread", "line 37501: the file has more than 150000 attributes"),
        ("namespaces_200000", "more than 150000 attributes"),
        ("elements_1000000", "more than 250000 elements"),
        ("name_of_60000_characters", "Name too long"),
    ],
)
def test_too_much_is_called_unsafe_and_says_of_what(name: str, message: str) -> None:
    """Depth, elements, attributes and names beyond the limits are unsafe, and the message says which and where."""
    with pytest.raises(UnsafeDocumentError, match=message):
        read_tree(HOSTILE[name])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("empty", "is empty"),
        ("zip", "a ZIP archive"),
        ("pdf", "PDF"),
        ("json", "root element's start tag was expected"),
        ("nul_bytes", "line 1: the file holds NUL bytes"),
        ("truncated", "line 1, column .*not well-formed"),
        ("truncated_comment", "never ends"),
        ("undeclared_gb18030", 'bytes that are not UTF-8.*encoding="GB18030"'),
        ("wrongly_declared_gb18030", "line 2: the file says it is gb18030"),
        ("unknown_encoding", "encoding x-klingon"),
        ("undefined_entity", "'mdash' not defined"),
        ("doctype_inside", "not well-formed"),
    ],
)
def test_what_is_not_xml_is_called_malformed_and_says_why(name: str, message: str) -> None:
    """A file that is no XML is malformed, and the message says what is wrong and where."""
    with pytest.raises(MalformedDocumentError, match=message):
        read_tree(HOSTILE[name])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is in KiB on Linux only")
@pytest.mark.parametrize("name", MEASURED)
def test_refusing_a_hostile_file_costs_little_memory(name: str, tmp_path: Path) -> None:
    """The peak memory of a process that refuses the file grows by less than 64 MiB."""
    path = tmp_path / "hostile.xml"
    path.write_bytes(HOSTILE[name])
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], env=environment, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 64 * MEBIBYTE


def test_a_file_at_the_limits_is_read() -> None:
    """Limits are the most that is allowed, not the first that is refused."""
    limits = XmlLimits(max_bytes=45, max_elements=4, max_attributes=3)
    root = read_tree(b"<a b='1' c='2'><d e='3'><f/></d><g>==</g></a>", limits)
    assert len(root) == 2


@pytest.mark.parametrize(
    "limits",
    [
        XmlLimits(max_bytes=44),
        XmlLimits(max_elements=3),
        XmlLimits(max_attributes=2),
    ],
    ids=["bytes", "elements", "attributes"],
)
def test_one_more_than_a_limit_is_refused(limits: XmlLimits) -> None:
    """Each limit refuses the same file as soon as it is one smaller."""
    with pytest.raises(UnsafeDocumentError):
        read_tree(b"<a b='1' c='2'><d e='3'><f/></d><g>==</g></a>", limits)


def test_signs_in_running_text_are_not_counted_as_markup() -> None:
    """Formulas full of equals signs and closing tags do not use up the attributes and elements."""
    root = read_tree(b"<a>" + b"<p>x = y</p>" * 10 + b"</a>", XmlLimits(max_attributes=1, max_elements=11))
    assert len(root) == 10


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0" encoding="GB18030"?><a>技术性贸易措施 𠮷</a>'.encode("gb18030"),
        '<?xml version="1.0" encoding="GB2312"?><a>技术性贸易措施 镕</a>'.encode("gbk"),
        '<?xml version="1.0" encoding="UTF-16"?><a>技术性贸易措施 𠮷</a>'.encode("utf-16"),
        "<a>技术性贸易措施 𠮷</a>".encode("utf-8-sig"),
        "<a>技术性贸易措施 𠮷</a>".encode(),
    ],
    ids=["gb18030", "gb2312", "utf-16", "utf-8 with a byte order mark", "utf-8"],
)
def test_chinese_is_read_in_the_encodings_it_comes_in(content: bytes) -> None:
    """A declared GB18030 or GB2312 file, UTF-16 with its mark and UTF-8 say the same."""
    assert text_of(read_tree(content)).startswith("技术性贸易措施")


def test_what_the_parser_reads_is_what_was_checked() -> None:
    """A file whose bytes and declaration contradict each other is not read by the declaration."""
    root = read_tree('<?xml version="1.0" encoding="US-ASCII"?><a>示例</a>'.encode())
    assert text_of(root) == "示例"


def test_comments_and_processing_instructions_are_dropped() -> None:
    """What no reader of the printed standard sees is not in the tree."""
    root = read_tree(b"<?a?><!-- b --><r>x<?c d?>y<!-- e -->z</r><!-- f -->")
    assert (text_of(root), len(root)) == ("xyz", 0)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<a> one\n   <b>two</b> three </a>", "one two three"),
        ("<a>H<sub>2</sub>O</a>", "H2O"),
        ("<a>技术性\n      贸易措施</a>", "技术性贸易措施"),
        ("<a>技术性贸易措施，\n  术语</a>", "技术性贸易措施，术语"),
        ("<a>贸易措施\n  TBT</a>", "贸易措施 TBT"),
        ("<a>标准　第1部分</a>", "标准 第1部分"),
        ("<a/>", ""),
    ],
)
def test_text_is_on_one_line_as_printed(markup: str, text: str) -> None:
    """White space of the file folds to one blank, and vanishes where it only wraps Chinese text."""
    assert text_of(read_tree(markup.encode())) == text


def test_a_dropped_element_leaves_the_text_behind_it() -> None:
    """Dropping footnotes keeps the sentence they stand in."""
    root = read_tree(b"<p>one<fn>note</fn>, two <b>bold</b><fn>note</fn>.</p>")
    for footnote in list(root.iter("fn")):
        drop(footnote)
    assert text_of(root) == "one, two bold."


def test_children_and_lines_are_found() -> None:
    """A child's text is found by its name, and its line is the one in the file."""
    root = read_tree(b"<a>\n\n<label>3.1</label></a>")
    assert (child_text(root, "label"), child_text(root, "title"), line_of(root[0])) == ("3.1", "", 3)


MISC = st.sampled_from(
    [" ", "\n", "\t", "<!-- x -->", "<!---->", "<!-- <!DOCTYPE a> -->", "<?p <!DOCTYPE a>?>", "<?q?>"]
)
DOCTYPES = st.sampled_from(
    ["<!DOCTYPE a>", "<!DOCTYPE a [<!ENTITY x 'y'>]>", '<!DOCTYPE a SYSTEM "x">', "<!DOCTYPE\na>", "<!DOCTYPE"]
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"])


@given(st.booleans(), st.lists(MISC), DOCTYPES, st.lists(MISC), ENCODINGS)
@settings(max_examples=200, deadline=None)
def test_no_doctype_passes_behind_any_prolog(
    declared: bool, before: list[str], doctype: str, behind: list[str], encoding: str
) -> None:
    """Whatever white space, comments and instructions stand around it, a DOCTYPE is found."""
    declaration = '<?xml version="1.0"?>' if declared else ""
    content = "".join([declaration, *before, doctype, *behind, "<a>&x;</a>"]).encode(encoding)
    with pytest.raises(UnsafeDocumentError, match="DOCTYPE"):
        read_tree(content)


@given(
    st.one_of(
        st.binary(max_size=200), st.text(alphabet="<>!?&;-=\"'[]/ \nabDOCTYPExml文", max_size=200).map(str.encode)
    )
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """No input makes the reader raise anything but a refusal, and nothing with a DOCTYPE is read."""
    try:
        root = read_tree(content)
    except InvalidArgumentError:
        return
    assert not root.getroottree().docinfo.doctype
