CREATE TABLE "promotion_level_marks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "promotion_level_marks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"location_id" integer NOT NULL,
	"client_id" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "promotion_level_progress" (
	"chain_id" integer NOT NULL,
	"promotion_id" integer NOT NULL,
	"up_to" integer NOT NULL,
	CONSTRAINT "promotion_level_progress_chain_id_promotion_id_pk" PRIMARY KEY("chain_id","promotion_id")
);
--> statement-breakpoint
CREATE TABLE "promotion_levels" (
	"chain_id" integer NOT NULL,
	"card_id" integer NOT NULL,
	"promotion_id" integer NOT NULL,
	"value" numeric(18, 4) NOT NULL,
	"told_end" timestamp with time zone,
	"look_at" timestamp with time zone,
	CONSTRAINT "promotion_levels_chain_id_card_id_promotion_id_pk" PRIMARY KEY("chain_id","card_id","promotion_id"),
	CONSTRAINT "promotion_levels_value" CHECK ("promotion_levels"."value" >= 0)
);
--> statement-breakpoint
ALTER TABLE "promotion_level_progress" ADD CONSTRAINT "promotion_level_progress_chain_id_promotion_id_promotions_chain_id_id_fk" FOREIGN KEY ("chain_id","promotion_id") REFERENCES "public"."promotions"("chain_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotion_levels" ADD CONSTRAINT "promotion_levels_chain_id_promotion_id_promotions_chain_id_id_fk" FOREIGN KEY ("chain_id","promotion_id") REFERENCES "public"."promotions"("chain_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotion_levels" ADD CONSTRAINT "promotion_levels_chain_id_card_id_loyalty_cards_chain_id_id_fk" FOREIGN KEY ("chain_id","card_id") REFERENCES "public"."loyalty_cards"("chain_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "promotion_levels_due" ON "promotion_levels" USING btree ("look_at") WHERE "promotion_levels"."look_at" is not null;--> statement-breakpoint
CREATE INDEX "location_messages_unpriced" ON "location_messages" USING btree ("location_id","id") WHERE "location_messages"."state" = 'queued' and "location_messages"."parts" = 0;