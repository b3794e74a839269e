"""A pytest plugin: the environment of a test run, set before Django reads its settings.

Tests have their own home folder and embedded server, whatever the shell says. Both are kept between runs;
`HANDRAIL_TEST_HOME` moves them. By default the home folder and temporary files are kept in memory where the
machine has room, because a test database is a thousand small files.
"""

import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MEMORY = Path("/dev/shm")  # noqa: S108 the folder inside is refused where it is not ours
ROOM = 3 * 1024**3  # bytes


def in_memory() -> Path | None:
    """Return a folder in memory for this clone and user, or None where there is no room."""
    if not os.access(MEMORY, os.W_OK) or not hasattr(os, "getuid"):
        return None
    folder = MEMORY / f"handrail-{os.getuid()}-{sha256(os.fsencode(ROOT)).hexdigest()[:12]}"
    if not folder.exists() and shutil.disk_usage(MEMORY).free < ROOM:
        return None
    folder.mkdir(mode=0o711, exist_ok=True)
    is_ours = not folder.is_symlink() and folder.stat().st_uid == os.getuid()
    return folder if is_ours else None


def settle() -> Path:
    """Set and return the home folder of this run. Child processes inherit it."""
    named = os.environ.get("HANDRAIL_TEST_HOME")
    memory = None if named else in_memory()
    if memory:
        temporary = memory / "tmp"
        temporary.mkdir(mode=0o711, exist_ok=True)
        os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
    home = Path(named) if named else memory or ROOT / "var" / "test"
    os.environ["HANDRAIL_TEST_HOME"] = str(home)
    return home


for name in [
    name for name in os.environ if name.startswith("HANDRAIL_") and not name.startswith("HANDRAIL_TEST_")
]:
    if name != "HANDRAIL_CHROMIUM":
        del os.environ[name]
os.environ.pop("DATABASE_URL", None)
HOME = settle()
# Servers of static files warn about a missing folder as soon as a test module imports them.
(HOME / "static").mkdir(parents=True, exist_ok=True)
os.environ["HANDRAIL_HOME"] = str(HOME)
os.environ["HANDRAIL_INSECURE"] = "1"
