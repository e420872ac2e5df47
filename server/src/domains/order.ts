/**
 * All rooms of the business, in order. The rules of a room may import rules and tables of earlier rooms in this list, and of no others.
 * `test/structure.test.ts` enforces this, for imports and for table names in SQL.
 */
export const rooms = [
  // People and places
  'access',
  'locations',
  'outbox',
  'audit',
  'files',
  'images',
  'notifications',
  'webhooks',
  'tags',
  'custom-fields',
  // Services, team members and their time
  'team',
  'tips',
  'resources',
  'catalog',
  'schedule',
  'booking-settings',
  'clients',
  // Products and money
  'products',
  'inventory',
  'money',
  'client-accounts',
  // Who works where, with which rights
  'users',
  // Bookings
  'appointments',
  'visits',
  'events',
  'series',
  'reviews',
  'consumables',
  // What clients and users are told
  'messaging',
  // Loyalty
  'ledger',
  'loyalty',
  'promotions',
  'gift-cards',
  'memberships',
  'loyalty-transactions',
  // What is sold, and how it is paid
  'sales',
  'redemption',
  'fiscal',
  'prepayment',
  'client-search',
  // How clients book themselves
  'slots',
  'online-booking',
  'customers',
  // Other systems
  'telephony',
  'marketplace',
  // Figures
  'analytics',
  // Calendars that others read
  'calendar-feeds',
  // Who waits for a time that becomes free
  'waiting-list',
  // What follows from all of them
  'payroll',
  'reports',
] as const;
