"""Run one XSLT stylesheet over one document: a program of its own, which `schematron` starts, ends and listens to.

A stylesheet can loop for ever, recurse until the stack ends, or be made by a document to open what that names; none of it can
be taken back inside the process of a service. So here, once the processor is loaded, the process gives up what it
needs no more: it opens no file and no socket, writes no file, and has a bounded time and memory, whatever any function
of the language asks for.
"""

import json
import resource
import sys
from typing import Any

COMPILING = "compiling"
RUNNING = "running"
MAX_MEMORY_BYTES = 1 * 1024**3


def main() -> None:
    """Read ``[seconds, stylesheet, document]`` as JSON, write ``[what failed or "", the answer or why]``."""
    seconds, stylesheet, document = json.load(sys.stdin)
    json.dump(_run(int(seconds), stylesheet, document), sys.stdout)


def _run(seconds: int, stylesheet: str, document: str) -> tuple[str, str]:
    from saxonche import PySaxonApiError, PySaxonProcessor  # noqa: PLC0415  # an extra that may not be installed

    with PySaxonProcessor(license=False) as saxon:
        saxon.set_configuration_property("http://saxon.sf.net/feature/allow-external-functions", "false")
        processor = saxon.new_xslt30_processor()
        _give_up(seconds)
        try:
            program: Any = processor.compile_stylesheet(stylesheet_text=stylesheet)
        except PySaxonApiError as error:
            return COMPILING, str(error)
        try:
            return "", program.transform_to_string(xdm_node=saxon.parse_xml(xml_text=document)) or ""
        except PySaxonApiError as error:
            return RUNNING, str(error)


def _give_up(seconds: int) -> None:
    for limited, most in (
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_DATA, MAX_MEMORY_BYTES),
    ):
        resource.setrlimit(limited, (most, most))


if __name__ == "__main__":
    main()
