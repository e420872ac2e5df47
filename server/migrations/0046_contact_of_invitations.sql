-- Nobody knows any more which of two contacts a link was sent to. Such a link ends.
DELETE FROM "user_invitations" AS i USING "location_users" AS u
WHERE u."location_id" = i."location_id" AND u."user_id" = i."user_id" AND ("invited_email" IS NULL) = ("invited_phone" IS NULL);--> statement-breakpoint
ALTER TABLE "user_invitations" ADD COLUMN "contact" text;--> statement-breakpoint
UPDATE "user_invitations" AS i SET "contact" = coalesce(u."invited_email", u."invited_phone") FROM "location_users" AS u
WHERE u."location_id" = i."location_id" AND u."user_id" = i."user_id";--> statement-breakpoint
ALTER TABLE "user_invitations" ALTER COLUMN "contact" SET NOT NULL;
