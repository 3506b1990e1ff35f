// Connection strings: where a room is, and how it is spoken to. `<protocol>:<parameters>`, split at the first colon.

export type Connection =
  | { kind: 'ws-room'; url: string }
  | { kind: 'livekit'; url: string; token: string; claims: Record<string, unknown> | null }
  | { kind: 'signed-login'; url: string }
  | { kind: 'offline' }
  | { kind: 'simulator'; people: number; seed: number }
  | { kind: 'archipelago'; url: string }
  | { kind: 'unknown'; protocol: string };

const MOST_WRAPPERS = 4;
const PEOPLE = { usual: 10, most: 100 };

/** Never throws: what is not understood is `unknown`. `fixed-adapter:` around it is taken off. */
export function parseConnection(text: string): Connection {
  let rest = text.trim();
  for (let i = 0; i < MOST_WRAPPERS; ++i) {
    const colon = rest.indexOf(':');
    const protocol = (colon < 0 ? rest : rest.slice(0, colon)).toLowerCase();
    const parameters = colon < 0 ? '' : rest.slice(colon + 1);
    if (protocol !== 'fixed-adapter' && !parameters.startsWith('archipelago:')) return read(protocol, parameters);
    rest = parameters;
  }
  return { kind: 'unknown', protocol: 'fixed-adapter' };
}

function read(protocol: string, parameters: string): Connection {
  const unknown: Connection = { kind: 'unknown', protocol: protocol.slice(0, 32) };
  switch (protocol) {
    case 'offline':
      return { kind: 'offline' };
    case 'simulator':
      return { kind: 'simulator', ...simulated(parameters) };
    case 'ws-room': {
      const url = websocketUrl(parameters);
      return url === null ? unknown : { kind: 'ws-room', url };
    }
    case 'archipelago': {
      const url = websocketUrl(parameters);
      return url === null ? unknown : { kind: 'archipelago', url };
    }
    case 'signed-login': {
      const url = urlOf(parameters);
      return url && /^https?:$/.test(url.protocol) ? { kind: 'signed-login', url: url.href } : unknown;
    }
    case 'livekit': {
      const url = urlOf(parameters);
      if (!url) return unknown;
      const token = url.searchParams.get('access_token') ?? '';
      return { kind: 'livekit', url: url.origin + url.pathname, token, claims: claimsOf(token) };
    }
    default:
      return unknown;
  }
}

function urlOf(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function websocketUrl(text: string): string | null {
  const url = urlOf(/^[a-z]+:\/\//i.test(text) ? text : `wss://${text}`);
  return url && /^wss?:$/.test(url.protocol) && url.host ? url.href : null;
}

/** `<people>[/<seed>]`; anything else means the usual company. */
function simulated(parameters: string): { people: number; seed: number } {
  const [, people, seed] = /^(\d{1,4})(?:\/(\d{1,9}))?$/.exec(parameters) ?? [];
  return { people: Math.min(Math.max(Number(people ?? PEOPLE.usual), 1), PEOPLE.most), seed: Number(seed ?? 1) };
}

/** What an access token says, unverified; null when it is not a JWT. */
export function claimsOf(token: string): Record<string, unknown> | null {
  const [, body] = token.split('.');
  if (!body || body.length > 16_384) return null;
  try {
    const bytes = Uint8Array.from(atob(body.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
