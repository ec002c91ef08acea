-- Up Migration
-- Why:    the record: one table for each FHIR R4 resource type, its history, and the strings it is searched by.
-- Phase:  the first; nothing else can run before it.
-- Locks:  none that anybody waits for: everything is new.
-- Takes:  a few seconds, whatever the machine.
-- Undo:   the down migration drops everything, the patients too. Take a backup first.
-- Repeat: not needed: it is one transaction.
--
-- Printed by scripts/generate/record-tables.ts from the official search parameters. Columns:
--   body     the exact JSON that is served; null once the resource is deleted
--   tokens   64-bit keys of what the resource is found by (src/record/index/hash.ts)
--   present  32-bit keys of the search parameters it has a value for, for :missing
--   patient  id of the one patient whose chart it belongs to
--   code     key of the first coding of its main code; more_codes: whether there are others
--   x_low, x_high, x_all: lowest and highest value of search parameter x, and all pairs when there are several

CREATE SCHEMA fhir;
CREATE SCHEMA fhir_history;
CREATE SCHEMA fhir_string;

CREATE TABLE fhir."Account" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, period_low timestamptz, period_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Account" (updated, id);
CREATE INDEX ON fhir."Account" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Account" (period_low) WHERE period_low IS NOT NULL;
CREATE INDEX ON fhir."Account" (period_high) WHERE period_high IS NOT NULL;
CREATE TABLE fhir_history."Account" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Account" (updated, id);
CREATE TABLE fhir_string."Account" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Account" (code, value, id);
CREATE INDEX ON fhir_string."Account" (id);

CREATE TABLE fhir."ActivityDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ActivityDefinition" (updated, id);
CREATE INDEX ON fhir."ActivityDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ActivityDefinition" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."ActivityDefinition" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."ActivityDefinition" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."ActivityDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ActivityDefinition" (updated, id);
CREATE TABLE fhir_string."ActivityDefinition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."ActivityDefinition" (code, value, id);
CREATE INDEX ON fhir_string."ActivityDefinition" (id);

CREATE TABLE fhir."AdverseEvent" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."AdverseEvent" (updated, id);
CREATE INDEX ON fhir."AdverseEvent" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."AdverseEvent" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."AdverseEvent" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."AdverseEvent" (updated, id);

CREATE TABLE fhir."AllergyIntolerance" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz, last_date_low timestamptz, last_date_high timestamptz, onset_low timestamptz, onset_high timestamptz, onset_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."AllergyIntolerance" (updated, id);
CREATE INDEX ON fhir."AllergyIntolerance" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."AllergyIntolerance" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."AllergyIntolerance" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."AllergyIntolerance" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."AllergyIntolerance" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."AllergyIntolerance" (last_date_low) WHERE last_date_low IS NOT NULL;
CREATE INDEX ON fhir."AllergyIntolerance" (onset_low) WHERE onset_low IS NOT NULL;
CREATE TABLE fhir_history."AllergyIntolerance" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."AllergyIntolerance" (updated, id);

CREATE TABLE fhir."Appointment" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Appointment" (updated, id);
CREATE INDEX ON fhir."Appointment" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Appointment" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."Appointment" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Appointment" (updated, id);

CREATE TABLE fhir."AppointmentResponse" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."AppointmentResponse" (updated, id);
CREATE INDEX ON fhir."AppointmentResponse" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."AppointmentResponse" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."AppointmentResponse" (updated, id);

CREATE TABLE fhir."AuditEvent" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."AuditEvent" (updated, id);
CREATE INDEX ON fhir."AuditEvent" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."AuditEvent" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."AuditEvent" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."AuditEvent" (updated, id);
CREATE TABLE fhir_string."AuditEvent" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."AuditEvent" (code, value, id);
CREATE INDEX ON fhir_string."AuditEvent" (id);

CREATE TABLE fhir."Basic" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, created_low timestamptz, created_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Basic" (updated, id);
CREATE INDEX ON fhir."Basic" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Basic" (patient, created_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Basic" (patient, code, created_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Basic" (patient, created_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."Basic" (created_low) WHERE created_low IS NOT NULL;
CREATE TABLE fhir_history."Basic" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Basic" (updated, id);

CREATE TABLE fhir."Binary" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Binary" (updated, id);
CREATE INDEX ON fhir."Binary" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."Binary" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Binary" (updated, id);

CREATE TABLE fhir."BiologicallyDerivedProduct" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."BiologicallyDerivedProduct" (updated, id);
CREATE INDEX ON fhir."BiologicallyDerivedProduct" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."BiologicallyDerivedProduct" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."BiologicallyDerivedProduct" (updated, id);

CREATE TABLE fhir."BodyStructure" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C") WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."BodyStructure" (updated, id);
CREATE INDEX ON fhir."BodyStructure" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."BodyStructure" (patient, id);
CREATE TABLE fhir_history."BodyStructure" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."BodyStructure" (updated, id);

CREATE TABLE fhir."Bundle" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, timestamp_low timestamptz, timestamp_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Bundle" (updated, id);
CREATE INDEX ON fhir."Bundle" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Bundle" (timestamp_low) WHERE timestamp_low IS NOT NULL;
CREATE TABLE fhir_history."Bundle" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Bundle" (updated, id);

CREATE TABLE fhir."CapabilityStatement" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."CapabilityStatement" (updated, id);
CREATE INDEX ON fhir."CapabilityStatement" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."CapabilityStatement" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."CapabilityStatement" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."CapabilityStatement" (updated, id);
CREATE TABLE fhir_string."CapabilityStatement" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."CapabilityStatement" (code, value, id);
CREATE INDEX ON fhir_string."CapabilityStatement" (id);

CREATE TABLE fhir."CarePlan" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, activity_date_low timestamptz, activity_date_high timestamptz, activity_date_all timestamptz[], date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."CarePlan" (updated, id);
CREATE INDEX ON fhir."CarePlan" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."CarePlan" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."CarePlan" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."CarePlan" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."CarePlan" (activity_date_low) WHERE activity_date_low IS NOT NULL;
CREATE INDEX ON fhir."CarePlan" (activity_date_high) WHERE activity_date_high IS NOT NULL;
CREATE INDEX ON fhir."CarePlan" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."CarePlan" (date_high) WHERE date_high IS NOT NULL;
CREATE TABLE fhir_history."CarePlan" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."CarePlan" (updated, id);

CREATE TABLE fhir."CareTeam" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."CareTeam" (updated, id);
CREATE INDEX ON fhir."CareTeam" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."CareTeam" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."CareTeam" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."CareTeam" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."CareTeam" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."CareTeam" (date_high) WHERE date_high IS NOT NULL;
CREATE TABLE fhir_history."CareTeam" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."CareTeam" (updated, id);

CREATE TABLE fhir."CatalogEntry" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."CatalogEntry" (updated, id);
CREATE INDEX ON fhir."CatalogEntry" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."CatalogEntry" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."CatalogEntry" (updated, id);

CREATE TABLE fhir."ChargeItem" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, entered_date_low timestamptz, entered_date_high timestamptz, factor_override_low float8, factor_override_high float8, occurrence_low timestamptz, occurrence_high timestamptz, occurrence_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ChargeItem" (updated, id);
CREATE INDEX ON fhir."ChargeItem" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ChargeItem" (patient, id);
CREATE INDEX ON fhir."ChargeItem" (patient, code, id);
CREATE INDEX ON fhir."ChargeItem" (patient, id) WHERE more_codes;
CREATE INDEX ON fhir."ChargeItem" (entered_date_low) WHERE entered_date_low IS NOT NULL;
CREATE INDEX ON fhir."ChargeItem" (factor_override_low) WHERE factor_override_low IS NOT NULL;
CREATE INDEX ON fhir."ChargeItem" (occurrence_low) WHERE occurrence_low IS NOT NULL;
CREATE INDEX ON fhir."ChargeItem" (occurrence_high) WHERE occurrence_high IS NOT NULL;
CREATE TABLE fhir_history."ChargeItem" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ChargeItem" (updated, id);

CREATE TABLE fhir."ChargeItemDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ChargeItemDefinition" (updated, id);
CREATE INDEX ON fhir."ChargeItemDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ChargeItemDefinition" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."ChargeItemDefinition" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."ChargeItemDefinition" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."ChargeItemDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ChargeItemDefinition" (updated, id);
CREATE TABLE fhir_string."ChargeItemDefinition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."ChargeItemDefinition" (code, value, id);
CREATE INDEX ON fhir_string."ChargeItemDefinition" (id);

CREATE TABLE fhir."Claim" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", created_low timestamptz, created_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Claim" (updated, id);
CREATE INDEX ON fhir."Claim" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Claim" (patient, created_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Claim" (created_low) WHERE created_low IS NOT NULL;
CREATE TABLE fhir_history."Claim" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Claim" (updated, id);

CREATE TABLE fhir."ClaimResponse" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", created_low timestamptz, created_high timestamptz, payment_date_low timestamptz, payment_date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ClaimResponse" (updated, id);
CREATE INDEX ON fhir."ClaimResponse" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ClaimResponse" (patient, created_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."ClaimResponse" (created_low) WHERE created_low IS NOT NULL;
CREATE INDEX ON fhir."ClaimResponse" (payment_date_low) WHERE payment_date_low IS NOT NULL;
CREATE TABLE fhir_history."ClaimResponse" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ClaimResponse" (updated, id);
CREATE TABLE fhir_string."ClaimResponse" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."ClaimResponse" (code, value, id);
CREATE INDEX ON fhir_string."ClaimResponse" (id);

CREATE TABLE fhir."ClinicalImpression" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ClinicalImpression" (updated, id);
CREATE INDEX ON fhir."ClinicalImpression" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ClinicalImpression" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."ClinicalImpression" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."ClinicalImpression" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ClinicalImpression" (updated, id);

CREATE TABLE fhir."CodeSystem" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."CodeSystem" (updated, id);
CREATE INDEX ON fhir."CodeSystem" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."CodeSystem" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."CodeSystem" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."CodeSystem" (updated, id);
CREATE TABLE fhir_string."CodeSystem" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."CodeSystem" (code, value, id);
CREATE INDEX ON fhir_string."CodeSystem" (id);

CREATE TABLE fhir."Communication" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, received_low timestamptz, received_high timestamptz, sent_low timestamptz, sent_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Communication" (updated, id);
CREATE INDEX ON fhir."Communication" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Communication" (patient, id);
CREATE INDEX ON fhir."Communication" (patient, code, id);
CREATE INDEX ON fhir."Communication" (patient, id) WHERE more_codes;
CREATE INDEX ON fhir."Communication" (received_low) WHERE received_low IS NOT NULL;
CREATE INDEX ON fhir."Communication" (sent_low) WHERE sent_low IS NOT NULL;
CREATE TABLE fhir_history."Communication" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Communication" (updated, id);

CREATE TABLE fhir."CommunicationRequest" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, authored_low timestamptz, authored_high timestamptz, occurrence_low timestamptz, occurrence_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."CommunicationRequest" (updated, id);
CREATE INDEX ON fhir."CommunicationRequest" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."CommunicationRequest" (patient, authored_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."CommunicationRequest" (patient, code, authored_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."CommunicationRequest" (patient, authored_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."CommunicationRequest" (authored_low) WHERE authored_low IS NOT NULL;
CREATE INDEX ON fhir."CommunicationRequest" (occurrence_low) WHERE occurrence_low IS NOT NULL;
CREATE TABLE fhir_history."CommunicationRequest" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."CommunicationRequest" (updated, id);

CREATE TABLE fhir."CompartmentDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."CompartmentDefinition" (updated, id);
CREATE INDEX ON fhir."CompartmentDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."CompartmentDefinition" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."CompartmentDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."CompartmentDefinition" (updated, id);
CREATE TABLE fhir_string."CompartmentDefinition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."CompartmentDefinition" (code, value, id);
CREATE INDEX ON fhir_string."CompartmentDefinition" (id);

CREATE TABLE fhir."Composition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz, period_low timestamptz, period_high timestamptz, period_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Composition" (updated, id);
CREATE INDEX ON fhir."Composition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Composition" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Composition" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Composition" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."Composition" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Composition" (period_low) WHERE period_low IS NOT NULL;
CREATE INDEX ON fhir."Composition" (period_high) WHERE period_high IS NOT NULL;
CREATE TABLE fhir_history."Composition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Composition" (updated, id);
CREATE TABLE fhir_string."Composition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Composition" (code, value, id);
CREATE INDEX ON fhir_string."Composition" (id);

CREATE TABLE fhir."ConceptMap" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ConceptMap" (updated, id);
CREATE INDEX ON fhir."ConceptMap" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ConceptMap" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."ConceptMap" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ConceptMap" (updated, id);
CREATE TABLE fhir_string."ConceptMap" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."ConceptMap" (code, value, id);
CREATE INDEX ON fhir_string."ConceptMap" (id);

CREATE TABLE fhir."Condition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, abatement_date_low timestamptz, abatement_date_high timestamptz, abatement_date_all timestamptz[], onset_date_low timestamptz, onset_date_high timestamptz, onset_date_all timestamptz[], recorded_date_low timestamptz, recorded_date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Condition" (updated, id);
CREATE INDEX ON fhir."Condition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Condition" (patient, onset_date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Condition" (patient, code, onset_date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Condition" (patient, onset_date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."Condition" (abatement_date_low) WHERE abatement_date_low IS NOT NULL;
CREATE INDEX ON fhir."Condition" (abatement_date_high) WHERE abatement_date_high IS NOT NULL;
CREATE INDEX ON fhir."Condition" (onset_date_low) WHERE onset_date_low IS NOT NULL;
CREATE INDEX ON fhir."Condition" (onset_date_high) WHERE onset_date_high IS NOT NULL;
CREATE INDEX ON fhir."Condition" (recorded_date_low) WHERE recorded_date_low IS NOT NULL;
CREATE TABLE fhir_history."Condition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Condition" (updated, id);
CREATE TABLE fhir_string."Condition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Condition" (code, value, id);
CREATE INDEX ON fhir_string."Condition" (id);

CREATE TABLE fhir."Consent" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz, period_low timestamptz, period_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Consent" (updated, id);
CREATE INDEX ON fhir."Consent" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Consent" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Consent" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Consent" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."Consent" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Consent" (period_low) WHERE period_low IS NOT NULL;
CREATE INDEX ON fhir."Consent" (period_high) WHERE period_high IS NOT NULL;
CREATE TABLE fhir_history."Consent" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Consent" (updated, id);

CREATE TABLE fhir."Contract" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, issued_low timestamptz, issued_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Contract" (updated, id);
CREATE INDEX ON fhir."Contract" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Contract" (issued_low) WHERE issued_low IS NOT NULL;
CREATE TABLE fhir_history."Contract" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Contract" (updated, id);

CREATE TABLE fhir."Coverage" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Coverage" (updated, id);
CREATE INDEX ON fhir."Coverage" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."Coverage" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Coverage" (updated, id);
CREATE TABLE fhir_string."Coverage" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Coverage" (code, value, id);
CREATE INDEX ON fhir_string."Coverage" (id);

CREATE TABLE fhir."CoverageEligibilityRequest" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", created_low timestamptz, created_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."CoverageEligibilityRequest" (updated, id);
CREATE INDEX ON fhir."CoverageEligibilityRequest" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."CoverageEligibilityRequest" (patient, created_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."CoverageEligibilityRequest" (created_low) WHERE created_low IS NOT NULL;
CREATE TABLE fhir_history."CoverageEligibilityRequest" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."CoverageEligibilityRequest" (updated, id);

CREATE TABLE fhir."CoverageEligibilityResponse" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", created_low timestamptz, created_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."CoverageEligibilityResponse" (updated, id);
CREATE INDEX ON fhir."CoverageEligibilityResponse" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."CoverageEligibilityResponse" (patient, created_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."CoverageEligibilityResponse" (created_low) WHERE created_low IS NOT NULL;
CREATE TABLE fhir_history."CoverageEligibilityResponse" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."CoverageEligibilityResponse" (updated, id);
CREATE TABLE fhir_string."CoverageEligibilityResponse" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."CoverageEligibilityResponse" (code, value, id);
CREATE INDEX ON fhir_string."CoverageEligibilityResponse" (id);

CREATE TABLE fhir."DetectedIssue" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, identified_low timestamptz, identified_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."DetectedIssue" (updated, id);
CREATE INDEX ON fhir."DetectedIssue" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."DetectedIssue" (patient, id);
CREATE INDEX ON fhir."DetectedIssue" (patient, code, id);
CREATE INDEX ON fhir."DetectedIssue" (patient, id) WHERE more_codes;
CREATE INDEX ON fhir."DetectedIssue" (identified_low) WHERE identified_low IS NOT NULL;
CREATE INDEX ON fhir."DetectedIssue" (identified_high) WHERE identified_high IS NOT NULL;
CREATE TABLE fhir_history."DetectedIssue" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."DetectedIssue" (updated, id);

CREATE TABLE fhir."Device" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Device" (updated, id);
CREATE INDEX ON fhir."Device" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."Device" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Device" (updated, id);
CREATE TABLE fhir_string."Device" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Device" (code, value, id);
CREATE INDEX ON fhir_string."Device" (id);

CREATE TABLE fhir."DeviceDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."DeviceDefinition" (updated, id);
CREATE INDEX ON fhir."DeviceDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."DeviceDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."DeviceDefinition" (updated, id);

CREATE TABLE fhir."DeviceMetric" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."DeviceMetric" (updated, id);
CREATE INDEX ON fhir."DeviceMetric" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."DeviceMetric" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."DeviceMetric" (updated, id);

CREATE TABLE fhir."DeviceRequest" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, authored_on_low timestamptz, authored_on_high timestamptz, event_date_low timestamptz, event_date_high timestamptz, event_date_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."DeviceRequest" (updated, id);
CREATE INDEX ON fhir."DeviceRequest" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."DeviceRequest" (patient, authored_on_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."DeviceRequest" (patient, code, authored_on_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."DeviceRequest" (patient, authored_on_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."DeviceRequest" (authored_on_low) WHERE authored_on_low IS NOT NULL;
CREATE INDEX ON fhir."DeviceRequest" (event_date_low) WHERE event_date_low IS NOT NULL;
CREATE INDEX ON fhir."DeviceRequest" (event_date_high) WHERE event_date_high IS NOT NULL;
CREATE TABLE fhir_history."DeviceRequest" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."DeviceRequest" (updated, id);

CREATE TABLE fhir."DeviceUseStatement" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C") WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."DeviceUseStatement" (updated, id);
CREATE INDEX ON fhir."DeviceUseStatement" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."DeviceUseStatement" (patient, id);
CREATE TABLE fhir_history."DeviceUseStatement" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."DeviceUseStatement" (updated, id);

CREATE TABLE fhir."DiagnosticReport" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz, issued_low timestamptz, issued_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."DiagnosticReport" (updated, id);
CREATE INDEX ON fhir."DiagnosticReport" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."DiagnosticReport" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."DiagnosticReport" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."DiagnosticReport" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."DiagnosticReport" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."DiagnosticReport" (date_high) WHERE date_high IS NOT NULL;
CREATE INDEX ON fhir."DiagnosticReport" (issued_low) WHERE issued_low IS NOT NULL;
CREATE TABLE fhir_history."DiagnosticReport" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."DiagnosticReport" (updated, id);

CREATE TABLE fhir."DocumentManifest" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, created_low timestamptz, created_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."DocumentManifest" (updated, id);
CREATE INDEX ON fhir."DocumentManifest" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."DocumentManifest" (patient, created_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."DocumentManifest" (patient, code, created_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."DocumentManifest" (patient, created_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."DocumentManifest" (created_low) WHERE created_low IS NOT NULL;
CREATE TABLE fhir_history."DocumentManifest" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."DocumentManifest" (updated, id);
CREATE TABLE fhir_string."DocumentManifest" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."DocumentManifest" (code, value, id);
CREATE INDEX ON fhir_string."DocumentManifest" (id);

CREATE TABLE fhir."DocumentReference" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz, period_low timestamptz, period_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."DocumentReference" (updated, id);
CREATE INDEX ON fhir."DocumentReference" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."DocumentReference" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."DocumentReference" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."DocumentReference" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."DocumentReference" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."DocumentReference" (period_low) WHERE period_low IS NOT NULL;
CREATE INDEX ON fhir."DocumentReference" (period_high) WHERE period_high IS NOT NULL;
CREATE TABLE fhir_history."DocumentReference" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."DocumentReference" (updated, id);
CREATE TABLE fhir_string."DocumentReference" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."DocumentReference" (code, value, id);
CREATE INDEX ON fhir_string."DocumentReference" (id);

CREATE TABLE fhir."EffectEvidenceSynthesis" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."EffectEvidenceSynthesis" (updated, id);
CREATE INDEX ON fhir."EffectEvidenceSynthesis" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."EffectEvidenceSynthesis" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."EffectEvidenceSynthesis" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."EffectEvidenceSynthesis" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."EffectEvidenceSynthesis" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."EffectEvidenceSynthesis" (updated, id);
CREATE TABLE fhir_string."EffectEvidenceSynthesis" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."EffectEvidenceSynthesis" (code, value, id);
CREATE INDEX ON fhir_string."EffectEvidenceSynthesis" (id);

CREATE TABLE fhir."Encounter" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz, location_period_low timestamptz, location_period_high timestamptz, location_period_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Encounter" (updated, id);
CREATE INDEX ON fhir."Encounter" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Encounter" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Encounter" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Encounter" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."Encounter" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Encounter" (date_high) WHERE date_high IS NOT NULL;
CREATE INDEX ON fhir."Encounter" (location_period_low) WHERE location_period_low IS NOT NULL;
CREATE INDEX ON fhir."Encounter" (location_period_high) WHERE location_period_high IS NOT NULL;
CREATE TABLE fhir_history."Encounter" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Encounter" (updated, id);

CREATE TABLE fhir."Endpoint" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Endpoint" (updated, id);
CREATE INDEX ON fhir."Endpoint" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."Endpoint" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Endpoint" (updated, id);
CREATE TABLE fhir_string."Endpoint" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Endpoint" (code, value, id);
CREATE INDEX ON fhir_string."Endpoint" (id);

CREATE TABLE fhir."EnrollmentRequest" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C") WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."EnrollmentRequest" (updated, id);
CREATE INDEX ON fhir."EnrollmentRequest" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."EnrollmentRequest" (patient, id);
CREATE TABLE fhir_history."EnrollmentRequest" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."EnrollmentRequest" (updated, id);

CREATE TABLE fhir."EnrollmentResponse" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."EnrollmentResponse" (updated, id);
CREATE INDEX ON fhir."EnrollmentResponse" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."EnrollmentResponse" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."EnrollmentResponse" (updated, id);

CREATE TABLE fhir."EpisodeOfCare" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."EpisodeOfCare" (updated, id);
CREATE INDEX ON fhir."EpisodeOfCare" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."EpisodeOfCare" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."EpisodeOfCare" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."EpisodeOfCare" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."EpisodeOfCare" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."EpisodeOfCare" (date_high) WHERE date_high IS NOT NULL;
CREATE TABLE fhir_history."EpisodeOfCare" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."EpisodeOfCare" (updated, id);

CREATE TABLE fhir."EventDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."EventDefinition" (updated, id);
CREATE INDEX ON fhir."EventDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."EventDefinition" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."EventDefinition" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."EventDefinition" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."EventDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."EventDefinition" (updated, id);
CREATE TABLE fhir_string."EventDefinition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."EventDefinition" (code, value, id);
CREATE INDEX ON fhir_string."EventDefinition" (id);

CREATE TABLE fhir."Evidence" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Evidence" (updated, id);
CREATE INDEX ON fhir."Evidence" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Evidence" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Evidence" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."Evidence" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."Evidence" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Evidence" (updated, id);
CREATE TABLE fhir_string."Evidence" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Evidence" (code, value, id);
CREATE INDEX ON fhir_string."Evidence" (id);

CREATE TABLE fhir."EvidenceVariable" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."EvidenceVariable" (updated, id);
CREATE INDEX ON fhir."EvidenceVariable" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."EvidenceVariable" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."EvidenceVariable" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."EvidenceVariable" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."EvidenceVariable" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."EvidenceVariable" (updated, id);
CREATE TABLE fhir_string."EvidenceVariable" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."EvidenceVariable" (code, value, id);
CREATE INDEX ON fhir_string."EvidenceVariable" (id);

CREATE TABLE fhir."ExampleScenario" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ExampleScenario" (updated, id);
CREATE INDEX ON fhir."ExampleScenario" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ExampleScenario" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."ExampleScenario" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ExampleScenario" (updated, id);
CREATE TABLE fhir_string."ExampleScenario" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."ExampleScenario" (code, value, id);
CREATE INDEX ON fhir_string."ExampleScenario" (id);

CREATE TABLE fhir."ExplanationOfBenefit" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", created_low timestamptz, created_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ExplanationOfBenefit" (updated, id);
CREATE INDEX ON fhir."ExplanationOfBenefit" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ExplanationOfBenefit" (patient, created_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."ExplanationOfBenefit" (created_low) WHERE created_low IS NOT NULL;
CREATE TABLE fhir_history."ExplanationOfBenefit" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ExplanationOfBenefit" (updated, id);
CREATE TABLE fhir_string."ExplanationOfBenefit" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."ExplanationOfBenefit" (code, value, id);
CREATE INDEX ON fhir_string."ExplanationOfBenefit" (id);

CREATE TABLE fhir."FamilyMemberHistory" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."FamilyMemberHistory" (updated, id);
CREATE INDEX ON fhir."FamilyMemberHistory" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."FamilyMemberHistory" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."FamilyMemberHistory" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."FamilyMemberHistory" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."FamilyMemberHistory" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."FamilyMemberHistory" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."FamilyMemberHistory" (updated, id);

CREATE TABLE fhir."Flag" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Flag" (updated, id);
CREATE INDEX ON fhir."Flag" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Flag" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Flag" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Flag" (date_high) WHERE date_high IS NOT NULL;
CREATE TABLE fhir_history."Flag" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Flag" (updated, id);

CREATE TABLE fhir."Goal" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, start_date_low timestamptz, start_date_high timestamptz, target_date_low timestamptz, target_date_high timestamptz, target_date_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Goal" (updated, id);
CREATE INDEX ON fhir."Goal" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Goal" (patient, id);
CREATE INDEX ON fhir."Goal" (patient, code, id);
CREATE INDEX ON fhir."Goal" (patient, id) WHERE more_codes;
CREATE INDEX ON fhir."Goal" (start_date_low) WHERE start_date_low IS NOT NULL;
CREATE INDEX ON fhir."Goal" (target_date_low) WHERE target_date_low IS NOT NULL;
CREATE TABLE fhir_history."Goal" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Goal" (updated, id);

CREATE TABLE fhir."GraphDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."GraphDefinition" (updated, id);
CREATE INDEX ON fhir."GraphDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."GraphDefinition" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."GraphDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."GraphDefinition" (updated, id);
CREATE TABLE fhir_string."GraphDefinition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."GraphDefinition" (code, value, id);
CREATE INDEX ON fhir_string."GraphDefinition" (id);

CREATE TABLE fhir."Group" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Group" (updated, id);
CREATE INDEX ON fhir."Group" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."Group" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Group" (updated, id);

CREATE TABLE fhir."GuidanceResponse" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."GuidanceResponse" (updated, id);
CREATE INDEX ON fhir."GuidanceResponse" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."GuidanceResponse" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."GuidanceResponse" (updated, id);

CREATE TABLE fhir."HealthcareService" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."HealthcareService" (updated, id);
CREATE INDEX ON fhir."HealthcareService" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."HealthcareService" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."HealthcareService" (updated, id);
CREATE TABLE fhir_string."HealthcareService" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."HealthcareService" (code, value, id);
CREATE INDEX ON fhir_string."HealthcareService" (id);

CREATE TABLE fhir."ImagingStudy" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", started_low timestamptz, started_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ImagingStudy" (updated, id);
CREATE INDEX ON fhir."ImagingStudy" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ImagingStudy" (patient, id);
CREATE INDEX ON fhir."ImagingStudy" (started_low) WHERE started_low IS NOT NULL;
CREATE TABLE fhir_history."ImagingStudy" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ImagingStudy" (updated, id);

CREATE TABLE fhir."Immunization" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz, reaction_date_low timestamptz, reaction_date_high timestamptz, reaction_date_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Immunization" (updated, id);
CREATE INDEX ON fhir."Immunization" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Immunization" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Immunization" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Immunization" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."Immunization" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Immunization" (reaction_date_low) WHERE reaction_date_low IS NOT NULL;
CREATE TABLE fhir_history."Immunization" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Immunization" (updated, id);
CREATE TABLE fhir_string."Immunization" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Immunization" (code, value, id);
CREATE INDEX ON fhir_string."Immunization" (id);

CREATE TABLE fhir."ImmunizationEvaluation" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ImmunizationEvaluation" (updated, id);
CREATE INDEX ON fhir."ImmunizationEvaluation" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ImmunizationEvaluation" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."ImmunizationEvaluation" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."ImmunizationEvaluation" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ImmunizationEvaluation" (updated, id);

CREATE TABLE fhir."ImmunizationRecommendation" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ImmunizationRecommendation" (updated, id);
CREATE INDEX ON fhir."ImmunizationRecommendation" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ImmunizationRecommendation" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."ImmunizationRecommendation" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."ImmunizationRecommendation" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ImmunizationRecommendation" (updated, id);

CREATE TABLE fhir."ImplementationGuide" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ImplementationGuide" (updated, id);
CREATE INDEX ON fhir."ImplementationGuide" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ImplementationGuide" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."ImplementationGuide" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ImplementationGuide" (updated, id);
CREATE TABLE fhir_string."ImplementationGuide" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."ImplementationGuide" (code, value, id);
CREATE INDEX ON fhir_string."ImplementationGuide" (id);

CREATE TABLE fhir."InsurancePlan" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."InsurancePlan" (updated, id);
CREATE INDEX ON fhir."InsurancePlan" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."InsurancePlan" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."InsurancePlan" (updated, id);
CREATE TABLE fhir_string."InsurancePlan" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."InsurancePlan" (code, value, id);
CREATE INDEX ON fhir_string."InsurancePlan" (id);

CREATE TABLE fhir."Invoice" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Invoice" (updated, id);
CREATE INDEX ON fhir."Invoice" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Invoice" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Invoice" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Invoice" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."Invoice" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."Invoice" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Invoice" (updated, id);

CREATE TABLE fhir."Library" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Library" (updated, id);
CREATE INDEX ON fhir."Library" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Library" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Library" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."Library" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."Library" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Library" (updated, id);
CREATE TABLE fhir_string."Library" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Library" (code, value, id);
CREATE INDEX ON fhir_string."Library" (id);

CREATE TABLE fhir."Linkage" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Linkage" (updated, id);
CREATE INDEX ON fhir."Linkage" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."Linkage" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Linkage" (updated, id);

CREATE TABLE fhir."List" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."List" (updated, id);
CREATE INDEX ON fhir."List" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."List" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."List" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."List" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."List" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."List" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."List" (updated, id);
CREATE TABLE fhir_string."List" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."List" (code, value, id);
CREATE INDEX ON fhir_string."List" (id);

CREATE TABLE fhir."Location" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Location" (updated, id);
CREATE INDEX ON fhir."Location" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."Location" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Location" (updated, id);
CREATE TABLE fhir_string."Location" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Location" (code, value, id);
CREATE INDEX ON fhir_string."Location" (id);

CREATE TABLE fhir."Measure" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Measure" (updated, id);
CREATE INDEX ON fhir."Measure" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Measure" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Measure" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."Measure" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."Measure" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Measure" (updated, id);
CREATE TABLE fhir_string."Measure" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Measure" (code, value, id);
CREATE INDEX ON fhir_string."Measure" (id);

CREATE TABLE fhir."MeasureReport" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", date_low timestamptz, date_high timestamptz, period_low timestamptz, period_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MeasureReport" (updated, id);
CREATE INDEX ON fhir."MeasureReport" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."MeasureReport" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."MeasureReport" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."MeasureReport" (period_low) WHERE period_low IS NOT NULL;
CREATE INDEX ON fhir."MeasureReport" (period_high) WHERE period_high IS NOT NULL;
CREATE TABLE fhir_history."MeasureReport" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MeasureReport" (updated, id);

CREATE TABLE fhir."Media" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, created_low timestamptz, created_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Media" (updated, id);
CREATE INDEX ON fhir."Media" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Media" (patient, created_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Media" (patient, code, created_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Media" (patient, created_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."Media" (created_low) WHERE created_low IS NOT NULL;
CREATE INDEX ON fhir."Media" (created_high) WHERE created_high IS NOT NULL;
CREATE TABLE fhir_history."Media" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Media" (updated, id);

CREATE TABLE fhir."Medication" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, expiration_date_low timestamptz, expiration_date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Medication" (updated, id);
CREATE INDEX ON fhir."Medication" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Medication" (expiration_date_low) WHERE expiration_date_low IS NOT NULL;
CREATE TABLE fhir_history."Medication" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Medication" (updated, id);

CREATE TABLE fhir."MedicationAdministration" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, effective_time_low timestamptz, effective_time_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicationAdministration" (updated, id);
CREATE INDEX ON fhir."MedicationAdministration" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."MedicationAdministration" (patient, id);
CREATE INDEX ON fhir."MedicationAdministration" (patient, code, id);
CREATE INDEX ON fhir."MedicationAdministration" (patient, id) WHERE more_codes;
CREATE INDEX ON fhir."MedicationAdministration" (effective_time_low) WHERE effective_time_low IS NOT NULL;
CREATE INDEX ON fhir."MedicationAdministration" (effective_time_high) WHERE effective_time_high IS NOT NULL;
CREATE TABLE fhir_history."MedicationAdministration" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicationAdministration" (updated, id);

CREATE TABLE fhir."MedicationDispense" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, whenhandedover_low timestamptz, whenhandedover_high timestamptz, whenprepared_low timestamptz, whenprepared_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicationDispense" (updated, id);
CREATE INDEX ON fhir."MedicationDispense" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."MedicationDispense" (patient, id);
CREATE INDEX ON fhir."MedicationDispense" (patient, code, id);
CREATE INDEX ON fhir."MedicationDispense" (patient, id) WHERE more_codes;
CREATE INDEX ON fhir."MedicationDispense" (whenhandedover_low) WHERE whenhandedover_low IS NOT NULL;
CREATE INDEX ON fhir."MedicationDispense" (whenprepared_low) WHERE whenprepared_low IS NOT NULL;
CREATE TABLE fhir_history."MedicationDispense" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicationDispense" (updated, id);

CREATE TABLE fhir."MedicationKnowledge" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicationKnowledge" (updated, id);
CREATE INDEX ON fhir."MedicationKnowledge" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MedicationKnowledge" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicationKnowledge" (updated, id);

CREATE TABLE fhir."MedicationRequest" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, authoredon_low timestamptz, authoredon_high timestamptz, date_low timestamptz, date_high timestamptz, date_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicationRequest" (updated, id);
CREATE INDEX ON fhir."MedicationRequest" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."MedicationRequest" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."MedicationRequest" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."MedicationRequest" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."MedicationRequest" (authoredon_low) WHERE authoredon_low IS NOT NULL;
CREATE INDEX ON fhir."MedicationRequest" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."MedicationRequest" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicationRequest" (updated, id);

CREATE TABLE fhir."MedicationStatement" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicationStatement" (updated, id);
CREATE INDEX ON fhir."MedicationStatement" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."MedicationStatement" (patient, id);
CREATE INDEX ON fhir."MedicationStatement" (patient, code, id);
CREATE INDEX ON fhir."MedicationStatement" (patient, id) WHERE more_codes;
CREATE INDEX ON fhir."MedicationStatement" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."MedicationStatement" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."MedicationStatement" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicationStatement" (updated, id);

CREATE TABLE fhir."MedicinalProduct" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicinalProduct" (updated, id);
CREATE INDEX ON fhir."MedicinalProduct" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MedicinalProduct" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicinalProduct" (updated, id);
CREATE TABLE fhir_string."MedicinalProduct" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."MedicinalProduct" (code, value, id);
CREATE INDEX ON fhir_string."MedicinalProduct" (id);

CREATE TABLE fhir."MedicinalProductAuthorization" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicinalProductAuthorization" (updated, id);
CREATE INDEX ON fhir."MedicinalProductAuthorization" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MedicinalProductAuthorization" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicinalProductAuthorization" (updated, id);

CREATE TABLE fhir."MedicinalProductContraindication" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicinalProductContraindication" (updated, id);
CREATE INDEX ON fhir."MedicinalProductContraindication" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MedicinalProductContraindication" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicinalProductContraindication" (updated, id);

CREATE TABLE fhir."MedicinalProductIndication" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicinalProductIndication" (updated, id);
CREATE INDEX ON fhir."MedicinalProductIndication" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MedicinalProductIndication" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicinalProductIndication" (updated, id);

CREATE TABLE fhir."MedicinalProductIngredient" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicinalProductIngredient" (updated, id);
CREATE INDEX ON fhir."MedicinalProductIngredient" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MedicinalProductIngredient" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicinalProductIngredient" (updated, id);

CREATE TABLE fhir."MedicinalProductInteraction" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicinalProductInteraction" (updated, id);
CREATE INDEX ON fhir."MedicinalProductInteraction" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MedicinalProductInteraction" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicinalProductInteraction" (updated, id);

CREATE TABLE fhir."MedicinalProductManufactured" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicinalProductManufactured" (updated, id);
CREATE INDEX ON fhir."MedicinalProductManufactured" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MedicinalProductManufactured" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicinalProductManufactured" (updated, id);

CREATE TABLE fhir."MedicinalProductPackaged" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicinalProductPackaged" (updated, id);
CREATE INDEX ON fhir."MedicinalProductPackaged" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MedicinalProductPackaged" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicinalProductPackaged" (updated, id);

CREATE TABLE fhir."MedicinalProductPharmaceutical" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicinalProductPharmaceutical" (updated, id);
CREATE INDEX ON fhir."MedicinalProductPharmaceutical" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MedicinalProductPharmaceutical" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicinalProductPharmaceutical" (updated, id);

CREATE TABLE fhir."MedicinalProductUndesirableEffect" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MedicinalProductUndesirableEffect" (updated, id);
CREATE INDEX ON fhir."MedicinalProductUndesirableEffect" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MedicinalProductUndesirableEffect" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MedicinalProductUndesirableEffect" (updated, id);

CREATE TABLE fhir."MessageDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MessageDefinition" (updated, id);
CREATE INDEX ON fhir."MessageDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."MessageDefinition" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."MessageDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MessageDefinition" (updated, id);
CREATE TABLE fhir_string."MessageDefinition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."MessageDefinition" (code, value, id);
CREATE INDEX ON fhir_string."MessageDefinition" (id);

CREATE TABLE fhir."MessageHeader" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MessageHeader" (updated, id);
CREATE INDEX ON fhir."MessageHeader" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."MessageHeader" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MessageHeader" (updated, id);
CREATE TABLE fhir_string."MessageHeader" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."MessageHeader" (code, value, id);
CREATE INDEX ON fhir_string."MessageHeader" (id);

CREATE TABLE fhir."MolecularSequence" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, variant_end_low float8, variant_end_high float8, variant_end_all float8[], variant_start_low float8, variant_start_high float8, variant_start_all float8[], window_end_low float8, window_end_high float8, window_start_low float8, window_start_high float8) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."MolecularSequence" (updated, id);
CREATE INDEX ON fhir."MolecularSequence" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."MolecularSequence" (patient, id);
CREATE INDEX ON fhir."MolecularSequence" (patient, code, id);
CREATE INDEX ON fhir."MolecularSequence" (patient, id) WHERE more_codes;
CREATE INDEX ON fhir."MolecularSequence" (variant_end_low) WHERE variant_end_low IS NOT NULL;
CREATE INDEX ON fhir."MolecularSequence" (variant_start_low) WHERE variant_start_low IS NOT NULL;
CREATE INDEX ON fhir."MolecularSequence" (window_end_low) WHERE window_end_low IS NOT NULL;
CREATE INDEX ON fhir."MolecularSequence" (window_start_low) WHERE window_start_low IS NOT NULL;
CREATE TABLE fhir_history."MolecularSequence" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."MolecularSequence" (updated, id);

CREATE TABLE fhir."NamingSystem" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, period_low timestamptz, period_high timestamptz, period_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."NamingSystem" (updated, id);
CREATE INDEX ON fhir."NamingSystem" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."NamingSystem" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."NamingSystem" (period_low) WHERE period_low IS NOT NULL;
CREATE INDEX ON fhir."NamingSystem" (period_high) WHERE period_high IS NOT NULL;
CREATE TABLE fhir_history."NamingSystem" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."NamingSystem" (updated, id);
CREATE TABLE fhir_string."NamingSystem" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."NamingSystem" (code, value, id);
CREATE INDEX ON fhir_string."NamingSystem" (id);

CREATE TABLE fhir."NutritionOrder" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", datetime_low timestamptz, datetime_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."NutritionOrder" (updated, id);
CREATE INDEX ON fhir."NutritionOrder" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."NutritionOrder" (patient, id);
CREATE INDEX ON fhir."NutritionOrder" (datetime_low) WHERE datetime_low IS NOT NULL;
CREATE TABLE fhir_history."NutritionOrder" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."NutritionOrder" (updated, id);

CREATE TABLE fhir."Observation" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz, date_all timestamptz[], value_date_low timestamptz, value_date_high timestamptz, value_date_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Observation" (updated, id);
CREATE INDEX ON fhir."Observation" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Observation" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Observation" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Observation" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."Observation" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Observation" (date_high) WHERE date_high IS NOT NULL;
CREATE INDEX ON fhir."Observation" (value_date_low) WHERE value_date_low IS NOT NULL;
CREATE INDEX ON fhir."Observation" (value_date_high) WHERE value_date_high IS NOT NULL;
CREATE TABLE fhir_history."Observation" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Observation" (updated, id);
CREATE TABLE fhir_string."Observation" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Observation" (code, value, id);
CREATE INDEX ON fhir_string."Observation" (id);

CREATE TABLE fhir."ObservationDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ObservationDefinition" (updated, id);
CREATE INDEX ON fhir."ObservationDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."ObservationDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ObservationDefinition" (updated, id);

CREATE TABLE fhir."OperationDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."OperationDefinition" (updated, id);
CREATE INDEX ON fhir."OperationDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."OperationDefinition" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."OperationDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."OperationDefinition" (updated, id);
CREATE TABLE fhir_string."OperationDefinition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."OperationDefinition" (code, value, id);
CREATE INDEX ON fhir_string."OperationDefinition" (id);

CREATE TABLE fhir."OperationOutcome" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."OperationOutcome" (updated, id);
CREATE INDEX ON fhir."OperationOutcome" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."OperationOutcome" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."OperationOutcome" (updated, id);

CREATE TABLE fhir."Organization" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Organization" (updated, id);
CREATE INDEX ON fhir."Organization" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."Organization" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Organization" (updated, id);
CREATE TABLE fhir_string."Organization" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Organization" (code, value, id);
CREATE INDEX ON fhir_string."Organization" (id);

CREATE TABLE fhir."OrganizationAffiliation" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."OrganizationAffiliation" (updated, id);
CREATE INDEX ON fhir."OrganizationAffiliation" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."OrganizationAffiliation" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."OrganizationAffiliation" (date_high) WHERE date_high IS NOT NULL;
CREATE TABLE fhir_history."OrganizationAffiliation" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."OrganizationAffiliation" (updated, id);

CREATE TABLE fhir."Parameters" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Parameters" (updated, id);
CREATE INDEX ON fhir."Parameters" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."Parameters" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Parameters" (updated, id);

CREATE TABLE fhir."Patient" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, birthdate_low timestamptz, birthdate_high timestamptz, death_date_low timestamptz, death_date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Patient" (updated, id);
CREATE INDEX ON fhir."Patient" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Patient" (birthdate_low) WHERE birthdate_low IS NOT NULL;
CREATE INDEX ON fhir."Patient" (death_date_low) WHERE death_date_low IS NOT NULL;
CREATE TABLE fhir_history."Patient" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Patient" (updated, id);
CREATE TABLE fhir_string."Patient" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Patient" (code, value, id);
CREATE INDEX ON fhir_string."Patient" (id);

CREATE TABLE fhir."PaymentNotice" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, created_low timestamptz, created_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."PaymentNotice" (updated, id);
CREATE INDEX ON fhir."PaymentNotice" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."PaymentNotice" (created_low) WHERE created_low IS NOT NULL;
CREATE TABLE fhir_history."PaymentNotice" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."PaymentNotice" (updated, id);

CREATE TABLE fhir."PaymentReconciliation" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, created_low timestamptz, created_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."PaymentReconciliation" (updated, id);
CREATE INDEX ON fhir."PaymentReconciliation" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."PaymentReconciliation" (created_low) WHERE created_low IS NOT NULL;
CREATE TABLE fhir_history."PaymentReconciliation" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."PaymentReconciliation" (updated, id);
CREATE TABLE fhir_string."PaymentReconciliation" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."PaymentReconciliation" (code, value, id);
CREATE INDEX ON fhir_string."PaymentReconciliation" (id);

CREATE TABLE fhir."Person" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, birthdate_low timestamptz, birthdate_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Person" (updated, id);
CREATE INDEX ON fhir."Person" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Person" (birthdate_low) WHERE birthdate_low IS NOT NULL;
CREATE TABLE fhir_history."Person" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Person" (updated, id);
CREATE TABLE fhir_string."Person" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Person" (code, value, id);
CREATE INDEX ON fhir_string."Person" (id);

CREATE TABLE fhir."PlanDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."PlanDefinition" (updated, id);
CREATE INDEX ON fhir."PlanDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."PlanDefinition" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."PlanDefinition" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."PlanDefinition" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."PlanDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."PlanDefinition" (updated, id);
CREATE TABLE fhir_string."PlanDefinition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."PlanDefinition" (code, value, id);
CREATE INDEX ON fhir_string."PlanDefinition" (id);

CREATE TABLE fhir."Practitioner" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Practitioner" (updated, id);
CREATE INDEX ON fhir."Practitioner" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."Practitioner" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Practitioner" (updated, id);
CREATE TABLE fhir_string."Practitioner" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Practitioner" (code, value, id);
CREATE INDEX ON fhir_string."Practitioner" (id);

CREATE TABLE fhir."PractitionerRole" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."PractitionerRole" (updated, id);
CREATE INDEX ON fhir."PractitionerRole" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."PractitionerRole" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."PractitionerRole" (date_high) WHERE date_high IS NOT NULL;
CREATE TABLE fhir_history."PractitionerRole" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."PractitionerRole" (updated, id);

CREATE TABLE fhir."Procedure" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Procedure" (updated, id);
CREATE INDEX ON fhir."Procedure" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Procedure" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Procedure" (patient, code, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."Procedure" (patient, date_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."Procedure" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Procedure" (date_high) WHERE date_high IS NOT NULL;
CREATE TABLE fhir_history."Procedure" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Procedure" (updated, id);

CREATE TABLE fhir."Provenance" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, recorded_low timestamptz, recorded_high timestamptz, when_low timestamptz, when_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Provenance" (updated, id);
CREATE INDEX ON fhir."Provenance" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Provenance" (recorded_low) WHERE recorded_low IS NOT NULL;
CREATE INDEX ON fhir."Provenance" (when_low) WHERE when_low IS NOT NULL;
CREATE TABLE fhir_history."Provenance" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Provenance" (updated, id);

CREATE TABLE fhir."Questionnaire" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Questionnaire" (updated, id);
CREATE INDEX ON fhir."Questionnaire" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Questionnaire" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Questionnaire" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."Questionnaire" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."Questionnaire" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Questionnaire" (updated, id);
CREATE TABLE fhir_string."Questionnaire" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Questionnaire" (code, value, id);
CREATE INDEX ON fhir_string."Questionnaire" (id);

CREATE TABLE fhir."QuestionnaireResponse" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", authored_low timestamptz, authored_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."QuestionnaireResponse" (updated, id);
CREATE INDEX ON fhir."QuestionnaireResponse" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."QuestionnaireResponse" (patient, authored_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."QuestionnaireResponse" (authored_low) WHERE authored_low IS NOT NULL;
CREATE TABLE fhir_history."QuestionnaireResponse" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."QuestionnaireResponse" (updated, id);

CREATE TABLE fhir."RelatedPerson" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", birthdate_low timestamptz, birthdate_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."RelatedPerson" (updated, id);
CREATE INDEX ON fhir."RelatedPerson" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."RelatedPerson" (patient, id);
CREATE INDEX ON fhir."RelatedPerson" (birthdate_low) WHERE birthdate_low IS NOT NULL;
CREATE TABLE fhir_history."RelatedPerson" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."RelatedPerson" (updated, id);
CREATE TABLE fhir_string."RelatedPerson" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."RelatedPerson" (code, value, id);
CREATE INDEX ON fhir_string."RelatedPerson" (id);

CREATE TABLE fhir."RequestGroup" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, authored_low timestamptz, authored_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."RequestGroup" (updated, id);
CREATE INDEX ON fhir."RequestGroup" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."RequestGroup" (patient, authored_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."RequestGroup" (patient, code, authored_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."RequestGroup" (patient, authored_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."RequestGroup" (authored_low) WHERE authored_low IS NOT NULL;
CREATE TABLE fhir_history."RequestGroup" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."RequestGroup" (updated, id);

CREATE TABLE fhir."ResearchDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ResearchDefinition" (updated, id);
CREATE INDEX ON fhir."ResearchDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ResearchDefinition" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."ResearchDefinition" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."ResearchDefinition" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."ResearchDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ResearchDefinition" (updated, id);
CREATE TABLE fhir_string."ResearchDefinition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."ResearchDefinition" (code, value, id);
CREATE INDEX ON fhir_string."ResearchDefinition" (id);

CREATE TABLE fhir."ResearchElementDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ResearchElementDefinition" (updated, id);
CREATE INDEX ON fhir."ResearchElementDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ResearchElementDefinition" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."ResearchElementDefinition" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."ResearchElementDefinition" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."ResearchElementDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ResearchElementDefinition" (updated, id);
CREATE TABLE fhir_string."ResearchElementDefinition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."ResearchElementDefinition" (code, value, id);
CREATE INDEX ON fhir_string."ResearchElementDefinition" (id);

CREATE TABLE fhir."ResearchStudy" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ResearchStudy" (updated, id);
CREATE INDEX ON fhir."ResearchStudy" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ResearchStudy" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."ResearchStudy" (date_high) WHERE date_high IS NOT NULL;
CREATE TABLE fhir_history."ResearchStudy" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ResearchStudy" (updated, id);
CREATE TABLE fhir_string."ResearchStudy" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."ResearchStudy" (code, value, id);
CREATE INDEX ON fhir_string."ResearchStudy" (id);

CREATE TABLE fhir."ResearchSubject" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ResearchSubject" (updated, id);
CREATE INDEX ON fhir."ResearchSubject" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ResearchSubject" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."ResearchSubject" (date_high) WHERE date_high IS NOT NULL;
CREATE TABLE fhir_history."ResearchSubject" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ResearchSubject" (updated, id);

CREATE TABLE fhir."RiskAssessment" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", date_low timestamptz, date_high timestamptz, probability_low float8, probability_high float8, probability_all float8[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."RiskAssessment" (updated, id);
CREATE INDEX ON fhir."RiskAssessment" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."RiskAssessment" (patient, date_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."RiskAssessment" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."RiskAssessment" (probability_low) WHERE probability_low IS NOT NULL;
CREATE INDEX ON fhir."RiskAssessment" (probability_high) WHERE probability_high IS NOT NULL;
CREATE TABLE fhir_history."RiskAssessment" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."RiskAssessment" (updated, id);

CREATE TABLE fhir."RiskEvidenceSynthesis" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz, effective_low timestamptz, effective_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."RiskEvidenceSynthesis" (updated, id);
CREATE INDEX ON fhir."RiskEvidenceSynthesis" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."RiskEvidenceSynthesis" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."RiskEvidenceSynthesis" (effective_low) WHERE effective_low IS NOT NULL;
CREATE INDEX ON fhir."RiskEvidenceSynthesis" (effective_high) WHERE effective_high IS NOT NULL;
CREATE TABLE fhir_history."RiskEvidenceSynthesis" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."RiskEvidenceSynthesis" (updated, id);
CREATE TABLE fhir_string."RiskEvidenceSynthesis" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."RiskEvidenceSynthesis" (code, value, id);
CREATE INDEX ON fhir_string."RiskEvidenceSynthesis" (id);

CREATE TABLE fhir."Schedule" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Schedule" (updated, id);
CREATE INDEX ON fhir."Schedule" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Schedule" (date_low) WHERE date_low IS NOT NULL;
CREATE INDEX ON fhir."Schedule" (date_high) WHERE date_high IS NOT NULL;
CREATE TABLE fhir_history."Schedule" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Schedule" (updated, id);

CREATE TABLE fhir."SearchParameter" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."SearchParameter" (updated, id);
CREATE INDEX ON fhir."SearchParameter" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."SearchParameter" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."SearchParameter" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."SearchParameter" (updated, id);
CREATE TABLE fhir_string."SearchParameter" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."SearchParameter" (code, value, id);
CREATE INDEX ON fhir_string."SearchParameter" (id);

CREATE TABLE fhir."ServiceRequest" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, authored_low timestamptz, authored_high timestamptz, occurrence_low timestamptz, occurrence_high timestamptz, occurrence_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ServiceRequest" (updated, id);
CREATE INDEX ON fhir."ServiceRequest" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ServiceRequest" (patient, authored_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."ServiceRequest" (patient, code, authored_low DESC NULLS LAST, id DESC);
CREATE INDEX ON fhir."ServiceRequest" (patient, authored_low DESC NULLS LAST, id DESC) WHERE more_codes;
CREATE INDEX ON fhir."ServiceRequest" (authored_low) WHERE authored_low IS NOT NULL;
CREATE INDEX ON fhir."ServiceRequest" (occurrence_low) WHERE occurrence_low IS NOT NULL;
CREATE INDEX ON fhir."ServiceRequest" (occurrence_high) WHERE occurrence_high IS NOT NULL;
CREATE TABLE fhir_history."ServiceRequest" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ServiceRequest" (updated, id);

CREATE TABLE fhir."Slot" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, start_low timestamptz, start_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Slot" (updated, id);
CREATE INDEX ON fhir."Slot" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Slot" (start_low) WHERE start_low IS NOT NULL;
CREATE TABLE fhir_history."Slot" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Slot" (updated, id);

CREATE TABLE fhir."Specimen" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", code bigint, more_codes boolean NOT NULL DEFAULT false, collected_low timestamptz, collected_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Specimen" (updated, id);
CREATE INDEX ON fhir."Specimen" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Specimen" (patient, id);
CREATE INDEX ON fhir."Specimen" (patient, code, id);
CREATE INDEX ON fhir."Specimen" (patient, id) WHERE more_codes;
CREATE INDEX ON fhir."Specimen" (collected_low) WHERE collected_low IS NOT NULL;
CREATE INDEX ON fhir."Specimen" (collected_high) WHERE collected_high IS NOT NULL;
CREATE TABLE fhir_history."Specimen" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Specimen" (updated, id);

CREATE TABLE fhir."SpecimenDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."SpecimenDefinition" (updated, id);
CREATE INDEX ON fhir."SpecimenDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."SpecimenDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."SpecimenDefinition" (updated, id);

CREATE TABLE fhir."StructureDefinition" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."StructureDefinition" (updated, id);
CREATE INDEX ON fhir."StructureDefinition" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."StructureDefinition" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."StructureDefinition" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."StructureDefinition" (updated, id);
CREATE TABLE fhir_string."StructureDefinition" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."StructureDefinition" (code, value, id);
CREATE INDEX ON fhir_string."StructureDefinition" (id);

CREATE TABLE fhir."StructureMap" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."StructureMap" (updated, id);
CREATE INDEX ON fhir."StructureMap" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."StructureMap" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."StructureMap" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."StructureMap" (updated, id);
CREATE TABLE fhir_string."StructureMap" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."StructureMap" (code, value, id);
CREATE INDEX ON fhir_string."StructureMap" (id);

CREATE TABLE fhir."Subscription" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Subscription" (updated, id);
CREATE INDEX ON fhir."Subscription" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."Subscription" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Subscription" (updated, id);
CREATE TABLE fhir_string."Subscription" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."Subscription" (code, value, id);
CREATE INDEX ON fhir_string."Subscription" (id);

CREATE TABLE fhir."Substance" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, expiry_low timestamptz, expiry_high timestamptz, expiry_all timestamptz[]) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Substance" (updated, id);
CREATE INDEX ON fhir."Substance" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Substance" (expiry_low) WHERE expiry_low IS NOT NULL;
CREATE TABLE fhir_history."Substance" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Substance" (updated, id);

CREATE TABLE fhir."SubstanceNucleicAcid" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."SubstanceNucleicAcid" (updated, id);
CREATE INDEX ON fhir."SubstanceNucleicAcid" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."SubstanceNucleicAcid" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."SubstanceNucleicAcid" (updated, id);

CREATE TABLE fhir."SubstancePolymer" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."SubstancePolymer" (updated, id);
CREATE INDEX ON fhir."SubstancePolymer" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."SubstancePolymer" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."SubstancePolymer" (updated, id);

CREATE TABLE fhir."SubstanceProtein" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."SubstanceProtein" (updated, id);
CREATE INDEX ON fhir."SubstanceProtein" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."SubstanceProtein" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."SubstanceProtein" (updated, id);

CREATE TABLE fhir."SubstanceReferenceInformation" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."SubstanceReferenceInformation" (updated, id);
CREATE INDEX ON fhir."SubstanceReferenceInformation" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."SubstanceReferenceInformation" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."SubstanceReferenceInformation" (updated, id);

CREATE TABLE fhir."SubstanceSourceMaterial" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."SubstanceSourceMaterial" (updated, id);
CREATE INDEX ON fhir."SubstanceSourceMaterial" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."SubstanceSourceMaterial" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."SubstanceSourceMaterial" (updated, id);

CREATE TABLE fhir."SubstanceSpecification" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."SubstanceSpecification" (updated, id);
CREATE INDEX ON fhir."SubstanceSpecification" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."SubstanceSpecification" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."SubstanceSpecification" (updated, id);

CREATE TABLE fhir."SupplyDelivery" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C") WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."SupplyDelivery" (updated, id);
CREATE INDEX ON fhir."SupplyDelivery" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."SupplyDelivery" (patient, id);
CREATE TABLE fhir_history."SupplyDelivery" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."SupplyDelivery" (updated, id);

CREATE TABLE fhir."SupplyRequest" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."SupplyRequest" (updated, id);
CREATE INDEX ON fhir."SupplyRequest" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."SupplyRequest" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."SupplyRequest" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."SupplyRequest" (updated, id);

CREATE TABLE fhir."Task" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, authored_on_low timestamptz, authored_on_high timestamptz, modified_low timestamptz, modified_high timestamptz, period_low timestamptz, period_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."Task" (updated, id);
CREATE INDEX ON fhir."Task" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."Task" (authored_on_low) WHERE authored_on_low IS NOT NULL;
CREATE INDEX ON fhir."Task" (modified_low) WHERE modified_low IS NOT NULL;
CREATE INDEX ON fhir."Task" (period_low) WHERE period_low IS NOT NULL;
CREATE INDEX ON fhir."Task" (period_high) WHERE period_high IS NOT NULL;
CREATE TABLE fhir_history."Task" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."Task" (updated, id);

CREATE TABLE fhir."TerminologyCapabilities" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."TerminologyCapabilities" (updated, id);
CREATE INDEX ON fhir."TerminologyCapabilities" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."TerminologyCapabilities" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."TerminologyCapabilities" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."TerminologyCapabilities" (updated, id);
CREATE TABLE fhir_string."TerminologyCapabilities" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."TerminologyCapabilities" (code, value, id);
CREATE INDEX ON fhir_string."TerminologyCapabilities" (id);

CREATE TABLE fhir."TestReport" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, issued_low timestamptz, issued_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."TestReport" (updated, id);
CREATE INDEX ON fhir."TestReport" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."TestReport" (issued_low) WHERE issued_low IS NOT NULL;
CREATE TABLE fhir_history."TestReport" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."TestReport" (updated, id);
CREATE TABLE fhir_string."TestReport" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."TestReport" (code, value, id);
CREATE INDEX ON fhir_string."TestReport" (id);

CREATE TABLE fhir."TestScript" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."TestScript" (updated, id);
CREATE INDEX ON fhir."TestScript" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."TestScript" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."TestScript" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."TestScript" (updated, id);
CREATE TABLE fhir_string."TestScript" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."TestScript" (code, value, id);
CREATE INDEX ON fhir_string."TestScript" (id);

CREATE TABLE fhir."ValueSet" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, date_low timestamptz, date_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."ValueSet" (updated, id);
CREATE INDEX ON fhir."ValueSet" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."ValueSet" (date_low) WHERE date_low IS NOT NULL;
CREATE TABLE fhir_history."ValueSet" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."ValueSet" (updated, id);
CREATE TABLE fhir_string."ValueSet" (id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL);
CREATE INDEX ON fhir_string."ValueSet" (code, value, id);
CREATE INDEX ON fhir_string."ValueSet" (id);

CREATE TABLE fhir."VerificationResult" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."VerificationResult" (updated, id);
CREATE INDEX ON fhir."VerificationResult" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE TABLE fhir_history."VerificationResult" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."VerificationResult" (updated, id);

CREATE TABLE fhir."VisionPrescription" (id text COLLATE "C" PRIMARY KEY, version integer NOT NULL, updated timestamptz NOT NULL, body text, tokens bigint[] NOT NULL, present integer[] NOT NULL, patient text COLLATE "C", datewritten_low timestamptz, datewritten_high timestamptz) WITH (toast_tuple_target = 4080);
CREATE INDEX ON fhir."VisionPrescription" (updated, id);
CREATE INDEX ON fhir."VisionPrescription" USING gin (tokens) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON fhir."VisionPrescription" (patient, id);
CREATE INDEX ON fhir."VisionPrescription" (datewritten_low) WHERE datewritten_low IS NOT NULL;
CREATE TABLE fhir_history."VisionPrescription" (id text COLLATE "C", version integer, updated timestamptz NOT NULL, body text, PRIMARY KEY (id, version));
CREATE INDEX ON fhir_history."VisionPrescription" (updated, id);

-- Down Migration
DROP SCHEMA fhir CASCADE;
DROP SCHEMA fhir_history CASCADE;
DROP SCHEMA fhir_string CASCADE;
