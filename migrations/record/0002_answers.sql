-- Up Migration
-- Why:    a Bundle sent with an Idempotency-Key is carried out once; its answer is kept for whoever asks again.
-- Phase:  expand (old and new code both run with it).
-- Locks:  none: the table is new.
-- Takes:  milliseconds.
-- Undo:   the down migration; a Bundle that is sent again after that is carried out again.
-- Repeat: not needed: it is one transaction.
CREATE SCHEMA record;
CREATE TABLE record.answer (
  key text COLLATE "C" PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  asked text NOT NULL,
  body text NOT NULL
);

-- Down Migration
DROP SCHEMA record CASCADE;
