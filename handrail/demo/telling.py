"""Tags, facts and fixed answers that all texts of a made-up case share."""

from calendar import month_name
from datetime import timedelta
from random import Random

from handrail.demo import wording
from handrail.demo.cast import Cast
from handrail.demo.filling import typed_date
from handrail.demo.persona import Referred
from handrail.demo.shares import concern_of_today
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step

CHILD, TEEN = 11, 18
WEEKS = ("two", "three", "four", "five", "six", "eight", "ten")
HIS = {"He": "He", "he": "he", "him": "him", "his": "his", "His": "His", "himself": "himself"}
HER = {"He": "She", "he": "she", "him": "her", "his": "her", "His": "Her", "himself": "herself"}
ETHNICITY_NOT_ASKED = (("not-asked", 0.3), ("not-known", 0.08), ("prefers-not-to-say", 0.03))


def tags_of(about: Referred) -> frozenset[str]:
    """Return the tags that narrow the wording: sector, concern, age, and whether referred before."""
    age = "child" if about.age < CHILD else "teen" if about.age < TEEN else "adult"
    sector = "other-sector" if about.sector == "other" else about.sector
    concern = "other-concern" if about.concern == "other" else about.concern
    return frozenset({sector, concern, age} | ({"repeated"} if about.repeated else set()))


def facts_of(about: Referred, cast: Cast, random: Random) -> dict[str, str]:
    """Return the facts that the texts name, constant throughout a case."""
    nobody = frozenset[str]()
    before = about.opened - timedelta(days=random.randrange(10, 70))
    facts = {
        **(HER if about.persona.gender == "female" else HIS),
        "name": about.called.given,
        "town": about.persona.town,
        "force": cast.force.name,
        "council": random.choice(cast.councils).name if cast.councils else "the council",
        "officer": random.choice(cast.members["prevent-officer"]).name,
        "fimu": random.choice(cast.members["fimu-officer"]).name,
        "weeks": random.choice(WEEKS),
        "month": month_name[before.month],
    }
    facts["school"] = wording.write(random, "school", nobody, facts)
    facts["college"] = wording.write(random, "college", nobody, facts)
    return facts


def given_at_opening(
    about: Referred, cast: Cast, pack: Pack, step: Step, random: Random
) -> dict[str, list[str]]:
    """Return the referral's answers about the subject and the concern, for either form."""
    who = about.persona
    noticed = about.opened - timedelta(days=int(random.expovariate(1 / 12)))
    given = {
        "given-name": [about.called.given],
        "family-name": [about.called.family],
        "gender": [who.gender],
        "ethnicity": [_ethnicity(about, random)],
        "address": [who.address] if random.random() < 0.8 else [],
        "town": [who.town],
        "postcode": [who.postcode] if random.random() < 0.75 else [],
        "force": [str(cast.force.id)],
        "sector": [about.sector],
        "concern-type": [_concern(about, pack, random)],
        "approximate-age": [str(about.age)],
        **typed_date("date-of-birth", who.born),
        **typed_date("came-to-light", noticed),
    }
    if step.form == "police-referral":
        also = random.random() < 0.25
        given["vulnerabilities"] = ["radicalisation", "adult-at-risk" if also else "radicalisation"]
        if about.age < TEEN and also:
            given["vulnerabilities"] = ["radicalisation", "child-abuse"]
    return given


def _concern(about: Referred, pack: Pack, random: Random) -> str:
    """Return the type of concern by the pack's list, which may tell apart what was published as one."""
    listed = about.concern in pack.codes_by_id["concern-types"].labels
    return about.concern if listed else str(concern_of_today(about.concern).draw(random))


def _ethnicity(about: Referred, random: Random) -> str:
    draw = random.random()
    for code, probability in ETHNICITY_NOT_ASKED:
        if draw < probability:
            return code
        draw -= probability
    return random.choice(about.persona.community.ethnic_groups)
