"""Rules over our Python code, as syntax trees. ruff's S rules (bandit's) cover the rest."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROLES = ROOT / "handrail" / "organisations" / "roles.py"

# Permitted breaches of a rule, with the reason why each is safe. A permission without a breach is a fault.
Allowed = Mapping[str, str]

TO_THE_DATABASE = frozenset({"execute", "executemany", "copy", "run_sql"})
PAST_THE_ORM = frozenset({"RawSQL", "extra", "raw"})
UNESCAPED = frozenset({"mark_safe", "SafeString", "SafeText", "Markup", "html_safe"})
RUNS_TEXT = frozenset({"eval", "exec", "compile", "__import__"})
MAKES_OBJECTS = frozenset({"pickle", "marshal", "shelve", "dill", "jsonpickle", "yaml"})
REACHES_OUT = frozenset(
    {
        "aiohttp",
        "ftplib",
        "http.client",
        "httpx",
        "imaplib",
        "poplib",
        "requests",
        "smtplib",
        "socket",
        "ssl",
        "telnetlib",
        "urllib.request",
        "urllib3",
        "websockets",
        "xmlrpc",
    }
)
SENDS_MAIL = frozenset({"django.core.mail"})
UNGUARDED_XML = "xml."
PROGRAMS_AWAITED = frozenset(f"subprocess.{name}" for name in ("call", "check_call", "check_output", "run"))
AWAITED = frozenset({"communicate", "join", "wait"})
WHO_CALLS = frozenset(
    {"REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "X-Forwarded-For"}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A thing that code must not do, with the files that may.

    `holds_history`: migrations must not either. `holds_in`: whether a module must not; without it, none must.
    `holds_tests`: tests must not either.
    """

    sentence: str
    broken_by: Callable[[ast.AST], bool]
    allowed: Allowed
    holds_history: bool = True
    holds_in: Callable[[ast.AST], bool] = lambda tree: True
    holds_tests: bool = False


def name_of(node: ast.AST) -> str:
    """Return the last part of a name: `mark_safe` of `django.utils.safestring.mark_safe`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def imported(node: ast.AST) -> Iterator[str]:
    """Yield every module, and every name in a module, that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports(node: ast.AST, modules: Iterable[str]) -> bool:
    """Return whether a statement imports one of these modules, or something in one."""
    return any(name == m or name.startswith(f"{m}.") for name in imported(node) for m in modules)


def is_put_together(node: ast.AST) -> bool:
    """Return whether a text is built at run time: by an f-string, +, % or str.format."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return True
    if isinstance(node, ast.Call) and name_of(node.func) in {"format", "join"}:
        made_of = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        return not (isinstance(made_of, ast.Call) and name_of(made_of.func) == "SQL")
    return False


def puts_statements_together(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and node.args):
        return False
    to_database = isinstance(node.func, ast.Attribute) and node.func.attr in TO_THE_DATABASE
    return (to_database or name_of(node.func) == "SQL") and is_put_together(node.args[0])


def goes_past_the_orm(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and name_of(node.func) in PAST_THE_ORM


def uses(names: Iterable[str]) -> Callable[[ast.AST], bool]:
    wanted = frozenset(names)
    return lambda node: (
        name_of(node) in wanted or any(name.rpartition(".")[2] in wanted for name in imported(node))
    )


def runs_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RUNS_TEXT


def starts_a_shell(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    by_shell = any(word.arg == "shell" and not is_false(word.value) for word in node.keywords)
    return (
        by_shell or called in {"os.system", "os.popen"} or called.endswith(("getoutput", "subprocess_shell"))
    )


def waits_without_limit(node: ast.AST) -> bool:
    """Return whether a call waits for a program, a thread or the like, for however long that takes."""
    if not isinstance(node, ast.Call) or any(word.arg == "timeout" for word in node.keywords):
        return False
    if ast.unparse(node.func) in PROGRAMS_AWAITED:
        return True
    return isinstance(node.func, ast.Attribute) and node.func.attr in AWAITED and not node.args


def is_false(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def reads_who_calls(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in WHO_CALLS


def names_of_roles() -> frozenset[str]:
    """Return the names of the roles, and role ids that are no ordinary words."""
    table = ast.parse(ROLES.read_text(encoding="utf-8"))
    members = {
        target.id: str(ast.literal_eval(line.value.elts[0]))
        for line in ast.walk(table)
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple)
        for target in line.targets
        if isinstance(target, ast.Name)
    }
    return frozenset({*members, *(id_ for id_ in members.values() if "-" in id_)})


def names_a_role(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return name_of(node.value) == "Role" and node.attr in NAMES_OF_ROLES
    return isinstance(node, ast.Constant) and node.value in NAMES_OF_ROLES


def answers_requests(tree: ast.AST) -> bool:
    """Return whether a module is given requests."""
    return any("django.http.HttpRequest" in imported(node) for node in ast.walk(tree))


def turns_text(node: ast.AST) -> bool:
    """Return whether text becomes a number, an id or an address. A `Sheet` checks its own answers."""
    if not isinstance(node, ast.Call):
        return False
    if name_of(node.func) in {"isdecimal", "isdigit", "isnumeric", "url_has_allowed_host_and_scheme"}:
        return True
    read = "".join(map(ast.unparse, node.args))
    return name_of(node.func) in {"int", "UUID", "Decimal", "float"} and bool(read) and "answer" not in read


def switches_debug_on(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Assign)
        and any(name_of(target) in {"DEBUG", "TEMPLATE_DEBUG"} for target in node.targets)
        and not is_false(node.value)
    )


def checks_no_certificate(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg in {"verify", "check_hostname"} and is_false(node.value)
    return name_of(node) in {"CERT_NONE", "_create_unverified_context"}


NAMES_OF_ROLES = names_of_roles()
STORIES = [
    f"handrail/demo/{name}.py"
    for name in (
        *("asking", "decisions", "policies", "readers", "register_entries", "restricted", "telling"),
        "threats",
    )
]


RULES = [
    Rule(
        "puts a statement for the database together from text: pass values beside it.",
        puts_statements_together,
        {
            "handrail/config/row_security.py": "the conditions that rows.py declares, as the owner",
            "handrail/config/privileges.py": "PostgreSQL's own spelling of a function's signature",
            "handrail/cases/models/compiled.py": "Django's own statement of a queryset, to be counted",
        },
    ),
    Rule(
        "goes past the ORM: write a queryset, or a statement of its own.",
        goes_past_the_orm,
        {
            "handrail/cases/models/case.py": "owners, told by a function of the database",
            "handrail/cases/models/visibility.py": "ids as one value, however many they are",
            "handrail/subjects/by_name.py": "asks a narrow function, with its values beside it",
            "handrail/subjects/possible_matches.py": "asks a narrow function of two columns",
            "handrail/access/log.py": "asks a narrow function, with its values beside it",
        },
    ),
    Rule(
        "marks text as safe for a page: let the template escape it.",
        uses(UNESCAPED),
        {"handrail/govuk/fields.py": "line feeds as &#10; between escaped lines of a text area"},
    ),
    Rule("takes a page out of the check against forged forms.", uses({"csrf_exempt"}), {}),
    Rule(
        "opens a page to everybody past @page.",
        uses({"login_not_required"}),
        {},
    ),
    Rule("runs text as code.", runs_text, {}),
    Rule(
        "reads a format that can make any object: use JSON or TOML.",
        lambda node: imports(node, MAKES_OBJECTS),
        {},
    ),
    Rule("starts a program through a shell: give a list of arguments.", starts_a_shell, {}),
    Rule(
        "waits without limit for a program or a thread: give a timeout.",
        waits_without_limit,
        {"handrail/commands/children.py": "work that somebody watches, and a process just killed"},
        holds_tests=True,
    ),
    Rule(
        "can reach out of this machine, or be reached.",
        lambda node: imports(node, REACHES_OUT),
        {
            "handrail/commands/up.py": "asks our own web on this machine whether it is well",
            "handrail/notices/sending.py": "tells refusals of the mail server apart; Django calls it",
            "handrail/queue/lanes.py": "names refusals of the mail server; only these are tried again",
            "handrail/sign_in/oidc/talking.py": "asks the issuers that the installation's file names",
        },
    ),
    Rule(
        "sends mail.",
        lambda node: imports(node, SENDS_MAIL),
        {
            "handrail/ledger/seal.py": "signed heads go to parties outside; they hold no personal data",
            "handrail/cases/intake/acknowledgement.py": "days and numbers, to an address that was confirmed",
            "handrail/cases/intake/confirming.py": "a code, to the address that it confirms",
            "handrail/notices/sending.py": "how many things there are to look at, and nothing else",
            "handrail/records/form_links/tasks.py": "a link to a form, which needs a code beside it",
            "handrail/sign_in/mail.py": "links and notices to whoever has an account",
        },
    ),
    Rule(
        "reads XML unguarded: use defusedxml.",
        lambda node: any(name.startswith(UNGUARDED_XML) for name in imported(node)),
        {
            "handrail/written/workbooks.py": "the name of an error; openpyxl reads through defusedxml",
            "handrail/cases/files/inside/office.py": "told of declarations alone, and refuses them",
            "handrail/cases/files/inside/showing.py": "the words of a file in which it refused declarations",
        },
    ),
    Rule(
        "takes the caller's address from a header by itself: ask origin_of.",
        reads_who_calls,
        {"handrail/access/origin.py": "it is origin_of"},
    ),
    Rule(
        "names a role where it can ask for a capability: a new role is to cost no code.",
        names_a_role,
        {
            "handrail/organisations/roles.py": "the table of roles",
            "handrail/commands/accounts.py": "the first account is an administrator's unless said",
            "handrail/demo/staff.py": "who holds which role in the demonstration",
            **dict.fromkeys(STORIES, "its story is told of somebody in this role"),
        },
        holds_history=False,
    ),
    Rule(
        "reads a number, an id or a return address of a request by itself: see access/inputs.py.",
        turns_text,
        {
            "handrail/access/inputs.py": "it is where they are read",
            "handrail/cases/case_access/views/naming.py": "ids among those that its form offered",
            "handrail/cases/pages/outside.py": "seconds, which are a number already",
            "handrail/cases/pages/referral.py": "ids out of the session and the database",
            "handrail/govuk/paging.py": "a number already, to be shown",
            "handrail/sign_in/proof.py": "a number out of the session",
        },
        holds_in=answers_requests,
    ),
    Rule("switches debugging on.", switches_debug_on, {}),
    Rule("talks to a server without checking who it is.", checks_no_certificate, {}),
]


def sources(root: Path = ROOT) -> list[Path]:
    """Return the product's own code, without tests and migrations."""
    return [p for p in sorted((root / "handrail").rglob("*.py")) if "tests" not in p.parts]


def of_tests(root: Path) -> list[Path]:
    """Return the code of the tests, those beside the product and those of the whole."""
    beside = [p for p in sorted((root / "handrail").rglob("*.py")) if "tests" in p.parts]
    return [*beside, *sorted((root / "tests").rglob("*.py"))]


def troubles(root: Path = ROOT, rules: Iterable[Rule] = RULES) -> list[str]:
    """Return every fault in the code, and every permission without a breach, a line each."""
    product, all_of_it = _trees(root, sources(root)), _trees(root, [*sources(root), *of_tests(root)])
    return [line for rule in rules for line in broken(rule, all_of_it if rule.holds_tests else product)]


def _trees(root: Path, files: Iterable[Path]) -> dict[str, ast.AST]:
    return {str(file.relative_to(root)): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def broken(rule: Rule, trees: Mapping[str, ast.AST]) -> Iterator[str]:
    """Yield breaches of one rule, and permissions of the rule without a breach."""
    found = {path: lines(rule, tree) for path, tree in trees.items()}
    for path, places in found.items():
        if path not in rule.allowed and (rule.holds_history or "/migrations/" not in path):
            yield from (f"{path}:{line} {rule.sentence}" for line in places)
    for path in rule.allowed:
        if not found.get(path):
            yield f"{path} is allowed what it does not do any more: it {rule.sentence}"


def lines(rule: Rule, tree: ast.AST) -> list[int]:
    """Return the lines on which a rule is broken."""
    if not rule.holds_in(tree):
        return []
    return sorted({getattr(n, "lineno", 0) for n in ast.walk(tree) if rule.broken_by(n)})
