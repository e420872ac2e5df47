CREATE TABLE "analytics_checks" (
	"location_id" integer NOT NULL,
	"created_by" integer NOT NULL,
	"date" date NOT NULL,
	"kind" smallint NOT NULL,
	"team_member_ids" integer[] NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "analytics_checks_key" PRIMARY KEY("location_id","created_by","date","kind","team_member_ids")
);
--> statement-breakpoint
CREATE TABLE "analytics_clients" (
	"location_id" integer NOT NULL,
	"date" date NOT NULL,
	"client_id" integer NOT NULL,
	"team_member_id" integer NOT NULL,
	"created_by" integer NOT NULL,
	"first_date" date NOT NULL,
	CONSTRAINT "analytics_clients_key" PRIMARY KEY("location_id","date","client_id","team_member_id","created_by")
);
--> statement-breakpoint
CREATE TABLE "analytics_days" (
	"location_id" integer NOT NULL,
	"created_by" integer NOT NULL,
	"date" date NOT NULL,
	"team_member_id" integer NOT NULL,
	"services" numeric(18, 4) DEFAULT 0 NOT NULL,
	"goods" numeric(18, 4) DEFAULT 0 NOT NULL,
	"top_ups" numeric(18, 4) DEFAULT 0 NOT NULL,
	"expected" integer DEFAULT 0 NOT NULL,
	"confirmed" integer DEFAULT 0 NOT NULL,
	"came" integer DEFAULT 0 NOT NULL,
	"missed" integer DEFAULT 0 NOT NULL,
	"online" integer DEFAULT 0 NOT NULL,
	"of_new_clients" integer DEFAULT 0 NOT NULL,
	"booked" integer DEFAULT 0 NOT NULL,
	"wasted" integer DEFAULT 0 NOT NULL,
	"scheduled" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "analytics_days_key" PRIMARY KEY("location_id","created_by","date","team_member_id")
);
--> statement-breakpoint
CREATE TABLE "analytics_locks" (
	"location_id" integer PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "analytics_marks" (
	"location_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "analytics_marks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"first" timestamp with time zone NOT NULL,
	"last" timestamp with time zone NOT NULL,
	CONSTRAINT "analytics_marks_location_id_id_pk" PRIMARY KEY("location_id","id"),
	CONSTRAINT "analytics_marks_order" CHECK ("analytics_marks"."first" <= "analytics_marks"."last")
);
--> statement-breakpoint
CREATE TABLE "analytics_sources" (
	"location_id" integer NOT NULL,
	"created_by" integer NOT NULL,
	"date" date NOT NULL,
	"team_member_id" integer NOT NULL,
	"source" smallint NOT NULL,
	"booking_form_id" integer NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "analytics_sources_key" PRIMARY KEY("location_id","created_by","date","team_member_id","source","booking_form_id")
);
--> statement-breakpoint
CREATE TABLE "analytics_totals" (
	"location_id" integer NOT NULL,
	"span" smallint NOT NULL,
	"begins" date NOT NULL,
	"cards" integer NOT NULL,
	"newcomers" integer NOT NULL,
	CONSTRAINT "analytics_totals_location_id_span_begins_pk" PRIMARY KEY("location_id","span","begins"),
	CONSTRAINT "analytics_totals_span" CHECK ("analytics_totals"."span" between 0 and 2)
);
--> statement-breakpoint
ALTER TABLE "analytics_checks" ADD CONSTRAINT "analytics_checks_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analytics_clients" ADD CONSTRAINT "analytics_clients_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analytics_days" ADD CONSTRAINT "analytics_days_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analytics_locks" ADD CONSTRAINT "analytics_locks_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analytics_marks" ADD CONSTRAINT "analytics_marks_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analytics_sources" ADD CONSTRAINT "analytics_sources_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analytics_totals" ADD CONSTRAINT "analytics_totals_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "analytics_checks_date" ON "analytics_checks" USING btree ("location_id","date");--> statement-breakpoint
CREATE INDEX "analytics_days_date" ON "analytics_days" USING btree ("location_id","date");--> statement-breakpoint
CREATE INDEX "analytics_sources_date" ON "analytics_sources" USING btree ("location_id","date");--> statement-breakpoint
CREATE INDEX "client_account_transactions_top_up" ON "client_account_transactions" USING btree ("location_id","created_at") WHERE "client_account_transactions"."deleted_at" is null and "client_account_transactions"."amount" > 0;--> statement-breakpoint
CREATE INDEX "clients_created" ON "clients" USING btree ("location_id","created_at");--> statement-breakpoint
-- Marks the days of an appointment, if what the figures count has changed.
CREATE FUNCTION "mark_appointment"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op <> 'INSERT' AND old.deleted_at IS NULL THEN
    INSERT INTO analytics_marks (location_id, first, last)
    VALUES (old.location_id, old.starts_at, old.starts_at + old.duration * interval '1 second');
  END IF;
  IF tg_op <> 'DELETE' AND new.deleted_at IS NULL THEN
    INSERT INTO analytics_marks (location_id, first, last)
    VALUES (new.location_id, new.starts_at, new.starts_at + new.duration * interval '1 second');
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "analytics_mark" AFTER INSERT OR DELETE ON "appointments" FOR EACH ROW EXECUTE FUNCTION mark_appointment();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_change" AFTER UPDATE ON "appointments" FOR EACH ROW WHEN (
  (old.location_id, old.team_member_id, old.client_id, old.visit_id, old.starts_at, old.duration, old.attendance, old.is_online,
    old.booking_form_id, old.created_by, old.goods_cost, old.deleted_at)
  IS DISTINCT FROM (new.location_id, new.team_member_id, new.client_id, new.visit_id, new.starts_at, new.duration, new.attendance, new.is_online,
    new.booking_form_id, new.created_by, new.goods_cost, new.deleted_at)) EXECUTE FUNCTION mark_appointment();
--> statement-breakpoint
-- Services count only in appointments to which the client came. An appointment that changes marks its days itself.
CREATE FUNCTION "mark_services"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO analytics_marks (location_id, first, last)
  SELECT DISTINCT appointments.location_id, starts_at, starts_at FROM changed
  JOIN appointments ON appointments.location_id = changed.location_id AND appointments.id = changed.appointment_id
  WHERE attendance = 1 AND deleted_at IS NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_new" AFTER INSERT ON "appointment_services" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_services();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_gone" AFTER DELETE ON "appointment_services" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_services();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_change" AFTER UPDATE ON "appointment_services" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_services();
--> statement-breakpoint
-- Marks the day of a row that has the column `at`.
CREATE FUNCTION "mark_at"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op <> 'INSERT' THEN INSERT INTO analytics_marks (location_id, first, last) VALUES (old.location_id, old.at, old.at); END IF;
  IF tg_op <> 'DELETE' THEN INSERT INTO analytics_marks (location_id, first, last) VALUES (new.location_id, new.at, new.at); END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_new" AFTER INSERT ON "document_lines" FOR EACH ROW WHEN (new.type = 1) EXECUTE FUNCTION mark_at();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_gone" AFTER DELETE ON "document_lines" FOR EACH ROW WHEN (old.type = 1) EXECUTE FUNCTION mark_at();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_change" AFTER UPDATE ON "document_lines" FOR EACH ROW WHEN (
  (old.type = 1 OR new.type = 1) AND (old.type, old.document_id, old.at, old.cost, old.team_member_id, old.deleted_at)
  IS DISTINCT FROM (new.type, new.document_id, new.at, new.cost, new.team_member_id, new.deleted_at)) EXECUTE FUNCTION mark_at();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_change" AFTER UPDATE ON "documents" FOR EACH ROW WHEN (
  (old.type = 1 OR new.type = 1) AND (old.type, old.at, old.user_id, old.deleted_at)
  IS DISTINCT FROM (new.type, new.at, new.user_id, new.deleted_at)) EXECUTE FUNCTION mark_at();
--> statement-breakpoint
-- Marks the day on which a row was created.
CREATE FUNCTION "mark_creation"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op <> 'INSERT' THEN INSERT INTO analytics_marks (location_id, first, last) VALUES (old.location_id, old.created_at, old.created_at); END IF;
  IF tg_op <> 'DELETE' THEN INSERT INTO analytics_marks (location_id, first, last) VALUES (new.location_id, new.created_at, new.created_at); END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_new" AFTER INSERT ON "client_account_transactions" FOR EACH ROW WHEN (new.amount > 0) EXECUTE FUNCTION mark_creation();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_gone" AFTER DELETE ON "client_account_transactions" FOR EACH ROW WHEN (old.amount > 0) EXECUTE FUNCTION mark_creation();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_change" AFTER UPDATE ON "client_account_transactions" FOR EACH ROW WHEN (
  (old.amount > 0 OR new.amount > 0) AND (old.amount, old.created_at, old.team_member_id, old.user_id, old.deleted_at)
  IS DISTINCT FROM (new.amount, new.created_at, new.team_member_id, new.user_id, new.deleted_at)) EXECUTE FUNCTION mark_creation();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark" AFTER INSERT OR DELETE ON "clients" FOR EACH ROW EXECUTE FUNCTION mark_creation();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_change" AFTER UPDATE ON "clients" FOR EACH ROW WHEN (old.created_at <> new.created_at) EXECUTE FUNCTION mark_creation();
--> statement-breakpoint
-- Whether clients are new, and count at all, depends on their first visit and their phone number.
CREATE FUNCTION "mark_client"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO analytics_marks (location_id, first, last)
  SELECT location_id, starts_at, starts_at FROM appointments
  WHERE location_id = new.location_id AND client_id = new.id AND deleted_at IS NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_visits" AFTER UPDATE ON "clients" FOR EACH ROW WHEN (
  (old.phone IS NULL) <> (new.phone IS NULL) OR old.first_visit_at IS DISTINCT FROM new.first_visit_at) EXECUTE FUNCTION mark_client();
--> statement-breakpoint
-- Dates are marked by their noon.
CREATE FUNCTION "mark_work_days"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO analytics_marks (location_id, first, last)
  SELECT DISTINCT locations.id, (date + time '12:00') AT TIME ZONE time_zone, (date + time '12:00') AT TIME ZONE time_zone
  FROM changed JOIN locations ON locations.id = location_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_new" AFTER INSERT ON "work_days" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_work_days();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_gone" AFTER DELETE ON "work_days" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_work_days();
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_change" AFTER UPDATE ON "work_days" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_work_days();
--> statement-breakpoint
-- In another time zone, what happened at night is on another date. The lock keeps those who compute the figures from using the former zone.
CREATE FUNCTION "mark_location"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO analytics_locks (location_id) VALUES (new.id) ON CONFLICT (location_id) DO UPDATE SET location_id = excluded.location_id;
  UPDATE analytics_marks SET first = first - interval '1 day', last = last + interval '1 day' WHERE location_id = new.id;
  INSERT INTO analytics_marks (location_id, first, last)
  SELECT new.id, date::timestamp AT TIME ZONE 'UTC' - interval '1 day', date::timestamp AT TIME ZONE 'UTC' + interval '2 days' FROM (
    SELECT date FROM analytics_days WHERE location_id = new.id AND created_by = 0
    UNION SELECT begins FROM analytics_totals WHERE location_id = new.id AND span = 0) AS known;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_change" AFTER UPDATE ON "locations" FOR EACH ROW WHEN (old.time_zone <> new.time_zone) EXECUTE FUNCTION mark_location();
--> statement-breakpoint
-- The days that have figures already.
INSERT INTO analytics_marks (location_id, first, last)
SELECT location_id, day, day + interval '2 days' FROM (
  SELECT location_id, date_trunc('day', starts_at) FROM appointments WHERE deleted_at IS NULL
  UNION SELECT location_id, date_trunc('day', at) FROM document_lines WHERE type = 1 AND deleted_at IS NULL
  UNION SELECT location_id, date_trunc('day', created_at) FROM client_account_transactions WHERE amount > 0 AND deleted_at IS NULL
  UNION SELECT location_id, date_trunc('day', created_at) FROM clients
  UNION SELECT location_id, date::timestamp AT TIME ZONE 'UTC' - interval '1 day' FROM work_days) AS known (location_id, day);
