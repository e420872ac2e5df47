-- Products that issue gift cards and memberships are in no storage. What former versions moved is taken back; the ledger only grows.
INSERT INTO stock_movements (location_id, line_id, product_id, storage_id, amount)
SELECT moved.location_id, moved.line_id, moved.product_id, moved.storage_id, -sum(moved.amount)
FROM stock_movements moved
JOIN products ON products.location_id = moved.location_id AND products.id = moved.product_id
  AND (products.gift_card_type_id <> 0 OR products.membership_type_id <> 0)
GROUP BY moved.location_id, moved.line_id, moved.product_id, moved.storage_id HAVING sum(moved.amount) <> 0;--> statement-breakpoint
DELETE FROM stock_levels USING products
WHERE products.location_id = stock_levels.location_id AND products.id = stock_levels.product_id
  AND (products.gift_card_type_id <> 0 OR products.membership_type_id <> 0);
