import type { Request } from 'autocannon';
import { authorization, seeded } from './database.ts';

/** The fields that the measured searches ask for. */
export const searchedFields = ['id', 'name', 'surname', 'phone', 'email', 'visits_count', 'last_visit_date'];

/** A measured operation. */
export interface Measured {
  title: string;
  method: 'GET' | 'POST';
  /** Below /api/v1, and below the root of Prism. */
  path: string;
  body?: object;
  /** Whether the share of the bare handler's rate is a target. */
  isTargetOfBare: boolean;
  /** The share to reach; 0.75 when left out. */
  targetShare?: number;
  /** Whether the rate is a target in comparison with Prism. */
  isTargetOfPrism?: boolean;
}

const { large, small, rareName, commonSurname } = seeded;

const search = (title: string, location: number, value: string) => ({
  title,
  method: 'POST' as const,
  path: `/company/${location}/clients/search`,
  body: {
    page: 1,
    page_size: 25,
    fields: searchedFields,
    order_by: 'id',
    order_by_direction: 'ASC',
    operation: 'AND',
    filters: [{ type: 'quick_search', state: { value } }],
  },
  isTargetOfBare: true,
});

const fullName = `${rareName.name} ${rareName.surname}`;
const comments = (client: number) => `/clients/${large.location}/clients/${client}/comments`;

export const listComments: Measured = {
  title: `List ${seeded.comments} comments`,
  method: 'GET',
  path: comments(seeded.commented),
  isTargetOfBare: true,
  isTargetOfPrism: true,
};

export const quickSearch: Measured = search('Quick search of 1,000,000, 8 found', large.location, fullName);

/** The same search where there are a hundred times fewer clients. */
export const quickSearchOfFew: Measured = search('Quick search of 10,000, 8 found', small.location, fullName);

export const measured: Measured[] = [
  {
    title: 'Look up a known token',
    method: 'GET',
    path: '/validation/validate_phone/13155550175',
    isTargetOfBare: false,
  },
  listComments,
  {
    title: 'Add a comment',
    method: 'POST',
    path: comments(seeded.written),
    body: { text: 'Prefers mornings' },
    isTargetOfBare: false,
  },
  quickSearch,
  search('Quick search of 1,000,000, thousands found', large.location, commonSurname),
  {
    title: 'Read a client',
    method: 'GET',
    path: `/client/${large.location}/${seeded.commented}`,
    isTargetOfBare: true,
  },
  {
    title: `List ${seeded.services} services with links and images`,
    method: 'GET',
    path: `/services/${small.location}`,
    isTargetOfBare: true,
    targetShare: 0.6,
  },
  {
    title: `A month of schedules of ${seeded.members} members`,
    method: 'GET',
    path: `/company/${small.location}/staff/schedule?start_date=${seeded.month.first}&end_date=${seeded.month.last}`,
    isTargetOfBare: true,
    targetShare: 0.6,
  },
];

/** The request as it is sent. */
export const requestOf = ({ method, body }: Measured): Pick<Request, 'method' | 'body' | 'headers'> => ({
  method,
  headers: { authorization, ...(body ? { 'content-type': 'application/json' } : {}) },
  ...(body ? { body: JSON.stringify(body) } : {}),
});
