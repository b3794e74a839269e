"""The WSGI entry point that the web server calls."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.config.settings")

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
READABLE = re.compile(
    r"""[a-z0-9.+-]*/?[a-z0-9.+-]*(\s*;\s*(boundary="?[a-z0-9'()+_,./:=?-]{1,70}|charset="?(utf-?8|us-ascii))"?)*\s*""",
    re.IGNORECASE | re.ASCII,
)
SOMETHING_ELSE = "application/octet-stream"


def readable(application: Application) -> Application:
    """Guard Django against a content type whose encoding is unknown, which raises before any view runs.

    A body that is not plainly a form gets another content type; `limits` then refuses the request.
    """

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if not READABLE.fullmatch(environ.get("CONTENT_TYPE") or ""):
            environ["CONTENT_TYPE"] = SOMETHING_ELSE
        return application(environ, start)

    return answer


application = readable(get_wsgi_application())
