-- Up Migration
-- Why:    operations scrapes both planes, keeps what charts and alert rules need, and remembers what fired.
-- Phase:  expand.
-- Locks:  none: the tables are new.
-- Takes:  milliseconds.
-- Undo:   the down migration; samples and the history of alerts are lost.
-- Repeat: not needed: it is one transaction.

-- Who scrapes and judges, of several processes of operations: one at a time, for as long as it renews.
CREATE TABLE operations.watch (
  name text PRIMARY KEY,
  holder uuid NOT NULL,
  until timestamptz NOT NULL,
  -- Alerts that were pending at that time go on from there: what nobody watched does not count.
  judged timestamptz
);

-- A series of samples, by the labels that it has.
CREATE TABLE operations.series (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL UNIQUE,
  labels jsonb NOT NULL,
  seen timestamptz NOT NULL
);
CREATE INDEX series_seen ON operations.series (seen);

-- One row for all samples that one scrape of one target gave: numbers of series and values, compressed. Every scrape is kept
-- for hours, the first of each five minutes (coarse) for thirty days: a few thousand rows of each, so that forgetting is cheap.
CREATE TABLE operations.scrape (
  coarse boolean NOT NULL,
  at timestamptz NOT NULL,
  target text NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (coarse, at, target)
) WITH (toast_tuple_target = 8160);
ALTER TABLE operations.scrape ALTER COLUMN content SET STORAGE EXTERNAL;

-- An alert from its beginning to its end. Both who judges here and Alertmanager may tell of the same one.
CREATE TABLE operations.alert (
  id uuid PRIMARY KEY,
  -- As Alertmanager has it: of the labels.
  fingerprint text NOT NULL,
  name text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
  labels jsonb NOT NULL,
  summary text NOT NULL,
  runbook text NOT NULL,
  -- What each of the two says of it; nothing when it says nothing, or no longer.
  built_in text CHECK (built_in IN ('pending', 'firing')),
  alertmanager text CHECK (alertmanager IN ('firing')),
  alertmanager_told timestamptz,
  state text NOT NULL CHECK (state IN ('pending', 'firing', 'resolved')),
  value double precision,
  since timestamptz NOT NULL,
  fired timestamptz,
  resolved timestamptz,
  acknowledged timestamptz,
  acknowledged_by text,
  reason text,
  CHECK ((state = 'resolved') = (resolved IS NOT NULL)),
  CHECK ((state = 'resolved') = (built_in IS NULL AND alertmanager IS NULL)),
  CHECK ((acknowledged IS NULL) = (acknowledged_by IS NULL) AND (acknowledged IS NULL) = (reason IS NULL))
);
CREATE UNIQUE INDEX alert_open ON operations.alert (fingerprint) WHERE state <> 'resolved';
CREATE INDEX alert_resolved ON operations.alert (resolved) WHERE state = 'resolved';

-- Alerts that nobody needs to be told of until then: those that have all these labels.
CREATE TABLE operations.silence (
  id uuid PRIMARY KEY,
  labels jsonb NOT NULL,
  made timestamptz NOT NULL,
  made_by text NOT NULL,
  reason text NOT NULL,
  until timestamptz NOT NULL
);
CREATE INDEX silence_until ON operations.silence (until);

GRANT SELECT, INSERT, UPDATE, DELETE
  ON operations.watch, operations.series, operations.scrape, operations.alert, operations.silence
  TO omnicare_operations;

-- Down Migration
DROP TABLE operations.silence;
DROP TABLE operations.alert;
DROP TABLE operations.scrape;
DROP TABLE operations.series;
DROP TABLE operations.watch;
