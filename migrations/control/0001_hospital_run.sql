-- Up Migration
-- Why:    operations writes down when the hospital was started and how it ended, so that a restart at night is seen in the morning.
-- Phase:  the first; nothing else can run before it.
-- Locks:  none: the table is new.
-- Takes:  milliseconds.
-- Undo:   the down migration; the list of past runs is lost.
-- Repeat: not needed: it is one transaction.
CREATE SCHEMA operations;
CREATE TABLE operations.hospital_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started timestamptz NOT NULL DEFAULT now(),
  ended timestamptz,
  exit_code integer,
  signal text
);

-- Down Migration
DROP SCHEMA operations CASCADE;
