CREATE TABLE "analytics_settings" (
	"location_id" integer PRIMARY KEY NOT NULL,
	"loss_days" smallint NOT NULL,
	CONSTRAINT "analytics_settings_loss_days" CHECK ("analytics_settings"."loss_days" between 1 and 730)
);
--> statement-breakpoint
CREATE TABLE "chain_analytics_settings" (
	"chain_id" integer PRIMARY KEY NOT NULL,
	"loss_days" smallint NOT NULL,
	CONSTRAINT "chain_analytics_settings_loss_days" CHECK ("chain_analytics_settings"."loss_days" between 1 and 730)
);
--> statement-breakpoint
ALTER TABLE "analytics_settings" ADD CONSTRAINT "analytics_settings_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chain_analytics_settings" ADD CONSTRAINT "chain_analytics_settings_chain_id_chains_id_fk" FOREIGN KEY ("chain_id") REFERENCES "public"."chains"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
SELECT
  audit_table('analytics_settings', 'analytics settings', 'location_id'),
  audit_table('chain_analytics_settings', 'analytics settings', 'chain_id', 'chain');
