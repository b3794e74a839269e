"""Collection and naming of static files."""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class NamedByContent(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise has no types
    """Storage that adds a digest of the content to each file name, also in imports between scripts."""

    support_js_module_import_aggregation = True


def collect() -> None:
    """Collect the static files of all rooms under their hashed names, where any changed since last time."""
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
