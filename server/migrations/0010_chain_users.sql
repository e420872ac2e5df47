CREATE TABLE "chain_users" (
	"chain_id" integer NOT NULL,
	"user_id" integer NOT NULL,
	"is_owner" boolean DEFAULT false NOT NULL,
	"rights" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chain_users_chain_id_user_id_pk" PRIMARY KEY("chain_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "chain_users" ADD CONSTRAINT "chain_users_chain_id_chains_id_fk" FOREIGN KEY ("chain_id") REFERENCES "public"."chains"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chain_users" ADD CONSTRAINT "chain_users_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chain_users_user_id_index" ON "chain_users" USING btree ("user_id");--> statement-breakpoint
-- Whoever opened a location owned the chain that it was opened in, or that was made for it.
INSERT INTO "chain_users" ("chain_id", "user_id", "is_owner")
SELECT DISTINCT "locations"."chain_id", "location_users"."user_id", true
FROM "location_users" JOIN "locations" ON "locations"."id" = "location_users"."location_id"
WHERE "location_users"."role" = 'owner' AND "location_users"."is_non_deletable" AND "location_users"."is_approved" AND "locations"."deleted_at" IS NULL;
