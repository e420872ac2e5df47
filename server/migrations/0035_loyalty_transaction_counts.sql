CREATE TABLE "loyalty_transaction_counts" (
	"chain_id" integer NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "loyalty_transaction_counts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"location_id" integer,
	"type" smallint NOT NULL,
	"span" smallint NOT NULL,
	"begins" date NOT NULL,
	"size" integer NOT NULL,
	"is_summed" boolean DEFAULT false NOT NULL,
	CONSTRAINT "loyalty_transaction_counts_chain_id_id_pk" PRIMARY KEY("chain_id","id"),
	CONSTRAINT "loyalty_transaction_counts_type" CHECK ("loyalty_transaction_counts"."type" between 1 and 11),
	CONSTRAINT "loyalty_transaction_counts_span" CHECK ("loyalty_transaction_counts"."span" between 0 and 1)
);
--> statement-breakpoint
ALTER TABLE "loyalty_transaction_counts" ADD CONSTRAINT "loyalty_transaction_counts_chain_id_chains_id_fk" FOREIGN KEY ("chain_id") REFERENCES "public"."chains"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "loyalty_transaction_counts" ADD CONSTRAINT "loyalty_transaction_counts_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "loyalty_transaction_counts_period" ON "loyalty_transaction_counts" USING btree ("chain_id","span","begins","type","location_id","size");--> statement-breakpoint
CREATE INDEX "loyalty_transaction_counts_open" ON "loyalty_transaction_counts" USING btree ("id") WHERE not "loyalty_transaction_counts"."is_summed";--> statement-breakpoint
CREATE INDEX "loyalty_transactions_group" ON "loyalty_transactions" USING btree ("chain_id","group_id") WHERE "loyalty_transactions"."group_id" is not null;--> statement-breakpoint
-- Keeps loyalty_transaction_counts. Its arguments are the type of a row, and whether the list of a chain has it.
CREATE FUNCTION "count_loyalty_transactions"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format(
    'INSERT INTO loyalty_transaction_counts (chain_id, location_id, type, span, begins, size)
    SELECT chain_id, location_id, %s, span, begins, sum(step)
    FROM (%s) AS moved, spans_of((created_at AT TIME ZONE ''UTC'')::date)
    WHERE span < 2 AND %s GROUP BY 1, 2, 3, 4, 5 HAVING sum(step) <> 0',
    TG_ARGV[0],
    CASE TG_OP WHEN 'INSERT' THEN 'SELECT *, 1 AS step FROM became' WHEN 'DELETE' THEN 'SELECT *, -1 AS step FROM was'
      ELSE 'SELECT *, 1 AS step FROM became UNION ALL SELECT *, -1 FROM was' END,
    TG_ARGV[1]);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "loyalty_transactions_counted_new" AFTER INSERT ON "loyalty_transactions" REFERENCING NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION count_loyalty_transactions('type', 'cancelled_at IS NULL');--> statement-breakpoint
CREATE TRIGGER "loyalty_transactions_counted_gone" AFTER DELETE ON "loyalty_transactions" REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION count_loyalty_transactions('type', 'cancelled_at IS NULL');--> statement-breakpoint
CREATE TRIGGER "loyalty_transactions_counted_changed" AFTER UPDATE ON "loyalty_transactions" REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION count_loyalty_transactions('type', 'cancelled_at IS NULL');--> statement-breakpoint
CREATE TRIGGER "client_account_transactions_counted_new" AFTER INSERT ON "client_account_transactions" REFERENCING NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION count_loyalty_transactions('11::smallint', 'deleted_at IS NULL AND amount < 0');--> statement-breakpoint
CREATE TRIGGER "client_account_transactions_counted_gone" AFTER DELETE ON "client_account_transactions" REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION count_loyalty_transactions('11::smallint', 'deleted_at IS NULL AND amount < 0');--> statement-breakpoint
CREATE TRIGGER "client_account_transactions_counted_changed" AFTER UPDATE ON "client_account_transactions" REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION count_loyalty_transactions('11::smallint', 'deleted_at IS NULL AND amount < 0');--> statement-breakpoint
INSERT INTO loyalty_transaction_counts (chain_id, location_id, type, span, begins, size, is_summed)
SELECT chain_id, location_id, type, span, begins, count(*), true FROM (
  SELECT chain_id, location_id, type, created_at FROM loyalty_transactions WHERE cancelled_at IS NULL
  UNION ALL
  SELECT chain_id, location_id, 11, created_at FROM client_account_transactions WHERE deleted_at IS NULL AND amount < 0) AS made,
  spans_of((created_at AT TIME ZONE 'UTC')::date)
WHERE span < 2 GROUP BY 1, 2, 3, 4, 5;
