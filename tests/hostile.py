"""Build the files a stranger could send to open a door or to fill the memory; every one of them must be refused."""

import io
import zipfile

_SAMPLE = (
    '<?xml version="1.0" encoding="UTF-8"?><standard xml:lang="en"><front><std-meta><std-ref>{reference}</std-ref>'
    "</std-meta></front><body><sec><title>Scope</title></sec></body></standard>"
)


def hostile_xml() -> dict[str, bytes]:
    """Return files by the name of what they try; no name is accepted by any reader of XML here."""
    return {**_with_doctype(), **_too_much(), **_not_xml()}


def _standard(reference: str = "GB/T 99999-2024", doctype: str = "") -> str:
    text = _SAMPLE.format(reference=reference)
    return text.replace("?>", "?>" + doctype, 1)


def _with_doctype() -> dict[str, bytes]:
    laughs = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    plain = _standard(doctype="<!DOCTYPE standard>")
    undeclared = plain.partition("?>")[2]
    return {
        "xxe_file": _standard("&x;", '<!DOCTYPE standard [<!ENTITY x SYSTEM "file:///etc/passwd">]>').encode(),
        "xxe_network": _standard("&x;", '<!DOCTYPE standard [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>').encode(),
        "xxe_parameter": _standard(
            doctype='<!DOCTYPE standard [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'
        ).encode(),
        "billion_laughs": _standard("&l9;", f"<!DOCTYPE standard [{laughs}]>").encode(),
        "quadratic_blowup": _standard("&a;" * 50_000, f'<!DOCTYPE standard [<!ENTITY a "{"a" * 50_000}">]>').encode(),
        "external_dtd": _standard(doctype='<!DOCTYPE standard SYSTEM "http://127.0.0.1:9/STS.dtd">').encode(),
        "doctype_plain": plain.encode(),
        "doctype_lower_case": plain.replace("DOCTYPE", "doctype").encode(),
        "doctype_after_bom": plain.encode("utf-8-sig"),
        "doctype_after_comments": _standard(
            doctype="<!-- <a> --><?pi <b>?>\n\n<!---->\t<!DOCTYPE standard [<!ENTITY a '1'>]>"
        ).encode(),
        "doctype_behind_a_broken_declaration": (
            b'<?xml version="1.0" ><!DOCTYPE a [<!ENTITY x "y">]><standard a="?><standard>">&x;</standard>'
        ),
        "doctype_utf16": plain.replace("UTF-8", "UTF-16").encode("utf-16"),
        "doctype_utf16_without_bom": plain.replace("UTF-8", "UTF-16").encode("utf-16-be"),
        "doctype_utf16_undeclared": undeclared.encode("utf-16"),
        "doctype_utf32": undeclared.encode("utf-32"),
        "doctype_gb18030": _standard("示例", "<!DOCTYPE standard>").replace("UTF-8", "GB18030").encode("gb18030"),
        "doctype_utf7": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE standard+AD4-<standard/>',
        "doctype_ebcdic": plain.replace("UTF-8", "cp037").encode("cp037"),
        "doctype_inside": _standard().replace("<body>", "<!DOCTYPE standard><body>").encode(),
    }


def _too_much() -> dict[str, bytes]:
    many = " ".join(f'a{number}="1"' for number in range(200_000))
    prefixes = " ".join(f'xmlns:a{number}="u"' for number in range(200_000))
    return {
        "deep_300": b"<standard>" + b"<sec>" * 299 + b"</sec>" * 299 + b"</standard>",
        "deep_1000000": b"<sec>" * 1_000_000,
        "attributes_200000": f"<standard {many}/>".encode(),
        "attributes_200000_spread": b"<standard>" + b"<p a='1' b = '2' c=\n'3' d='4'/>" * 50_000 + b"</standard>",
        "namespaces_200000": f"<standard {prefixes}/>".encode(),
        "elements_1000000": b"<standard>" + b"<p/>" * 1_000_000 + b"</standard>",
        "element_names_1000000": b"<standard>" + b"".join(b"<p%d/>" % n for n in range(1_000_000)) + b"</standard>",
        "name_of_60000_characters": b"<standard><" + b"a" * 60_000 + b"/></standard>",
        "value_of_11000000_characters": b'<standard a="' + b"a" * 11_000_000 + b'"/>',
        "text_of_11000000_characters": b"<standard>" + b"a" * 11_000_000 + b"</standard>",
    }


def _not_xml() -> dict[str, bytes]:
    whole = _standard("GB/T 99999—2024").encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as container:
        container.writestr("document.xml", whole)
    return {
        "truncated": whole[: len(whole) // 2],
        "truncated_in_a_tag": whole[: whole.index(b"<std-ref") + 4],
        "truncated_in_a_character": whole[: whole.index("—".encode()) + 1],
        "truncated_comment": b"<!-- never ends <standard/>",
        "empty": b"",
        "blank": b" \n\t ",
        "only_a_bom": b"\xef\xbb\xbf",
        "only_a_declaration": b'<?xml version="1.0"?>',
        "not_xml": "GB/T 99999—2024 是示例，不是 XML。".encode(),
        "html": b"<!DOCTYPE html><html><body><p>1 < 2</body></html>",
        "json": b'{"std-ref": "GB/T 99999-2024"}',
        "zip": archive.getvalue(),
        "pdf": b"%PDF-1.7\n1 0 obj\n",
        "nul_bytes": b"<standard>\0</standard>",
        "nul_bytes_only": b"\0" * 100_000,
        "bad_encoding": b"<standard><p>\xff\xfe\xfa</p></standard>",
        "undeclared_gb18030": "<standard><p>示例</p></standard>".encode("gb18030"),
        "wrongly_declared_gb18030": b'<?xml version="1.0" encoding="GB18030"?>\n<standard>\xff\xff</standard>',
        "wrongly_declared_utf16": b'<?xml version="1.0" encoding="UTF-16"?><standard/>',
        "unknown_encoding": b'<?xml version="1.0" encoding="x-klingon"?><standard/>',
        "undefined_entity": b"<standard>&mdash;</standard>",
        "undefined_prefix": b"<standard><tbx:termEntry/></standard>",
        "two_roots": b"<standard/><standard/>",
        "control_characters": b"<standard>\x01\x02</standard>",
        "same_attribute_twice": b'<standard a="1" a="2"/>',
    }
