-- Up Migration
-- Why:    what operations does is written down like what the hospital does, and sealed from here.
-- Phase:  expand (old and new code both run with it; the new code opens its sessions with the role made here).
-- Locks:  none: the tables are new.
-- Takes:  milliseconds.
-- Undo:   the down migration; what was not sealed yet is lost. The role stays when another database uses it.
-- Repeat: not needed: it is one transaction.
CREATE SCHEMA audit;
CREATE TABLE audit.intake (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
  -- One or more entries, each on a line: those that came together.
  entry text NOT NULL
) WITH (toast_tuple_target = 8160);
-- It is gone in a moment: neither compressed nor, where that can be helped, cut up.
ALTER TABLE audit.intake ALTER COLUMN entry SET STORAGE EXTERNAL;
-- The sealer's order; without it each of its looks would sort everything that waits.
CREATE INDEX intake_order ON audit.intake (tx, n);
CREATE TABLE audit.mark (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  sealed bigint NOT NULL DEFAULT 0,
  incarnation uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO audit.mark DEFAULT VALUES;

-- A role belongs to the whole server: another database, or an administrator whose user may make roles, may have made it.
DO $$
BEGIN
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'omnicare_operations') THEN
      CREATE ROLE omnicare_operations NOLOGIN;
    END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
  END;
  BEGIN
    EXECUTE format('GRANT omnicare_operations TO %I', current_user);
  EXCEPTION WHEN insufficient_privilege OR internal_error THEN
    NULL; -- Whoever made the role has granted it, or the sessions will say that it is missing.
  END;
END
$$;

GRANT USAGE ON SCHEMA audit, operations TO omnicare_operations;
GRANT INSERT (entry), SELECT, DELETE ON audit.intake TO omnicare_operations;
GRANT SELECT, UPDATE (sealed) ON audit.mark TO omnicare_operations;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA operations TO omnicare_operations;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA operations TO omnicare_operations;
ALTER DEFAULT PRIVILEGES IN SCHEMA operations GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO omnicare_operations;
ALTER DEFAULT PRIVILEGES IN SCHEMA operations GRANT USAGE ON SEQUENCES TO omnicare_operations;

-- Down Migration
DROP SCHEMA audit CASCADE;
DROP OWNED BY omnicare_operations;
DO $$
BEGIN
  DROP ROLE omnicare_operations;
EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN
  NULL;
END
$$;
