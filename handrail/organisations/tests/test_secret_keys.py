"""SECRET_KEY is read in one place, so that nothing forgets the keys before it."""

import re
from pathlib import Path

import handrail

ROOT = Path(handrail.__file__).parent
READS = re.compile(r"settings\.SECRET_KEY|salted_hmac\(")
ALLOWED = {
    "organisations/secret_keys.py": "It gives the keys.",
    "sign_in/device.py": "It asks for the digests under every key.",
    "records/form_links/acts.py": "It asks for the digests under every key.",
    "sign_in/throttle.py": "Tries are forgotten within the hour: a new key forgives those of the last one.",
}


def test_no_other_code_derives_anything_from_the_secret_key() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if "tests" not in path.parts and READS.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(ALLOWED), "Take the keys from organisations/secret_keys.py, former ones too."
