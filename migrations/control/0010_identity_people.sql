-- Up Migration
-- Why:    the people who may enter, how they prove who they are, and how often somebody tried to in vain.
-- Phase:  expand.
-- Locks:  none: the tables are new.
-- Takes:  milliseconds.
-- Undo:   the down migration; ALL ACCOUNTS ARE LOST. The next start makes one administrator again.
-- Repeat: not needed: it is one transaction.
CREATE SCHEMA identity;
CREATE TABLE identity.person (
  id uuid PRIMARY KEY,
  user_name text NOT NULL,
  -- The user name as it is compared: two that look alike are one.
  user_key text NOT NULL UNIQUE,
  display_name text NOT NULL,
  email text,
  roles text[] NOT NULL,
  state text NOT NULL CHECK (state IN ('invited', 'active', 'suspended', 'ended')),
  -- Who that is in the record, as in Practitioner/7.
  fhir text CHECK (fhir ~ '^(Practitioner|Patient)/[A-Za-z0-9.-]{1,64}$'),
  -- Argon2id in PHC form.
  password text,
  password_at timestamptz,
  must_change boolean NOT NULL DEFAULT false,
  made timestamptz NOT NULL,
  signed_in timestamptz
);

-- Of links that were sent by mail: whoever reads the table can't use them.
CREATE TABLE identity.link (
  hash bytea PRIMARY KEY,
  person uuid NOT NULL REFERENCES identity.person,
  purpose text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
  made timestamptz NOT NULL,
  expires timestamptz NOT NULL
);
CREATE INDEX link_person ON identity.link (person);

CREATE TABLE identity.totp (
  id uuid PRIMARY KEY,
  person uuid NOT NULL REFERENCES identity.person,
  -- Sealed by the identity key named here, which lies outside of every database.
  secret bytea NOT NULL,
  key text NOT NULL,
  made timestamptz NOT NULL,
  confirmed timestamptz,
  -- The time step of the last code that was taken: each code counts once.
  last_step bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX totp_confirmed ON identity.totp (person) WHERE confirmed IS NOT NULL;
CREATE UNIQUE INDEX totp_pending ON identity.totp (person) WHERE confirmed IS NULL;

CREATE TABLE identity.recovery_code (
  person uuid NOT NULL REFERENCES identity.person,
  hash bytea NOT NULL,
  made timestamptz NOT NULL,
  used timestamptz,
  PRIMARY KEY (person, hash)
);

CREATE TABLE identity.passkey (
  -- The credential's id, in base64url.
  id text PRIMARY KEY,
  person uuid NOT NULL REFERENCES identity.person,
  name text NOT NULL,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports text[] NOT NULL,
  synced boolean NOT NULL,
  made timestamptz NOT NULL,
  used timestamptz
);
CREATE INDEX passkey_person ON identity.passkey (person);

-- What an authenticator was asked to sign; taken out by whoever answers it first.
CREATE TABLE identity.challenge (
  challenge text PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('register', 'sign-in')),
  -- Null when the passkey itself will say who it is.
  person uuid REFERENCES identity.person,
  -- The network that asked: each holds a few at a time, so that no stranger can fill the table.
  net text NOT NULL,
  made timestamptz NOT NULL,
  expires timestamptz NOT NULL
);
CREATE INDEX challenge_net ON identity.challenge (net, made);

-- How often was tried in vain, by account and by network.
CREATE TABLE identity.attempt (
  key text PRIMARY KEY,
  failures double precision NOT NULL DEFAULT 0,
  last timestamptz NOT NULL,
  until timestamptz NOT NULL
);
CREATE INDEX attempt_last ON identity.attempt (last);

-- Networks from which somebody has signed in before: strangers elsewhere can't hold up who comes from there.
CREATE TABLE identity.known_net (
  person uuid NOT NULL REFERENCES identity.person,
  net text NOT NULL,
  last timestamptz NOT NULL,
  PRIMARY KEY (person, net)
);

GRANT USAGE ON SCHEMA identity TO omnicare_operations;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.link, identity.totp, identity.recovery_code, identity.passkey,
  identity.challenge, identity.attempt, identity.known_net TO omnicare_operations;
-- Nobody is removed: the audit trail goes on naming them.
GRANT SELECT, INSERT, UPDATE ON identity.person TO omnicare_operations;

-- Down Migration
DROP SCHEMA identity CASCADE;
