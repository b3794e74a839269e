"""Fill in the office of grants that were made before this field existed.

Such a grant was made when a concern about a colleague was referred, to a person with a post in professional
standards on that day. From now on the grant ends with that post.
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
