CREATE TABLE "audit_entries" (
	"location_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "audit_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"thing_id" integer NOT NULL,
	"part" text DEFAULT '' NOT NULL,
	"action" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"is_erased" boolean DEFAULT false NOT NULL,
	"source" text NOT NULL,
	"user_id" integer,
	"partner_id" integer,
	"address" text,
	"operation" text,
	"request_id" text,
	CONSTRAINT "audit_entries_location_id_id_pk" PRIMARY KEY("location_id","id"),
	CONSTRAINT "audit_entries_action" CHECK ("audit_entries"."action" in ('create', 'update', 'delete')),
	CONSTRAINT "audit_entries_source" CHECK ("audit_entries"."source" in ('request', 'system', 'database'))
);
--> statement-breakpoint
CREATE INDEX "audit_entries_at" ON "audit_entries" USING btree ("location_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_thing" ON "audit_entries" USING btree ("location_id","kind","thing_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_user" ON "audit_entries" USING btree ("location_id","user_id","at","id") WHERE "audit_entries"."user_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_entries_age" ON "audit_entries" USING brin ("at");