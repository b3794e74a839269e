"""Indexes by which a case is found under a force's own reference, however that is written."""

from django.db import migrations

# As `config.row_security.CALLED_BY_SOURCE` asks.
PLAIN = "upper(regexp_replace({0}, '[^A-Za-z0-9]+', '', 'g'))"
WRITTEN = "normalize(source_reference, NFKC)"
SHORT = rf"regexp_replace({WRITTEN}, '(^|[^0-9])0+([0-9])', '\1\2', 'g')"
INDEX = "CREATE INDEX {0} ON cases_referral (({1})) WHERE source_reference <> ''"


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_fewer_indexes")]

    operations = [
        migrations.RunSQL(
            [
                INDEX.format("referral_source_whole", PLAIN.format(WRITTEN)),
                INDEX.format("referral_source_short", PLAIN.format(SHORT)),
            ],
            ["DROP INDEX referral_source_whole", "DROP INDEX referral_source_short"],
        ),
    ]
