from pathlib import Path

import pytest

from handrail.policy.load import load_pack
from handrail.policy.schema.pack import Pack
from handrail.policy.tests.small_pack import write

PACKS = Path(__file__).parents[3] / "packs"


@pytest.fixture(scope="session")
def first_pack() -> Pack:
    return load_pack(PACKS / "england-wales-2018")


@pytest.fixture(scope="session")
def second_pack() -> Pack:
    return load_pack(PACKS / "england-wales-2025")


@pytest.fixture(scope="session", params=["england-wales-2018", "england-wales-2025"])
def each_pack(request: pytest.FixtureRequest) -> Pack:
    return load_pack(PACKS / request.param)


@pytest.fixture(scope="session")
def small_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write(tmp_path_factory.mktemp("small")))
