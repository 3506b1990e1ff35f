// A login at a realm, whatever the protocol: who I am, where I stand, and which island that makes.
import type { AuthLink } from './identity';
import type { ProtocolLog } from './log';
import type { Ending } from './reasons';
import type { Place } from './walker';

export interface IslandChange {
  id: string;
  connection: string;
  from: string | null;
  /** Address -> where it stood; the receiver among them. */
  peers: Map<string, Place>;
}

export interface SessionEvents {
  island(change: IslandChange): void;
  /** Once, after the session was opened; not after `close`. */
  ended(why: Ending): void;
}

export interface Challenge {
  text: string;
  alreadyConnected: boolean;
}

/** In this order: challenge, authenticate, then heartbeats. What fails throws an Ending or an Error. */
export interface Session {
  challenge(address: string): Promise<Challenge>;
  /** The name under which the realm knows the visitor. */
  authenticate(chain: AuthLink[]): Promise<string>;
  /** `island`: where the visitor would like to be, if it has a choice. */
  heartbeat(at: Place, island?: string): void;
  close(): void;
}

export type OpenSession = (url: string, log: ProtocolLog, events: SessionEvents) => Promise<Session>;

const MOST_PEERS = 4_096;

/** The wire's message as ours, bounded. */
export function islandChange(message: {
  islandId: string;
  connStr: string;
  fromIslandId?: string | undefined;
  peers: Record<string, Place>;
}): IslandChange {
  const peers = new Map<string, Place>();
  for (const [address, { x, z }] of Object.entries(message.peers)) {
    if (peers.size === MOST_PEERS) break;
    peers.set(address.toLowerCase(), { x, z });
  }
  return { id: message.islandId, connection: message.connStr, from: message.fromIslandId ?? null, peers };
}
