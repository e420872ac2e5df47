import { Temporal } from 'temporal-polyfill';
import { cityByTitle } from '../src/domains/locations/dictionaries.ts';

const timeZoneOf = (city: string): string => cityByTitle(undefined, city)?.timeZone as string;

/** A city in whose time zone the date now differs from that of UTC. */
export function cityOfAnotherDate(): string {
  const today = Temporal.Now.plainDateISO('UTC');
  const far = ['Honolulu', 'Auckland', 'Pago Pago', 'Tarawa'];
  return far.find((city) => !Temporal.Now.plainDateISO(timeZoneOf(city)).equals(today)) as string;
}

/** A city in which the day has begun some hours ago, and does not end for some hours. */
export function cityByDay(): string {
  const hour = (city: string) => Temporal.Now.plainTimeISO(timeZoneOf(city)).hour;
  return ['New York', 'Tokyo', 'London'].find((city) => hour(city) >= 3 && hour(city) <= 19) as string;
}
