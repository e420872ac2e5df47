import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.process>;

/** @returns undefined if the text is not an address; an IPv4 address within IPv6 as IPv4 */
const parse = (text: string): Address | undefined => (isIP(text) ? ipaddr.process(text) : undefined);

const networkPattern = /^(.+)\/(\d{1,3})$/;

/** Whether the text is an IP address, or a network such as `10.0.0.0/8` or `2001:db8::/32`. */
export function isNetwork(text: string): boolean {
  const [, network = text, length = '0'] = networkPattern.exec(text) ?? [];
  return isIP(network) !== 0 && Number(length) <= (isIP(network) === 4 ? 32 : 128);
}

/** Whether an address is one of the listed ones or in one of the listed networks. */
export function isListed(address: string, list: readonly string[]): boolean {
  const caller = parse(address);
  if (!caller) return false;
  return list.filter(isNetwork).some((each) => {
    if (!each.includes('/')) return caller.toString() === parse(each)?.toString();
    const network = ipaddr.parseCIDR(each);
    return caller.kind() === network[0].kind() && caller.match(network);
  });
}

/** The address that identifies one caller: an IPv4 address, or the /64 of an IPv6 address, because one customer has all of it. */
export function callerOf(address: string): string {
  const caller = parse(address);
  if (caller === undefined || caller.kind() === 'ipv4') return caller?.toString() ?? address;
  return `${caller.toNormalizedString().split(':').slice(0, 4).join(':')}::/64`;
}
