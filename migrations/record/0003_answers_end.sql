-- Up Migration
-- Why:    kept answers are deleted when they are old; a batch claims its key before its first entry, with no answer yet.
-- Phase:  expand (old code fails on a claim that it meets: stop it first).
-- Locks:  record.answer, for writes, while the index is made.
-- Takes:  seconds for a million answers.
-- Undo:   the down migration.
-- Repeat: not needed: it is one transaction.
CREATE INDEX answer_at ON record.answer (at);
ALTER TABLE record.answer ALTER COLUMN body DROP NOT NULL;
-- Kept for days: compressing it would cost each import more than it saves.
ALTER TABLE record.answer ALTER COLUMN body SET STORAGE EXTERNAL;

-- Down Migration
ALTER TABLE record.answer ALTER COLUMN body SET STORAGE EXTENDED;
DELETE FROM record.answer WHERE body IS NULL;
ALTER TABLE record.answer ALTER COLUMN body SET NOT NULL;
DROP INDEX record.answer_at;
