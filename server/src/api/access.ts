/**
 * The names of permissions an operation may ask for. The kernel knows no business: domains/access adds its flags here by
 * declaration merging, so that a misspelled flag does not compile.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface PermissionFlags {}
export type Flag = keyof PermissionFlags;

/** The permissions that limit a user, by name, with the type of their values: one thing, some things, a number of days; filled as the flags. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface PermissionLimits {}
export type Limit = keyof PermissionLimits;

/** A user with limits. */
export interface Limited {
  /** A limit of the user's permission: an id, 0 for all; ids; days back, 0 for today and -1 for any number. */
  limit<Name extends Limit>(name: Name): PermissionLimits[Name];
}

/** The rights of users of a chain, by name; filled as the flags. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface ChainFlags {}
export type ChainFlag = keyof ChainFlags;

export interface Partner {
  id: number;
  /** Every location of this server, not only the connected ones. */
  allLocations: boolean;
  /** May call only the operations of the public surface. */
  onlyPublic?: boolean;
}

export interface User {
  id: number;
  /** The token this request came with. */
  tokenId: number;
  /** Signed in for online booking only. */
  isClient: boolean;
}

/** The location a request is about, as far as every handler needs it. */
export interface Location {
  id: number;
  chainId: number;
  /** IANA name. */
  timeZone: string;
  /** ISO 4217 code. */
  currency: string;
  /** ISO 3166-1 alpha-2 code, which national phone spellings are read in. */
  countryCode: string;
}

/** The rights of the caller in a location. */
export interface Grant extends Limited {
  location: Location;
  /** Whether the user may work in the location from the address of this request. If not, the user can do nothing there. */
  isAdmitted: boolean;
  can(flag: Flag): boolean;
}

/** What the caller may do in a chain. Rights in its locations are not rights in the chain, nor the other way round. */
export interface ChainGrant {
  id: number;
  /** Owners may do everything, and make others owners. */
  isOwner: boolean;
  can(flag: ChainFlag): boolean;
}

/** Identifies callers and their rights. The access and locations domains implement it. */
export interface Gate {
  partner(token: string): Promise<Partner | undefined>;
  /** Finds a partner by id, for links that were signed for it. */
  partnerById(id: number): Promise<Partner | undefined>;
  user(token: string, partner: Partner): Promise<User | undefined>;
  /** Checks only the partner's connection. @returns undefined if there is no such location for this partner */
  partnerGrant(partner: Partner, locationId: number): Promise<Grant | undefined>;
  /** The partner's connection and the user's membership. @returns undefined when either is missing */
  userGrant(partner: Partner, user: Pick<User, 'id'>, locationId: number, address: string): Promise<Grant | undefined>;
  /** The rights of a user in a chain. @returns undefined if the user is not in the chain, or the partner is connected to none of its locations */
  chainGrant(partner: Partner, user: Pick<User, 'id'>, chainId: number): Promise<ChainGrant | undefined>;
}

/** Who may call an operation. */
export interface Access<
  UserNeed extends 'none' | 'optional' | 'required' = 'none' | 'optional' | 'required',
  Located extends boolean = boolean,
  Chained extends boolean = boolean,
> {
  /** false: no Authorization header at all. */
  partner: boolean;
  user: UserNeed;
  /** The operation is about the location in its path, and the caller needs access to it. */
  located: Located;
  flag?: Flag;
  /** The operation is about the chain in its path, and the caller must be one of its users. */
  chained?: Chained;
  /** What the user of the chain must hold there. */
  chainFlag?: ChainFlag;
  /**
   * The operation accepts users who signed in for online booking. For them, only the partner's connection to the location is checked. With
   * a flag, other users must be members who hold it.
   * Without this property, such a user is treated as no user if the user is optional.
   */
  clients?: true;
  /** If the user is optional: a user must be a member of the location and sees what members see. A client counts as no user. */
  members?: true;
}

/** Anyone; the operation checks for itself, as the signed links of files do. */
export const anyone = (): Access<'none', false> => ({ partner: false, user: 'none', located: false });

/** A partner; a user token is not looked at. */
export const partnerOnly = (): Access<'none', false> => ({ partner: true, user: 'none', located: false });

/** A partner, and a user when the header names one. */
export const partnerOrUser = (): Access<'optional', false> => ({ partner: true, user: 'optional', located: false });

/** A partner, and a client or any other user when the header names one. */
export const partnerOrClient = (): Access<'optional', false> => ({ ...partnerOrUser(), clients: true });

/** A partner and a user, about no location. */
export const signedIn = (): Access<'required', false> => ({ partner: true, user: 'required', located: false });

/** A partner, and a client or any other user, about no location. */
export const signedInClient = (): Access<'required', false> => ({ ...signedIn(), clients: true });

/** A partner connected to the location of the path, and a client or any other user: no membership is needed. */
export const locationClient = (): Access<'required', true> => ({ partner: true, user: 'required', located: true, clients: true });

/** A partner connected to the location of the path; a user when the header names one. */
export const locationPartner = (): Access<'optional', true> => ({ partner: true, user: 'optional', located: true });

/** A partner connected to the location of the path, who sees the public part. A member sees everything. */
export const locationPublic = (): Access<'optional', true> => ({ ...locationPartner(), members: true });

/** A partner connected to the location of the path; a client or any other user when the header names one. */
export const locationPartnerOrClient = (): Access<'optional', true> => ({ ...locationPartner(), clients: true });

/** A member of the location in the path who holds the flag (or any member, if there is no flag). */
export const locationUser = (flag?: Flag): Access<'required', true> => ({
  partner: true,
  user: 'required',
  located: true,
  ...(flag ? { flag } : {}),
});

/** A user of the chain in the path who holds the right (any user of the chain without one). */
export const chainUser = (chainFlag?: ChainFlag): Access<'required', false, true> => ({
  ...signedIn(),
  chained: true,
  ...(chainFlag ? { chainFlag } : {}),
});

/** A member of the location in the path who holds the flag, or a client. For a client, only the partner's connection is checked. */
export const locationUserOrClient = (flag: Flag): Access<'required', true> => ({ ...locationUser(flag), clients: true });
