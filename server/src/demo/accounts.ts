/** The credentials of the demo business, so that every example of the documentation can be pasted. Never outside of demo mode. */
export const demoCredentials = {
  partnerToken: 'foyer-demo-partner',
  /** The owner of both locations. */
  userToken: 'foyer-demo-owner',
  login: 'owner@foyer.example',
  password: 'foyer-demo',
  /** An administrator of location 1. */
  receptionistToken: 'foyer-demo-receptionist',
  /** A team member of location 1. */
  workerToken: 'foyer-demo-worker',
  /** A client of location 1, signed in for online booking. */
  clientToken: 'foyer-demo-client',
  clientLogin: 'client@foyer.example',
} as const;

/** The card of the client, in location 1. */
export const demoClientId = 2;

/** Signs the client in, once after each start of the demo. */
export const demoClientCode = { code: '246810', expiresAt: new Date('2099-01-01') };

/** A session of the owner, which may be ended. */
export const spareSession = 'foyer-demo-old-phone';

/**
 * Accounts that nothing else depends on. Their passwords may be changed, and the neighbour's location may be deleted. Samples use them for
 * operations that would lock the other accounts out.
 */
export const spareAccounts = {
  neighbour: {
    token: 'foyer-demo-neighbour',
    name: 'Sam Porter',
    email: 'neighbour@foyer.example',
    phone: '+12125550190',
    password: 'foyer-demo',
    location: 'Porter & Sons, Barbers',
  },
  guest: {
    token: 'foyer-demo-guest',
    name: 'Robin Vale',
    email: 'guest@foyer.example',
    phone: '+12125550191',
    password: 'foyer-demo',
  },
} as const;
