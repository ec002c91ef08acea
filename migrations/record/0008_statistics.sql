-- Up Migration
-- Why:    operations tells how the database fares: what other sessions are doing, and standbys, it may not see otherwise.
-- Phase:  expand.
-- Locks:  none that block.
-- Takes:  milliseconds.
-- Undo:   the down migration leaves the right in place: a role belongs to the whole server, and the other database may need it.
-- Repeat: as often as wanted.
DO $$
BEGIN
  GRANT pg_read_all_stats TO omnicare_operations;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'Have an administrator of the server run: GRANT pg_read_all_stats TO omnicare_operations';
END
$$;

-- Down Migration
SELECT 1;
