-- Up Migration
-- Why:    history tells for each version by which request it came; whether a first version was posted, or put under an
--         id of the client's, was nowhere to be read.
-- Phase:  expand (old and new code both run with it). First versions from before are told as posted.
-- Locks:  each resource table, for reads too, until the end; null is no default to be written, so that no row is touched.
-- Takes:  less than a second, once the statements under way have ended.
-- Undo:   the down migration.
-- Repeat: not needed: it is one transaction.
--
--   claimed  true: the client chose the id, by an update that found nothing there. Null: the server made it.
DO $$
DECLARE
  one text;
BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'fhir' ORDER BY tablename LOOP
    EXECUTE format('ALTER TABLE fhir.%I ADD COLUMN claimed boolean', one);
  END LOOP;
END
$$;

-- Down Migration
DO $$
DECLARE
  one text;
BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'fhir' ORDER BY tablename LOOP
    EXECUTE format('ALTER TABLE fhir.%I DROP COLUMN claimed', one);
  END LOOP;
END
$$;
