-- Up Migration
-- Why:    what has to leave OmniCare (mail today) waits here, written together with what it tells of, until it is delivered.
-- Phase:  expand.
-- Locks:  none: the table is new.
-- Takes:  milliseconds.
-- Undo:   the down migration; what waits is never sent: make links anew for those who wait for one.
-- Repeat: not needed: it is one transaction.
CREATE TABLE operations.outbox (
  -- What is delivered twice after a crash has this in it both times: receivers know it again.
  id uuid PRIMARY KEY,
  channel text NOT NULL CHECK (channel IN ('mail')),
  -- What it is, as in invitation; and whom it concerns, as in person/018f…
  kind text NOT NULL,
  about text NOT NULL,
  -- To whom and what: it may hold a secret. Sealed by the identity key named beside it, and gone once nothing waits for it.
  content bytea,
  key text,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
  made timestamptz NOT NULL,
  -- The next try. While one is under way: when somebody else may take it over.
  due timestamptz NOT NULL,
  -- Nobody wants it later than this.
  expires timestamptz NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  tried timestamptz,
  -- Why the last try failed, in fixed words; nothing that a receiver has said.
  why text,
  done timestamptz,
  CHECK ((state = 'waiting') = (content IS NOT NULL)),
  CHECK ((content IS NULL) = (key IS NULL)),
  CHECK ((state = 'waiting') = (done IS NULL))
);
CREATE INDEX outbox_waiting ON operations.outbox (due) WHERE state = 'waiting';
CREATE INDEX outbox_done ON operations.outbox (state, done) WHERE state <> 'waiting';

GRANT SELECT, INSERT, UPDATE, DELETE ON operations.outbox TO omnicare_operations;

-- Down Migration
DROP TABLE operations.outbox;
