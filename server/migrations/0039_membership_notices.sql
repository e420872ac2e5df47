CREATE TABLE "membership_notices" (
	"chain_id" integer NOT NULL,
	"membership_id" integer NOT NULL,
	"kind" text NOT NULL,
	"about" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "membership_notices_chain_id_membership_id_kind_about_pk" PRIMARY KEY("chain_id","membership_id","kind","about"),
	CONSTRAINT "membership_notices_kind" CHECK ("membership_notices"."kind" in ('end', 'visits'))
);
--> statement-breakpoint
ALTER TABLE "membership_notices" ADD CONSTRAINT "membership_notices_chain_id_membership_id_memberships_chain_id_id_fk" FOREIGN KEY ("chain_id","membership_id") REFERENCES "public"."memberships"("chain_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "memberships_usable" ON "memberships" USING btree ("chain_id",(case when "frozen_at" is not null and "frozen_until" is null then 'infinity'::timestamptz
    else coalesce("expires_at", 'infinity'::timestamptz) end)) WHERE "memberships"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "memberships_used" ON "memberships" USING btree ("chain_id","last_used_at") WHERE "memberships"."deleted_at" is null and "memberships"."last_used_at" is not null;