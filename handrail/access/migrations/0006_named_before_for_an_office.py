"""Whoever was named for an office before that was said of a grant is named while they hold it from now on.

They are those whom a concern named when it was opened, and who held a post in professional standards that day.
"""

from django.db import migrations

OFFICES = """
UPDATE access_grant g SET office = post.role, office_in_id = post.organisation_id
FROM organisations_post post
WHERE g.kind = 'named' AND g.office = '' AND g.reason = 'Restricted when it was referred.'
    AND post.person_id = g.person_id AND post.role = 'professional-standards'
    AND (g.since AT TIME ZONE 'Europe/London')::date
        BETWEEN post.since AND coalesce(post.until, 'infinity'::date)
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0005_named_for_an_office")]
    operations = [migrations.RunSQL(OFFICES, migrations.RunSQL.noop)]
