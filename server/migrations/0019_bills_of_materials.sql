ALTER TABLE "bills_of_materials" ADD COLUMN "search" text NOT NULL;--> statement-breakpoint
-- Until now a link could name any bill of materials, and there were none.
UPDATE "service_team_members" SET "technological_card_id" = NULL WHERE "technological_card_id" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "service_team_members" ADD CONSTRAINT "service_team_members_bill" FOREIGN KEY ("location_id","technological_card_id") REFERENCES "bills_of_materials"("location_id","id");
