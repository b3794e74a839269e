"""Set one paper: read JSON, write PDF. A script without imports of Handrail, run in a process of its own.

python -I press.py SECONDS-SINCE-1970 < paper.json > paper.pdf
"""

import resource
import sys
from contextlib import suppress
from pathlib import Path

import typst

HERE = Path(__file__).parent
MEMORY = 2 * 1024**3  # bytes of address space; the longest known papers take 700 MB
CPU = 40  # seconds; the longest known papers take 7


def main(at: int) -> None:
    """Read a paper from standard input, and write it as PDF/UA to standard output."""
    limit()
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")]
    )
    pdf = typst.compile(
        str(HERE / "paper.typ"),
        root=str(HERE),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"paper": sys.stdin.buffer.read().decode()},
        pdf_standards="ua-1",
        timestamp=at,
    )
    sys.stdout.buffer.write(pdf)


def limit() -> None:
    """Limit the memory and processor time of this process."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU)):
        with suppress(ValueError, OSError):  # not every system has both limits
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main(int(sys.argv[1]))
