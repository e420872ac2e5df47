/** A part of the business whose rules are mutated, and the tests that should notice. Both are patterns below `src/`. */
export interface Room {
  rules: string[];
  tests: string[];
}

const appointmentTests = 'domains/{appointments,visits,events,series,reviews}/*.test.ts';

/**
 * Rules only: what the wire looks like (schemas, presenters, operations) and tables are checked elsewhere. Models that take random steps are
 * left out: whether they notice a fault differs from run to run.
 */
export const rooms: Record<string, Room> = {
  access: {
    rules: [
      'domains/access/{limits,login-throttle,passwords,permissions,server-keys,sessions,sign-in,users}.ts',
      'domains/locations/{chain-user,grants,location-user}.ts',
    ],
    tests: [
      'domains/access/*.test.ts',
      'domains/locations/{chain-user,location-user}.test.ts',
      'domains/customers/*.test.ts',
      'domains/team/*.test.ts',
      'domains/appointments/rights*.test.ts',
      'api/authorization.test.ts',
    ],
  },
  schedule: {
    rules: ['domains/schedule/{intervals,occupation,work-schedule}.ts', 'domains/schedule/wire/input.ts'],
    tests: ['domains/schedule/*.test.ts', 'domains/slots/*.test.ts', 'domains/resources/*.test.ts', appointmentTests],
  },
  slots: {
    rules: ['domains/slots/{busy,chain,engine,load}.ts'],
    tests: ['domains/slots/*.test.ts', 'domains/online-booking/*.test.ts'],
  },
  appointments: {
    rules: [
      'domains/appointments/{appointment,changes,client-visits,create,delete,details,partner-list,rights,seats,update,visible-clients,write}.ts',
      'domains/appointments/wire/caller.ts',
      'domains/team/calendars.ts',
      'domains/visits/{client-history,receipt,visit}.ts',
      'domains/reviews/review.ts',
    ],
    tests: [appointmentTests, 'domains/outbox/*.test.ts', 'domains/notifications/*.test.ts'],
  },
  events: {
    rules: ['domains/events/{duplication,event}.ts', 'domains/series/series.ts', 'domains/series/wire/series-includes.ts'],
    tests: [appointmentTests, 'domains/outbox/*.test.ts'],
  },
  sales: {
    rules: ['domains/sales/{arrival,document-payment,follow,line,methods,payment,sale,totals,visit-sale}.ts'],
    tests: ['domains/sales/!(model).test.ts', 'domains/consumables/write-off.test.ts'],
  },
  inventory: {
    rules: [
      'domains/inventory/{cost-price,document,document-number,document-place,line,line-list,line-price,operation,settings,stock,stocktaking,storage,supplier}.ts',
    ],
    tests: ['domains/inventory/!(model).test.ts', 'domains/{sales/arrival,fiscal/locks,visits/purchases}.test.ts'],
  },
  consumables: {
    rules: ['domains/consumables/{bill,of-appointment,plan,unit-change,write-off}.ts', 'domains/inventory/line-batch.ts'],
    tests: ['domains/consumables/*.test.ts'],
  },
  fiscal: {
    rules: ['domains/fiscal/{list,print,request,settings,settle,tax-systems}.ts', 'domains/inventory/receipt.ts'],
    tests: ['domains/fiscal/*.test.ts'],
  },
  prepayment: {
    rules: ['domains/prepayment/{demand,prepayment,settings,stripe,work}.ts'],
    tests: ['domains/prepayment/*.test.ts'],
  },
  reports: { rules: ['domains/reports/day-end.ts'], tests: ['domains/reports/*.test.ts'] },
  ledger: { rules: ['domains/ledger/ledger.ts'], tests: ['domains/ledger/*.test.ts'] },
  loyalty: {
    rules: ['domains/loyalty/{card,card-type,items,period,products,template}.ts'],
    tests: [
      'domains/loyalty/*.test.ts',
      'domains/redemption/card.test.ts',
      'domains/{gift-cards,memberships}/type.test.ts',
      'domains/loyalty-transactions/notice.test.ts',
      'domains/promotions/promotion.test.ts',
    ],
  },
  promotions: {
    rules: ['domains/promotions/{engine,promotion,settings,template}.ts'],
    tests: [
      'domains/promotions/*.test.ts',
      'domains/redemption/{cashback,promotion,referral}.test.ts',
      'domains/reports/loyalty-clients.test.ts',
    ],
  },
  'gift-cards': {
    rules: ['domains/gift-cards/{gift-card,type}.ts'],
    tests: ['domains/gift-cards/*.test.ts', 'domains/redemption/{gift-card,issue}.test.ts'],
  },
  memberships: {
    rules: ['domains/memberships/{change,event,freeze-limit,membership,state,type}.ts'],
    tests: ['domains/memberships/*.test.ts', 'domains/redemption/{debit,issue,membership}.test.ts'],
  },
  'loyalty-transactions': {
    rules: ['domains/loyalty-transactions/{burning,counts,list,manual,transaction,use}.ts'],
    tests: ['domains/loyalty-transactions/*.test.ts', 'domains/redemption/{card,cashback,membership,referral}.test.ts'],
  },
  redemption: {
    rules: [
      'domains/redemption/{card,card-programs,cashback,code,cover,debit,evaluation,explanation,gift-card,gift-card-history,history,levels}.ts',
      'domains/redemption/{issue,issued,issued-gift-cards,issued-memberships,membership,promotion,promotion-terms,referral,split}.ts',
    ],
    tests: ['domains/redemption/*.test.ts'],
  },
  'client-search': {
    rules: ['domains/client-search/search.ts', 'domains/clients/{search-text,statistics}.ts'],
    tests: ['domains/client-search/*.test.ts', 'domains/clients/{client,statistics}*.test.ts', 'domains/visits/*.test.ts'],
  },
  'online-booking': {
    rules: [
      'domains/online-booking/{booking,client-appointments,refusal,review,slots}.ts',
      'domains/appointments/parts.ts',
      'domains/online-booking/wire/input.ts',
      'domains/booking-settings/{form,settings,timeslot}.ts',
    ],
    tests: ['domains/online-booking/*.test.ts', 'domains/booking-settings/*.test.ts', 'domains/slots/*.test.ts'],
  },
  money: {
    rules: [
      'domains/money/{account,balance,expense,transaction,transaction-list}.ts',
      'domains/client-accounts/{account,account-list,type}.ts',
      'domains/clients/locked.ts',
      'domains/locations/amount.ts',
    ],
    tests: ['domains/money/*.test.ts', 'domains/client-accounts/*.test.ts'],
  },
  products: {
    rules: [
      'domains/products/{category,product,search-text,unit}.ts',
      'domains/inventory/{storage-amounts,unit-change}.ts',
      'domains/sales/product-item.ts',
    ],
    tests: ['domains/products/*.test.ts', 'domains/inventory/unit-change.test.ts', 'domains/sales/product-item.test.ts'],
  },
  payroll: {
    rules: ['domains/payroll/{assistants,calculation,engine,facts,settlement,setup,statement}.ts'],
    tests: ['domains/payroll/*.test.ts'],
  },
  analytics: {
    rules: ['domains/analytics/{figures,read,refresh,scope,settings}.ts'],
    tests: ['domains/analytics/!(model).test.ts'],
  },
  messages: {
    rules: [
      'domains/messaging/{balance,birthday,campaign,delivery,log,loyalty-message,notice,opt-out,parts,plan,send,templates,users}.ts',
      'domains/notifications/{message,settings,types}.ts',
    ],
    tests: [
      'domains/{messaging,notifications}/*.test.ts',
      'domains/users/{invitation,password-reset}.test.ts',
      'domains/redemption/{card,levels,membership}.test.ts',
    ],
  },
  chains: {
    rules: ['domains/locations/{chain-list,chain-sight,of-chain}.ts'],
    tests: [
      'domains/locations/*.test.ts',
      'domains/{gift-cards,memberships}/type.test.ts',
      'domains/promotions/promotion.test.ts',
    ],
  },
  'waiting-list': {
    rules: ['domains/waiting-list/{bookings,entry,link,look,offer,settings}.ts'],
    tests: ['domains/waiting-list/*.test.ts'],
  },
  'calendar-feeds': {
    rules: ['domains/calendar-feeds/{calendar,feed}.ts', 'platform/icalendar.ts'],
    tests: ['domains/calendar-feeds/*.test.ts', 'platform/icalendar.test.ts'],
  },
};
