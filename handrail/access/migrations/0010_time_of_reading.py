"""Let the database set the time of a line of the log of reads that a serving role writes."""

from django.db import migrations

NOW = """
CREATE FUNCTION access_reading_is_now() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF session_user IN ('handrail_web', 'handrail_jobs') THEN
        NEW.at := clock_timestamp();
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER access_reading_is_now BEFORE INSERT ON access_reading
    FOR EACH ROW EXECUTE FUNCTION access_reading_is_now();
ALTER TABLE access_reading ENABLE ALWAYS TRIGGER access_reading_is_now;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0009_grants_by_event_have_an_end")]

    operations = [migrations.RunSQL(NOW, "DROP FUNCTION access_reading_is_now() CASCADE;")]
