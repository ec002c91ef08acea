-- Up Migration
-- Why:    operations tells how its own database fares, too: what others run there, and how far standbys are.
-- Phase:  expand.
-- Locks:  none.
-- Takes:  milliseconds.
-- Undo:   nothing is undone: a role belongs to the whole server, and the other database may need the right.
-- Repeat: safe.
DO $$
BEGIN
  GRANT pg_read_all_stats TO omnicare_operations;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'Have an administrator of the server run: GRANT pg_read_all_stats TO omnicare_operations';
END
$$;

-- Down Migration
SELECT 1;
