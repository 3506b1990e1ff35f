// A room behind a signed request: POST with a signature, and the answer says where the room is.
import type { AuthLink } from './identity';
import { ending, type Ending } from './reasons';
import type { RoomOrder, Transport } from './room';
import { clean } from './text';

const METADATA = JSON.stringify({ intent: 'dcl:explorer:comms-handshake', signer: 'dcl:explorer', isGuest: true });
const LIMIT_MS = 10_000;
const MOST_BYTES = 64 * 1024;

/** The headers of a signed fetch. `path`: without query and host. */
export function signedHeaders(sign: (text: string) => AuthLink[], method: string, path: string, now: number): Record<string, string> {
  const chain = sign(`${method}:${path}:${now}:${METADATA}`.toLowerCase());
  return {
    ...Object.fromEntries(chain.map((link, i) => [`x-identity-auth-chain-${i}`, JSON.stringify(link)])),
    'x-identity-timestamp': String(now),
    'x-identity-metadata': METADATA,
  };
}

export class SignedLogin implements Transport {
  readonly kind = 'signed-login';
  private room: Transport | null = null;
  private left = false;

  constructor(
    private readonly url: string,
    private readonly order: RoomOrder,
    private readonly make: (adapter: string) => Transport,
  ) {}

  async open(): Promise<void> {
    const adapter = await this.ask();
    if (this.left) return;
    this.room = this.make(adapter);
    await this.room.open();
  }

  send(body: Uint8Array, unreliable: boolean): boolean {
    return this.room?.send(body, unreliable) ?? false;
  }

  leave(): void {
    this.left = true;
    this.room?.leave();
  }

  /** The connection string that the realm gives for the signature. */
  private async ask(): Promise<string> {
    const { pathname } = new URL(this.url);
    const headers = signedHeaders((text) => this.order.guest.sign(text), 'POST', pathname, Date.now());
    this.order.log.add('out', 'http', `POST ${pathname}`, headers);
    let response: Response;
    try {
      response = await fetch(this.url, { method: 'POST', headers, credentials: 'omit', signal: AbortSignal.timeout(LIMIT_MS) });
    } catch {
      throw ending('upstream_failed', 'The signed login does not answer.');
    }
    const text = (await response.text()).slice(0, MOST_BYTES);
    const answer = objectOf(text);
    this.order.log.add('in', 'http', `answer ${response.status}`, answer);
    const adapter = answer['fixedAdapter'];
    if (response.status === 200 && typeof adapter === 'string') return adapter;
    throw refusal(response.status, answer['message']);
  }
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function refusal(status: number, message: unknown): Ending {
  const reasons: Record<number, string> = { 401: 'bad_signature', 403: 'banned', 429: 'rate_limited' };
  const reason = reasons[status] ?? (status >= 500 || status === 200 ? 'upstream_failed' : 'bad_request');
  const found = ending(reason);
  return typeof message === 'string' ? { ...found, words: `${found.words} It says: “${clean(message, 200)}”` } : found;
}
