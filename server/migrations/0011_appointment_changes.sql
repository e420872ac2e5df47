CREATE TABLE "appointment_changes" (
	"location_id" integer NOT NULL,
	"appointment_id" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"is_deleted" boolean NOT NULL,
	CONSTRAINT "appointment_changes_location_id_appointment_id_pk" PRIMARY KEY("location_id","appointment_id")
);
--> statement-breakpoint
INSERT INTO "appointment_changes" ("location_id", "appointment_id", "at", "is_deleted")
SELECT location_id, id, changed_at, deleted_at IS NOT NULL FROM appointments;--> statement-breakpoint
DROP INDEX "appointments_changed";--> statement-breakpoint
ALTER TABLE "appointment_changes" ADD CONSTRAINT "appointment_changes_location_id_appointment_id_appointments_location_id_id_fk" FOREIGN KEY ("location_id","appointment_id") REFERENCES "public"."appointments"("location_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "appointment_changes_at" ON "appointment_changes" USING btree ("location_id","at","appointment_id","is_deleted");--> statement-breakpoint
DROP TRIGGER "appointments_counted_new" ON "appointments";--> statement-breakpoint
DROP TRIGGER "appointments_counted_gone" ON "appointments";--> statement-breakpoint
DROP TRIGGER "appointments_counted_changed" ON "appointments";--> statement-breakpoint
ALTER TABLE "appointments" DROP COLUMN "changed_at";--> statement-breakpoint
-- Like before, but of the table that has the changes now.
CREATE OR REPLACE FUNCTION "count_appointment_changes"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changes appointment_runs[];
  place record;
  newest appointment_runs;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(change::appointment_runs) INTO changes FROM (
      SELECT location_id, at, count(*) FILTER (WHERE NOT is_deleted)::int, count(*) FILTER (WHERE is_deleted)::int
      FROM became GROUP BY location_id, at) AS change;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(change::appointment_runs) INTO changes FROM (
      SELECT location_id, at, -count(*) FILTER (WHERE NOT is_deleted)::int, -count(*) FILTER (WHERE is_deleted)::int
      FROM was GROUP BY location_id, at) AS change;
  ELSE
    SELECT array_agg(change::appointment_runs) INTO changes FROM (
      SELECT location_id, at, sum(live)::int, sum(deleted)::int FROM (
        SELECT location_id, at, (NOT is_deleted)::int AS live, (is_deleted)::int AS deleted FROM became
        UNION ALL
        SELECT location_id, at, -(NOT is_deleted)::int, -(is_deleted)::int FROM was) AS each
      GROUP BY location_id, at HAVING sum(live) <> 0 OR sum(deleted) <> 0) AS change;
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
        AND (SELECT count(*) FROM appointment_changes WHERE location_id = place.location_id AND at >= place.latest)
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
CREATE TRIGGER "appointment_changes_counted_new" AFTER INSERT ON "appointment_changes" REFERENCING NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION count_appointment_changes();--> statement-breakpoint
CREATE TRIGGER "appointment_changes_counted_gone" AFTER DELETE ON "appointment_changes" REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION count_appointment_changes();--> statement-breakpoint
CREATE TRIGGER "appointment_changes_counted_changed" AFTER UPDATE ON "appointment_changes" REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION count_appointment_changes();