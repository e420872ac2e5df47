import type { Shop } from './harness.ts';

/** The telephony service of a chain, which is enabled. */
export async function connectSwitchboard(shop: Shop) {
  const settings = `/chain/${shop.chainId}/voip_settings`;
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const { crm_token } = await must('POST', `${settings}/token`);
  const send = (body: Record<string, unknown>) =>
    shop.call('POST', '/voip/integration', { body: { crm_token, ...body }, authorization: `Bearer ${shop.partner.token}` });
  const enable = () => send({ command: 'setup', type: 'enable' });
  await enable();
  /** A call that rings, or that is over. It must be accepted. */
  const report = async (command: 'event' | 'history', fields: Record<string, unknown> = {}) => {
    const answer = await send({ command, type: 'incoming', phone: '+12125550123', diversion: '+12125550100', ...fields });
    if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
  };
  return {
    crmToken: crm_token as string,
    settings,
    send,
    enable,
    disable: () => send({ command: 'setup', type: 'disable' }),
    rings: (fields?: Record<string, unknown>) => report('event', fields),
    ends: (fields?: Record<string, unknown>) => report('history', fields),
    route: (routes: object[]) => must('PUT', settings, { routes }),
    /** The calls of a location, or of the shop's. */
    calls: async (query: string = '', authorization = shop.owner.authorization, place = shop.locationId) => {
      const days = 'date_from=2020-01-01&date_to=2035-12-31';
      const path = `/voip/integration/calls?salon_id=${place}&${days}&${query}`;
      return (await shop.call('GET', path, { authorization })).data;
    },
    ofChain: async (query = '') =>
      (await shop.call('GET', `/chain/${shop.chainId}/voip_calls?date_from=2020-01-01&date_to=2035-12-31&${query}`)).data,
    /** What rings for a user, or for the owner. */
    ringing: async (authorization = shop.owner.authorization, place = shop.locationId) =>
      (await shop.call('GET', `/company/${place}/voip/incoming`, { authorization })).data,
  };
}
