-- Up Migration
-- Why:    what is done with the record is written down in the same transaction, or before an answer leaves; operations
--         seals it into the ledger. The hospital's own role can add to it, and neither read, change nor remove it.
-- Phase:  expand (old and new code both run with it; the new code opens its sessions with the roles made here).
-- Locks:  none that block: the tables are new. GRANT takes a short lock on each table's catalogue row.
-- Takes:  milliseconds for the tables, about a second for the rights on 350 others.
-- Undo:   the down migration; what was not sealed yet is lost. The roles stay when another database uses them.
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

-- Roles belong to the whole server: another database, or an administrator whose user may make roles, may have made them.
DO $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['omnicare_hospital', 'omnicare_operations'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = one) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', one);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
    BEGIN
      EXECUTE format('GRANT %I TO %I', one, current_user);
    EXCEPTION WHEN insufficient_privilege OR internal_error THEN
      NULL; -- Whoever made the role has granted it, or the sessions will say that it is missing.
    END;
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA audit TO omnicare_hospital, omnicare_operations;
-- Only the text: number and transaction are the database's to give.
GRANT INSERT (entry) ON audit.intake TO omnicare_hospital;
GRANT SELECT, DELETE ON audit.intake TO omnicare_operations;
GRANT SELECT, UPDATE (sealed) ON audit.mark TO omnicare_operations;

GRANT USAGE ON SCHEMA fhir, fhir_history, fhir_string, record TO omnicare_hospital;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA fhir, fhir_history, fhir_string, record TO omnicare_hospital;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA fhir, fhir_history, fhir_string, record TO omnicare_hospital;
ALTER DEFAULT PRIVILEGES IN SCHEMA fhir, fhir_history, fhir_string, record
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO omnicare_hospital;
ALTER DEFAULT PRIVILEGES IN SCHEMA fhir, fhir_history, fhir_string, record
  GRANT USAGE ON SEQUENCES TO omnicare_hospital;

-- Down Migration
DROP SCHEMA audit CASCADE;
DO $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['omnicare_hospital', 'omnicare_operations'] LOOP
    EXECUTE format('DROP OWNED BY %I', one);
    BEGIN
      EXECUTE format('DROP ROLE %I', one);
    EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN
      NULL;
    END;
  END LOOP;
END
$$;
