CREATE TABLE "idempotency_keys" (
	"id" "bytea" PRIMARY KEY NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"status" smallint NOT NULL,
	"answer" "bytea",
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_hashes" CHECK (octet_length("idempotency_keys"."id") = 32 and octet_length("idempotency_keys"."fingerprint") = 32),
	CONSTRAINT "idempotency_keys_success" CHECK ("idempotency_keys"."status" between 200 and 299)
);
--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");