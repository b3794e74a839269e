"""A pytest plugin: the environment of a test run, set before Django reads its settings.

Tests have a home folder and an embedded server of their own, whatever the shell says. Both are kept between
runs; `HANDRAIL_TEST_HOME` puts them elsewhere.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

for name in [
    name for name in os.environ if name.startswith("HANDRAIL_") and not name.startswith("HANDRAIL_TEST_")
]:
    if name != "HANDRAIL_CHROMIUM":
        del os.environ[name]
os.environ.pop("DATABASE_URL", None)
HOME = Path(os.environ.get("HANDRAIL_TEST_HOME") or ROOT / "var" / "test")
# Whatever serves static files warns where their folder is missing, as soon as a test module imports it.
(HOME / "static").mkdir(parents=True, exist_ok=True)
os.environ["HANDRAIL_HOME"] = str(HOME)
os.environ["HANDRAIL_INSECURE"] = "1"
