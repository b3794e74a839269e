"""How static files are gathered and named."""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class NamedByContent(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise has no types
    """Every file's name carries its content's digest, also where one script imports another."""

    support_js_module_import_aggregation = True


def collect() -> None:
    """Gathers the static files of all rooms under their new names, where any changed since the last time."""
    mark = Path(settings.STATIC_ROOT) / "collected"
    now = _digest()
    if mark.exists() and mark.read_text() == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(now)


def _digest() -> str:
    digest = sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
