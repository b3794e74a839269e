"""Let a serving role write a line of the log of reads under no number but one of the last that were given out."""

from django.db import migrations

# A line is numbered before it is written, so that a second try writes no second line. 10,000 is `LATE` of
# `access/sealing.py`: an older number would not be looked at again, and its line never be sealed.
NUMBERED = """
CREATE FUNCTION access_reading_is_numbered() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last bigint := coalesce(pg_sequence_last_value(pg_get_serial_sequence('public.access_reading', 'id')::regclass), 0);
BEGIN
    IF session_user IN ('handrail_web', 'handrail_jobs')
        AND (NEW.id < 1 OR NEW.id > last OR NEW.id <= last - 10000)
    THEN
        RAISE EXCEPTION 'Line % of the log of reads is not among the last numbers given out.', NEW.id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER access_reading_is_numbered BEFORE INSERT ON access_reading
    FOR EACH ROW EXECUTE FUNCTION access_reading_is_numbered();
ALTER TABLE access_reading ENABLE ALWAYS TRIGGER access_reading_is_numbered;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0010_time_of_reading")]

    operations = [migrations.RunSQL(NUMBERED, "DROP FUNCTION access_reading_is_numbered() CASCADE;")]
