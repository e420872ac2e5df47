CREATE TABLE "stock_counts" (
	"location_id" integer NOT NULL,
	"document_id" integer NOT NULL,
	"product_id" integer NOT NULL,
	"expected" numeric(20, 9) NOT NULL,
	"counted" numeric(20, 9) NOT NULL,
	CONSTRAINT "stock_counts_location_id_document_id_product_id_pk" PRIMARY KEY("location_id","document_id","product_id"),
	CONSTRAINT "stock_counts_counted" CHECK ("stock_counts"."counted" >= 0)
);
--> statement-breakpoint
ALTER TABLE "stock_counts" ADD CONSTRAINT "stock_counts_location_id_document_id_documents_location_id_id_fk" FOREIGN KEY ("location_id","document_id") REFERENCES "public"."documents"("location_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_counts" ADD CONSTRAINT "stock_counts_location_id_product_id_products_location_id_id_fk" FOREIGN KEY ("location_id","product_id") REFERENCES "public"."products"("location_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "document_lines_arrivals" ON "document_lines" USING btree ("location_id","product_id","at","id") WHERE "document_lines"."type" = 3 and "document_lines"."deleted_at" is null;