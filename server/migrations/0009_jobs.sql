CREATE TABLE "jobs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "jobs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"key" text,
	"location_id" integer,
	"payload" jsonb NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"claim" uuid,
	"leased_until" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"failed" boolean DEFAULT false NOT NULL,
	"result" text,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "jobs_lease" CHECK (("jobs"."claim" is null) = ("jobs"."leased_until" is null)),
	CONSTRAINT "jobs_failed_is_finished" CHECK (not "jobs"."failed" or "jobs"."finished_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "outbox_deliveries" (
	"location_id" integer NOT NULL,
	"subscriber_id" integer NOT NULL,
	"outbox_id" bigint NOT NULL,
	CONSTRAINT "outbox_deliveries_subscriber_id_outbox_id_pk" PRIMARY KEY("subscriber_id","outbox_id")
);
--> statement-breakpoint
CREATE TABLE "outbox_subscribers" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_subscribers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"location_id" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD CONSTRAINT "outbox_deliveries_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD CONSTRAINT "outbox_deliveries_subscriber_id_outbox_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."outbox_subscribers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD CONSTRAINT "outbox_deliveries_outbox_id_outbox_id_fk" FOREIGN KEY ("outbox_id") REFERENCES "public"."outbox"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox_subscribers" ADD CONSTRAINT "outbox_subscribers_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "jobs_due" ON "jobs" USING btree ("due_at") WHERE "jobs"."finished_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_key" ON "jobs" USING btree ("kind","key") WHERE "jobs"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "jobs_finished" ON "jobs" USING btree ("finished_at") WHERE "jobs"."finished_at" is not null;--> statement-breakpoint
CREATE INDEX "jobs_failed" ON "jobs" USING btree ("kind") WHERE "jobs"."failed";--> statement-breakpoint
CREATE INDEX "jobs_location" ON "jobs" USING btree ("location_id");--> statement-breakpoint
CREATE INDEX "outbox_deliveries_location" ON "outbox_deliveries" USING btree ("location_id");--> statement-breakpoint
CREATE INDEX "outbox_deliveries_change" ON "outbox_deliveries" USING btree ("outbox_id");--> statement-breakpoint
CREATE INDEX "outbox_subscribers_location" ON "outbox_subscribers" USING btree ("location_id");--> statement-breakpoint
-- The table belongs to the platform, which knows no tables of the business.
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;
