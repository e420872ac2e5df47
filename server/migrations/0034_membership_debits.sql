CREATE TABLE "membership_debits" (
	"location_id" integer NOT NULL,
	"appointment_id" integer NOT NULL,
	"service_id" integer NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"decided_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "membership_debits_location_id_appointment_id_service_id_pk" PRIMARY KEY("location_id","appointment_id","service_id")
);
--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "is_auto_debited" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "auto_debit_lead" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "needs_membership" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "membership_debits" ADD CONSTRAINT "membership_debits_location_id_appointment_id_appointments_location_id_id_fk" FOREIGN KEY ("location_id","appointment_id") REFERENCES "public"."appointments"("location_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "membership_debits" ADD CONSTRAINT "membership_debits_location_id_service_id_services_location_id_id_fk" FOREIGN KEY ("location_id","service_id") REFERENCES "public"."services"("location_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "services_auto_debited" ON "services" USING btree ("location_id","id") WHERE "services"."is_auto_debited";--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_auto_debit_lead" CHECK ("services"."auto_debit_lead" between 0 and 2592000);