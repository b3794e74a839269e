"""Plain English on every screen: no words and turns of `plain_english.toml` in what users read.

Read are templates, policy packs, and the strings of our Python code: errors, notices, letters, what commands
print. Comments, docstrings, tests, migrations, descriptions of columns and the made-up cases of the
demonstration are not.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
AVOIDED = Path(__file__).with_name("plain_english.toml")
NOT_SHOWN = {"tests", "migrations", "data", "models", "models.py"}

SPOKEN = re.compile(r"\b(?:aria-label|alt|content|placeholder|title|value)=\"([^\"]*)\"")
QUOTED = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^<>]*>", re.DOTALL)
# Notes and places of a pack are for its authors, and quote.
ASIDE = re.compile(
    r"^\s*#[^\n]*$|\b(?:note|where) = (?:\"{3}.*?\"{3}|\"[^\"\n]*\")", re.MULTILINE | re.DOTALL
)
CONTINUED = re.compile(r"\\\n")

Line = int


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text that users read, with the file and the line where it begins."""

    path: Path
    line: Line
    words: str


@dataclass(frozen=True)
class Avoided:
    """A word or turn not to use, what to write instead, and the reason."""

    turn: str
    write: str
    why: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The turn as an expression: whole words in any case, over line ends; `*` is any ending."""
        words = (re.escape(word).replace(r"\*", r"\w*") for word in self.turn.split())
        return re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", re.IGNORECASE)


def avoided(path: Path = AVOIDED) -> list[Avoided]:
    """Return the turns not to use."""
    return [Avoided(**turn) for turn in tomllib.loads(path.read_text(encoding="utf-8"))["avoided"]]


def troubles(root: Path = ROOT, turns: Iterable[Avoided] | None = None) -> list[str]:
    """Return a sentence for each turn that is not to be used, in everything that users read."""
    listed = avoided() if turns is None else list(turns)
    return [sentence for text in texts(root) for sentence in found_in(text, listed, root)]


def found_in(text: Text, turns: Iterable[Avoided], root: Path = ROOT) -> Iterator[str]:
    """Yield a sentence for each turn in a text."""
    for turn in turns:
        for match in turn.pattern.finditer(text.words):
            line = text.line + text.words.count("\n", 0, match.start())
            said = " ".join(match.group().split())
            yield f"{text.path.relative_to(root)}:{line} “{said}”: {turn.why} Write {turn.write}."


def texts(root: Path = ROOT) -> Iterator[Text]:
    """Yield everything that users read."""
    for path in shown(root / "handrail", "*.html"):
        yield Text(path, 1, of_template(path.read_text(encoding="utf-8")))
    for path in shown(root / "packs", "*.toml"):
        yield Text(path, 1, of_pack(path.read_text(encoding="utf-8")))
    for path in shown(root / "handrail", "*.py"):
        yield from of_code(path)


def shown(folder: Path, *names: str) -> Iterator[Path]:
    """Yield files below a folder whose text reaches users."""
    for path in sorted(path for name in names for path in folder.rglob(name)):
        if not NOT_SHOWN & set(path.relative_to(folder).parts):
            yield path


def of_template(source: str) -> str:
    """Return a template with blanks in place of all that is not read, so that lines keep their numbers."""
    return MARKUP.sub(lambda match: blank_but_spoken(match.group()), source)


def blank_but_spoken(markup: str) -> str:
    """Return markup with blanks for all but attributes and quoted strings that are shown or read aloud."""
    if markup.startswith("{#"):
        return blank(markup)
    spoken = SPOKEN if markup.startswith("<") else QUOTED
    kept = [" "] * len(markup)
    for match in spoken.finditer(markup):
        kept[match.start() : match.end()] = match.group()
    return "".join(kept[at] if character != "\n" else "\n" for at, character in enumerate(markup))


def blank(text: str) -> str:
    """Return blanks as long as a text, with its line ends."""
    return re.sub(r"[^\n]", " ", text)


def of_pack(source: str) -> str:
    """Return a file of a pack without comments and notes, and with continued lines as one text."""
    return CONTINUED.sub(" \n", ASIDE.sub(lambda match: blank(match.group()), source))


def of_code(path: Path) -> Iterator[Text]:
    """Yield the strings of a module, but for docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield Text(path, node.lineno, node.value)


def main() -> int:
    """Print every fault on a line, and return the exit status."""
    found = troubles()
    for sentence in found:
        print(sentence, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
