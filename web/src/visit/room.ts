// A room: where the people of an island talk. One interface, whatever the connection string leads to.
import { parseConnection, type Connection } from './connection';
import type { Guest } from './identity';
import type { ProtocolLog } from './log';
import { ending, type Ending } from './reasons';
import { Offline } from './room-offline';
import { SignedLogin } from './room-signed';
import { Simulator } from './room-simulator';
import { WsRoom } from './room-ws';

export interface RoomEvents {
  joined(address: string): void;
  left(address: string): void;
  heard(from: string, body: Uint8Array): void;
  /** Once, after it was open; not after `leave`. */
  closed(why: Ending): void;
}

export interface Transport {
  readonly kind: Connection['kind'];
  /** Resolves when one is in; throws an Ending. */
  open(): Promise<void>;
  /** To everybody else; false when it did not go out. `unreliable`: may be dropped on the way. */
  send(body: Uint8Array, unreliable: boolean): boolean;
  leave(): void;
}

export interface RoomOrder {
  guest: Guest;
  log: ProtocolLog;
  events: RoomEvents;
}

/** Throws an Ending for what this page does not speak. `signed`: whether it may lead to a signed login. */
export function makeTransport(text: string, order: RoomOrder, signed = true): Transport {
  const connection = parseConnection(text);
  switch (connection.kind) {
    case 'ws-room':
      return new WsRoom(connection.url, order);
    case 'offline':
      return new Offline();
    case 'simulator':
      return new Simulator(connection.people, connection.seed, order.events);
    case 'signed-login':
      if (!signed) throw ending('unsupported', 'A signed login that leads to another signed login.');
      return new SignedLogin(connection.url, order, (adapter) => makeTransport(adapter, order, false));
    case 'livekit':
      throw ending('unsupported', 'This island talks over LiveKit, with voice. This page carries no voice: it shows where the room is, and does not enter it.');
    default:
      throw ending('unsupported', 'This page does not speak the protocol of that room.');
  }
}
