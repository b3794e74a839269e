"""Which names are near enough that an account may belong to the subject of a case."""

import pytest

from handrail.cases.case_access.namesakes import Accounts, names_said, near, near_any
from handrail.organisations.models import Person

NEAR = [
    ("Rupert Feldman", "Rupert Feldmann"),
    ("ZEYNEP YILDIRIM", "Zeynep Yıldırım"),
    ("Niamh ODonovan", "Niamh O'Donovan"),
    ("Cormac Mc Guinness", "Cormac McGuinness"),
    ("Cormac McGuinness", "Cormac Mc Guinness"),
    ("Lukasz Wrobel", "Łukasz Wróbel"),
    ("Feldmann Rupert", "Rupert Feldmann"),
    ("Bill Harker", "William Harker"),
    ("R Feldmann", "Rupert Feldmann"),
    ("DS Feldman", "Rupert Feldmann"),
    ("Rupert Feldmann", "PC Rupert James Feldmann"),
    ("Anna Marie Holt", "Annamarie Holt"),
    ("Joan de Souza", "Joan Desouza"),
    ("Joan Van Dyke", "Joan Vandyke"),
    ("Helen Marsh", "Helen Marsh-Okafor"),
    ("Yousef Rahman", "Youssef Rehman"),
    ("  rupert   FELDMANN ", "Rupert Feldmann"),
    ("Rupret Feldmann", "Rupert Feldmann"),
    ("T/DI Feldman", "Rupert Feldmann"),
    ("A/Insp. Feldman", "Rupert Feldmann"),
    ("Det. Supt. Feldman", "Rupert Feldmann"),
    ("Ex-DC Feldman", "Rupert Feldmann"),
    ("Assistant Chief Constable Feldman", "Rupert Feldmann"),
    ("Commander Feldman", "Rupert Feldmann"),
    ("PC 4711 Feldman", "Rupert Feldmann"),
    ("PC4711 Feldman", "Rupert Feldmann"),
    ("RJ Feldman", "Rupert Feldmann"),
    ("R.J. Feldman", "Rupert Feldmann"),
    ("R.J Feldman", "Rupert Feldmann"),
    ("Rupert N/K", "Rupert Feldmann"),
]


@pytest.mark.parametrize(("typed", "account"), NEAR)
def test_a_name_that_is_typed_a_little_otherwise_is_near(typed: str, account: str) -> None:
    assert near(typed, account)
    assert near(account, typed)


@pytest.mark.parametrize(
    ("typed", "account"),
    [
        ("Rupert Feldmann", "Rupert Okafor"),
        ("Rupert Feldmann", "Helen Feldmann"),
        ("John Harker", "Jane Harker"),
        ("Rupert Feldmann", "Ida Quill"),
        ("", "Rupert Feldmann"),
        ("RJ Feldmann", "Helen Feldmann"),
        ("A Okafor", "Rupert Feldmann"),
    ],
)
def test_another_name_is_not(typed: str, account: str) -> None:
    assert not near(typed, account)


def test_other_names_that_are_said_count_too() -> None:
    said = names_said("Ruth", "Amis", "aka Helen Marsh, Nell")
    assert said[0] == "Ruth Amis"
    assert any(near(name, "Helen Marsh") for name in said)


def test_many_accounts_are_compared_as_one_by_one() -> None:
    names = sorted(
        {name for pair in NEAR for name in pair} | {"Helen Feldmann", "Ida Quill", "Li", "O Brien"}
    )
    people = [Person(name=name, email=f"{number}@example.org") for number, name in enumerate(names)]
    accounts = Accounts(people)
    found = {name: accounts.of("", [name]) for name in names}
    assert found == {name: near_any([name], people) for name in names}
    assert any(len(people) > len(of_one) > 1 for of_one in found.values())
