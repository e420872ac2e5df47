-- In the location that the calls concern. Columns called `key` are among those that can hold a secret, so their values are never recorded.
SELECT audit_table('call_routes', 'telephony settings', 'chain_id', part => true, hidden => '{key}');
