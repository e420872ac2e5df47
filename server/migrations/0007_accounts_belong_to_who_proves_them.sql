ALTER TABLE "users" DROP CONSTRAINT "users_reachable";--> statement-breakpoint
ALTER TABLE "verification_codes" DROP CONSTRAINT "verification_codes_purpose";--> statement-breakpoint
DROP INDEX "users_email";--> statement-breakpoint
DROP INDEX "users_login";--> statement-breakpoint
ALTER TABLE "location_users" ADD COLUMN "invited_name" text;--> statement-breakpoint
ALTER TABLE "location_users" ADD COLUMN "invited_email" text;--> statement-breakpoint
ALTER TABLE "location_users" ADD COLUMN "invited_phone" text;--> statement-breakpoint
-- An address that an account cannot do without: until now nobody else could have it.
UPDATE "users" SET "is_email_confirmed" = true WHERE "phone" IS NULL AND "email" IS NOT NULL AND "password_hash" IS NOT NULL;--> statement-breakpoint
-- Accounts that a business made by hiring somebody. What it typed moves to the membership; the phone and the address are free for who proves them.
CREATE TEMP TABLE "registered" ON COMMIT DROP AS
SELECT "id", "name", "email", "phone", EXISTS (SELECT FROM "user_tokens" AS t WHERE t."user_id" = "users"."id") AS "is_proven" FROM "users"
WHERE "password_hash" IS NULL AND NOT "is_email_confirmed" AND "email" IS NOT NULL AND "phone" IS NOT NULL AND "login" <> "phone";--> statement-breakpoint
CREATE TEMP TABLE "described" ON COMMIT DROP AS
SELECT m."location_id", m."user_id", nextval(pg_get_serial_sequence('users', 'id'))::int AS "person", r."name", r."email", r."phone"
FROM "location_users" AS m JOIN "registered" AS r ON r."id" = m."user_id"
WHERE m."is_approved" OR NOT EXISTS (SELECT FROM "location_users" AS o WHERE o."user_id" = m."user_id" AND o."location_id" <> m."location_id");--> statement-breakpoint
INSERT INTO "users" ("id", "name") SELECT "person", '' FROM "described";--> statement-breakpoint
INSERT INTO "location_users" ("location_id", "user_id", "role", "permissions", "information", "is_approved", "is_non_deletable", "created_at", "invited_name", "invited_email", "invited_phone")
SELECT m."location_id", d."person", m."role", m."permissions", m."information", m."is_approved", m."is_non_deletable", m."created_at", d."name", d."email", d."phone"
FROM "described" AS d JOIN "location_users" AS m ON m."location_id" = d."location_id" AND m."user_id" = d."user_id";--> statement-breakpoint
UPDATE "team_members" AS t SET "user_id" = d."person" FROM "described" AS d WHERE d."location_id" = t."location_id" AND d."user_id" = t."user_id";--> statement-breakpoint
-- Invitations of accounts that exist: what was typed is not known, and nobody could accept them.
UPDATE "team_members" AS t SET "user_id" = NULL FROM "location_users" AS m
WHERE m."location_id" = t."location_id" AND m."user_id" = t."user_id" AND NOT m."is_approved" AND m."invited_name" IS NULL;--> statement-breakpoint
DELETE FROM "location_users" WHERE "invited_name" IS NULL AND (NOT "is_approved" OR "user_id" IN (SELECT "id" FROM "registered"));--> statement-breakpoint
DELETE FROM "users" WHERE "id" IN (SELECT "id" FROM "registered" WHERE NOT "is_proven");--> statement-breakpoint
UPDATE "users" SET "name" = '', "email" = NULL, "login" = "phone" WHERE "id" IN (SELECT "id" FROM "registered" WHERE "is_proven");--> statement-breakpoint
-- A login that several have signed nobody in: it stays with the first of them who has a password.
UPDATE "users" SET "login" = '' WHERE "id" IN (
  SELECT "id" FROM (
    SELECT "id", row_number() OVER (PARTITION BY lower("login") ORDER BY "password_hash" IS NULL, "id") AS place
    FROM "users" WHERE "login" <> '' AND "login" NOT LIKE '+%') AS namesakes
  WHERE place > 1);--> statement-breakpoint
CREATE UNIQUE INDEX "users_confirmed_email" ON "users" USING btree (lower("email")) WHERE "users"."is_email_confirmed";--> statement-breakpoint
CREATE UNIQUE INDEX "users_login_name" ON "users" USING btree (lower("login")) WHERE "users"."login" <> '' and "users"."login" not like '+%';--> statement-breakpoint
CREATE UNIQUE INDEX "location_users_invited_email" ON "location_users" USING btree ("location_id",lower("invited_email"));--> statement-breakpoint
CREATE UNIQUE INDEX "location_users_invited_phone" ON "location_users" USING btree ("location_id","invited_phone");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_email_confirmed" CHECK ("users"."email" is not null or not "users"."is_email_confirmed");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_reachable" CHECK ("users"."phone" is not null or "users"."is_email_confirmed" or "users"."password_hash" is null);--> statement-breakpoint
ALTER TABLE "verification_codes" ADD CONSTRAINT "verification_codes_purpose" CHECK ("verification_codes"."purpose" in ('booking', 'phone', 'email') and ("verification_codes"."purpose" = 'booking') = ("verification_codes"."user_id" is null));