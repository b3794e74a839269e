"""The construction of a whole name in each origin, and the parts that children inherit."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.people.origins import Group, Names, Origin, Word

MUHAMMAD = Group(("Mohammed", "Muhammad", "Mohammad", "Mohamed", "Md", "Mohd"), "محمد")
MUHAMMAD_BENGALI = Group(("Md", "Mohammed", "Muhammad", "Mohammad", "Mohamed"), "মোহাম্মদ")
SINGH, KAUR = Group(("Singh", "Sing"), ""), Group(("Kaur", "Kour"), "")
SON_OF = Group(("bin", "ibn", "ben"), "بن")


@dataclass(frozen=True, slots=True)
class Named:
    """A whole name as words, with what children inherit: the family name and the father's names.

    `habit` is the index of the family's usual spelling of every name; 0 is the most common one.
    """

    given: tuple[Word, ...]
    family: tuple[Word, ...]
    line: int = 0
    habit: int = 0
    fathers: tuple[Word, ...] = ()
    joint: str = " "

    def given_name(self) -> str:
        """The given names as written."""
        return self.joint.join(word.text for word in self.given)

    def family_name(self) -> str:
        """The family names as written."""
        return " ".join(word.text for word in self.family)


def named(random: Random, origin: Origin, gender: str, father: Named | None = None, line: int = -1) -> Named:
    """Return a new name; with `father` or `line` given, a name in that family."""
    if father:
        line, habit, fathers = (
            father.line,
            father.habit,
            (father.given[-1 if len(father.given) > 1 else 0], *father.fathers),
        )
    else:
        line = line if line >= 0 else _line(random, origin)
        habit = random.choices((0, 1, 2, 3), (62, 20, 11, 7))[0]
        fathers = tuple(_spelt(origin.given["male"].draw(random), habit) for _ in range(2))
    person = Person(random, origin, gender, line, habit, fathers)
    given, family, joint = SHAPES[origin.shape](person)
    return Named(given, family, line, habit, fathers, joint)


def with_family(random: Random, origin: Origin, name: Named) -> Named:
    """Return a woman's name with the family name of another person of the origin."""
    line = _line(random, origin)
    return Named(name.given, (_family(origin, "female", line, 0),), line, 0, name.fathers, name.joint)


def _line(random: Random, origin: Origin) -> int:
    return random.choices(range(len(origin.family.groups)), cum_weights=origin.family.sums)[0]


@dataclass(frozen=True, slots=True)
class Person:
    """A person being named."""

    random: Random
    origin: Origin
    gender: str
    line: int
    habit: int
    fathers: tuple[Word, ...]

    def own(self) -> Word:
        """Return a given name."""
        return self.spelt(self.origin.given[self.gender])

    def spelt(self, names: Names) -> Word:
        """Return one of the names, in the family's usual spelling or now and then another."""
        habit = self.habit if self.chance(0.8) else self.random.randrange(4)
        return _spelt(names.draw(self.random), habit)

    def inherited(self) -> Word:
        """Return the family name."""
        return _family(self.origin, self.gender, self.line, self.habit)

    def chance(self, share: float) -> bool:
        """Return True with this probability."""
        return self.random.random() < share


Parts = tuple[tuple[Word, ...], tuple[Word, ...], str]


def _spelt(group: Group, habit: int) -> Word:
    return Word(group.spellings[habit if habit < len(group.spellings) else 0], group)


def _family(origin: Origin, gender: str, line: int, habit: int) -> Word:
    female = gender == "female" and origin.shape == "gendered"
    return _spelt((origin.family_female if female else origin.family).groups[line], habit)


def _plain(person: Person) -> Parts:
    """Return given and family name, sometimes two of either."""
    given = (person.own(), person.own()) if person.chance(0.2) else (person.own(),)
    double = person.chance(0.02)
    other = (_spelt(person.origin.family.draw(person.random), 0),) if double else ()
    return given, (person.inherited(), *other), " "


def _several(person: Person) -> Parts:
    """Return given names, mostly two, either of them in use."""
    given = (person.own(), person.own()) if person.chance(0.6) else (person.own(),)
    return given, (person.inherited(),), " "


def _chain(person: Person) -> Parts:
    """Return the own name, then the father's and grandfather's, or the grandfather's alone."""
    return (person.own(),), person.fathers[:2] if person.chance(0.6) else person.fathers[1:2], " "


def _pakistani(person: Person) -> Parts:
    """Return Muhammad before a man's name; Bibi, Begum, or the father's or family name after a woman's."""
    given: tuple[Word, ...] = (person.own(),)
    if person.gender == "male":
        given = (_spelt(MUHAMMAD, person.habit), *given) if person.chance(0.35) else given
        return given, (person.inherited() if person.chance(0.75) else person.fathers[0],), " "
    if person.chance(0.35):
        return given, (person.spelt(person.origin.titles_female),), " "
    return given, (person.inherited() if person.chance(0.8) else person.fathers[0],), " "


def _bengali(person: Person) -> Parts:
    """Return Md before a man's two names, the last not always the father's; Begum or Khatun for a woman."""
    if person.gender == "female":
        hers = person.spelt(person.origin.titles_female) if person.chance(0.65) else person.inherited()
        return (person.own(),), (hers,), " "
    given: tuple[Word, ...] = (person.own(), person.own()) if person.chance(0.4) else (person.own(),)
    given = (_spelt(MUHAMMAD_BENGALI, person.habit), *given) if person.chance(0.35) else given
    return given, (person.inherited() if person.chance(0.6) else person.spelt(person.origin.family),), " "


def _indian(person: Person) -> Parts:
    """Return given and family name; in the south the father's name or initial, or nothing."""
    custom = person.random.choices(("family", "father", "initial", "single"), (76, 14, 5, 5))[0]
    father = person.fathers[0]
    initial = Word(father.text[0], Group((father.text[0],)))
    after = {"family": (person.inherited(),), "father": (father,), "initial": (initial,), "single": ()}
    return (person.own(),), after[custom], " "


def _sikh(person: Person) -> Parts:
    """Return a name with Singh or Kaur as the family name, before it, or alone."""
    own, title = person.own(), _spelt(SINGH if person.gender == "male" else KAUR, 0)
    custom = person.random.random()
    if custom < 0.5:
        return (own, title), (person.inherited(),), " "
    return ((own,), (title,), " ") if custom < 0.94 else ((own, title), (), " ")


def _arabic(person: Person) -> Parts:
    """Return the own name, the father's with or without `bin`, and the family name; sometimes one name."""
    custom = person.random.random()
    own = person.own()
    if custom < 0.2:
        return (own, person.fathers[0]), (person.inherited(),), " "
    if custom < 0.28 and person.gender == "male":
        return (own, _spelt(SON_OF, person.habit), person.fathers[0]), (person.inherited(),), " "
    return (own,), () if custom > 0.98 else (person.inherited(),), " "


def _afghan(person: Person) -> Parts:
    """Return often one name; a second is the tribe's, the father's or Khan."""
    given = (person.own(), person.own()) if person.chance(0.2) else (person.own(),)
    custom = person.random.random()
    if custom < 0.25:
        return given, (), " "
    return given, (person.inherited() if custom < 0.75 else person.fathers[0],), " "


def _chinese(person: Person) -> Parts:
    """Return a given name of one or two characters, in any spacing; often an English name."""
    signs = person.origin.given[person.gender]
    count = 2 if person.chance(0.75) else 1
    given = tuple(_spelt(signs.draw(person.random), person.habit) for _ in range(count))
    if person.chance(0.2):
        english = person.random.choice(person.origin.english)
        given = (
            (Word(english, Group((english,))), *given)
            if person.chance(0.4)
            else (Word(english, Group((english,))),)
        )
        return given, (person.inherited(),), " "
    joint = person.random.choices((" ", "", "-"), (30, 50, 20))[0]
    return given, (person.inherited(),), joint


SHAPES: dict[str, Callable[[Person], Parts]] = {
    "family": _plain,
    "gendered": _plain,
    "several": _several,
    "chain": _chain,
    "pakistani": _pakistani,
    "bengali": _bengali,
    "indian": _indian,
    "sikh": _sikh,
    "arabic": _arabic,
    "afghan": _afghan,
    "chinese": _chinese,
}
