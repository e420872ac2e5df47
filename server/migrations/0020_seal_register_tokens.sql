-- Tokens are stored encrypted from now on. No release has stored one as text.
ALTER TABLE "fiscal_settings" ALTER COLUMN "token" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "fiscal_settings" ALTER COLUMN "token" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "fiscal_settings" ALTER COLUMN "token" SET DATA TYPE bytea USING NULL;
