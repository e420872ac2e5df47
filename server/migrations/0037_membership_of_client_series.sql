ALTER TABLE "client_series" ADD COLUMN "membership_id" integer;--> statement-breakpoint
-- Memberships are a later room, so the table does not name them.
ALTER TABLE "client_series" ADD CONSTRAINT "client_series_membership" FOREIGN KEY ("membership_id") REFERENCES "memberships"("id");--> statement-breakpoint
CREATE INDEX "client_series_membership" ON "client_series" USING btree ("membership_id") WHERE "membership_id" IS NOT NULL;
