-- Up Migration
-- Why:    roles of an account that an identity provider has made follow what the provider says at each sign-in, until an
--         administrator sets them by hand.
-- Phase:  expand.
-- Locks:  identity.linked for a moment, to add a column with a constant.
-- Takes:  milliseconds.
-- Undo:   the down migration; roles stay as they are then.
-- Repeat: not needed: it is one transaction.
-- Of accounts that are there already it is not known whether they were made by the provider or found: their roles stay.
ALTER TABLE identity.linked ADD COLUMN follows boolean NOT NULL DEFAULT false;

-- Down Migration
ALTER TABLE identity.linked DROP COLUMN follows;
