"""What `handrail manage check --deploy` says of the process that looks into files."""

from typing import Any

from django.core import checks

from handrail.cases.files import inspecting

# What hostile code in that process could do without each wall. Only root can give it another user.
WITHOUT = {
    "no network": "reach what listens on this machine and in its network: it has no namespaces",
    "no files": "read every file of the user who runs Handrail, its keys too: the kernel has no Landlock",
    "no calls": "make any system call, such as opening a socket: the kernel has no seccomp for this machine",
}


def lacking_walls(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Return a warning for each wall that does not stand around the inspecting process."""
    held = inspecting.walls()
    return [
        checks.Warning(f"Hostile code in a file that is looked into could {harm}.", id="documents.W001")
        for wall, harm in WITHOUT.items()
        if wall not in held
    ]
