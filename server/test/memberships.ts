import type { Shop } from './harness.ts';

/** The body of a type of memberships with ten visits that services share. @param fields what differs */
export const membershipType = (shop: Pick<Shop, 'chainId' | 'locationId'>, fields: Record<string, unknown> = {}) => ({
  title: 'Ten visits',
  salon_group_id: shop.chainId,
  cost: 400,
  location_ids: [shop.locationId],
  is_united_balance: true,
  united_balance_services_count: 10,
  service_categories: {},
  ...fields,
});

/** Adds a type of memberships for a service. @returns the answer */
export async function addMembershipType(shop: Shop, serviceId: number, fields: Record<string, unknown> = {}) {
  const body = membershipType(shop, { services: { [serviceId]: 0 }, ...fields });
  const answer = await shop.call('POST', `/chain/${shop.chainId}/loyalty/abonement_types`, { body });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.data;
}

/** The product of the location that issues memberships of a type. */
export async function productOfType(shop: Shop, typeId: number): Promise<number> {
  const { data } = await shop.call('GET', `/goods/${shop.locationId}`);
  return data.find((row: { loyalty_abonement_type_id: number }) => row.loyalty_abonement_type_id === typeId)?.good_id;
}
