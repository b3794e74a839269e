"""What makes the record append-only beyond privileges, and each chain a single line without forks."""

from django.db import migrations

LINK = """
CREATE FUNCTION ledger_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.ledger_chain (id, length, head)
        SELECT DISTINCT chain, 0, decode(repeat('00', 32), 'hex') FROM added
        ON CONFLICT (id) DO NOTHING;
    PERFORM 1 FROM public.ledger_chain WHERE id IN (SELECT chain FROM added) ORDER BY id FOR UPDATE;
    IF EXISTS (
        SELECT 1
        FROM (SELECT chain, number, previous, row_number() OVER line AS place, lag(hash) OVER line AS before
              FROM added WINDOW line AS (PARTITION BY chain ORDER BY number)) entry
        JOIN public.ledger_chain last ON last.id = entry.chain
        WHERE entry.number <> last.length + entry.place
           OR entry.previous <> coalesce(entry.before, last.head)
    ) THEN
        RAISE EXCEPTION 'An entry does not follow on from the end of its chain. Read the chain again and retry.'
            USING ERRCODE = 'serialization_failure';
    END IF;
    UPDATE public.ledger_chain SET length = entry.number, head = entry.hash
    FROM (SELECT DISTINCT ON (chain) chain, number, hash FROM added ORDER BY chain, number DESC) entry
    WHERE public.ledger_chain.id = entry.chain;
    RETURN NULL;
END
$$;
CREATE TRIGGER ledger_entry_follows AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_link();
"""

REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The record is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
"""

TABLES = ("ledger_entry", "ledger_content", "ledger_leaf", "ledger_head")


def append_only(table: str) -> str:
    """The trigger that refuses every change of a table."""
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();"
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(LINK, "DROP TRIGGER ledger_entry_follows ON ledger_entry; DROP FUNCTION ledger_link();"),
        migrations.RunSQL(
            REFUSE + "".join(map(append_only, TABLES)), "DROP FUNCTION ledger_refuse() CASCADE;"
        ),
    ]
