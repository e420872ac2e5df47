import type { FastifyRequest } from 'fastify';
import type { Config } from '../platform/config.ts';

/** The public address of this server, such as `https://foyer.example.com`: the configured one, or that of the request. */
export function publicAddress(request: Pick<FastifyRequest, 'host' | 'protocol'>, config: Pick<Config, 'publicUrl'>): string {
  if (config.publicUrl) return config.publicUrl;
  const isHost = /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(request.host);
  return isHost ? `${request.protocol}://${request.host}` : 'http://localhost';
}

/**
 * The address for links with secrets. A caller can name any host in a request, so only the demo believes it. Empty if the operator has not
 * configured one: the message has a code then, and no link.
 */
export const linkAddress = (
  request: Pick<FastifyRequest, 'host' | 'protocol'>,
  config: Pick<Config, 'publicUrl' | 'mode'>,
): string => (config.mode === 'demo' ? publicAddress(request, config) : config.publicUrl);
