-- Records a change of a row. Arguments of the trigger: kind, column of the thing's id, scope, 'part' or '', columns that are not recorded, and
-- columns of which only the change is recorded. The scope is 'location_id', or 'location', 'chain' or 'user' for rows of all locations of these.
-- The setting foyer.author says who changes; Foyer sets it for each transaction.
CREATE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
  author jsonb := nullif(current_setting('foyer.author', true), '')::jsonb;
  kind text := tg_argv[0];
  scope text := tg_argv[2];
  part text := CASE WHEN tg_argv[3] = 'part' THEN tg_table_name ELSE '' END;
  skipped text[] := tg_argv[4]::text[];
  hidden text[] := tg_argv[5]::text[];
  whole_before jsonb;
  whole_after jsonb;
  own jsonb;
  former jsonb;
  latter jsonb;
  thing int;
  places int[];
  erased boolean := false;
  name text;
BEGIN
  IF author ? 'unrecorded' THEN RETURN NULL; END IF;
  IF tg_op <> 'INSERT' THEN whole_before := to_jsonb(old); END IF;
  IF tg_op <> 'DELETE' THEN whole_after := to_jsonb(new); END IF;
  own := coalesce(whole_after, whole_before);
  thing := (own ->> tg_argv[1])::int;
  IF thing IS NULL THEN RETURN NULL; END IF;

  IF tg_op = 'UPDATE' THEN
    -- Most updates of some tables are of counters.
    IF whole_before - skipped = whole_after - skipped THEN RETURN NULL; END IF;
    SELECT jsonb_object_agg(pair.key, whole_before -> pair.key), jsonb_object_agg(pair.key, pair.value) INTO former, latter
    FROM jsonb_each(whole_after) AS pair
    WHERE pair.value IS DISTINCT FROM whole_before -> pair.key AND pair.key <> ALL (skipped);
  ELSE
    former := jsonb_strip_nulls(whole_before) - skipped - 'location_id'::text - 'id'::text;
    latter := jsonb_strip_nulls(whole_after) - skipped - 'location_id'::text - 'id'::text;
  END IF;
  FOREACH name IN ARRAY hidden LOOP
    IF former ->> name IS NOT NULL THEN former := jsonb_set(former, ARRAY[name], '"(hidden)"'); END IF;
    IF latter ->> name IS NOT NULL THEN latter := jsonb_set(latter, ARRAY[name], '"(hidden)"'); END IF;
  END LOOP;

  IF scope = 'location_id' THEN places := ARRAY[(own ->> 'location_id')::int];
  ELSIF scope = 'location' THEN places := ARRAY[(own ->> 'id')::int];
  ELSIF scope = 'chain' THEN
    places := ARRAY(SELECT id FROM locations WHERE chain_id = coalesce((own ->> 'chain_id')::int, (own ->> 'id')::int) AND deleted_at IS NULL);
  ELSE
    places := ARRAY(SELECT location_id FROM location_users WHERE user_id = coalesce((own ->> 'user_id')::int, (own ->> 'id')::int));
  END IF;

  -- A deleted client is erased, and so is what the trail knew of the client.
  IF kind = 'client' AND tg_op = 'DELETE' THEN
    IF part = '' THEN
      UPDATE audit_entries SET before = NULL, after = NULL, is_erased = true
      WHERE location_id = places[1] AND audit_entries.kind = 'client' AND thing_id = thing AND NOT is_erased;
      erased := true;
    ELSE
      erased := NOT EXISTS (SELECT FROM clients WHERE location_id = places[1] AND id = thing);
    END IF;
    IF erased THEN former := NULL; END IF;
  END IF;

  -- Parts that a rule writes anew as they were have not changed.
  IF part <> '' AND tg_op = 'DELETE' THEN PERFORM set_config('foyer.removed', 'parts', true);
  ELSIF part <> '' AND tg_op = 'INSERT' AND current_setting('foyer.removed', true) = 'parts' THEN
    DELETE FROM audit_entries WHERE ctid = (
      SELECT ctid FROM audit_entries AS removed
      WHERE location_id = places[1] AND removed.kind = tg_argv[0] AND thing_id = thing AND at = now()
        AND removed.part = tg_table_name AND action = 'delete' AND before = latter LIMIT 1);
    IF FOUND THEN RETURN NULL; END IF;
  END IF;

  INSERT INTO audit_entries
    (location_id, kind, thing_id, part, action, before, after, is_erased, source, user_id, partner_id, address, operation, request_id)
  SELECT place, kind, thing, part, CASE tg_op WHEN 'INSERT' THEN 'create' WHEN 'UPDATE' THEN 'update' ELSE 'delete' END,
    former, latter, erased, coalesce(author ->> 'source', 'database'), (author ->> 'user')::int, (author ->> 'partner')::int,
    author ->> 'address', author ->> 'operation', author ->> 'request'
  FROM unnest(places) AS place WHERE place IS NOT NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- Work days are written by the hundred: one entry for each team member, with the days that changed.
CREATE FUNCTION audit_schedules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  author jsonb := nullif(current_setting('foyer.author', true), '')::jsonb;
BEGIN
  IF author ? 'unrecorded' THEN RETURN NULL; END IF;
  IF tg_op = 'INSERT' THEN
    INSERT INTO audit_entries (location_id, kind, thing_id, action, after, source, user_id, partner_id, address, operation, request_id)
    SELECT location_id, 'schedule', team_member_id, 'create', jsonb_object_agg(date, slots::text), coalesce(author ->> 'source', 'database'),
      (author ->> 'user')::int, (author ->> 'partner')::int, author ->> 'address', author ->> 'operation', author ->> 'request'
    FROM new_rows GROUP BY location_id, team_member_id;
  ELSIF tg_op = 'DELETE' THEN
    INSERT INTO audit_entries (location_id, kind, thing_id, action, before, source, user_id, partner_id, address, operation, request_id)
    SELECT location_id, 'schedule', team_member_id, 'delete', jsonb_object_agg(date, slots::text), coalesce(author ->> 'source', 'database'),
      (author ->> 'user')::int, (author ->> 'partner')::int, author ->> 'address', author ->> 'operation', author ->> 'request'
    FROM old_rows GROUP BY location_id, team_member_id;
  ELSE
    INSERT INTO audit_entries (location_id, kind, thing_id, action, before, after, source, user_id, partner_id, address, operation, request_id)
    SELECT location_id, 'schedule', team_member_id, 'update', jsonb_object_agg(date, former.slots::text), jsonb_object_agg(date, latter.slots::text),
      coalesce(author ->> 'source', 'database'),
      (author ->> 'user')::int, (author ->> 'partner')::int, author ->> 'address', author ->> 'operation', author ->> 'request'
    FROM new_rows AS latter JOIN old_rows AS former USING (location_id, team_member_id, date)
    WHERE former.slots IS DISTINCT FROM latter.slots GROUP BY location_id, team_member_id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- Records the changes of a table from now on. `created` says which new rows are recorded: an SQL condition on new, or 'false'.
CREATE FUNCTION audit_table(
  audited regclass, kind text, id_column text DEFAULT 'id', scope text DEFAULT 'location_id', part boolean DEFAULT false,
  skipped text[] DEFAULT '{}', hidden text[] DEFAULT '{}', created text DEFAULT 'true') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  call text := format('EXECUTE FUNCTION audit_row(%L, %L, %L, %L, %L, %L)', kind, id_column, scope, CASE WHEN part THEN 'part' ELSE '' END,
    skipped || '{created_at,changed_at,updated_at}'::text[], hidden);
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER audit_create AFTER INSERT ON %s FOR EACH ROW WHEN (%s) %s', audited, created, call);
  EXECUTE format('CREATE OR REPLACE TRIGGER audit_change AFTER UPDATE ON %s FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) %s', audited, call);
  EXECUTE format('CREATE OR REPLACE TRIGGER audit_delete AFTER DELETE ON %s FOR EACH ROW %s', audited, call);
END $$;
--> statement-breakpoint
-- People and places
SELECT
  audit_table('locations', 'location', scope => 'location'),
  audit_table('location_users', 'user', 'user_id'),
  audit_table('location_partners', 'partner connection', 'partner_id'),
  audit_table('chains', 'chain', scope => 'chain'),
  audit_table('chain_users', 'chain user', 'user_id', 'chain'),
  audit_table('users', 'user account', scope => 'user', hidden => '{name,login,email,phone,avatar,password_hash}', created => 'false'),
  audit_table('user_tokens', 'session', scope => 'user', skipped => '{hash}', created => 'new.scope <> ''client'''),
  audit_table('telephony_settings', 'telephony settings', 'chain_id', 'chain', skipped => '{token_hash}', hidden => '{token}'),
  audit_table('webhook_addresses', 'webhook address', hidden => '{secret,former_secret}', skipped => '{failures,failing_since,last_success_at}'),
  audit_table('outbox_subscribers', 'webhook address', part => true, skipped => '{next_at,paused_until,claim}'),
  audit_table('installations', 'application', 'application_id', hidden => '{api_key}'),
  -- Tags, fields, resources and settings
  audit_table('tags', 'tag'),
  audit_table('custom_fields', 'custom field'),
  audit_table('resources', 'resource'),
  audit_table('resource_instances', 'resource', 'resource_id', part => true),
  audit_table('booking_forms', 'booking form'),
  audit_table('booking_settings', 'booking settings', 'location_id'),
  audit_table('timeslot_settings', 'timeslot settings'),
  audit_table('duplication_strategies', 'duplication strategy'),
  -- Team and catalog
  audit_table('positions', 'position', scope => 'chain'),
  audit_table('position_locations', 'position', 'position_id', part => true),
  audit_table('team_members', 'team member', skipped => '{rating,votes,comments}'),
  audit_table('service_categories', 'service category'),
  audit_table('service_category_team_members', 'service category', 'category_id', part => true),
  audit_table('services', 'service'),
  audit_table('service_resources', 'service', 'service_id', part => true),
  audit_table('service_team_members', 'service', 'service_id', part => true),
  audit_table('service_translations', 'service', 'service_id', part => true),
  audit_table('bills_of_materials', 'bill of materials', skipped => '{search}'),
  audit_table('bill_of_materials_items', 'bill of materials', 'bill_id', part => true),
  -- Clients
  audit_table('clients', 'client', skipped => '{search,spent,paid,visits,missed_visits,first_visit_at,last_visit_at}'),
  audit_table('client_tags', 'client', 'client_id', part => true),
  audit_table('client_comments', 'client', 'client_id', part => true),
  audit_table('client_files', 'client', 'client_id', part => true, skipped => '{storage_key}'),
  audit_table('client_account_types', 'client account type', scope => 'chain'),
  audit_table('client_account_type_locations', 'client account type', 'type_id', part => true),
  audit_table('client_accounts', 'client account', skipped => '{phone,balance,reserved}'),
  audit_table('client_account_transactions', 'client account', 'account_id', part => true, skipped => '{balance_after,reserved_after}'),
  -- The calendar
  audit_table('appointments', 'appointment', skipped => '{hash,goods_cost,paid}'),
  audit_table('appointment_services', 'appointment', 'appointment_id', part => true),
  audit_table('appointment_tags', 'appointment', 'appointment_id', part => true),
  audit_table('appointment_bills', 'appointment', 'appointment_id', part => true),
  audit_table('appointment_consumables', 'appointment', 'appointment_id', part => true),
  -- A visit is created with its appointment and says nothing more.
  audit_table('visits', 'visit', created => 'false'),
  audit_table('events', 'event', skipped => '{booked}'),
  audit_table('event_tags', 'event', 'event_id', part => true),
  audit_table('event_series', 'series'),
  audit_table('event_series_days', 'series', 'series_id', part => true),
  audit_table('client_series', 'series', 'series_id', part => true),
  audit_table('reviews', 'review'),
  -- Products and money
  audit_table('product_categories', 'product category'),
  audit_table('product_units', 'product unit'),
  audit_table('products', 'product', skipped => '{search}'),
  audit_table('storages', 'storage'),
  audit_table('suppliers', 'supplier'),
  -- The documents of appointments are created with them.
  audit_table('documents', 'document', created => 'new.type NOT IN (7, 8)'),
  audit_table('document_lines', 'document', 'document_id', part => true),
  audit_table('stock_counts', 'document', 'document_id', part => true),
  audit_table('accounts', 'account'),
  audit_table('expense_items', 'expense item'),
  audit_table('finance_transactions', 'finance transaction'),
  audit_table('fiscal_settings', 'fiscal settings', 'location_id', hidden => '{token}'),
  audit_table('prepayment_settings', 'prepayment settings', 'location_id', hidden => '{secrets}'),
  audit_table('prepayment_refunds', 'prepayment refund', skipped => '{key}');
--> statement-breakpoint
CREATE TRIGGER audit_create AFTER INSERT ON work_days REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_schedules();
--> statement-breakpoint
CREATE TRIGGER audit_change AFTER UPDATE ON work_days REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_schedules();
--> statement-breakpoint
CREATE TRIGGER audit_delete AFTER DELETE ON work_days REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_schedules();
