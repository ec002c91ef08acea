-- Up Migration
-- Why:    what probes have found is to be seen in the morning: when a verdict changed, and for how long a day something failed.
-- Phase:  expand.
-- Locks:  none: the tables are new.
-- Takes:  milliseconds.
-- Undo:   the down migration; the history of health is lost, and with it the availability of the last 30 days.
-- Repeat: not needed: it is one transaction.
CREATE TABLE operations.probe_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- As in hospital:ready
  probe text NOT NULL,
  at timestamptz NOT NULL,
  -- Null for the first answer after a start of operations.
  was text CHECK (was IN ('pass', 'warn', 'fail')),
  verdict text NOT NULL CHECK (verdict IN ('pass', 'warn', 'fail')),
  says text
);
CREATE INDEX probe_change_at ON operations.probe_change (at);

-- For how much of a day (UTC) a probe was watched, and for how much of that it failed: of that availability is made.
CREATE TABLE operations.probe_day (
  day date NOT NULL,
  probe text NOT NULL,
  watched_ms bigint NOT NULL,
  failed_ms bigint NOT NULL CHECK (failed_ms <= watched_ms),
  PRIMARY KEY (day, probe)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON operations.probe_change, operations.probe_day TO omnicare_operations;

-- Down Migration
DROP TABLE operations.probe_day;
DROP TABLE operations.probe_change;
