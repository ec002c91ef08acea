-- Up Migration
-- Why:    programs that enter for somebody or by themselves (OAuth 2.0, SMART), and the keys that sign what they show.
-- Phase:  expand.
-- Locks:  identity.ended for a moment, to let it name programs.
-- Takes:  milliseconds.
-- Undo:   the down migration; all programs must be registered again, and everybody must let them in again.
-- Repeat: not needed: it is one transaction.

-- ES256. The private half is sealed by the identity key named here.
CREATE TABLE identity.signing_key (
  kid text PRIMARY KEY,
  -- JWK in JSON.
  public text NOT NULL,
  secret bytea NOT NULL,
  key text NOT NULL,
  made timestamptz NOT NULL,
  -- From then on it signs, unless a newer one does.
  signs timestamptz NOT NULL,
  -- What it has signed counts until then; null while no newer one has taken over.
  expires timestamptz
);

CREATE TABLE identity.client (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  -- As RFC 7591 has it, in JSON, without the secret.
  metadata text NOT NULL,
  -- Sealed by the identity key named beside it; null for those that have none.
  secret bytea,
  key text,
  made timestamptz NOT NULL,
  ended timestamptz
);

-- What oidc-provider keeps: codes, refresh tokens, grants, interactions. Named by a hash: whoever reads the table can use none.
CREATE TABLE identity.oauth (
  kind text NOT NULL,
  hash bytea NOT NULL,
  payload text NOT NULL,
  grant_hash bytea,
  consumed timestamptz,
  expires timestamptz,
  PRIMARY KEY (kind, hash)
);
CREATE INDEX oauth_grant ON identity.oauth (grant_hash) WHERE grant_hash IS NOT NULL;
CREATE INDEX oauth_expires ON identity.oauth (expires);

-- In which session and for which patient something was granted.
CREATE TABLE identity.oauth_context (
  grant_hash bytea PRIMARY KEY,
  person uuid NOT NULL REFERENCES identity.person,
  session uuid NOT NULL,
  patient text,
  encounter text,
  made timestamptz NOT NULL
);
CREATE INDEX oauth_context_person ON identity.oauth_context (person);

-- A program that is being started from a chart; used once.
CREATE TABLE identity.launch (
  hash bytea PRIMARY KEY,
  client uuid NOT NULL REFERENCES identity.client,
  person uuid NOT NULL REFERENCES identity.person,
  patient text,
  encounter text,
  expires timestamptz NOT NULL
);

ALTER TABLE identity.ended DROP CONSTRAINT ended_kind_check,
  ADD CONSTRAINT ended_kind_check CHECK (kind IN ('session', 'person', 'api-key', 'client'));

GRANT SELECT, INSERT, UPDATE, DELETE ON identity.signing_key, identity.oauth, identity.oauth_context, identity.launch
  TO omnicare_operations;
-- None is removed: the audit trail goes on naming them.
GRANT SELECT, INSERT, UPDATE ON identity.client TO omnicare_operations;

-- Down Migration
DELETE FROM identity.ended WHERE kind = 'client';
ALTER TABLE identity.ended DROP CONSTRAINT ended_kind_check,
  ADD CONSTRAINT ended_kind_check CHECK (kind IN ('session', 'person', 'api-key'));
DROP TABLE identity.launch, identity.oauth_context, identity.oauth, identity.client, identity.signing_key;
