// What a realm says about itself: GET /about, and the entrances that follow from it.
import { parseConnection } from './connection';
import { clean } from './text';

export type Protocol = 'direct' | 'bff' | 'fixed';

export interface About {
  realm: string;
  version: string;
  healthy: boolean;
  accepting: boolean;
  users: number | null;
  network: string;
  /** Websocket of dcl-rpc. */
  bff: string | null;
  /** Websocket of archipelago's own packets. */
  direct: string | null;
  /** Connection string of the one room of a realm without islands. */
  fixed: string | null;
  content: string | null;
  /** All that was said, for the protocol log. */
  whole: unknown;
}

const MOST_BYTES = 256 * 1024;
const LIMIT_MS = 10_000;
const NETWORKS: Record<string, string> = { 1: 'mainnet', 5: 'goerli', 11155111: 'sepolia' };

/** `http(s)://host[/path]` without a slash at the end; throws with words when it is something else. */
export function realmUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new Error('A realm is an address such as https://realm.example.org.');
  }
  if (!/^https?:$/.test(url.protocol) || url.search || url.hash || url.username)
    throw new Error('A realm is an http:// or https:// address without user name and query.');
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

/** Asks the realm. Throws an Error with words. */
export async function discover(realm: string): Promise<About> {
  let response: Response;
  try {
    response = await fetch(`${realm}/about`, { signal: AbortSignal.timeout(LIMIT_MS), credentials: 'omit' });
  } catch {
    throw new Error(`${realm}/about does not answer.`);
  }
  const text = await response.text();
  if (text.length > MOST_BYTES) throw new Error('/about is larger than any realm needs.');
  return parseAbout(text, realm);
}

/** Reads the answer of `realm`, which may be anything. */
export function parseAbout(text: string, realm: string): About {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    throw new Error('/about is not JSON.');
  }
  if (!isObject(whole)) throw new Error('/about is not an object.');
  const comms = inside(whole, 'comms');
  const bff = inside(whole, 'bff');
  const configurations = inside(whole, 'configurations');
  const adapter = words(comms['adapter'], 2048) ?? words(comms['fixedAdapter'], 2048);
  const connection = adapter === null ? null : parseConnection(adapter);
  const users = comms['usersCount'];
  return {
    realm: clean(words(configurations['realmName'], 64) ?? '', 64) || 'a realm without a name',
    version: clean(words(comms['version'], 64) ?? '', 32),
    healthy: whole['healthy'] === true,
    accepting: whole['acceptingUsers'] !== false,
    users: typeof users === 'number' && users >= 0 ? Math.floor(users) : null,
    network: NETWORKS[String(configurations['networkId'])] ?? 'unknown',
    bff: bff['healthy'] === true ? rpcUrl(words(bff['publicUrl'], 1024) ?? '/bff', realm) : null,
    direct: connection?.kind === 'archipelago' ? connection.url : null,
    fixed: connection && connection.kind !== 'archipelago' ? adapter : null,
    content: words(inside(whole, 'content')['publicUrl'], 1024),
    whole,
  };
}

/** The entrances, the best first. */
export function entrances(about: About): Protocol[] {
  const found: Protocol[] = [];
  if (about.direct !== null) found.push('direct');
  if (about.bff !== null) found.push('bff');
  if (about.fixed !== null) found.push('fixed');
  return found;
}

function rpcUrl(publicUrl: string, realm: string): string | null {
  const base = /^https?:/i.test(publicUrl) ? publicUrl : `${realm}/${publicUrl.replace(/^\/+/, '')}`;
  try {
    return `${realmUrl(base)}/rpc`.replace(/^http/, 'ws');
  } catch {
    return null;
  }
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const inside = (whole: Json, key: string): Json => {
  const value = whole[key];
  return isObject(value) ? value : {};
};
const words = (value: unknown, most: number): string | null =>
  typeof value === 'string' && value.length <= most ? value : null;
