"""Add the kind of each chain: a case, a register entry, or access. The field `stage` held this before."""

from django.db import migrations, models

# A generated column is filled while the table is rewritten, so no append-only trigger has to be disabled.
OF_ENTRIES = """
ALTER TABLE ledger_entry ADD COLUMN kind varchar(20) NOT NULL GENERATED ALWAYS AS
    (CASE stage WHEN 'register' THEN 'register-entry' WHEN 'access' THEN 'access' ELSE 'case' END) STORED;
ALTER TABLE ledger_entry ALTER COLUMN kind DROP EXPRESSION;
"""
OF_CHAINS = """
ALTER TABLE ledger_chain ADD COLUMN kind varchar(20) NOT NULL DEFAULT 'case';
ALTER TABLE ledger_chain ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE ledger_chain DISABLE TRIGGER ledger_chain_by_trigger;
UPDATE ledger_chain SET kind = entry.kind FROM ledger_entry entry
WHERE entry.chain = ledger_chain.id AND entry.number = 1 AND entry.kind <> 'case';
ALTER TABLE ledger_chain ENABLE ALWAYS TRIGGER ledger_chain_by_trigger;
"""

# The function of 0002, extended so that a chain keeps the kind of its first entry.
FOLLOW = """
CREATE OR REPLACE FUNCTION ledger_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    refused uuid;
BEGIN
    WITH linked AS (
        SELECT chain, kind, number, previous, hash,
               number - first_value(number) OVER line = row_number() OVER line - 1
               AND previous = coalesce(lag(hash) OVER line, previous) AS follows
        FROM added WINDOW line AS (PARTITION BY chain ORDER BY number)
    ), piece AS (
        SELECT chain, min(kind) AS kind, min(number) AS first, max(number) AS last,
               (array_agg(previous ORDER BY number))[1] AS previous,
               (array_agg(hash ORDER BY number DESC))[1] AS hash
        FROM linked GROUP BY chain HAVING bool_and(follows)
    ), begun AS (
        INSERT INTO public.ledger_chain (id, kind, length, head)
        SELECT chain, kind, last, hash FROM piece
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
    JOIN public.ledger_chain own ON own.id = added.chain AND own.kind <> added.kind LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'An entry is of another kind than its chain %.', refused
            USING ERRCODE = 'integrity_constraint_violation';
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
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_level")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(OF_ENTRIES), migrations.RunSQL(OF_CHAINS)],
            [
                migrations.AddField("entry", "kind", models.CharField(max_length=20), preserve_default=False),
                migrations.AddField("chain", "kind", models.CharField(max_length=20), preserve_default=False),
            ],
        ),
        migrations.RunSQL(FOLLOW),
    ]
