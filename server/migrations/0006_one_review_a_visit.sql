ALTER TABLE "reviews" ADD COLUMN "visit_id" integer;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_location_id_visit_id_visits_location_id_id_fk" FOREIGN KEY ("location_id","visit_id") REFERENCES "public"."visits"("location_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
UPDATE "reviews" SET "visit_id" = "first"."visit_id"
FROM (
  SELECT DISTINCT ON (appointments.location_id, appointments.visit_id) reviews.location_id, reviews.id, appointments.visit_id
  FROM reviews JOIN appointments ON appointments.location_id = reviews.location_id AND appointments.id = reviews.appointment_id
  ORDER BY appointments.location_id, appointments.visit_id, reviews.id
) AS "first"
WHERE "reviews"."location_id" = "first"."location_id" AND "reviews"."id" = "first"."id";--> statement-breakpoint
CREATE UNIQUE INDEX "reviews_visit" ON "reviews" USING btree ("location_id","visit_id") WHERE "reviews"."visit_id" is not null;