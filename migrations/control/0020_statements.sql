-- Up Migration
-- Why:    operations tells which statements are slow, which indexes nobody uses and which are bloated: counted by
--         pg_stat_statements and measured by pgstattuple, read by the statistics roles.
-- Phase:  expand.
-- Locks:  none that block.
-- Takes:  milliseconds.
-- Undo:   the down migration takes the extensions away; the rights stay: a role belongs to the whole server.
-- Repeat: as often as wanted: after an administrator has installed what was missing, nothing else is needed.
DO $$
DECLARE
  one text;
BEGIN
  -- Only a superuser may; on other servers the performance report says what their administrator runs.
  FOREACH one IN ARRAY ARRAY['pg_stat_statements', 'pgstattuple'] LOOP
    BEGIN
      EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA public', one);
    EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
      RAISE NOTICE 'Have an administrator of the server run: CREATE EXTENSION %', one;
    END;
  END LOOP;
  FOREACH one IN ARRAY ARRAY['pg_read_all_stats', 'pg_stat_scan_tables'] LOOP
    BEGIN
      EXECUTE format('GRANT %I TO omnicare_operations', one);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE NOTICE 'Have an administrator of the server run: GRANT % TO omnicare_operations', one;
    END;
  END LOOP;
END
$$;

-- Down Migration
DROP EXTENSION IF EXISTS pg_stat_statements;
DROP EXTENSION IF EXISTS pgstattuple;
