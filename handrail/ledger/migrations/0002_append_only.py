"""Triggers that make the ledger append-only beyond privileges, and each chain a line without forks."""

from django.db import migrations

# One statement serves one entry or a hundred thousand. Updating the row of a chain locks it, and PostgreSQL checks
# the condition again once it has the lock: of two transactions that extend a chain at once, one is refused.
# A session keeps the plan of its first call, which may run over an empty ledger or over many entries at once. So the
# planner is restricted to what is right for every size: a look-up by key for each chain.
FOLLOW = """
CREATE FUNCTION ledger_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    refused uuid;
BEGIN
    WITH linked AS (
        SELECT chain, number, previous, hash,
               number - first_value(number) OVER line = row_number() OVER line - 1
               AND previous = coalesce(lag(hash) OVER line, previous) AS follows
        FROM added WINDOW line AS (PARTITION BY chain ORDER BY number)
    ), piece AS (
        SELECT chain, min(number) AS first, max(number) AS last,
               (array_agg(previous ORDER BY number))[1] AS previous,
               (array_agg(hash ORDER BY number DESC))[1] AS hash
        FROM linked GROUP BY chain HAVING bool_and(follows)
    ), begun AS (
        INSERT INTO public.ledger_chain (id, length, head)
        SELECT chain, last, hash FROM piece
        WHERE first = 1 AND previous = decode(repeat('00', 32), 'hex')
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    ), extended AS (
        UPDATE public.ledger_chain SET length = piece.last, head = piece.hash FROM piece
        WHERE id = piece.chain AND length = piece.first - 1 AND head = piece.previous
        RETURNING id
    )
    SELECT chain INTO refused FROM added
    WHERE chain NOT IN (SELECT id FROM begun UNION ALL SELECT id FROM extended) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'An entry does not follow on from the end of its chain %.', refused
            USING ERRCODE = 'serialization_failure', HINT = 'Read the chain again and retry.';
    END IF;
    SELECT added.chain INTO refused FROM added
    WHERE NOT EXISTS (SELECT FROM public.ledger_content WHERE entry_id = added.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'An entry of chain % comes without its content.', refused
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO public.ledger_unsealed (entry_id) SELECT id FROM added;
    RETURN NULL;
END
$$;
CREATE TRIGGER ledger_entry_follows AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_follow();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_follows;
"""

# Only a leaf removes an entry from the list, so the jobs role cannot keep an entry from being sealed.
SEALED = """
CREATE FUNCTION ledger_sealed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
BEGIN
    DELETE FROM public.ledger_unsealed USING added JOIN public.ledger_entry entry
        ON entry.chain = added.chain AND entry.number = added.number AND entry.hash = added.hash
    WHERE entry_id = entry.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER ledger_leaf_sealed AFTER INSERT ON ledger_leaf
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_sealed();
ALTER TABLE ledger_leaf ENABLE ALWAYS TRIGGER ledger_leaf_sealed;
"""

REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The record is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
"""


def append_only(table: str) -> str:
    """Return the trigger that refuses every change of a table, also in replica mode (ENABLE ALWAYS)."""
    return f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only;
"""


def by_trigger_only(table: str) -> str:
    """Return the triggers that refuse changes of a table unless another trigger makes them."""
    return f"""
CREATE TRIGGER {table}_by_trigger BEFORE INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_by_trigger;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_never_emptied;
"""


GUARDS = "".join(
    [append_only(f"ledger_{name}") for name in ("entry", "content", "leaf", "head")]
    + [by_trigger_only(f"ledger_{name}") for name in ("chain", "unsealed")]
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(FOLLOW, "DROP FUNCTION ledger_follow() CASCADE;"),
        migrations.RunSQL(SEALED, "DROP FUNCTION ledger_sealed() CASCADE;"),
        migrations.RunSQL(REFUSE + GUARDS, "DROP FUNCTION ledger_refuse() CASCADE;"),
    ]
