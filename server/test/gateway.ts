import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { json } from 'node:stream/consumers';

/** The messages that a gateway received. */
interface Received {
  headers: IncomingHttpHeaders;
  body: unknown;
}

/** Starts a gateway of messages, as operators have one. @param answer its status, for each message, by the number of messages so far */
export async function startGateway(
  answer: (count: number, message: Received) => number = () => 200,
  port = 0,
): Promise<{ url: string; received: Received[]; stop: () => Promise<void> }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const message = { headers: request.headers, body: await json(request) };
    received.push(message);
    response.statusCode = answer(received.length, message);
    response.end();
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${address.port}/messages`,
    received,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
