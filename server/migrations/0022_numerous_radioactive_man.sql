CREATE TABLE "outbox_feeds" (
	"location_id" integer PRIMARY KEY NOT NULL,
	"last_position" bigint DEFAULT 0 NOT NULL,
	"swept_position" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "outbox_feeds_positions" CHECK ("outbox_feeds"."swept_position" between 0 and "outbox_feeds"."last_position")
);
--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "position" bigint;--> statement-breakpoint
ALTER TABLE "outbox_feeds" ADD CONSTRAINT "outbox_feeds_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("location_id","id") WHERE "outbox"."position" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_position" ON "outbox" USING btree ("location_id","position") WHERE "outbox"."position" is not null;