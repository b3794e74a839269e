"""The nation, its regions, forces and each force's teams, kept in step with `nation.toml`."""

import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import transaction

from handrail.organisations.models import Kind, Organisation

NATION_FILE = Path(__file__).with_name("nation.toml")


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation in the file; `parent` is the slug of the organisation above."""

    slug: str
    kind: Kind
    name: str
    parent: str | None = None
    prevent_duty: bool = True


def load_country(path: Path = NATION_FILE) -> int:
    """Create or update the nation, regions, forces and teams; return how many rows changed.

    A second call changes nothing. The lead of an organisation is not changed. Nothing is removed: an
    organisation that is no longer in the file keeps its cases.
    """
    with transaction.atomic():
        return save_bodies(read_country(path))


def read_country(path: Path = NATION_FILE) -> Iterator[Body]:
    """Yield every organisation in the file, each after its parent."""
    country = tomllib.loads(path.read_text(encoding="utf-8"))
    nation = Body(country["nation"]["slug"], Kind.NATION, country["nation"]["name"])
    yield nation
    for region in country["regions"]:
        yield Body(region["slug"], Kind.REGION, region["name"], nation.slug)
        for force in region["forces"]:
            yield from _force(force, region["slug"], country["teams"])
    for force in country["national_forces"]:
        yield from _force(force, nation.slug, country["teams"])


def _force(force: dict[str, str | bool], parent: str, teams: dict[str, str]) -> Iterator[Body]:
    slug, name = str(force["slug"]), str(force["name"])
    yield Body(slug, Kind.FORCE, name, parent, bool(force.get("prevent_duty", True)))
    for kind, title in teams.items():
        yield Body(f"{slug}-{kind}", Kind(kind), f"{title}, {name}", slug)


def save_bodies(bodies: Iterator[Body]) -> int:
    """Create or update an organisation for each body; return how many rows changed."""
    known = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    return sum(_keep_one(body, known) for body in bodies)


def _keep_one(body: Body, known: dict[str, Organisation]) -> bool:
    facts = asdict(body) | {"parent_id": known[body.parent].id if body.parent else None}
    del facts["parent"]
    organisation = known.get(body.slug)
    if organisation is None:
        known[body.slug] = Organisation.objects.create(**facts)
        return True
    different = [name for name, value in facts.items() if getattr(organisation, name) != value]
    for name in different:
        setattr(organisation, name, facts[name])
    if different:
        organisation.save(update_fields=different)
    return bool(different)
