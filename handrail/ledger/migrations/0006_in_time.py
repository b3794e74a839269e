"""Triggers and functions for the time of entries, for how long they wait to be sealed, and for who seals."""

import django.db.models.functions.datetime
from django.db import migrations, models

# The hash of an entry covers its time, so the application states the time and the database refuses one that is not
# now. A serving process computes the time before its transaction writes: an import up to an hour before. The owner
# and an administrator may write past times; such an entry says so in its content (`handrail.ledger.record`).
ON_TIME = """
CREATE FUNCTION ledger_on_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    differ CONSTANT interval := interval '1 minute';
    early CONSTANT interval := CASE session_user WHEN 'handrail_web' THEN differ ELSE interval '1 hour' END;
    refused uuid;
BEGIN
    IF session_user NOT IN ('handrail_web', 'handrail_jobs') THEN
        RETURN NULL;
    END IF;
    SELECT added.chain INTO refused FROM added
    LEFT JOIN public.ledger_entry before ON before.chain = added.chain AND before.number = added.number - 1
    WHERE added.recorded_at < transaction_timestamp() - early
        OR added.recorded_at > clock_timestamp() + differ
        OR added.recorded_at < before.recorded_at - early LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'An entry of chain % is not recorded as of now.', refused
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER ledger_entry_on_time AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_on_time();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_on_time;
"""

# A lock on the table, which no role that may only read it can take. An advisory lock is anybody's.
SEALING = """
CREATE FUNCTION ledger_sealing() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    LOCK TABLE public.ledger_head IN SHARE ROW EXCLUSIVE MODE;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_kind")]

    operations = [
        migrations.AddField(
            "unsealed",
            "since",
            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.RunSQL(ON_TIME, "DROP FUNCTION ledger_on_time() CASCADE;"),
        migrations.RunSQL(SEALING, "DROP FUNCTION ledger_sealing();"),
    ]
