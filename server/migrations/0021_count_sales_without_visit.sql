-- What clients have bought includes what was sold to them without a visit.
UPDATE clients SET spent = clients.spent + sold.cost
FROM (
  SELECT lines.location_id, lines.client_id, sum(lines.cost) AS cost FROM document_lines lines
  JOIN documents ON documents.location_id = lines.location_id AND documents.id = lines.document_id AND documents.type = 1
  WHERE lines.client_id IS NOT NULL AND lines.deleted_at IS NULL
  GROUP BY lines.location_id, lines.client_id
) AS sold
WHERE clients.location_id = sold.location_id AND clients.id = sold.client_id;
