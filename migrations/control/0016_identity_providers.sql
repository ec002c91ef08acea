-- Up Migration
-- Why:    identity providers of the hospital (OpenID Connect): which there are, who is who there, and sign-ins under way.
-- Phase:  expand.
-- Locks:  identity.person for a moment, to add a column with a constant.
-- Takes:  milliseconds.
-- Undo:   the down migration; providers must be registered again, and people link their accounts again.
-- Repeat: not needed: it is one transaction.

CREATE TABLE identity.provider (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  issuer text NOT NULL,
  client_id text NOT NULL,
  -- Sealed by the identity key named beside it; null: PKCE alone proves who begins.
  secret bytea,
  key text,
  -- What is trusted of it, in JSON.
  rules text NOT NULL,
  made timestamptz NOT NULL,
  ended timestamptz
);
CREATE UNIQUE INDEX provider_issuer ON identity.provider (issuer) WHERE ended IS NULL;
CREATE UNIQUE INDEX provider_name ON identity.provider (lower(name)) WHERE ended IS NULL;

-- Who somebody is at a provider. Stays when an account ends: whoever has left must not be taken for somebody new.
CREATE TABLE identity.linked (
  provider uuid NOT NULL REFERENCES identity.provider,
  subject text NOT NULL,
  person uuid NOT NULL REFERENCES identity.person,
  made timestamptz NOT NULL,
  used timestamptz,
  PRIMARY KEY (provider, subject),
  UNIQUE (person, provider)
);

-- Somebody was sent to a provider and isn't back yet. State, nonce and PKCE verifier follow from the secret that the
-- browser holds: whoever reads the table can't go on with any.
CREATE TABLE identity.away (
  hash bytea PRIMARY KEY,
  provider uuid NOT NULL REFERENCES identity.provider,
  -- Who links the identity to their account; null when somebody signs in.
  person uuid REFERENCES identity.person,
  -- The page to go on with, an address of ours.
  back text NOT NULL,
  net text NOT NULL,
  made timestamptz NOT NULL,
  expires timestamptz NOT NULL
);
CREATE INDEX away_net ON identity.away (net, made);
CREATE INDEX away_expires ON identity.away (expires);

-- Whether somebody else than the person has said that the address is theirs: by it an account may be found.
ALTER TABLE identity.person ADD COLUMN email_vouched boolean NOT NULL DEFAULT false;

-- None is removed: the audit trail goes on naming them.
GRANT SELECT, INSERT, UPDATE ON identity.provider TO omnicare_operations;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.linked TO omnicare_operations;
GRANT SELECT, INSERT, DELETE ON identity.away TO omnicare_operations;

-- Down Migration
ALTER TABLE identity.person DROP COLUMN email_vouched;
DROP TABLE identity.away, identity.linked, identity.provider;
