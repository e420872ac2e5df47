-- The hours of a deleted team member count no longer than until the day on which the member was deleted. Dates are marked by their noon.
CREATE FUNCTION "mark_former_member"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO analytics_marks (location_id, first, last)
  SELECT locations.id, (date + time '12:00') AT TIME ZONE time_zone, (date + time '12:00') AT TIME ZONE time_zone
  FROM work_days JOIN locations ON locations.id = location_id
  WHERE location_id = new.location_id AND team_member_id = new.id
    AND date >= (coalesce(new.deleted_at, old.deleted_at) AT TIME ZONE time_zone)::date;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "analytics_mark_change" AFTER UPDATE ON "team_members" FOR EACH ROW WHEN (old.deleted_at IS DISTINCT FROM new.deleted_at) EXECUTE FUNCTION mark_former_member();
--> statement-breakpoint
INSERT INTO analytics_marks (location_id, first, last)
SELECT locations.id, (date + time '12:00') AT TIME ZONE time_zone, (date + time '12:00') AT TIME ZONE time_zone
FROM team_members JOIN work_days ON work_days.location_id = team_members.location_id AND team_member_id = team_members.id
JOIN locations ON locations.id = team_members.location_id
WHERE team_members.deleted_at IS NOT NULL AND date >= (team_members.deleted_at AT TIME ZONE time_zone)::date;
