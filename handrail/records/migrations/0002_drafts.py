"""Drafts are of this room; their table came from the room of cases and keeps its name."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_deadlines"),
        ("organisations", "0005_duty"),
        ("cases", "0027_drafts_of_any_kind"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "target_kind",
                            models.CharField(
                                help_text="The kind of record that it adds to or makes.", max_length=20
                            ),
                        ),
                        (
                            "target_id",
                            models.UUIDField(
                                help_text="The record that it adds to; none where it makes one.", null=True
                            ),
                        ),
                        ("origin_kind", models.CharField(blank=True, max_length=20)),
                        (
                            "origin_id",
                            models.UUIDField(
                                help_text="The record from which one that it makes was begun.", null=True
                            ),
                        ),
                        (
                            "relation",
                            models.CharField(
                                blank=True,
                                help_text="What somebody is to the subject of the case of its origin.",
                                max_length=60,
                            ),
                        ),
                        ("pack_id", models.CharField(max_length=60)),
                        ("step_id", models.CharField(max_length=60)),
                        ("seen_version", models.PositiveIntegerField(default=0)),
                        (
                            "about",
                            models.PositiveIntegerField(
                                help_text="The number of the entry that it answers.", null=True
                            ),
                        ),
                        ("typed", models.JSONField(default=dict)),
                        ("kept_from", models.JSONField(default=dict)),
                        ("return_key", models.BinaryField(max_length=32, null=True, unique=True)),
                        ("begun_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        ("submitted_at", models.DateTimeField(null=True)),
                        (
                            "made_id",
                            models.UUIDField(
                                help_text="The record that it made or added to when it was sent.", null=True
                            ),
                        ),
                        ("submitted_reference", models.CharField(blank=True, max_length=12)),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="drafts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "submitted_to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="organisations.organisation",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "cases_draft",
                        "indexes": [
                            models.Index(
                                fields=["person", "-updated_at"], name="cases_draft_person__8f204b_idx"
                            ),
                            models.Index(fields=["target_id"], name="draft_on_record"),
                        ],
                    },
                ),
            ]
        ),
    ]
