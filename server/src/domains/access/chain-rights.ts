/**
 * The rights of users of a chain, by the names of the published API and in its order. They are no permissions in the chain's locations,
 * and permissions there are no rights here.
 */
export const chainRights = {
  settings_access: 'Manage the settings of the chain',
  clients_access: 'See the clients of the chain',
  deposits_access: 'See the accounts of clients in the chain',
  deposit_types_access: 'Manage the types of client accounts',
  users_access: 'Manage the users of the chain',
  loyalty_access: 'See loyalty in the chain',
  loyalty_abonement_types_access: 'Manage the types of memberships',
  loyalty_abonement_balance_edit_access: 'Change the balance of memberships',
  loyalty_abonement_period_edit_access: 'Change how long memberships are valid',
  loyalty_abonement_history_access: 'See the history of memberships',
  loyalty_cards_manual_transactions_access: 'Top up and withdraw from loyalty cards by hand',
  loyalty_certificate_types_access: 'Manage the types of gift cards',
  loyalty_programs_access: 'Manage loyalty programs',
  network_services_access: 'Manage the services of the chain',
  analytics_access: 'See the analytics of the chain',
} as const;

export type ChainRight = keyof typeof chainRights;

export const chainRightNames = Object.keys(chainRights) as ChainRight[];

declare module '../../api/access.ts' {
  interface ChainFlags extends Record<ChainRight, true> {}
}
