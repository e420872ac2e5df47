ALTER TABLE "partners" ADD COLUMN "only_public" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "booking_forms" ADD COLUMN "partner_id" integer;--> statement-breakpoint
ALTER TABLE "booking_forms" ADD CONSTRAINT "booking_forms_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "booking_forms" ADD CONSTRAINT "booking_forms_partner_id_unique" UNIQUE("partner_id");