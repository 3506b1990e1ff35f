// LiveKit as the tests see it: the official reader of tokens, and hosts that are only asked whether they are well.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto; // the official library wants it; Node 18 has it in its module only
const { TokenVerifier } = await import('livekit-server-sdk');

export const KEY = 'devkey';
export const SECRET = 'a-secret-of-thirty-two-characters';

/** What an operator sets for these hosts. */
export const environment = (...hosts) => ({
  LIVEKIT_HOST: hosts.join(','),
  LIVEKIT_API_KEY: KEY,
  LIVEKIT_API_SECRET: SECRET,
});

/** A `livekit:` connection string: {url, token}. */
export function parsed(connectionString) {
  const [, url, token] = /^livekit:(wss?:\/\/[^?]+)\?access_token=([\w.-]+)$/.exec(connectionString) ?? [];
  assert.ok(token, `not a livekit connection string: ${connectionString.slice(0, 40)}`);
  return { url, token };
}

/** The claims of a connection string's token, as the official library verifies them. */
export async function claims(connectionString) {
  return new TokenVerifier(KEY, SECRET).verify(parsed(connectionString).token);
}

/** Something that answers GET / as LiveKit servers do. */
export class FakeHost {
  well = true;
  asked = 0;

  static async start() {
    const host = new FakeHost();
    host.server = createServer((request, response) => {
      host.asked += 1;
      response.writeHead(host.well ? 200 : 406).end(host.well ? 'OK' : 'Not Ready');
    });
    host.server.listen(0, '127.0.0.1');
    await once(host.server, 'listening');
    host.url = `ws://127.0.0.1:${host.server.address().port}`;
    return host;
  }

  stop() {
    this.server.closeAllConnections?.();
    this.server.close();
  }
}
