import type { Location } from '../../../api/access.ts';
import { localDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { type Money, noMoney, sum } from '../../../platform/money.ts';
import { currencySymbol } from '../../locations/dictionaries.ts';
import type { ClientVisibility } from '../../money/wire/present.ts';
import type { Counted, DayEndCovering, DayEndGroup, DayEndItem, DayEndPayment, DayEndReport } from '../day-end.ts';

/** The time that a clock on the wall shows, as unix seconds of the same time in UTC. Source: the published example. */
const wallSeconds = (at: Date, timeZone: string): number => Date.parse(`${localDateTime(at, timeZone)}Z`) / 1000;

const presentPayment = ({ amount, accountId, title }: DayEndPayment) =>
  accountId === null
    ? { accounts_amount: 0, loyalty_amount: toWire(amount), payment_type: `Client account: ${title}` }
    : { accounts_amount: toWire(amount), loyalty_amount: 0, payment_type: title };

/** The words before the title. That of points is published. */
const coverings = { promotion: 'Promotion', points: 'Card', 'gift card': 'Gift card', membership: 'Membership' } as const;

const presentCovering = ({ kind, title, amount }: DayEndCovering) => ({
  accounts_amount: 0,
  loyalty_amount: toWire(amount),
  payment_type: `${coverings[kind]}: ${title}`,
});

const presentItem = ({ title, firstCost, discount, cost, payments, ...item }: DayEndItem) => ({
  item_title: title,
  first_cost: toWire(firstCost),
  discount: toWire(discount),
  result_cost: toWire(cost),
  transactions: [...payments.map(presentPayment), ...item.coverings.map(presentCovering)],
});

/** Money without an item costs what was paid. */
function presentOthers(payments: DayEndPayment[]) {
  const cost = payments.length === 0 ? noMoney : sum(payments.map(({ amount }) => amount));
  return presentItem({ title: 'Other operations', firstCost: cost, discount: noMoney, cost, payments, coverings: [] });
}

/** The clients that the reader may see. */
export interface DayEndVisibility extends ClientVisibility {
  ofAppointments: boolean;
}

const nobody = { id: 0, name: '', phone: '', email: '' };

function presentClient({ client, isOfAppointment }: DayEndGroup, sees: DayEndVisibility) {
  const { id, name, phone, email } = isOfAppointment && !sees.ofAppointments ? nobody : client;
  return {
    client_id: id,
    client_name: name,
    client_phone: sees.phone ? phone : '',
    client_email: sees.email ? email : '',
  };
}

const presentGroup = (group: DayEndGroup, sees: DayEndVisibility) => ({
  ...presentClient(group, sees),
  masters: group.members.map(({ id, name, services, products, others }) => ({
    master_id: id,
    master_name: name,
    service: services.map(presentItem),
    good: products.map(presentItem),
    others: presentOthers(others),
  })),
});

/** By time. An empty list without anything, as recorded answers have it. */
function presentGroups(groups: readonly DayEndGroup[], timeZone: string, sees: DayEndVisibility) {
  if (groups.length === 0) return [];
  const byTime: Record<string, ReturnType<typeof presentGroup>[]> = {};
  let [at, list] = [Number.NaN, [] as ReturnType<typeof presentGroup>[]];
  for (const group of groups) {
    // Groups of the same time follow each other.
    if (group.at.getTime() !== at) {
      at = group.at.getTime();
      list = byTime[wallSeconds(group.at, timeZone)] ??= [];
    }
    list.push(presentGroup(group, sees));
  }
  return byTime;
}

const counted = <Name extends string>(name: Name, { count, average }: Counted) =>
  ({ [name]: count, [`${name}_average`]: toWire(average) }) as Record<Name | `${Name}_average`, number>;

/** The reductions that are not 0. */
const discountsOf = ({ discount, covered, paidFromClientAccounts }: DayEndReport) =>
  [
    { title: 'Advance Discount', amount: discount },
    { title: 'Written off bonuses', amount: covered.points },
    { title: 'Promotion discount', amount: covered.promotion },
    { title: 'Paid with gift cards', amount: covered['gift card'] },
    { title: 'Paid with memberships', amount: covered.membership },
    { title: 'Paid from client accounts', amount: paidFromClientAccounts },
  ].filter(({ amount }) => toWire(amount) !== 0);

interface TitledMoney {
  title: string;
  amount: Money;
}

const titled = ({ title, amount }: TitledMoney) => ({ title, amount: toWire(amount) });
const totalOf = (rows: readonly TitledMoney[]) => toWire(sum([noMoney, ...rows.map(({ amount }) => amount)]));

export function presentDayEnd(report: DayEndReport, { timeZone, currency }: Location, sees: DayEndVisibility) {
  const discounts = discountsOf(report);
  return {
    stats: {
      ...counted('clients', report.clients),
      ...counted('records', report.appointments),
      ...counted('visit_records', report.withClient),
      ...counted('non_visit_records', report.withoutClient),
      targets: report.services.count,
      targets_paid: toWire(report.services.paid),
      goods: report.products.count,
      goods_paid: toWire(report.products.paid),
      certificates: report.giftCards.count,
      certificates_paid: toWire(report.giftCards.paid),
      abonement: report.memberships.count,
      abonement_paid: toWire(report.memberships.paid),
    },
    paids: {
      accounts: report.accounts.map(titled),
      discount: discounts.map(titled),
      total: { accounts: totalOf(report.accounts), discount: totalOf(discounts) },
    },
    z_data: presentGroups(report.groups, timeZone, sees),
    currency: currencySymbol(currency),
  };
}
