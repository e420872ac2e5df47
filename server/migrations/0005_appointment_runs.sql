CREATE TABLE "appointment_runs" (
	"location_id" integer NOT NULL,
	"begins" timestamp with time zone NOT NULL,
	"live" integer NOT NULL,
	"deleted" integer NOT NULL,
	CONSTRAINT "appointment_runs_location_id_begins_pk" PRIMARY KEY("location_id","begins")
);
--> statement-breakpoint
DROP INDEX "appointments_start";--> statement-breakpoint
DROP INDEX "appointments_changed";--> statement-breakpoint
ALTER TABLE "appointment_runs" ADD CONSTRAINT "appointment_runs_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "appointments_start" ON "appointments" USING btree ("location_id","starts_at","id","deleted_at");--> statement-breakpoint
CREATE INDEX "appointments_changed" ON "appointments" USING btree ("location_id","changed_at","id","deleted_at");--> statement-breakpoint
-- Keeps appointment_runs. A run is begun when the newest one is full, which relies on what the clock of a location guarantees: a change
-- has a later moment than all before.
CREATE FUNCTION "count_appointment_changes"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changes appointment_runs[];
  place record;
  newest appointment_runs;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(change::appointment_runs) INTO changes FROM (
      SELECT location_id, changed_at, count(*) FILTER (WHERE deleted_at IS NULL)::int, count(deleted_at)::int
      FROM became GROUP BY location_id, changed_at) AS change;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(change::appointment_runs) INTO changes FROM (
      SELECT location_id, changed_at, -count(*) FILTER (WHERE deleted_at IS NULL)::int, -count(deleted_at)::int
      FROM was GROUP BY location_id, changed_at) AS change;
  ELSE
    SELECT array_agg(change::appointment_runs) INTO changes FROM (
      SELECT location_id, changed_at, sum(live)::int, sum(deleted)::int FROM (
        SELECT location_id, changed_at, (deleted_at IS NULL)::int AS live, (deleted_at IS NOT NULL)::int AS deleted FROM became
        UNION ALL
        SELECT location_id, changed_at, -(deleted_at IS NULL)::int, -(deleted_at IS NOT NULL)::int FROM was) AS each
      GROUP BY location_id, changed_at HAVING sum(live) <> 0 OR sum(deleted) <> 0) AS change;
  END IF;
  IF changes IS NULL THEN RETURN NULL; END IF;
  IF TG_OP <> 'DELETE' THEN
    FOR place IN
      SELECT location_id, max(begins) AS latest FROM unnest(changes) WHERE live + deleted > 0 GROUP BY location_id ORDER BY location_id
    LOOP
      SELECT * INTO newest FROM appointment_runs WHERE location_id = place.location_id ORDER BY begins DESC LIMIT 1;
      IF NOT FOUND THEN
        INSERT INTO appointment_runs VALUES (place.location_id, '-infinity', 0, 0) ON CONFLICT DO NOTHING;
      ELSIF newest.live + newest.deleted >= 1000 AND place.latest > newest.begins
        AND (SELECT count(*) FROM appointments WHERE location_id = place.location_id AND changed_at >= place.latest)
          = (SELECT sum(live + deleted) FROM unnest(changes) WHERE location_id = place.location_id AND begins = place.latest)
      THEN
        DELETE FROM appointment_runs WHERE location_id = place.location_id AND live = 0 AND deleted = 0 AND begins > '-infinity';
        INSERT INTO appointment_runs VALUES (place.location_id, place.latest, 0, 0);
      END IF;
    END LOOP;
  END IF;
  UPDATE appointment_runs AS runs SET live = runs.live + counted.live, deleted = runs.deleted + counted.deleted
  FROM (
    SELECT location_id, run, sum(live)::int AS live, sum(deleted)::int AS deleted
    FROM unnest(changes) AS change, LATERAL (
      SELECT max(known.begins) AS run FROM appointment_runs AS known
      WHERE known.location_id = change.location_id AND known.begins <= change.begins) AS found
    GROUP BY location_id, run) AS counted
  WHERE runs.location_id = counted.location_id AND runs.begins = counted.run;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "appointments_counted_new" AFTER INSERT ON "appointments" REFERENCING NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION count_appointment_changes();--> statement-breakpoint
CREATE TRIGGER "appointments_counted_gone" AFTER DELETE ON "appointments" REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION count_appointment_changes();--> statement-breakpoint
CREATE TRIGGER "appointments_counted_changed" AFTER UPDATE ON "appointments" REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION count_appointment_changes();--> statement-breakpoint
INSERT INTO "appointment_runs" ("location_id", "begins", "live", "deleted")
SELECT location_id, CASE run WHEN 0 THEN '-infinity' ELSE min(changed_at) END, count(*) FILTER (WHERE deleted_at IS NULL), count(deleted_at)
FROM (
  SELECT location_id, changed_at, deleted_at, (rank() OVER (PARTITION BY location_id ORDER BY changed_at) - 1) / 1000 AS run FROM appointments
) AS ranked
GROUP BY location_id, run;
