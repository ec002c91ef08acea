-- Up Migration
-- Why:    who may see a patient depends on who cares for them. Every request asks that, so it is kept ready: written by the
--         same statement as the Encounter, CareTeam, EpisodeOfCare, Appointment or Patient that says it, whoever writes that
--         and by whichever way.
-- Phase:  expand (old and new code both run with it).
-- Locks:  the eight tables that get triggers, against writing, until the end.
-- Takes:  about a second for 30,000 Encounters: what is there is read once.
-- Undo:   the down migration; it is made again from the resources.
-- Repeat: not needed: it is one transaction.
--
--   record.care        who (`Practitioner/1`, `PractitionerRole/2`, `Location/3`) cares for which patient, told by which resource
--   record.acts        the roles and wards in which a practitioner cares
--   record.place       which Location is part of which
--   record.restricted  patients whose own record is labelled R or V
--   record.break_glass who has opened a chart in an emergency, until when
CREATE TABLE record.care (
  patient text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  until timestamptz,
  PRIMARY KEY (patient, actor, source)
);
CREATE INDEX ON record.care (actor, patient);
CREATE INDEX ON record.care (source);
CREATE TABLE record.acts (
  practitioner text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  until timestamptz,
  PRIMARY KEY (practitioner, actor, source)
);
CREATE INDEX ON record.acts (source);
CREATE TABLE record.place (id text COLLATE "C" PRIMARY KEY, part_of text COLLATE "C" NOT NULL);
CREATE TABLE record.restricted (
  patient text COLLATE "C" NOT NULL,
  label text COLLATE "C" NOT NULL,
  PRIMARY KEY (patient, label)
);
CREATE TABLE record.break_glass (
  id text COLLATE "C" PRIMARY KEY,
  person text COLLATE "C" NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  patient text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL,
  until timestamptz NOT NULL
);
CREATE INDEX ON record.break_glass (person, until);

-- A key of the search index: src/record/index/hash.ts.
CREATE FUNCTION record.key(VARIADIC parts text[]) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ('x' || encode(substr(sha256(convert_to(array_to_string(parts, E'\x1f'), 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
$$;

-- What a reference names here, without a version; null when it is none of the types.
CREATE FUNCTION record.named(reference text, types text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT substring(reference FROM '^((?:' || types || ')/[A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$')
$$;

-- The end of what a FHIR date or time stands for.
CREATE FUNCTION record.end_of(said text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE length(said)
    WHEN 4 THEN (said || '-01-01')::date + interval '1 year'
    WHEN 7 THEN (said || '-01')::date + interval '1 month'
    WHEN 10 THEN said::date + interval '1 day'
    ELSE said::timestamptz
  END
$$;

CREATE FUNCTION record.wards_of(location text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  WITH RECURSIVE up (place) AS (
    SELECT location COLLATE "C" WHERE location IS NOT NULL
    UNION SELECT p.part_of FROM up JOIN record.place p ON p.id = up.place
  ) SELECT place FROM up
$$;

-- Who cares for whom as a resource says it. What PostgreSQL can't read of a resource that is valid JSON (an escaped NUL, a
-- number past all bounds) gives nobody a right.
CREATE FUNCTION record.care_in(type text, id text, body text)
RETURNS TABLE (patient text, actor text, until timestamptz) LANGUAGE plpgsql STABLE AS $$
DECLARE
  r jsonb;
  who text[];
  whom text[];
  wards text[] := '{}';
  ended timestamptz;
  after interval := interval '30 days';
BEGIN
  IF body IS NULL OR (type = 'Patient' AND position('"generalPractitioner"' IN body) = 0) THEN
    RETURN;
  END IF;
  BEGIN
    r := body::jsonb;
    ended := record.end_of(coalesce(r #>> '{period,end}', r ->> 'end'));
    CASE type
    WHEN 'Patient' THEN
      ended := NULL;
      whom := ARRAY['Patient/' || id];
      who := ARRAY(SELECT o #>> '{}' FROM jsonb_path_query(r, '$.generalPractitioner[*].reference') o);
    WHEN 'CareTeam' THEN
      IF coalesce(r ->> 'status', 'active') <> 'active' THEN RETURN; END IF;
      after := interval '0';
      whom := ARRAY[r #>> '{subject,reference}'];
      who := ARRAY(SELECT o #>> '{}' FROM jsonb_path_query(r, '$.participant[*].member.reference') o);
    WHEN 'EpisodeOfCare' THEN
      IF r ->> 'status' NOT IN ('planned', 'waitlist', 'active', 'onhold', 'finished') THEN RETURN; END IF;
      IF r ->> 'status' = 'finished' THEN ended := coalesce(ended, now()); END IF;
      whom := ARRAY[r #>> '{patient,reference}'];
      who := ARRAY[r #>> '{careManager,reference}'];
    WHEN 'Encounter' THEN
      IF r ->> 'status' IN ('cancelled', 'entered-in-error', 'unknown') THEN RETURN; END IF;
      IF r ->> 'status' = 'finished' THEN ended := coalesce(ended, now()); END IF;
      whom := ARRAY[r #>> '{subject,reference}'];
      who := ARRAY(SELECT o #>> '{}' FROM jsonb_path_query(r, '$.participant[*].individual.reference') o);
      wards := ARRAY(
        SELECT record.wards_of(record.named(o #>> '{location,reference}', 'Location'))
          FROM jsonb_path_query(r, '$.location[*]') o WHERE coalesce(o ->> 'status', '') <> 'completed');
    WHEN 'Appointment' THEN
      IF r ->> 'status' NOT IN ('booked', 'arrived', 'checked-in', 'fulfilled') THEN RETURN; END IF;
      whom := ARRAY(SELECT o #>> '{}' FROM jsonb_path_query(r, '$.participant[*].actor.reference') o);
      who := whom;
      -- One without an end is over when it has begun.
      ended := coalesce(ended, record.end_of(r ->> 'start'), now());
    END CASE;
  EXCEPTION WHEN others THEN
    RETURN;
  END;
  RETURN QUERY
    SELECT DISTINCT substr(record.named(p, 'Patient'), 9), a, ended + after
      FROM unnest(whom) p, LATERAL (SELECT record.named(w, 'Practitioner|PractitionerRole') FROM unnest(who) w) o (a)
     WHERE record.named(p, 'Patient') IS NOT NULL AND a IS NOT NULL
    UNION
    SELECT DISTINCT substr(record.named(p, 'Patient'), 9), w, ended
      FROM unnest(whom) p, unnest(wards) w WHERE record.named(p, 'Patient') IS NOT NULL;
END
$$;

CREATE FUNCTION record.acts_in(id text, body text)
RETURNS TABLE (practitioner text, actor text, until timestamptz) LANGUAGE plpgsql STABLE AS $$
DECLARE
  r jsonb;
  ended timestamptz;
BEGIN
  BEGIN
    r := body::jsonb;
    ended := record.end_of(r #>> '{period,end}');
  EXCEPTION WHEN others THEN
    RETURN;
  END;
  IF r IS NULL OR r ->> 'active' = 'false' THEN RETURN; END IF;
  RETURN QUERY
    SELECT DISTINCT p, a, ended
      FROM record.named(r #>> '{practitioner,reference}', 'Practitioner') p,
           LATERAL (SELECT 'PractitionerRole/' || id
                    UNION SELECT record.named(o #>> '{}', 'Location')
                      FROM jsonb_path_query(r, '$.location[*].reference') o) w (a)
     WHERE p IS NOT NULL AND a IS NOT NULL;
END
$$;

CREATE FUNCTION record.part_of_in(body text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN record.named(body::jsonb #>> '{partOf,reference}', 'Location');
EXCEPTION WHEN others THEN
  RETURN NULL;
END
$$;

CREATE FUNCTION record.keep_care() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM record.care WHERE source IN (SELECT TG_TABLE_NAME || '/' || id FROM changed);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO record.care (patient, actor, source, until)
    SELECT k.patient, k.actor, TG_TABLE_NAME || '/' || c.id, max(coalesce(k.until, 'infinity'))
      FROM changed c CROSS JOIN LATERAL record.care_in(TG_TABLE_NAME, c.id, c.body) k
     GROUP BY k.patient, k.actor, c.id
    ON CONFLICT (patient, actor, source) DO UPDATE SET until = excluded.until;
  END IF;
  RETURN NULL;
END
$$;

-- By the index, not by the text: what can't be read must not lose its label.
CREATE FUNCTION record.keep_restricted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM record.restricted WHERE patient IN (SELECT id FROM changed);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO record.restricted (patient, label)
    SELECT c.id, l.label FROM changed c
      JOIN (SELECT code AS label, array_agg(record.key('token', '_security', system, written)) AS keys
              FROM unnest(ARRAY['R', 'V']) code, unnest(ARRAY[code, lower(code)]) written,
                   unnest(ARRAY['http://terminology.hl7.org/CodeSystem/v3-Confidentiality', '']) system
             GROUP BY code) l ON c.tokens && l.keys
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION record.keep_acts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM record.acts WHERE source IN (SELECT id FROM changed);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO record.acts (practitioner, actor, source, until)
    SELECT k.practitioner, k.actor, c.id, k.until FROM changed c CROSS JOIN LATERAL record.acts_in(c.id, c.body) k
    ON CONFLICT (practitioner, actor, source) DO UPDATE SET until = excluded.until;
  END IF;
  RETURN NULL;
END
$$;

-- Encounters are known under each place that their own is part of: those of a place that moves are looked at again.
CREATE FUNCTION record.keep_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  concerned text[];
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM record.place WHERE id IN (SELECT 'Location/' || id FROM changed);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO record.place (id, part_of)
    SELECT 'Location/' || c.id, p FROM changed c CROSS JOIN LATERAL record.part_of_in(c.body) p WHERE p IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET part_of = excluded.part_of;
  END IF;
  concerned := ARRAY(
    SELECT DISTINCT source FROM record.care
     WHERE actor IN (SELECT 'Location/' || id FROM changed) AND source LIKE 'Encounter/%' ORDER BY source);
  IF cardinality(concerned) > 0 THEN
    DELETE FROM record.care WHERE source = ANY (concerned);
    INSERT INTO record.care (patient, actor, source, until)
    SELECT k.patient, k.actor, 'Encounter/' || e.id, max(coalesce(k.until, 'infinity'))
      FROM fhir."Encounter" e CROSS JOIN LATERAL record.care_in('Encounter', e.id, e.body) k
     WHERE 'Encounter/' || e.id = ANY (concerned) AND e.id = ANY (ARRAY(SELECT substr(one, 11) FROM unnest(concerned) one))
     GROUP BY k.patient, k.actor, e.id
    ON CONFLICT (patient, actor, source) DO UPDATE SET until = excluded.until;
  END IF;
  RETURN NULL;
END
$$;

DO $$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT * FROM (VALUES
      ('Patient', 'keep_care'), ('CareTeam', 'keep_care'), ('EpisodeOfCare', 'keep_care'), ('Encounter', 'keep_care'),
      ('Appointment', 'keep_care'), ('Patient', 'keep_restricted'), ('PractitionerRole', 'keep_acts'),
      ('Location', 'keep_places')) AS t (type, does) LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON fhir.%I REFERENCING NEW TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION record.%I()', one.does || '_inserted', one.type, one.does);
    EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON fhir.%I REFERENCING NEW TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION record.%I()', one.does || '_updated', one.type, one.does);
    EXECUTE format('CREATE TRIGGER %I AFTER DELETE ON fhir.%I REFERENCING OLD TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION record.%I()', one.does || '_deleted', one.type, one.does);
  END LOOP;
END
$$;

-- What was there before.
INSERT INTO record.place (id, part_of)
SELECT 'Location/' || l.id, p FROM fhir."Location" l CROSS JOIN LATERAL record.part_of_in(l.body) p WHERE p IS NOT NULL;
INSERT INTO record.acts (practitioner, actor, source, until)
SELECT k.practitioner, k.actor, c.id, k.until
  FROM fhir."PractitionerRole" c CROSS JOIN LATERAL record.acts_in(c.id, c.body) k;
DO $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['Patient', 'CareTeam', 'EpisodeOfCare', 'Encounter', 'Appointment'] LOOP
    EXECUTE format('INSERT INTO record.care (patient, actor, source, until)
      SELECT k.patient, k.actor, %1$L || ''/'' || c.id, max(coalesce(k.until, ''infinity''))
        FROM fhir.%1$I c CROSS JOIN LATERAL record.care_in(%1$L, c.id, c.body) k GROUP BY k.patient, k.actor, c.id', one);
  END LOOP;
END
$$;
INSERT INTO record.restricted (patient, label)
SELECT p.id, l.label FROM fhir."Patient" p
  JOIN (SELECT code AS label, array_agg(record.key('token', '_security', system, written)) AS keys
          FROM unnest(ARRAY['R', 'V']) code, unnest(ARRAY[code, lower(code)]) written,
               unnest(ARRAY['http://terminology.hl7.org/CodeSystem/v3-Confidentiality', '']) system
         GROUP BY code) l ON p.tokens && l.keys;

-- Down Migration
DO $$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT tgname, tgrelid::regclass AS of FROM pg_trigger WHERE tgname ~ '^keep_(care|restricted|acts|places)_' LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.of);
  END LOOP;
END
$$;
DROP FUNCTION record.keep_care, record.keep_restricted, record.keep_acts, record.keep_places, record.care_in,
  record.acts_in, record.part_of_in, record.wards_of, record.end_of, record.named, record.key;
DROP TABLE record.care, record.acts, record.place, record.restricted, record.break_glass;
