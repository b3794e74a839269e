"""The system user that runs the embedded PostgreSQL when Handrail runs as root.

PostgreSQL refuses to run as root. If Handrail runs as any other user, these functions do nothing and
PostgreSQL runs as that user.
"""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

from handrail.config.environment import Misconfigured

NAME = "pgserver"


class Identity(TypedDict, total=False):
    """Arguments for `subprocess` to run a program as another user."""

    user: int
    group: int
    extra_groups: list[int]


def needed() -> bool:
    """Whether this process runs as root."""
    return os.geteuid() == 0


def identity() -> Identity:
    """Return the user for the server's programs; empty where this process is not root."""
    if not needed():
        return {}
    entry = _entry()
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def own(folder: Path) -> None:
    """Create the folder for the server's user alone; refuse a folder that another user owns."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    ours = {os.geteuid(), _entry().pw_uid} if needed() else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise Misconfigured(f"{folder} belongs to another user: remove it, or set another HANDRAIL_HOME.")
    if needed():
        os.chown(folder, _entry().pw_uid, _entry().pw_gid)
    folder.chmod(0o700)


def let_through(path: Path) -> None:
    """Let the server's user pass through, but not list, the folders above a path."""
    if not needed():
        return
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            print(f"Letting the system user {NAME} pass through {folder} (chmod o+x).", file=sys.stderr)
            folder.chmod(mode | stat.S_IXOTH)


def let_read(folder: Path) -> None:
    """Let the server's user read a folder of programs; a strict umask may have closed it."""
    if not needed() or _is_open(folder):
        return
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            passing = stat.S_IXGRP | stat.S_IXOTH if mode & stat.S_IXUSR else 0
            path.chmod(mode | stat.S_IRGRP | stat.S_IROTH | passing)


def _is_open(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IROTH for path in (folder, folder / "bin" / "postgres"))


def _entry() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        _make()
        return pwd.getpwnam(NAME)


def _make() -> None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        raise Misconfigured(
            f"PostgreSQL does not run as root, and there is no `useradd` here to make the system user "
            f"{NAME}: make it, run Handrail as another user, or set DATABASE_URL."
        )
    subprocess.run(
        [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME],
        check=True,
        timeout=60,
    )
