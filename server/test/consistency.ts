import { onPostgres, testDatabase } from './harness.ts';

/**
 * Rules for a location's rows that must hold after every change. Each statement finds the rows that break its rule. `$1` is the location.
 */
const rules: Record<string, string> = {
  'visits of a client are those that they came to': `
    select clients.id, clients.visits, clients.missed_visits, clients.first_visit_at, clients.last_visit_at from clients
    left join lateral (
      select count(*) filter (where came) as visits, count(*) filter (where not came and missed) as missed, min(first) as first, max(last) as last
      from (
        select bool_or(attendance = 1) as came, bool_or(attendance = -1) as missed,
          min(starts_at) filter (where attendance = 1) as first, max(starts_at) filter (where attendance = 1) as last
        from appointments where location_id = $1 and client_id = clients.id and deleted_at is null
        group by (starts_at at time zone (select time_zone from locations where id = $1))::date) as days) as counted on true
    where clients.location_id = $1 and (clients.visits, clients.missed_visits) is distinct from (counted.visits, counted.missed)
      or clients.location_id = $1 and (clients.first_visit_at, clients.last_visit_at) is distinct from (counted.first, counted.last)`,
  'places of an event are taken by its appointments': `
    select events.id, events.booked from events where events.location_id = $1 and events.booked <> (
      select coalesce(sum(seats), 0) from appointments
      where appointments.location_id = $1 and appointments.event_id = events.id and appointments.deleted_at is null)`,
  'a place has the time and the team member of its event': `
    select appointments.id from appointments join events on events.location_id = $1 and events.id = appointments.event_id
    where appointments.location_id = $1 and appointments.deleted_at is null
      and (events.deleted_at is not null
        or (appointments.starts_at, appointments.duration, appointments.technical_break, appointments.team_member_id, appointments.resource_instance_ids)
        is distinct from (events.starts_at, events.duration, events.technical_break, events.team_member_id, events.resource_instance_ids))`,
  'a place is sold as the service of its event, once for each seat': `
    select appointments.id, sold.service_id, sold.amount from appointments
    join events on events.location_id = $1 and events.id = appointments.event_id
    join appointment_services sold on sold.location_id = $1 and sold.appointment_id = appointments.id
    where appointments.location_id = $1 and appointments.deleted_at is null and (sold.service_id, sold.amount) <> (events.service_id, appointments.seats)`,
  'an appointment belongs to the visit of its client on its local date': `
    select appointments.id from appointments join visits on visits.location_id = $1 and visits.id = appointments.visit_id
    where appointments.location_id = $1 and appointments.deleted_at is null
      and (visits.client_id, visits.date) is distinct from
        (appointments.client_id, (appointments.starts_at at time zone (select time_zone from locations where id = $1))::date)`,
  'the figures of a day that is not marked are those of its appointments': `
    select date, counted.number, counted.came, figures.number, figures.came from (
      select (starts_at at time zone time_zone)::date as date, count(*) as number, count(*) filter (where attendance = 1) as came
      from appointments join locations on locations.id = location_id where location_id = $1 and appointments.deleted_at is null group by 1) as counted
    full join (
      select date, sum(expected + confirmed + came + missed) as number, sum(came) as came
      from analytics_days where location_id = $1 and created_by = 0 group by date) as figures using (date)
    where (coalesce(counted.number, 0), coalesce(counted.came, 0)) <> (coalesce(figures.number, 0), coalesce(figures.came, 0))
      and not exists (
        select from analytics_marks join locations on locations.id = location_id
        where location_id = $1 and date between (first at time zone time_zone)::date and (last at time zone time_zone)::date)`,
  'only what takes place keeps somebody busy': `
    select busy.source, busy.source_id from occupations busy where busy.location_id = $1 and not exists (
      select from events where busy.source = 'event' and location_id = $1 and id = busy.source_id and deleted_at is null
        and starts_at = busy.starts_at and starts_at + make_interval(secs => duration) = busy.ends_at)
      and not exists (
      select from appointments where busy.source = 'appointment' and location_id = $1 and id = busy.source_id and deleted_at is null
        and event_id is null and attendance <> -1 and starts_at = busy.starts_at and starts_at + make_interval(secs => duration) = busy.ends_at)
      and not (busy.held_until is not null and busy.held_until <= now())
      and not exists (
      select from waiting_offers where busy.source = 'offer' and location_id = $1 and id = busy.source_id and state = 'open'
        and expires_at = busy.held_until and starts_at = busy.starts_at and starts_at + make_interval(secs => duration) = busy.ends_at)`,
  'an entry of the waiting list is offered if it has an open offer, and taken if one was taken': `
    select entries.id, status from waiting_entries entries where location_id = $1 and (
      (status = 'offered') <> exists (select from waiting_offers where location_id = $1 and entry_id = entries.id and state = 'open')
      or (status = 'taken') <> exists (select from waiting_offers where location_id = $1 and entry_id = entries.id and state = 'taken'))`,
  'an open offer holds its time, until it ends': `
    select id from waiting_offers offers where location_id = $1 and state = 'open' and expires_at > now() and not exists (
      select from occupations where location_id = $1 and source = 'offer' and source_id = offers.id and team_member_id = offers.team_member_id)`,
  'what takes place keeps its team member busy': `
    select 'event' as source, id from events where location_id = $1 and deleted_at is null and not exists (
      select from occupations where location_id = $1 and source = 'event' and source_id = events.id and team_member_id = events.team_member_id)
    union all
    select 'appointment', id from appointments where location_id = $1 and deleted_at is null and event_id is null and attendance <> -1 and not exists (
      select from occupations where location_id = $1 and source = 'appointment' and source_id = appointments.id
        and team_member_id = appointments.team_member_id)`,
  'changes are counted run by run': `
    select live, deleted from (
      select coalesce(sum(live), 0) as live, coalesce(sum(deleted), 0) as deleted from appointment_runs where location_id = $1) as runs
    where (live, deleted) <> (select count(*) filter (where deleted_at is null), count(*) filter (where deleted_at is not null)
      from appointments where location_id = $1)`,
  'every appointment has the time of its last change': `
    select id, deleted_at, is_deleted from appointments left join appointment_changes
      on appointment_changes.location_id = appointments.location_id and appointment_id = id
    where appointments.location_id = $1 and is_deleted is distinct from (deleted_at is not null)`,
  'what appointments show as sold and paid is that of their documents': `
    select id, paid, goods_cost from appointments where location_id = $1 and (paid, goods_cost) is distinct from (
      coalesce((select sum(amount) from finance_transactions where location_id = $1 and document_id = appointments.document_id
        and deleted_at is null), 0)
      - coalesce((select sum(amount) from client_account_transactions where location_id = $1
        and document_id = appointments.document_id and deleted_at is null), 0),
      (select sum(cost) from document_lines where location_id = $1 and document_id = appointments.document_id and type = 1
        and deleted_at is null))`,
  'what loyalty covers of appointments is that of their documents': `
    select id, covered from appointments where location_id = $1 and covered <> (
      select coalesce(sum(amount), 0) from loyalty_transactions where location_id = $1 and document_id = appointments.document_id
        and type in (1, 3, 8, 9, 10) and cancelled_at is null)`,
  'what a chain owes is the sum of its ledger': `
    select balances.id, balances.amount, (select coalesce(sum(amount), 0) from ledger_entries
        where ledger_entries.chain_id = balances.chain_id and balance_id = balances.id) as entries
    from balances where balances.chain_id = (select chain_id from locations where id = $1) and balances.amount <> (
      select coalesce(sum(amount), 0) from ledger_entries where ledger_entries.chain_id = balances.chain_id and balance_id = balances.id)`,
  'each entry of the ledger leaves what its balance was, and its amount': `
    select id, amount, balance_after, before from (
      select id, amount, balance_after, coalesce(lag(balance_after) over (partition by balance_id order by id), 0) as before
      from ledger_entries where chain_id = (select chain_id from locations where id = $1)) as entries
    where balance_after <> before + amount`,
  'points that burn are not more than there are': `
    select balances.id, balances.amount, sum(lots."left") as lots from balances
    join point_lots lots on lots.chain_id = balances.chain_id and lots.balance_id = balances.id
    where balances.chain_id = (select chain_id from locations where id = $1)
    group by balances.chain_id, balances.id having sum(lots."left") > greatest(balances.amount, 0)`,
  'the ledger takes back what is cancelled, and only that': `
    select entries.id from loyalty_transactions acted
    join ledger_entries entries on entries.chain_id = acted.chain_id and entries.id = acted.entry_id
    where acted.chain_id = (select chain_id from locations where id = $1) and (acted.cancelled_at is not null) <> exists (
      select from ledger_entries back where back.chain_id = entries.chain_id and back.reverses_id = entries.id)`,
  'transactions of loyalty, and payments from client accounts, are counted by day and month': `
    select location_id, type, span, begins, listed.size, counted.size as counted from (
      select location_id, type, span, begins, count(*) as size from (
        select chain_id, coalesce(location_id, 0) as location_id, type, created_at from loyalty_transactions where cancelled_at is null
        union all
        select chain_id, location_id, 11, created_at from client_account_transactions where deleted_at is null and amount < 0) as made,
        spans_of((created_at at time zone 'UTC')::date)
      where chain_id = (select chain_id from locations where id = $1) and span < 2
      group by location_id, type, span, begins) as listed
    full join (
      select coalesce(location_id, 0) as location_id, type, span, begins, sum(size) as size from loyalty_transaction_counts
      where chain_id = (select chain_id from locations where id = $1)
      group by coalesce(location_id, 0), type, span, begins) as counted using (location_id, type, span, begins)
    where coalesce(listed.size, 0) <> coalesce(counted.size, 0)`,
  'the parts of a prepayment add up to it': `
    select id, amount from prepayments where location_id = $1 and amount <> (
      select coalesce(sum(amount), 0) from prepayment_parts where location_id = $1 and prepayment_id = prepayments.id)`,
  'appointments show the state of their prepayment': `
    select appointments.id, appointments.prepayment, prepayments.status from appointments
    left join prepayment_parts parts on parts.location_id = $1 and parts.appointment_id = appointments.id
    left join prepayments on prepayments.location_id = $1 and prepayments.id = parts.prepayment_id
    where appointments.location_id = $1 and appointments.deleted_at is null and appointments.prepayment is distinct from case
      when prepayments.status in ('open', 'capturing') then 'open'
      when prepayments.status = 'paid' and exists (select from prepayment_refunds where location_id = $1
        and prepayment_id = prepayments.id and appointment_id = appointments.id) then 'refunded'
      when prepayments.status = 'paid' then 'paid' end`,
  'money of a prepayment that ended goes back': `
    select id from prepayments where location_id = $1 and status = 'ended' and received_minor <> 0 and received_minor <> (
      select coalesce(sum(minor), 0) from prepayment_refunds where location_id = $1 and prepayment_id = prepayments.id)`,
  'the rating of a team member is that of the reviews': `
    select id, rating, votes from team_members where location_id = $1 and (rating, votes) <> (
      select coalesce(round(avg(reviews.rating), 2), 0), count(*) from reviews
      where reviews.location_id = $1 and reviews.team_member_id = team_members.id)`,
  'the totals of accounts are the sums of their transactions': `
    select account_id, span, begins, summed.amount, totals.amount as total from (
      select account_id, span, begins, sum(amount) as amount from finance_transactions, spans_of(date)
      where location_id = $1 and deleted_at is null group by account_id, span, begins) as summed
    full join (select * from account_totals where location_id = $1) as totals using (account_id, span, begins)
    where coalesce(summed.amount, 0) <> coalesce(totals.amount, 0)`,
  'the amount of a payroll statement is the sum of its items': `
    select id, amount from pay_statements where location_id = $1 and amount <> (
      select coalesce(sum(salary), 0) from pay_statement_items where location_id = $1 and statement_id = pay_statements.id)`,
  'a paid statement has a payout to its team member': `
    select id, transaction_id from pay_statements where location_id = $1 and status = 'paid' and not exists (
      select from finance_transactions where location_id = $1 and finance_transactions.id = transaction_id and deleted_at is null
        and expense_id = 3 and finance_transactions.team_member_id = pay_statements.team_member_id)`,
  'the totals of pay are confirmed statements and priority payments, and the salaries that were paid out': `
    select team_member_id, span, begins, summed.income, summed.expense, totals.income as total_income, totals.expense as total_expense from (
      select team_member_id, span, begins, sum(earned) as income, sum(got) as expense from (
        select team_member_id, confirmed_on, amount, 0 from pay_statements where location_id = $1 and confirmed_on is not null
        union all
        select team_member_id, date, amount, 0 from priority_payments where location_id = $1 and deleted_at is null
        union all
        select team_member_id, date, 0, -amount from finance_transactions
        where location_id = $1 and expense_id = 3 and team_member_id is not null and deleted_at is null) as pay (team_member_id, day, earned, got),
        spans_of(day)
      group by team_member_id, span, begins) as summed
    full join (select * from pay_totals where location_id = $1) as totals using (team_member_id, span, begins)
    where (coalesce(summed.income, 0), coalesce(summed.expense, 0)) <> (coalesce(totals.income, 0), coalesce(totals.expense, 0))`,
  'transactions are on their date in the calendar of the location': `
    select id, at, date from finance_transactions
    where location_id = $1 and date <> (at at time zone (select time_zone from locations where id = $1))::date`,
  'a fee is on the account and the date of its payment, and is deleted with it': `
    select fee.id from finance_transactions fee
    join finance_transactions payment on payment.location_id = $1 and payment.id = fee.fee_of_id
    where fee.location_id = $1 and (fee.deleted_at is null and (fee.account_id, fee.date) is distinct from (payment.account_id, payment.date)
      or fee.deleted_at is null and payment.deleted_at is not null)`,
  'clients have bought what was sold to them, in visits to which they came and without a visit': `
    select clients.id, clients.spent from clients where clients.location_id = $1 and clients.spent <> clients.opening_spent
      + (select coalesce(sum(coalesce(goods_cost, 0) + (select coalesce(sum(cost), 0) from appointment_services sold
          where sold.location_id = $1 and sold.appointment_id = appointments.id)), 0)
        from appointments where location_id = $1 and client_id = clients.id and attendance = 1 and deleted_at is null)
      + (select coalesce(sum(cost), 0) from document_lines lines join documents on documents.location_id = $1 and documents.id = document_id
        where lines.location_id = $1 and lines.client_id = clients.id and documents.type = 1 and lines.deleted_at is null)`,
  'clients have paid what their transactions and client accounts say': `
    select clients.id, clients.paid from clients where clients.location_id = $1 and clients.paid <> (
      select coalesce(sum(amount), 0) from finance_transactions
      where location_id = $1 and client_id = clients.id and deleted_at is null and expense_id <> 10) - (
      select coalesce(sum(amount), 0) from client_account_transactions
      where location_id = $1 and client_id = clients.id and deleted_at is null and amount < 0)`,
  'the balance of a client account is its initial balance and its transactions': `
    select id, balance from client_accounts where location_id = $1 and balance <> initial_balance + (
      select coalesce(sum(amount), 0) from client_account_transactions
      where client_account_transactions.chain_id = client_accounts.chain_id and account_id = client_accounts.id and deleted_at is null)`,
  'a top-up has its money, and none without it': `
    select top_up.id, money.id as money from (
      select id, document_id, amount from client_account_transactions where location_id = $1 and amount > 0 and deleted_at is null) as top_up
    full join (
      select id, document_id, amount from finance_transactions
      where location_id = $1 and expense_id = 10 and deleted_at is null
        and document_id in (select id from documents where location_id = $1 and type = 9)) as money using (document_id, amount)
    where top_up.id is null or money.id is null`,
  'the level of a product in a storage is the sum of its movements, and of its lines; none has gift cards and memberships': `
    select levels.product_id, levels.storage_id, levels.amount, coalesce(moved.amount, 0) as moved, coalesce(lined.amount, 0) as lined
    from (select product_id, storage_id, amount from stock_levels where location_id = $1) as levels
    full join (
      select product_id, storage_id, sum(amount) as amount from stock_movements where location_id = $1
      group by product_id, storage_id) as moved using (product_id, storage_id)
    full join (
      select product_id, storage_id, sum(round(amount * case when is_in_sale_units then unit_ratio else 1 end, 9)) as amount from document_lines
      where location_id = $1 and deleted_at is null and product_id in (
        select id from products where location_id = $1 and gift_card_type_id = 0 and membership_type_id = 0)
      group by product_id, storage_id) as lined using (product_id, storage_id)
    where coalesce(levels.amount, 0) <> coalesce(moved.amount, 0) or coalesce(levels.amount, 0) <> coalesce(lined.amount, 0)`,
  'a line belongs to the storage and the time of its document': `
    select line.id from document_lines line join documents on documents.location_id = $1 and documents.id = line.document_id
    where line.location_id = $1 and line.deleted_at is null and (documents.deleted_at is not null or documents.storage_id is not null
      and (line.at <> documents.at or line.storage_id <> documents.storage_id and line.storage_id is distinct from documents.to_storage_id))`,
  'documents of appointments have their time, and lines that of their document': `
    select documents.id from appointments
    join documents on documents.location_id = $1 and documents.id in (appointments.document_id, appointments.consumables_document_id)
    left join document_lines line on line.location_id = $1 and line.document_id = documents.id and line.deleted_at is null
    where appointments.location_id = $1 and appointments.deleted_at is null
      and (documents.at <> appointments.starts_at or line.at <> documents.at)`,
  'a receipt is printed where it stands': `
    select documents.id from documents
    left join appointments on appointments.location_id = $1 and appointments.document_id = documents.id
    cross join lateral (
      select exists (
        select from fiscal_documents covered
        join fiscal_transactions sale on sale.location_id = $1 and sale.id = covered.transaction_id and sale.status = 1 and sale.type = 0
        where covered.location_id = $1 and covered.document_id = documents.id and covered.is_standing) as stands) as receipt
    where documents.location_id = $1
      and (documents.receipt_status <> receipt.stands::int or appointments.is_receipt_printed <> receipt.stands)`,
  'an appointment whose client arrived has used up what it planned, once for each unit of the service, and another one nothing': `
    select used.id as used, line.id as line, used.amount, used.count, line.amount as moved, used.price, line.cost from (
      select planned.*, (select sum(amount) from appointment_services where location_id = $1 and appointment_id = appointments.id
        and service_id = planned.service_id) as count
      from appointment_consumables planned
      join appointments on appointments.location_id = $1 and appointments.id = planned.appointment_id
      where planned.location_id = $1 and appointments.attendance = 1 and appointments.deleted_at is null) as used
    full join (
      select lines.* from appointments join document_lines lines on lines.location_id = $1 and lines.document_id = consumables_document_id
      where appointments.location_id = $1 and lines.deleted_at is null) as line on line.id = used.line_id
    where used.id is null or line.id is null
      or (line.type, line.product_id, line.storage_id, line.service_id, line.is_in_sale_units)
        <> (2, used.product_id, used.storage_id, used.service_id, false)
      or abs(line.amount + used.amount * used.count) >= used.count * 1e-9 or abs(line.cost - used.price * used.count) > 0.5`,
  'only services of an appointment use something up or have bills of materials, and only what is written off has a line': `
    select planned.* from (
      select location_id, appointment_id, service_id, line_id from appointment_consumables where location_id = $1
      union all select location_id, appointment_id, service_id, null from appointment_bills where location_id = $1) as planned
    where not exists (select from appointment_services where location_id = $1 and appointment_id = planned.appointment_id
        and service_id = planned.service_id)
      or planned.line_id is not null and not exists (select from document_lines where location_id = $1 and id = planned.line_id
        and deleted_at is null)`,
  'a sold line of a gift card has issued one of its type, and no other line has': `
    select lines.id, products.gift_card_type_id, cards.id as card from document_lines lines
    join products on products.location_id = $1 and products.id = lines.product_id
    left join gift_cards cards on cards.location_id = $1 and cards.line_id = lines.id and cards.deleted_at is null
    where lines.location_id = $1 and (products.gift_card_type_id <> 0 or cards.id is not null)
      and coalesce(cards.type_id, 0)
        <> case when lines.type = 1 and lines.deleted_at is null then products.gift_card_type_id else 0 end`,
  'documents are numbered without gaps, and those of a storage have a number': `
    select count(*), count(number) as numbered, max(number) as last from documents where location_id = $1
    having count(number) <> coalesce(max(number), 0) or count(number) < count(storage_id)
      or coalesce(max(number), 0) <> coalesce((select last from document_numbers where location_id = $1), 0)`,
};

/**
 * All rules as one statement. Planning it takes longer than running it, so a PostgreSQL server keeps it by its name, and the embedded
 * database, which has one connection, under that name.
 */
const allRules = Object.entries(rules)
  .map(([rule, text]) => `select '${rule}' as rule, (select json_agg(found)::text from (${text}) as found) as rows`)
  .join(' union all ');
const text = `select rule, rows from (${allRules}) as checked where rows is not null`;

let prepared: Promise<unknown> | undefined;

/** Finds rows of a location that contradict each other. @returns the broken rules, each with its rows */
export async function contradictions(locationId: number): Promise<string[]> {
  const { query } = await testDatabase();
  if (!onPostgres()) await (prepared ??= query({ text: `prepare contradictions (int) as ${text}`, values: [] }));
  const broken = await query<{ rule: string; rows: string }>(
    onPostgres()
      ? { name: 'contradictions', text, values: [locationId] }
      : { text: `execute contradictions (${locationId})`, values: [] },
  );
  return broken.map(({ rule, rows }) => `${rule}: ${rows}`);
}
