-- Composite services and their parts are no group services. The application says so first; this guards what goes round it.
-- A change of is_group and a new part lock the same rows of services, so each sees what the other one did.
CREATE OR REPLACE FUNCTION keep_parts_plain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM service_parts WHERE location_id = new.location_id AND (composite_id = new.service_id OR service_id = new.composite_id)) THEN
    RAISE check_violation USING message = 'a part of a composite service must not be a composite service', constraint = 'service_parts_plain';
  END IF;
  PERFORM FROM services WHERE location_id = new.location_id AND id IN (new.composite_id, new.service_id) ORDER BY id FOR SHARE;
  IF EXISTS (SELECT FROM services WHERE location_id = new.location_id AND id IN (new.composite_id, new.service_id) AND is_group) THEN
    RAISE check_violation USING message = 'a composite service and its parts must not be group services', constraint = 'service_parts_no_group';
  END IF;
  RETURN new;
END $$;--> statement-breakpoint
CREATE FUNCTION keep_parts_of_no_group() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM service_parts WHERE location_id = new.location_id AND composite_id = new.id)
    OR EXISTS (SELECT FROM service_parts WHERE location_id = new.location_id AND service_id = new.id) THEN
    RAISE check_violation USING message = 'a composite service and its parts must not be group services', constraint = 'service_parts_no_group';
  END IF;
  RETURN new;
END $$;--> statement-breakpoint
CREATE TRIGGER "service_parts_no_group" BEFORE UPDATE OF "is_group" ON "services" FOR EACH ROW WHEN (new.is_group AND NOT old.is_group) EXECUTE FUNCTION keep_parts_of_no_group();
