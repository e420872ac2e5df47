import { type FieldErrors, Invalid } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { currencyDigits, type Money, share } from '../../platform/money.ts';
import { type ServiceTerms, serviceTerms } from '../catalog/terms.ts';
import type { BookedService } from './fields.ts';

/**
 * Services in which each composite one is replaced by its parts, in order. The amount and the discount of a composite service are those of each
 * part; its prices are split over the parts, by the prices of the price list. An appointment has one team member, so that member must
 * provide all parts.
 * @param terms of the services; the terms of the parts are added
 * @param kept services that stay as they are: an appointment from before its service had parts keeps it
 * @throws Invalid naming the team member who does not provide a part
 */
export async function withParts(
  db: Read,
  location: { id: number; currency: string },
  teamMemberId: number,
  wanted: readonly BookedService[],
  terms: Map<number, ServiceTerms>,
  kept: readonly number[] = [],
): Promise<BookedService[]> {
  const partsOf = ({ id }: BookedService) => (kept.includes(id) ? [] : (terms.get(id)?.partIds ?? []));
  const partIds = [...new Set(wanted.flatMap(partsOf))];
  if (partIds.length === 0) return [...wanted];
  const known = await serviceTerms(db, location.id, teamMemberId, partIds);
  const errors: FieldErrors = {};
  for (const service of wanted) {
    if (partsOf(service).every((id) => known.get(id)?.isLinked)) continue;
    const rule = `must provide all parts of the composite service ${service.id}: name its parts, each in an appointment of a team member who provides it`;
    errors.teamMemberId = [...(errors.teamMemberId ?? []), rule];
  }
  if (Object.keys(errors).length) throw new Invalid(errors);
  for (const [id, own] of known) if (!terms.has(id)) terms.set(id, own);
  const digits = currencyDigits(location.currency);
  return wanted.flatMap((service) => {
    const parts = partsOf(service).flatMap((id) => known.get(id) ?? []);
    if (parts.length === 0) return [service];
    const split = (price: Money | undefined) =>
      price === undefined
        ? undefined
        : share(
            price,
            parts.map((part) => part.price),
            digits,
          );
    const { amount, discount } = service;
    const [unit, first, cost] = [split(service.costPerUnit), split(service.firstCost), split(service.cost)];
    return parts.map(({ id }, at) => ({
      id,
      amount,
      discount,
      costPerUnit: unit?.[at],
      firstCost: first?.[at],
      cost: cost?.[at],
    }));
  });
}
