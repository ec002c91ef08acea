-- Up Migration
-- Why:    each time that a daily procedure is due is a record: what was found, who answered what, who signed, who missed it.
-- Phase:  expand.
-- Locks:  none: the tables are new.
-- Takes:  milliseconds.
-- Undo:   the down migration; what was signed is lost (the audit trail still says who signed what when).
-- Repeat: not needed: it is one transaction.

-- Since when a procedure is known: what would have been due before is nobody's fault.
CREATE TABLE operations.procedure_known (
  procedure text PRIMARY KEY,
  since timestamptz NOT NULL
);

CREATE TABLE operations.procedure (
  id uuid PRIMARY KEY,
  procedure text NOT NULL,
  due timestamptz NOT NULL,
  late timestamptz NOT NULL,
  -- In which the clock was read.
  zone text NOT NULL,
  -- Title, owner and steps as they were when it was due: a later OmniCare may have others.
  plan jsonb NOT NULL,
  opened timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'under-way', 'handed-over', 'signed', 'missed')),
  findings jsonb,
  found timestamptz,
  -- Who: {"id": …, "name": …}, as they were called then.
  started timestamptz,
  started_by jsonb,
  handed timestamptz,
  handed_by jsonb,
  signed timestamptz,
  signed_by jsonb,
  missed timestamptz,
  -- However many processes of operations there are, and however often they are started: one record each time.
  UNIQUE (procedure, due),
  CHECK ((state = 'signed') = (signed IS NOT NULL)),
  CHECK ((state = 'missed') = (missed IS NOT NULL)),
  CHECK ((started IS NULL) = (started_by IS NULL)),
  CHECK ((handed IS NULL) = (handed_by IS NULL)),
  CHECK ((signed IS NULL) = (signed_by IS NULL)),
  CHECK ((findings IS NULL) = (found IS NULL)),
  CHECK (state IN ('due', 'missed') OR started IS NOT NULL),
  CHECK (state <> 'handed-over' OR handed IS NOT NULL),
  CHECK (handed_by IS NULL OR signed_by IS NULL OR handed_by ->> 'id' <> signed_by ->> 'id')
);
CREATE INDEX procedure_by_time ON operations.procedure (due DESC, procedure);
CREATE INDEX procedure_open ON operations.procedure (procedure, due) WHERE state NOT IN ('signed', 'missed');

CREATE TABLE operations.procedure_answer (
  occurrence uuid NOT NULL REFERENCES operations.procedure,
  step text NOT NULL,
  answer text NOT NULL CHECK (answer IN ('well', 'problem', 'not-done')),
  note text NOT NULL,
  at timestamptz NOT NULL,
  by jsonb NOT NULL,
  PRIMARY KEY (occurrence, step)
);

CREATE TABLE operations.procedure_event (
  id uuid PRIMARY KEY,
  occurrence uuid NOT NULL REFERENCES operations.procedure,
  at timestamptz NOT NULL,
  what text NOT NULL,
  by jsonb,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX procedure_event_of ON operations.procedure_event (occurrence, id);

-- What was signed or missed stays as it is, whatever a later program tries; notes are events, and are only ever added.
CREATE FUNCTION operations.procedure_is_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('signed', 'missed') THEN
    RAISE EXCEPTION 'the procedure % is over', OLD.id USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER procedure_is_over BEFORE UPDATE ON operations.procedure
  FOR EACH ROW EXECUTE FUNCTION operations.procedure_is_over();

CREATE FUNCTION operations.procedure_answers_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Locks the row: nobody signs while an answer is being given.
  PERFORM FROM operations.procedure WHERE id = NEW.occurrence AND state = 'under-way' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the procedure % is not under way', NEW.occurrence USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER procedure_answers_stay BEFORE INSERT OR UPDATE ON operations.procedure_answer
  FOR EACH ROW EXECUTE FUNCTION operations.procedure_answers_stay();

GRANT SELECT, INSERT, UPDATE ON operations.procedure, operations.procedure_answer TO omnicare_operations;
GRANT SELECT, INSERT ON operations.procedure_known, operations.procedure_event TO omnicare_operations;
REVOKE DELETE ON operations.procedure, operations.procedure_answer, operations.procedure_known, operations.procedure_event
  FROM omnicare_operations;
REVOKE UPDATE ON operations.procedure_known, operations.procedure_event FROM omnicare_operations;

-- Down Migration
DROP TABLE operations.procedure_event, operations.procedure_answer, operations.procedure, operations.procedure_known;
DROP FUNCTION operations.procedure_is_over, operations.procedure_answers_stay;
