CREATE TABLE "outbox_wakes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_wakes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"location_id" integer NOT NULL,
	"subscriber_id" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_addresses" (
	"location_id" integer NOT NULL,
	"id" integer PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"position" integer NOT NULL,
	"partner_id" integer,
	"user_id" integer,
	"secret" "bytea" NOT NULL,
	"secret_at" timestamp with time zone DEFAULT now() NOT NULL,
	"former_secret" "bytea",
	"former_until" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamp with time zone,
	"last_success_at" timestamp with time zone,
	"off_reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_addresses_position" CHECK ("webhook_addresses"."position" between 0 and 9),
	CONSTRAINT "webhook_addresses_former" CHECK (("webhook_addresses"."former_secret" is null) = ("webhook_addresses"."former_until" is null)),
	CONSTRAINT "webhook_addresses_off" CHECK ("webhook_addresses"."off_reason" in ('user', 'gone', 'failing', 'partner'))
);
--> statement-breakpoint
DROP INDEX "outbox_deliveries_location";--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD COLUMN "uid" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD COLUMN "resource" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD COLUMN "resource_id" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD COLUMN "state" text DEFAULT 'waiting' NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD COLUMN "due_at" timestamp with time zone DEFAULT now();--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD COLUMN "failures" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD COLUMN "tries" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD COLUMN "answer" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD COLUMN "created_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD COLUMN "finished_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "outbox_subscribers" ADD COLUMN "is_active" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox_subscribers" ADD COLUMN "resources" text[];--> statement-breakpoint
ALTER TABLE "outbox_subscribers" ADD COLUMN "skipped_user_id" integer;--> statement-breakpoint
ALTER TABLE "outbox_subscribers" ADD COLUMN "next_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "outbox_subscribers" ADD COLUMN "paused_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "outbox_subscribers" ADD COLUMN "claim" uuid;--> statement-breakpoint
ALTER TABLE "outbox_wakes" ADD CONSTRAINT "outbox_wakes_subscriber_id_outbox_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."outbox_subscribers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_addresses" ADD CONSTRAINT "webhook_addresses_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_addresses" ADD CONSTRAINT "webhook_addresses_id_outbox_subscribers_id_fk" FOREIGN KEY ("id") REFERENCES "public"."outbox_subscribers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_addresses" ADD CONSTRAINT "webhook_addresses_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_addresses" ADD CONSTRAINT "webhook_addresses_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "outbox_wakes_subscriber" ON "outbox_wakes" USING btree ("location_id","subscriber_id");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_addresses_url" ON "webhook_addresses" USING btree ("location_id","url");--> statement-breakpoint
CREATE INDEX "webhook_addresses_partner" ON "webhook_addresses" USING btree ("partner_id");--> statement-breakpoint
CREATE INDEX "outbox_deliveries_log" ON "outbox_deliveries" USING btree ("location_id","created_at");--> statement-breakpoint
CREATE INDEX "outbox_deliveries_failed" ON "outbox_deliveries" USING btree ("location_id","created_at") WHERE "outbox_deliveries"."state" = 'failed';--> statement-breakpoint
CREATE INDEX "outbox_deliveries_waiting" ON "outbox_deliveries" USING btree ("subscriber_id","outbox_id") WHERE "outbox_deliveries"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "outbox_deliveries_finished" ON "outbox_deliveries" USING btree ("finished_at") WHERE "outbox_deliveries"."finished_at" is not null;--> statement-breakpoint
CREATE INDEX "outbox_subscribers_next" ON "outbox_subscribers" USING btree ("next_at") WHERE "outbox_subscribers"."next_at" is not null;--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD CONSTRAINT "outbox_deliveries_uid" UNIQUE("uid");--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD CONSTRAINT "outbox_deliveries_state" CHECK ("outbox_deliveries"."state" in ('waiting', 'delivered', 'failed'));--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD CONSTRAINT "outbox_deliveries_due" CHECK (("outbox_deliveries"."state" = 'waiting') = ("outbox_deliveries"."due_at" is not null));--> statement-breakpoint
ALTER TABLE "outbox_deliveries" ADD CONSTRAINT "outbox_deliveries_finished" CHECK (("outbox_deliveries"."state" = 'waiting') = ("outbox_deliveries"."finished_at" is null));