ALTER TABLE "appointments" ADD COLUMN "paid" numeric(18, 4) DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "appointments" ADD COLUMN "goods_cost" numeric(18, 4);--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "opening_spent" numeric(18, 4) DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE clients SET opening_spent = spent;
