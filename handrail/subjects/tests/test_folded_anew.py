"""The migration folds the names of existing subjects by the one folding, so that they are found again."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from handrail.subjects.by_name import beginnings, called
from handrail.subjects.match_record_actions import index_subjects, rebuild
from handrail.subjects.match_records import IndexReason, Key, Outline
from handrail.subjects.models import Subject

MIGRATION = import_module("handrail.subjects.migrations.0010_names_folded_anew")


@pytest.mark.django_db
def test_names_on_record_are_folded_and_outlines_made_anew() -> None:
    subject = Subject.described({"given_name": "Łukasz", "family_name": "O’Nowak"})
    subject.save()
    index_subjects([subject], IndexReason.INTAKE)
    Subject.objects.update(name_key="łukasz nowak o", family_key="nowak o", found_under="")
    assert not Subject.objects.filter(pk__in=called(beginnings("lukasz onowak"))).exists()

    MIGRATION.fold(apps, None)
    with connection.cursor() as cursor:
        for operation in MIGRATION.Migration.operations[1:]:
            cursor.execute(operation.sql)
    assert list(Subject.objects.filter(pk__in=called(beginnings("lukasz onowak")))) == [subject]
    assert (Outline.objects.exists(), Key.objects.exists()) == (False, False)

    assert rebuild(lambda done, total: None, everybody=False) == 1
    assert Outline.objects.get().subject_id == subject.pk
    assert Key.objects.exists()
