"""Write the bill of materials, which tells whether a flaw found elsewhere affects Handrail.

`python -m audit.materials FILE` writes CycloneDX 1.6 as JSON: every package that an installation runs, with
version and checksums, the sources of the styles, and the fonts of printed pages.
"""

import base64
import json
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from audit.code import ROOT
from audit.pins import Pin, pins

NOTO = ("", "-bengali", "-devanagari", "-ethiopic", "-gujarati", "-gurmukhi", "-sinhala", "-tamil")
# The part of an npm package that an installation includes, and the licence of that part.
SHIPPED = {
    "@ministryofjustice/frontend": "MIT",
    "govuk-frontend": "MIT",
    **{f"@expo-google-fonts/noto-sans{script}": "OFL-1.1" for script in NOTO},
    "@expo-google-fonts/noto-emoji": "OFL-1.1",
    "dejavu-fonts-ttf": "Bitstream-Vera",
}


def bill(root: Path = ROOT) -> dict[str, Any]:
    """Return the bill of materials. Equal pins give an equal bill: it has no time and no random id."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run = pins((root / "requirements" / "base.txt").read_text(encoding="utf-8"))
    parts = [*map(_wheel, run), *_styles(root)]
    content = json.dumps(parts, sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid5(NAMESPACE_URL, content).urn,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "handrail",
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": "handrail", "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def _wheel(pin: Pin) -> dict[str, Any]:
    purl = f"pkg:pypi/{pin.name}@{pin.version}"
    hashes = [{"alg": "SHA-256", "content": each} for each in pin.hashes]
    part: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": pin.name,
        "version": pin.version,
        "purl": purl,
        "externalReferences": [{"type": "distribution", "url": purl, "hashes": hashes}],
    }
    licence = _licence(pin.name)
    return part | ({"licenses": [{"expression": licence}]} if licence else {})


def _licence(name: str) -> str:
    """Return the licence expression of the installed package; "" for older packages that state none."""
    try:
        return str(metadata.metadata(name).json.get("license_expression", ""))
    except metadata.PackageNotFoundError:
        return ""


def _styles(root: Path) -> list[dict[str, Any]]:
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return [_style(name, licence, lock[f"node_modules/{name}"]) for name, licence in SHIPPED.items()]


def _style(name: str, licence: str, package: dict[str, Any]) -> dict[str, Any]:
    purl = f"pkg:npm/{quote(name, safe='/')}@{package['version']}"
    digest = base64.b64decode(package["integrity"].removeprefix("sha512-")).hex()
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": package["version"],
        "purl": purl,
        "hashes": [{"alg": "SHA-512", "content": digest}],
        "licenses": [{"license": {"id": licence}}],
    }


def main(path: Path) -> None:
    """Write the bill to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(bill(), indent=2) + "\n", encoding="utf-8")
    print(f"{len(bill()['components'])} packages are listed in {path}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
