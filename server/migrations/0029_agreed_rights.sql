ALTER TABLE "installations" ADD COLUMN "agreed_rights" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "installations" ADD COLUMN "paid_until" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "installations_paid" ON "installations" USING btree ("paid_until") WHERE "installations"."state" = 'active';--> statement-breakpoint
-- A user of an application has what was agreed to. Where it has no access now, nothing but the present declaration is known.
UPDATE installations SET agreed_rights = coalesce(
  (SELECT array_remove(array_agg(CASE WHEN own.value = 'true' THEN own.key END), NULL) FROM location_users member, jsonb_each(member.permissions) own
    WHERE member.location_id = installations.location_id AND member.user_id = installations.user_id),
  (SELECT rights FROM applications WHERE id = installations.application_id));--> statement-breakpoint
UPDATE installations SET paid_until = coalesce(
  (SELECT max(paid.period_to) FROM application_payments paid WHERE paid.location_id = installations.location_id
    AND paid.application_id = installations.application_id AND paid.refunded_at IS NULL),
  now())
  WHERE EXISTS (SELECT FROM application_payments paid WHERE paid.location_id = installations.location_id
    AND paid.application_id = installations.application_id);
