import { openDesk } from './desk.ts';

/** A desk whose team member is paid by a scheme. Tests set rules and schemes, and bring clients. */
export async function openPayroll(options: Parameters<typeof openDesk>[0] = {}) {
  const desk = await openDesk(options);
  const { shop, place, member } = desk;
  const path = `/company/${place}/salary`;
  const done = async (method: string, to: string, body?: unknown, status = [200, 201, 202, 204]) => {
    const answer = await shop.call(method, to, { body });
    if (!status.includes(answer.status)) throw new Error(`${method} ${to}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const addRule = async (fields: object): Promise<number> =>
    (await done('POST', `${path}/rules`, { title: 'Rule', ...fields })).id;
  const addScheme = async (fields: object): Promise<number> =>
    (await done('POST', `${path}/schemes`, { title: 'Scheme', ...fields })).id;
  const assign = (schemes: [scheme: number, from: string, to?: string][], who = member) =>
    done('PUT', `${path}/staff/${who}/salary_schemes`, {
      salary_schemes: schemes.map(([salary_scheme_id, date_start, date_end]) => ({
        salary_scheme_id,
        date_start,
        date_end: date_end ?? null,
      })),
    });
  /** Pays the member by one rule from 2030 on. @returns the rule and the scheme */
  const payBy = async (fields: object, criteria: object[] = [], who = member) => {
    const rule = await addRule(fields);
    const scheme = await addScheme({ rule_id: rule, criteria });
    await assign([[scheme, '2030-01-01']], who);
    return { rule, scheme };
  };
  const attend = (appointment: { id: number; visit_id: number }, attendance = 1) =>
    done('PUT', `/visits/${appointment.visit_id}/${appointment.id}`, { attendance, comment: '' });
  /** An appointment to which the client came, with a service for each price. */
  const came = async (prices: number[], fields: Record<string, unknown> = {}) => {
    const services = [];
    for (const price of prices) {
      const id = await shop.addService({ priceMin: price, priceMax: price });
      services.push({ id, first_cost: price, cost: price, discount: 0 });
    }
    const appointment = await desk.booked({ services, save_if_busy: true, ...fields });
    await attend(appointment);
    return appointment;
  };
  const month = 'date_from=2030-05-01&date_to=2030-05-31';
  const period = (query = month, who = member) => done('GET', `${path}/period/staff/${who}?${query}`);
  const salary = async (query = month, who = member) => (await period(query, who)).salary as string;
  const explain = (query = month, who = member) => done('GET', `${path}/staff/${who}/explanation?${query}`);
  const statement = async (fields: object = {}, who = member) =>
    (
      await done('POST', `${path}/payroll/calculation`, {
        date_from: '2030-05-01',
        date_to: '2030-05-31',
        staff_ids: [who],
        ...fields,
      })
    )[0];
  const at = (id: number, who = member) => `${path}/payroll/staff/${who}/calculation/${id}`;
  const read = (id: number, who = member) => done('GET', at(id, who));
  const settlement = (query: string, who = member) => done('GET', `${path}/calculation/staff/${who}?${query}`);
  return {
    ...desk,
    path,
    done,
    addRule,
    addScheme,
    assign,
    payBy,
    attend,
    came,
    period,
    salary,
    explain,
    statement,
    at,
    read,
    settlement,
  };
}

export type PayDesk = Awaited<ReturnType<typeof openPayroll>>;
