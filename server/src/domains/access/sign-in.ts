import type { FastifyRequest } from 'fastify';
import { Unauthorized } from '../../api/errors.ts';
import type { Read, Transact } from '../../api/write.ts';
import type { Services } from '../../platform/services.ts';
import { loginThrottle } from './login-throttle.ts';
import { passwordMatches } from './passwords.ts';
import type { TokenScope } from './tables.ts';
import { canonicalLogin, findUserByLogin, openSession, type UserRow } from './users.ts';

/** The name of the program that signs in, as sessions show it. */
export const agentOf = (request: FastifyRequest): string => (request.headers['user-agent'] ?? '').slice(0, 200);

/**
 * Signs a user in with a password. A wrong password and an unknown login get the same answer after the same work.
 * @throws Unauthorized, TooManyRequests
 */
export async function signIn(
  { db, transact }: { db: Read; transact: Transact },
  services: Services,
  request: FastifyRequest,
  { login, password, partnerId, scope }: { login: string; password: string; partnerId: number; scope: TokenScope },
): Promise<{ user: UserRow; token: string }> {
  const canonical = canonicalLogin(login);
  const takeBack = await loginThrottle(services.database).attempt(canonical, request.ip);
  const user = await findUserByLogin(db, canonical);
  const isRight = await passwordMatches(user?.passwordHash, password);
  const token = user && isRight ? await openSession(transact, user, { partnerId, note: agentOf(request), scope }) : undefined;
  if (!user || !token) throw new Unauthorized('Wrong login or password.');
  await takeBack();
  return { user, token };
}
