-- Up Migration
-- Why:    how available the hospital was within 30 days must not be forgotten when operations is started anew; and operations
--         tells how its own database fares, too.
-- Phase:  expand.
-- Locks:  none: the table is new.
-- Takes:  milliseconds.
-- Undo:   the down migration; what was seen is lost, and availability begins anew. The right to read statistics stays: a role
--         belongs to the whole server, and the other database may need it.
-- Repeat: not needed: it is one transaction.
CREATE TABLE operations.availability (
  -- Its beginning.
  hour timestamptz PRIMARY KEY,
  -- For how long the hospital was seen to answer within it, and for how long not. Time in which nobody looked is in neither.
  up_ms bigint NOT NULL CHECK (up_ms >= 0),
  down_ms bigint NOT NULL CHECK (down_ms >= 0)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON operations.availability TO omnicare_operations;

DO $$
BEGIN
  GRANT pg_read_all_stats TO omnicare_operations;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'Have an administrator of the server run: GRANT pg_read_all_stats TO omnicare_operations';
END
$$;

-- Down Migration
DROP TABLE operations.availability;
