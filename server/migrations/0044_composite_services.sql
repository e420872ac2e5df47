CREATE TABLE "service_parts" (
	"location_id" integer NOT NULL,
	"composite_id" integer NOT NULL,
	"position" smallint NOT NULL,
	"service_id" integer NOT NULL,
	CONSTRAINT "service_parts_location_id_composite_id_position_pk" PRIMARY KEY("location_id","composite_id","position"),
	CONSTRAINT "service_parts_position" CHECK ("service_parts"."position" > 0),
	CONSTRAINT "service_parts_itself" CHECK ("service_parts"."composite_id" <> "service_parts"."service_id")
);
--> statement-breakpoint
ALTER TABLE "service_parts" ADD CONSTRAINT "service_parts_location_id_composite_id_services_location_id_id_fk" FOREIGN KEY ("location_id","composite_id") REFERENCES "public"."services"("location_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_parts" ADD CONSTRAINT "service_parts_location_id_service_id_services_location_id_id_fk" FOREIGN KEY ("location_id","service_id") REFERENCES "public"."services"("location_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "service_parts_service" ON "service_parts" USING btree ("location_id","service_id");--> statement-breakpoint
-- Parts have no parts themselves. The application says so first; this guards what goes round it.
CREATE FUNCTION keep_parts_plain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM service_parts WHERE location_id = new.location_id AND (composite_id = new.service_id OR service_id = new.composite_id)) THEN
    RAISE check_violation USING message = 'a part of a composite service must not be a composite service', constraint = 'service_parts_plain';
  END IF;
  RETURN new;
END $$;--> statement-breakpoint
CREATE TRIGGER "service_parts_plain" BEFORE INSERT OR UPDATE ON "service_parts" FOR EACH ROW EXECUTE FUNCTION keep_parts_plain();--> statement-breakpoint
SELECT audit_table('service_parts', 'service', 'composite_id', part => true);
