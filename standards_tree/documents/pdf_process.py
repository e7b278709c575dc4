"""Read the texts of the pages of one PDF: a program of its own, which `pdf_pages` starts, ends and listens to.

A PDF can send its reader round in circles, unpack to a thousand times its size or nest without an end; none of it can be
taken back inside the process of a service. So here, once the reader is loaded, the process gives up what it needs no more: it
opens no file and no socket, writes no file, and has bounded memory. Its processor time is an account: it begins with what
opening a file takes, each page that was read adds to it, and where nothing is left the process ends at once.
"""

import codecs
import json
import logging
import resource
import signal
import sys
from io import BytesIO
from typing import Any

MAX_MEMORY_BYTES = 512 * 1024**2
MAX_PAGES = 3_000
MAX_CHARACTERS = 4_000_000
MAX_CHARACTERS_A_PAGE = 500_000
# Seconds of processor time: a page of text takes some 0.02 to 0.1; one with maps or large tables takes from the account.
FIRST_SECONDS = 0.7
SECONDS_A_MEGABYTE = 0.05
SECONDS_A_PAGE = 0.2
MOST_SECONDS_SAVED = 5.0
MAX_SECONDS = 120

LOCKED, MANY_PAGES, LONG, MEMORY, DAMAGED, DONE = "locked", "pages", "characters", "memory", "damaged", "done"
# Those that the texts of a PDF may be in; Python loads each when it is met first.
_ENCODINGS = (
    *("utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "latin-1", "ascii", "cp1252", "mac-roman", "charmap"),
    *("gbk", "gb2312", "gb18030", "big5", "cp950", "shift-jis", "cp932", "euc-jp", "euc-kr", "cp949"),
)
# One page, one word: what reading it needs is loaded before the process gives up opening files.
_SMALLEST = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page"
    b"/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Contents 4 0 R>>"
    b"endobj 4 0 obj<</Length 32>>stream\nBT /F 1 Tf 1 1 Td (word) Tj ET  \nendstream endobj\n"
    b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
)


def main() -> None:
    """Read a PDF from standard input; write a line of JSON for each page, its text, and last ``[why it ended, detail]``."""
    from pypdf import PdfReader  # noqa: PLC0415  # as late as everything else that is loaded for one file

    logging.disable()
    for name in _ENCODINGS:
        codecs.lookup(name)
    PdfReader(BytesIO(_SMALLEST)).pages[0].extract_text()
    content = sys.stdin.buffer.read()
    _give_up()
    account = FIRST_SECONDS + SECONDS_A_MEGABYTE * len(content) / 1e6
    signal.setitimer(signal.ITIMER_PROF, account)
    try:
        _say(_read(PdfReader(BytesIO(content))))
    except (MemoryError, RecursionError):
        _say([MEMORY, ""])
    except Exception as error:  # noqa: BLE001  # a library that reads what strangers wrote raises anything; the process ends here
        _say([DAMAGED, f"{type(error).__name__}: {error}"[:200]])


def _read(reader: Any) -> list[str]:
    """Write the pages, and return why that ended."""
    if reader.is_encrypted and not reader.decrypt(""):
        return [LOCKED, ""]
    count = len(reader.pages)
    if count > MAX_PAGES:
        return [MANY_PAGES, str(count)]
    length = 0
    for page in reader.pages:
        text = page.extract_text()
        length += len(text)
        if length > MAX_CHARACTERS or len(text) > MAX_CHARACTERS_A_PAGE:
            return [LONG, ""]
        _say(text)
        left = signal.getitimer(signal.ITIMER_PROF)[0]
        signal.setitimer(signal.ITIMER_PROF, min(left + SECONDS_A_PAGE, max(left, MOST_SECONDS_SAVED)))
    return [DONE, ""]


def _say(line: str | list[str]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _give_up() -> None:
    for limited, most in (
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, MAX_SECONDS),
        (resource.RLIMIT_DATA, MAX_MEMORY_BYTES),
    ):
        resource.setrlimit(limited, (most, most))


if __name__ == "__main__":
    main()
