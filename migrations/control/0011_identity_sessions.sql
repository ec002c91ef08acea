-- Up Migration
-- Why:    who is signed in and who is about to be; the keys of machines; what has ended, for those who hold a token of it.
-- Phase:  expand.
-- Locks:  none: the tables are new.
-- Takes:  milliseconds.
-- Undo:   the down migration; everybody must sign in again, and machines need new keys.
-- Repeat: not needed: it is one transaction.

-- A sign-in that is not finished: it opens nothing but its own next step.
CREATE TABLE identity.ticket (
  hash bytea PRIMARY KEY,
  person uuid NOT NULL REFERENCES identity.person,
  place text NOT NULL CHECK (place IN ('hospital', 'operations')),
  factors text[] NOT NULL,
  skipped boolean NOT NULL DEFAULT false,
  made timestamptz NOT NULL,
  expires timestamptz NOT NULL
);
CREATE INDEX ticket_person ON identity.ticket (person, made);

CREATE TABLE identity.session (
  -- Of the secret that the browser holds; it changes, the id stays.
  hash bytea PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  person uuid NOT NULL REFERENCES identity.person,
  place text NOT NULL CHECK (place IN ('hospital', 'operations')),
  factors text[] NOT NULL,
  made timestamptz NOT NULL,
  seen timestamptz NOT NULL,
  expires timestamptz NOT NULL,
  address text NOT NULL,
  agent text NOT NULL
);
CREATE INDEX session_person ON identity.session (person, made);
CREATE INDEX session_seen ON identity.session (seen);

CREATE TABLE identity.api_key (
  id uuid PRIMARY KEY,
  -- The part of the key that may be shown.
  prefix text NOT NULL UNIQUE,
  hash bytea NOT NULL,
  name text NOT NULL,
  scopes text[] NOT NULL,
  owner uuid REFERENCES identity.person,
  made timestamptz NOT NULL,
  expires timestamptz NOT NULL,
  used timestamptz,
  ended timestamptz
);

-- Whoever verifies tokens without asking refuses those of what is named here. A row is needed as long as a token that was
-- issued before it may live.
CREATE TABLE identity.ended (
  kind text NOT NULL CHECK (kind IN ('session', 'person', 'api-key')),
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX ended_at ON identity.ended (at);

GRANT SELECT, INSERT, UPDATE, DELETE ON identity.ticket, identity.session, identity.ended TO omnicare_operations;
GRANT SELECT, INSERT, UPDATE ON identity.api_key TO omnicare_operations;

-- Down Migration
DROP TABLE identity.ticket, identity.session, identity.api_key, identity.ended;
