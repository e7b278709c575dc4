"""Comments in a Word file of somebody else's: each at its paragraph, and nothing else in the file is changed."""

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn

from hostile_workbooks import hostile_workbooks
from mutations import mutated
from soaking import scaled
from standards_tree.documents.docx_annotation import Annotation, annotate_docx
from standards_tree.documents.hardened_xml import Element, read_tree
from standards_tree.documents.reading import read_document
from standards_tree.errors import (
    DomainError,
    InvalidArgumentError,
    MalformedDocumentError,
    UnsafeDocumentError,
    UnsupportedDocumentError,
)
from word_drafts import NAMESPACE, paragraph, styled_draft, table, typed_draft, word_document

DAY = date(2026, 6, 1)
MAIN, TYPES, RELATIONS = "word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MOST = 32_767
RUN = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
# What is put into the main part: nothing of it is in the drafts of these tests.
OURS = re.compile(
    rb'<w:commentRangeStart(?: xmlns:w="[^"]*")? w:id="\d+"/>|<w:commentRangeEnd(?: xmlns:w="[^"]*")? w:id="\d+"/>'
    rb'<w:r(?: xmlns:w="[^"]*")?><w:commentReference w:id="\d+"/></w:r>'
)


def annotated(content: bytes, *notes: tuple[int, str]) -> bytes:
    """Return *content* with *notes*, each a number of a paragraph and a text."""
    return annotate_docx(content, [Annotation(*note) for note in notes], "示例人", DAY)


def parts(content: bytes) -> dict[str, bytes]:
    """Return every part of a package, in its order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def shown(content: bytes) -> list[tuple[str, str]]:
    """Return each comment with the text of the paragraph that Word shows it at, in the order of the text."""
    document = docx.Document(io.BytesIO(content))
    texts = {str(comment.comment_id): comment.text for comment in document.comments}
    found = []
    for reference in document.element.body.iter(qn("w:commentReference")):
        holder = next(reference.iterancestors(qn("w:p")))
        own = [one for one in holder.iter(qn("w:t")) if next(one.iterancestors(qn("w:p"))) is holder]
        identifier = reference.get(qn("w:id"))
        starts = [one.get(qn("w:id")) for one in holder.iterchildren(qn("w:commentRangeStart"))]
        ends = [one.get(qn("w:id")) for one in holder.iterchildren(qn("w:commentRangeEnd"))]
        assert (starts.count(identifier), ends.count(identifier)) == (1, 1)
        found.append((texts[identifier], "".join(one.text or "" for one in own)))
    return found


def with_parts(content: bytes, **changed: str | bytes | None) -> bytes:
    """Return *content* with parts added, replaced or, by None, left out; the names of some parts have short ones here."""
    names = {"types": TYPES, "relations": RELATIONS, "comments": "word/comments.xml", "main": MAIN}
    everything = {**parts(content), **{names.get(name, name): part for name, part in changed.items()}}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in everything.items():
            if part is not None:
                archive.writestr(name, part)
    return written.getvalue()


def relations(target: str, kind: str = f"{OFFICE}/comments", more: str = "") -> str:
    """Return the relations of the main part, to one part."""
    return (
        f'<p:Relationships xmlns:p="{PACKAGE}/relationships">'
        f'<p:Relationship Id="rId1" Type="{kind}" Target="{target}"{more}/></p:Relationships>'
    )


def commented(content: bytes = b"") -> bytes:
    """Return a file that a person has commented on before, as python-docx writes it."""
    document = docx.Document(io.BytesIO(content)) if content else docx.Document()
    for text in ("甲", "乙"):
        document.add_comment(document.add_paragraph(text).runs, f"旧批注{text}", "示例同事", "同事")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_a_comment_stands_at_its_paragraph() -> None:
    """In the text and in a table; several at one place in their order; with author and day; lines are paragraphs."""
    content = word_document(
        paragraph("一"), table([["甲", "乙"], ["丙", paragraph("丁一") + paragraph("丁二")]]), paragraph("二")
    )
    result = annotated(content, (7, "末"), (1, "首一\n首二 <&>\"'"), (6, "格"), (1, "再"))
    assert shown(result) == [("首一\n首二 <&>\"'", "一"), ("再", "一"), ("格", "丁二"), ("末", "二")]
    comments = list(docx.Document(io.BytesIO(result)).comments)
    assert {(one.author, one.initials, str(one.timestamp)[:10]) for one in comments} == {
        ("示例人", "示例人", "2026-06-01")
    }
    undated = docx.Document(io.BytesIO(annotate_docx(content, [Annotation(1, "文")], "甲 <乙>", None)))
    assert [(one.author, one.timestamp) for one in undated.comments] == [("甲 <乙>", None)]


def test_what_is_about_the_whole_stands_at_the_first_paragraph() -> None:
    """A finding without a place is seen first."""
    content = word_document(paragraph("封面"), paragraph("正文"))
    assert shown(annotated(content, (0, "整体"))) == [("整体", "封面")]


BOX = (
    "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></w:drawing>"
    "</mc:Choice><mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


def test_what_is_in_a_text_box_is_said_where_the_box_is_anchored() -> None:
    """Word ignores comments inside of text boxes; paragraphs there are counted all the same, those of one form."""
    boxes = BOX.format(paragraph("盒一") + table([["盒内格"]]))
    content = word_document(paragraph("前"), paragraph("锚", inside=boxes), paragraph("后"))
    places = {1: "前", 2: "锚", 3: "锚", 4: "锚", 5: "后"}
    for number, text in places.items():
        assert shown(annotated(content, (number, "此"))) == [("此", text)]


def test_tracked_changes_are_counted_as_the_reader_counts_them() -> None:
    """Deleted rows are not counted, a paragraph whose end is deleted is, and is joined to the next; nothing is accepted."""
    deleted_row = "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr>"
    content = word_document(
        paragraph("1 范围"),
        f"<w:tbl>{deleted_row}<w:tr><w:tc>{paragraph('格')}</w:tc></w:tr></w:tbl>",
        f"<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:ins>{RUN.format('插入')}</w:ins></w:p>",
        paragraph("前半", properties="<w:rPr><w:del/></w:rPr>"),
        paragraph("后半。"),
        f"<w:ins>{paragraph('整段插入')}</w:ins>",
    )
    blocks = read_document(content).clauses[0].blocks
    assert [(block.text, block.place.paragraph) for block in blocks] == [
        *(("格", 2), ("插入", 3), ("前半后半。", 5), ("整段插入", 6))
    ]
    result = annotated(content, *((block.place.paragraph, block.text) for block in blocks))
    assert shown(result) == [("格", "格"), ("插入", "插入"), ("前半后半。", "后半。"), ("整段插入", "整段插入")]
    assert OURS.sub(b"", parts(result)[MAIN]) == parts(content)[MAIN]


def packed_otherwise(content: bytes) -> bytes:
    """Return *content* with parts that are not compressed, have a time and a name in Chinese, and a picture."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, part in {**parts(content), "word/media/图.png": bytes(range(256)) * 40}.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 2, 29, 23, 59, 58)), part)
    return written.getvalue()


def entries(content: bytes) -> list[zipfile.ZipInfo]:
    """Return what the directory says of each part, which are all as it says."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.infolist()


ORIGINALS = {
    "a draft": styled_draft(),
    "a draft without styles": typed_draft(),
    "packed otherwise": packed_otherwise(styled_draft()),
    "with comments": commented(typed_draft()),
    "with comments, by another program": packed_otherwise(commented()),
}


@pytest.mark.parametrize("name", ORIGINALS)
def test_nothing_else_in_the_file_changes(name: str) -> None:
    """Every other part is stored as it was, in its place; of those that name comments every other byte is kept."""
    original = ORIGINALS[name]
    result = annotated(original, (1, "一"), (2, "二"), (0, "整体"))
    old, new = parts(original), parts(result)
    touched = {MAIN, TYPES, RELATIONS, "word/comments.xml"}
    assert list(new)[: len(old)] == list(old)
    assert set(new) - set(old) <= touched
    kept = [[facts(entry) for entry in entries(one) if entry.filename not in touched] for one in (original, result)]
    assert kept[0] == kept[1]
    assert {part: old[part] for part in old if part not in touched} == {
        part: new[part] for part in old if part not in touched
    }
    there = set(OURS.findall(old[MAIN]))
    assert OURS.sub(lambda found: found[0] if found[0] in there else b"", new[MAIN]) == old[MAIN]
    for part in touched & set(old) - {MAIN}:
        before, end, after = old[part].rpartition(b"</")
        assert new[part] == old[part] or (new[part].startswith(before), new[part].endswith(end + after)) == (True, True)


def facts(entry: zipfile.ZipInfo) -> tuple[object, ...]:
    """Return what a copied part keeps."""
    return entry.filename, entry.compress_type, entry.compress_size, entry.CRC, entry.date_time, entry.external_attr


def test_the_same_input_gives_the_same_bytes() -> None:
    """No clock and no chance is in it; without anything to say the file is the author's, byte for byte."""
    assert annotated(styled_draft(), (1, "一")) == annotated(styled_draft(), (1, "一"))
    content = styled_draft()
    assert annotated(content) == content


def test_comments_that_are_there_stay_and_new_ones_come_after_them() -> None:
    """Their texts, their places and their numbers."""
    original = commented()
    (_, first), (_, second) = shown(original)
    result = annotated(original, (1, "新"), (2, "再新"))
    assert shown(result) == [("旧批注甲", first), ("新", first), ("旧批注乙", second), ("再新", second)]
    assert [one.comment_id for one in docx.Document(io.BytesIO(result)).comments] == [0, 1, 2, 3]
    twice = annotated(result, (1, "第三次"))
    assert shown(twice)[2] == ("第三次", first)
    assert len(parts(twice)[RELATIONS]) == len(parts(original)[RELATIONS])


def test_a_number_that_the_text_uses_is_not_given_away() -> None:
    """An anchor whose comment is gone keeps its number; where the largest one is used, those below it are free."""
    anchor = '<w:commentRangeStart w:id="{0}"/><w:commentRangeEnd w:id="{0}"/>'
    for number, given in ((41, 42), (2**31 - 1, 0), ("x", 0), (-3, 0)):
        result = annotated(word_document(paragraph("文", inside=anchor.format(number))), (1, "此"))
        assert [one.comment_id for one in docx.Document(io.BytesIO(result)).comments] == [given]


NAMED = {
    "Strict": ("w:", STRICT, f' xmlns:w="{STRICT}"'),
    "without a prefix": ("", NAMESPACE, f' xmlns="{NAMESPACE}"'),
    "Strict without a prefix": ("", STRICT, f' xmlns="{STRICT}"'),
    "a prefix of its own": ("x:", NAMESPACE, f' xmlns:x="{NAMESPACE}"'),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_file_names_what_it_likes(name: str) -> None:
    """Transitional and Strict, any prefix or none, in the text and in the comments that are there."""
    prefix, namespace, declared = NAMED[name]
    empty = f"<{prefix}p/><{prefix}p><{prefix}pPr/></{prefix}p>"
    body = f"{empty}<{prefix}p><{prefix}r><{prefix}t>文</{prefix}t></{prefix}r></{prefix}p>"
    main = f"<{prefix}document{declared}><{prefix}body>{body}</{prefix}body></{prefix}document>"
    kind = (
        f"{OFFICE}/comments"
        if namespace == NAMESPACE
        else "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
    )
    content = with_parts(
        word_document(), main=main, comments=f"<{prefix}comments{declared}/>", relations=relations("comments.xml", kind)
    )
    for original in (content, with_parts(content, comments=None, relations=None)):
        result = parts(annotated(original, (1, "一"), (2, "二"), (3, "三")))
        root = read_tree(result[MAIN])
        assert [local(one) for one in root[0][0]] == ["commentRangeStart", "commentRangeEnd", "r"]
        assert [local(one) for one in root[0][1]] == ["pPr", "commentRangeStart", "commentRangeEnd", "r"]
        assert [local(one) for one in root[0][2]] == ["commentRangeStart", "r", "commentRangeEnd", "r"]
        ids = [one.get(f"{{{namespace}}}id") for one in root.iter(f"{{{namespace}}}commentReference")]
        comments = read_tree(result["word/comments.xml"])
        assert ids == [one.get(f"{{{namespace}}}id") for one in comments] == ["0", "1", "2"]
        assert {one.tag for one in comments} == {f"{{{namespace}}}comment"}
        assert kind.encode() in result[RELATIONS]
        assert (b"comments+xml" in result[TYPES]) == (original is not content)


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def test_comments_are_found_wherever_the_file_keeps_them() -> None:
    """By relation, not by name; a relation to nothing, a part that nothing names, one that lies outside."""
    plain = word_document(paragraph("文"))
    own = f'<w:comments xmlns:w="{NAMESPACE}"><w:comment w:id="7"/></w:comments>'
    for target in ("../notes/said.xml", "/notes/said.xml"):
        content = with_parts(plain, relations=relations(target), **{"notes/said.xml": own})
        result = parts(annotated(content, (1, "新")))
        assert b'w:id="8"' in result["notes/said.xml"]
        assert (result[RELATIONS], result[TYPES]) == (parts(content)[RELATIONS], parts(content)[TYPES])
    dangling = parts(annotated(with_parts(plain, relations=relations("gone.xml")), (1, "新")))
    assert (b"\xe6\x96\xb0" in dangling["word/gone.xml"], b"/word/gone.xml" in dangling[TYPES]) == (True, True)
    unnamed = parts(annotated(with_parts(plain, comments=own), (1, "新")))
    assert unnamed["word/comments.xml"].decode() == own
    assert b'Id="rId1"' in unnamed[RELATIONS]
    assert b'Target="comments1.xml"' in unnamed[RELATIONS]
    away = with_parts(plain, relations=relations("https://example.org/", more=' TargetMode="External"'))
    assert b'<p:Relationship Id="rId2"' in parts(annotated(away, (1, "新")))[RELATIONS]


def test_a_text_may_hold_anything() -> None:
    """What XML cannot hold becomes U+FFFD, and markup stays text; so in a name."""
    result = annotate_docx(
        word_document(paragraph("文")), [Annotation(1, "\0\x1b\ud800\ufffe]]></w:t>\r\n{0}\t&amp;")], 'a"\n\0b', None
    )
    (comment,) = docx.Document(io.BytesIO(result)).comments
    assert comment.text == "\ufffd\ufffd\ufffd\ufffd]]></w:t>\n{0}\t&amp;"
    assert comment.author == 'a" \ufffdb'


class Chance:
    """Makes bodies of all that a paragraph can stand in, and knows at which text each text is to be said."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # repeatable on purpose
        self._count = 0
        self.shown_at: dict[str, str] = {}

    def blocks(self, depth: int, anchor: str = "") -> str:
        """Return some blocks; *anchor* is the text of the paragraph that a text box around them is anchored in."""
        made = ""
        for _ in range(self._random.randint(1, 4)):
            ways = (self._plain, self._joined, self._changed, self._table, self._boxed, self._controlled)
            made += self._random.choice(ways if depth else ways[:3])(depth, anchor)
        return made

    def _text(self, anchor: str) -> str:
        self._count += 1
        text = f"文{self._count}。"
        self.shown_at[text] = anchor or text
        return text

    def _plain(self, _depth: int, anchor: str) -> str:
        return self._random.choice((paragraph(self._text(anchor)), f"<w:p>{RUN.format(self._text(anchor))}</w:p>"))

    def _joined(self, _depth: int, anchor: str) -> str:
        """Two paragraphs of which the end of the first is deleted: they are read as the second."""
        first, second = self._text(anchor), self._text(anchor)
        self.shown_at[first] = self.shown_at[second]
        return paragraph(first, properties="<w:rPr><w:del/></w:rPr>") + paragraph(second)

    def _changed(self, _depth: int, anchor: str) -> str:
        gone = "<w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        return f"<w:p>{gone}<w:ins>{RUN.format(self._text(anchor))}</w:ins></w:p><!-- <w:p> -->"

    def _table(self, depth: int, anchor: str) -> str:
        cells = "".join(f"<w:tc>{self._plain(0, anchor)}{self.blocks(depth - 1, anchor)}</w:tc>" for _ in range(2))
        deleted = "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr>"
        return f"<w:tbl>{deleted}<w:tr>{cells}</w:tr></w:tbl>"

    def _boxed(self, depth: int, anchor: str) -> str:
        text = self._text(anchor)
        return paragraph(text, inside=BOX.format(self.blocks(depth - 1, self.shown_at[text])))

    def _controlled(self, depth: int, anchor: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{self.blocks(depth - 1, anchor)}</w:sdtContent></w:sdt>"


def test_whatever_is_read_is_commented_on_where_it_stands() -> None:
    """Bodies made by chance: the text at each place the reader tells is the text that the comment stands at."""
    told = 0
    for seed in range(scaled(40, 2_000)):
        chance = Chance(seed)
        content = word_document(paragraph("1 范围"), chance.blocks(3))
        blocks = [block for clause in read_document(content).clauses for block in clause.blocks]
        places = [(found[0], block.place.paragraph) for block in blocks if (found := re.match(r"文\d+。", block.text))]
        told += len(places)
        result = annotated(content, *((number, text) for text, number in places))
        assert sorted(shown(result)) == sorted((text, chance.shown_at[text]) for text, _ in places), seed
        assert OURS.sub(b"", parts(result)[MAIN]) == parts(content)[MAIN]
    assert told > 100


NOT_WORD = {
    "text": "1 范围\n示例".encode(),
    "XML": b"<standard/>",
    "Word 97": b"\xd0\xcf\x11\xe0" + bytes(600),
    "a template": with_parts(styled_draft(), types=parts(styled_draft())[TYPES].replace(b"document.main", b"template.main")),
    "macros": with_parts(
        styled_draft(),
        types=parts(styled_draft())[TYPES].replace(
            b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
            b"vnd.ms-word.document.macroEnabled.main",
        ),
    ),
    "another vocabulary": with_parts(
        styled_draft(), main=parts(styled_draft())[MAIN].replace(NAMESPACE.encode(), b"urn:example")
    ),
    "no paragraph": word_document(),
    "UTF-16": with_parts(
        styled_draft(), main=parts(styled_draft())[MAIN].decode().replace(' encoding="UTF-8"', "").encode("utf-16")
    ),
    "Latin 1": with_parts(
        word_document(), main=f'<?xml version="1.0" encoding="ISO-8859-1"?><w:document xmlns:w="{NAMESPACE}"><w:body><w:p/>'
        "</w:body></w:document>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_WORD)
def test_what_cannot_carry_comments_is_told_apart(name: str) -> None:
    """It is sound, and another report can be made of it; so the refusal is one of its own."""
    with pytest.raises(UnsupportedDocumentError) as refusal:
        annotated(NOT_WORD[name], (0, "此"))
    assert len(str(refusal.value)) > 20


def test_a_document_gets_no_more_comments_than_word_opens() -> None:
    """Word opens no file with more than 32,767."""
    many = "".join(f'<w:comment w:id="{number}"/>' for number in range(MOST - 1))
    content = with_parts(
        word_document(paragraph("文")),
        comments=f'<w:comments xmlns:w="{NAMESPACE}">{many}</w:comments>',
        relations=relations("comments.xml"),
    )
    assert b'w:id="32766"' in parts(annotated(content, (1, "最后")))[MAIN]
    with pytest.raises(UnsupportedDocumentError, match="32767"):
        annotated(content, (1, "最后"), (1, "再一条"))


def test_comments_that_repeat_themselves_can_be_read_again() -> None:
    """What is written does not pass for a bomb when the author sends it back."""
    original = word_document(*(paragraph(f"{number} 条款") for number in range(1, 1001)))
    result = annotated(original, *((number, "应，不应" * 200) for number in range(1, 1001)))
    assert len(parts(result)["word/comments.xml"]) > 2 * 1024 * 1024
    assert read_document(result).clauses == read_document(original).clauses


@pytest.mark.parametrize("number", [3, 2**31 - 1, -1])
def test_a_paragraph_that_is_not_there_is_refused(number: int) -> None:
    """The refusal says how many there are."""
    with pytest.raises(InvalidArgumentError, match=f"{number} .* 2"):
        annotated(word_document(paragraph("一"), paragraph("二")), (number, "此"))


DOCTYPE = '<!DOCTYPE a [<!ENTITY x "y">]><a/>'
HOSTILE: dict[str, tuple[Callable[[], bytes], type[DomainError]]] = {
    **{
        f"DOCTYPE in {part}": (
            lambda part=part: with_parts(
                word_document(paragraph("文")), **{"relations": relations("comments.xml"), part: DOCTYPE}
            ),
            UnsafeDocumentError,
        )
        for part in ("main", "types", "relations", "comments", "word/styles.xml")
    },
    "no content types": (lambda: with_parts(word_document(paragraph("文")), types=None), MalformedDocumentError),
    "content types that are none": (lambda: with_parts(word_document(paragraph("文")), types="<Types"), MalformedDocumentError),
    "relations that are none": (lambda: with_parts(word_document(paragraph("文")), relations="x"), MalformedDocumentError),
    "comments at no name": (
        lambda: with_parts(word_document(paragraph("文")), relations=relations("..")), MalformedDocumentError,
    ),
    "comments that are none": (
        lambda: with_parts(word_document(paragraph("文")), comments="<a><b></a>", relations=relations("comments.xml")),
        MalformedDocumentError,
    ),
    "comments that are something else": (
        lambda: with_parts(word_document(paragraph("文")), comments="<a/>", relations=relations("comments.xml")),
        UnsupportedDocumentError,
    ),
    "comments without end": (
        lambda: with_parts(
            word_document(paragraph("文")),
            comments=f'<w:comments xmlns:w="{NAMESPACE}">{"<w:comment/>" * 260_000}</w:comments>',
            relations=relations("comments.xml"),
        ),
        UnsafeDocumentError,
    ),
    "an attribute twice, which the reader leaves out": (
        lambda: with_parts(
            word_document(),
            main=f'<w:document xmlns:w="{NAMESPACE}"><w:body><w:p w:rsidR="00" w:rsidR="01"/></w:body></w:document>',
        ),
        MalformedDocumentError,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_part_is_refused(name: str) -> None:
    """No part that is written is read with less care than the text."""
    make, kind = HOSTILE[name]
    with pytest.raises(kind):
        annotated(make(), (1, "此"))


CONTAINERS = {name: content for name, content in hostile_workbooks().items() if content.startswith(b"PK")}


@pytest.mark.parametrize("name", sorted(CONTAINERS))
def test_no_hostile_container_is_written(name: str) -> None:
    """Bombs, names that lead elsewhere, encrypted parts: nothing of them is passed on."""
    with pytest.raises(DomainError):
        annotated(CONTAINERS[name], (0, "此"))


def test_a_part_that_is_not_where_the_directory_says_is_refused() -> None:
    """A container whose parts were moved is not copied blindly."""
    whole = with_parts(word_document(paragraph("文")), **{"word/media/x.bin": b"x"})
    at = whole.rindex(b"PK\x03\x04")  # of the last part, which is copied and never read
    with pytest.raises(MalformedDocumentError, match="damaged"):
        annotated(whole[:at] + b"PK\x03\x05" + whole[at + 4 :], (1, "此"))


@pytest.mark.parametrize("original", [styled_draft(), commented(typed_draft())], ids=["a draft", "with comments"])
def test_a_damaged_file_is_annotated_or_refused_with_a_reason(original: bytes) -> None:
    """What comes of any damage is a file that opens, or a refusal; and not every damage is refused."""
    written = 0
    for seed in range(scaled(150, 2_000)):
        try:
            result = annotated(mutated(original, seed), (0, "整体"), (1, "一"))
        except DomainError as refusal:
            assert len(str(refusal)) > 10
        else:
            written += 1
            assert any("整体".encode() in part for part in parts(result).values())
            read_document(result)
    assert written > 20
