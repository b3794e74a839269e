import sys

from audit import clocks, code, pages, pins, rooms, shape, words


def main() -> int:
    """Print every fault on a line, and return the exit status."""
    found = [
        *code.troubles(),
        *clocks.troubles(),
        *pages.troubles(),
        *pins.troubles(),
        *rooms.troubles(),
        *shape.troubles(),
        *words.troubles(),
    ]
    for sentence in found:
        print(sentence, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
