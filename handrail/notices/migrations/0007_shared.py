import django.db.models.deletion
from django.db import migrations, models

KINDS = [
    ("allocated", "A case was given to you"),
    ("referred", "New for your team"),
    ("asked", "Asked of you, or handed to you"),
    ("refused", "Refused by whoever was asked"),
    ("due-soon", "Due soon"),
    ("review", "A review is due soon"),
    ("overdue", "Late"),
    ("escalated", "Late with somebody you answer for"),
    ("opened", "Opened by somebody with a reason"),
    ("alike", "Somebody found a record that may be of the same person"),
    ("linked", "Linked with another record, or taken apart from it"),
    ("shared", "Shared with you, or you were invited to it"),
    ("sought", "Somebody looked for a person and was pointed to this record"),
    ("threat", "A threat or harm was stated: act now"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0006_matters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mailchoice",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=10),
        ),
        migrations.AlterField(
            model_name="matternotice",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=10),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=10),
        ),
        migrations.AlterField(
            model_name="notice",
            name="about",
            field=models.CharField(
                help_text="Which limit, follow-up, step, opening or share.", max_length=60
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="case",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="cases.case",
            ),
        ),
    ]
