-- Up Migration
-- Why:    the audit ledger: encrypted entries as the leaves of a Merkle log, its tiles, its signed checkpoints, its keys.
-- Phase:  expand.
-- Locks:  none: the tables are new.
-- Takes:  milliseconds.
-- Undo:   the down migration; THE AUDIT TRAIL IS LOST. Export it first: omnicare audit export.
-- Repeat: not needed: it is one transaction.
CREATE TABLE audit.ledger (
  index bigint PRIMARY KEY CHECK (index >= 0),
  id uuid NOT NULL UNIQUE,
  source text NOT NULL,
  at timestamptz NOT NULL,
  month text NOT NULL,
  payload bytea NOT NULL,
  leaf bytea NOT NULL,
  tokens bigint[] NOT NULL
);
-- Ciphertext doesn't shrink.
ALTER TABLE audit.ledger ALTER COLUMN payload SET STORAGE EXTERNAL;
CREATE INDEX ledger_at ON audit.ledger (at);
CREATE INDEX ledger_tokens ON audit.ledger USING gin (tokens);

-- Full tiles only. The last, growing tile of a level is made from what it is the hash of: the leaves of the last entries,
-- the roots of the tiles below. A row for each of its widths would be several gigabytes a day that nobody may delete.
CREATE TABLE audit.tile (
  level smallint NOT NULL,
  index bigint NOT NULL,
  hashes bytea NOT NULL,
  root bytea NOT NULL,
  PRIMARY KEY (level, index)
);
ALTER TABLE audit.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- The newest checkpoint, in the place of the one before: each batch has one, and they would be millions that nobody may
-- delete. Those that are kept, about one a minute, hang together by the hash of the kept one before, which each names.
CREATE TABLE audit.head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  size bigint NOT NULL,
  root bytea NOT NULL,
  signed text NOT NULL
);
CREATE TABLE audit.checkpoint (
  size bigint PRIMARY KEY,
  root bytea NOT NULL,
  signed text NOT NULL,
  at timestamptz NOT NULL
);

-- Entries of a time that a restore of their source has undone: from <= index < upto.
CREATE TABLE audit.lost (
  entry bigint NOT NULL,
  source text NOT NULL,
  "from" bigint NOT NULL,
  upto bigint NOT NULL,
  PRIMARY KEY (entry, "from")
);

-- What a witness has cosigned for other logs.
CREATE TABLE audit.witnessed (
  origin text NOT NULL,
  size bigint NOT NULL,
  root bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (origin, size)
);

CREATE TABLE audit.month_key (
  month text PRIMARY KEY,
  -- Which master key wraps it; wrapped is null once the key is destroyed.
  master text NOT NULL,
  wrapped bytea,
  made timestamptz NOT NULL DEFAULT now(),
  destroyed timestamptz
);
CREATE TABLE audit.signing_key (
  verifier text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('log', 'witness')),
  master text NOT NULL,
  wrapped bytea,
  made timestamptz NOT NULL DEFAULT now(),
  retired timestamptz
);

-- What each source was told about how far its entries are sealed, and which batch was sealed from it last.
CREATE TABLE audit.source (
  name text PRIMARY KEY,
  incarnation uuid NOT NULL,
  told bigint NOT NULL,
  batch_from bigint NOT NULL DEFAULT 0,
  batch_upto bigint NOT NULL DEFAULT 0
);

GRANT SELECT, INSERT ON audit.ledger, audit.tile, audit.checkpoint, audit.lost, audit.witnessed, audit.month_key,
  audit.signing_key, audit.source, audit.head TO omnicare_operations;
GRANT UPDATE (master, wrapped, destroyed) ON audit.month_key TO omnicare_operations;
GRANT UPDATE (master, wrapped, retired) ON audit.signing_key TO omnicare_operations;
GRANT UPDATE (size, root, signed) ON audit.head TO omnicare_operations;
GRANT UPDATE (incarnation, told, batch_from, batch_upto) ON audit.source TO omnicare_operations;

-- Rights bind the application; this stops everybody else who doesn't mean it, owner and superuser too.
CREATE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit ledger only grows: % of audit.% is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;
DO $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['ledger', 'tile', 'checkpoint', 'lost', 'witnessed'] LOOP
    EXECUTE format('CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.%I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', one);
  END LOOP;
  FOREACH one IN ARRAY ARRAY['month_key', 'signing_key', 'head'] LOOP
    EXECUTE format('CREATE TRIGGER only_grows BEFORE DELETE OR TRUNCATE ON audit.%I
      FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()', one);
  END LOOP;
END
$$;
CREATE TRIGGER never_back BEFORE UPDATE ON audit.head
  FOR EACH ROW WHEN (new.size <= old.size) EXECUTE FUNCTION audit.refuse();

-- A key that was emptied stays on the disk in the former version of its row: not even VACUUM overwrites that. Writing the
-- tables into new files and removing the old ones does away with it. In a transaction of its own, after the change.
CREATE FUNCTION audit.rewrite_keys() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  CLUSTER audit.month_key USING month_key_pkey;
  CLUSTER audit.signing_key USING signing_key_pkey;
END
$$;
REVOKE ALL ON FUNCTION audit.rewrite_keys() FROM public;
GRANT EXECUTE ON FUNCTION audit.rewrite_keys() TO omnicare_operations;

-- Down Migration
DROP FUNCTION audit.rewrite_keys();
DROP TABLE audit.ledger, audit.tile, audit.checkpoint, audit.head, audit.lost, audit.witnessed, audit.month_key, audit.signing_key,
  audit.source;
DROP FUNCTION audit.refuse();
