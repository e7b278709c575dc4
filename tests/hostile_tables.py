"""Build catalogues, vocabularies and lists that a stranger could send for import to do harm."""

import gzip
import io
import tarfile

from hostile import hostile_xml
from hostile_workbooks import hostile_workbooks

ADDRESS = "{url}"
"""Where a file names an address that must not be called, or a file that must not be opened."""


def hostile_tables() -> dict[str, tuple[str, bytes]]:
    """Return file name and content by what they try."""
    files = {
        **{f"xml_{name}": (f"{name}.xml", content) for name, content in hostile_xml().items()},
        **{
            f"tbx_{name}": (f"{name}.tbx", content.replace(b"standard", b"tbx"))
            for name, content in hostile_xml().items()
        },
        **{f"xlsx_{name}": (f"{name}.xlsx", content) for name, content in hostile_workbooks().items()},
    }
    for form in (_yaml(), _json(), _csv(), _triples(), _packed()):
        files |= form
    return files


def _yaml() -> dict[str, tuple[str, bytes]]:
    laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
    )
    tries = {
        "laughs": laughs,
        "object": "id: !!python/object/apply:os.system ['true']\n",
        "tag": "id: !<tag:yaml.org,2002:python/name:os.system> x\n",
        "deep": "id: " + "[" * 100_000,
        "deep_mappings": "id: " + "{a: " * 50_000,
        "merge": "id: &a {b: 1}\nx: {<<: *a}\n",
        "documents": "---\nid: 1\n" * 100_000,
        "key": "? " + "a" * 200_000 + "\n: 1\n",
        "scalar": "id: " + "a" * 5_000_000,
        "unclosed": 'id: "' + "a" * 1_000_000,
    }
    return {f"yaml_{name}": (f"{name}.yaml", text.encode()) for name, text in tries.items()}


def _json() -> dict[str, tuple[str, bytes]]:
    tries = {
        "deep": "[" * 200_000,
        "deep_objects": '{"a":' * 100_000,
        "number": '[{"designation": ' + "9" * 100_000 + "}]",
        "exponent": '[{"designation": 1e999999999}]',
        "no_number": '[{"designation": NaN}]',
        "surrogate": '[{"designation": "\\ud800"}]',
        "keys": "[{" + ",".join(f'"a{number}": 1' for number in range(100_000)) + "}]",
        "same_key": '[{"designation": "a", "designation": "b"}]',
        "records": "[" + ",".join(["{}"] * 300_000) + "]",
        "context": '{"@context": "{url}", "@id": "urn:a"}',
        "context_in_it": '{"@graph": [{"@context": ["{url}"], "@id": "urn:a"}]}',
    }
    return {f"json_{name}": (f"{name}.json", text.encode()) for name, text in tries.items()}


def _csv() -> dict[str, tuple[str, bytes]]:
    header = "designation,title\n"
    tries = {
        "field": header + "a" * 20_000_000,
        "unclosed": header + '"' + "a,\n" * 1_000_000,
        "columns": ",".join(f"c{number}" for number in range(300_000)) + "\n1\n",
        "rows": header + ",\n" * 1_000_000,
        "nul": header + "GB/T 1\0-2024,a\n",
        "formulas": header + "=cmd|'/c calc'!A0,@SUM(1)\n" * 1000,
        "quotes": header + '"' * 500_001,
    }
    files = {f"csv_{name}": (f"{name}.csv", text.encode()) for name, text in tries.items()}
    return files | {
        "csv_utf_16": ("a.csv", (header + "GB/T 1-2024,示例\n").encode("utf-16")),
        "csv_latin": ("a.csv", header.encode() + b"\xe4\xf6\xfc,\xff\n"),
        "csv_empty": ("a.csv", b""),
    }


def _triples() -> dict[str, tuple[str, bytes]]:
    prefix = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    tries = {
        "imports": prefix + "<> owl:imports <{url}> .\n<urn:a> a skos:Concept .\n",
        "base": "@base <{url}> .\n" + prefix + "<a> a skos:Concept .\n",
        "deep": prefix + "<urn:a> skos:note " + "[ skos:note " * 20_000,
        "list": prefix + "<urn:a> skos:note " + "(" * 20_000,
        "literal": prefix + '<urn:a> skos:note """' + "a" * 5_000_000 + '""" .\n',
        "circle": prefix
        + "<urn:a> a skos:Concept ; skos:broader <urn:b> .\n<urn:b> a skos:Concept ; skos:broader <urn:a> .\n",
    }
    return {f"ttl_{name}": (f"{name}.ttl", text.encode()) for name, text in tries.items()}


def _packed() -> dict[str, tuple[str, bytes]]:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("../../evil.csv"))
    return {
        "gz_bomb": ("a.csv.gz", gzip.compress(bytes(200_000_000))),
        "gz_twice": ("a.csv.gz", gzip.compress(gzip.compress(b"designation,title\n"))),
        "gz_cut": ("a.csv.gz", gzip.compress(b"designation,title\n" * 1000)[:60]),
        "gz_archive": ("a.tar.gz", archive.getvalue()),
        "binary": ("a.csv", bytes(range(256)) * 1000),
    }
