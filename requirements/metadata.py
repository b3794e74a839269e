"""Tell the build what the wheel and each of its extras need, from the lists beside this file."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Dependencies(MetadataHookInterface):
    def update(self, metadata: dict[str, Any]) -> None:
        metadata["dependencies"] = self.listed("base")
        metadata["optional-dependencies"] = {
            "link": self.listed("link"),
            "spark": [*self.listed("link"), *self.listed("spark")],
        }

    def listed(self, name: str) -> list[str]:
        """What a file of requirements lists; comments and options are left out."""
        lines = (Path(self.root) / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
        return [line for line in map(str.strip, lines) if line and not line.startswith(("#", "-"))]
