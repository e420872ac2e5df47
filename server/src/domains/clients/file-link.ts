import { sameSecret, signature } from '../../platform/secrets.ts';

/** A link works for a day, while its user may still see the location's files. */
const lifetime = 24 * 60 * 60;

interface FileLink {
  location: number;
  file: number;
  user: number;
  partner: number;
}

const signed = ({ location, file, user, partner }: FileLink, expires: number) =>
  `${location}/${file}/${user}/${partner}/${expires}`;

/** The address to download a file, for a browser, which sends no headers: `/client_files/download/456/123/?…`. */
export function fileLink(key: Buffer, link: FileLink, now = Date.now()): string {
  const expires = Math.ceil(now / 1000) + lifetime;
  const query = new URLSearchParams({
    user: String(link.user),
    partner: String(link.partner),
    expires: String(expires),
    signature: signature(key, signed(link, expires)),
  });
  return `/client_files/download/${link.location}/${link.file}/?${query}`;
}

/** Whether a link is one of ours and still good. */
export function isGoodLink(key: Buffer, link: FileLink, expires: number, given: string, now = Date.now()): boolean {
  return sameSecret(signature(key, signed(link, expires)), given) && expires * 1000 > now;
}
