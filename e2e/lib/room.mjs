// A member of an island's room: RFC-5 around RFC-4 packets, official types, subprotocol rfc5.
import { WsPacket } from '@dcl/protocol/out-js/decentraland/kernel/comms/rfc5/ws_comms.gen.js';
import { Packet } from '@dcl/protocol/out-js/decentraland/kernel/comms/rfc4/comms.gen.js';
import { decoded, dial } from './dial.mjs';

export const encodeRoom = (message) => WsPacket.encode({ message }).finish();
export const identification = (address) => encodeRoom({ $case: 'peerIdentification', peerIdentification: { address } });
export const signedForRoom = (chain) =>
  encodeRoom({
    $case: 'signedChallengeForServer',
    signedChallengeForServer: { authChainJson: typeof chain === 'string' ? chain : JSON.stringify(chain) },
  });
export const update = (body, unreliable = false) =>
  encodeRoom({ $case: 'peerUpdateMessage', peerUpdateMessage: { fromAlias: 0, body, unreliable } });

/** The websocket URL of a `ws-room:` connection string. */
export function roomUrl(connectionString) {
  const at = connectionString.indexOf(':');
  const protocol = connectionString.slice(0, at);
  if (protocol !== 'ws-room') throw new Error(`not a ws-room: ${connectionString}`);
  const url = connectionString.slice(at + 1);
  return /^wss?:/.test(url) ? url : `wss://${url}`;
}

/** A websocket to a room; nobody is logged in yet. */
export class RoomConnection {
  static async open(url, options = {}) {
    const connection = new RoomConnection();
    const line = await dial(url, options.subprotocols ?? ['rfc5'], options.socket ?? {});
    connection.line = line;
    connection.closed = line.closed;
    connection.packets = decoded(line, (bytes) => WsPacket.decode(bytes).message);
    return connection;
  }

  send(bytes) {
    this.line.send(bytes);
  }

  async next(kind, matches = () => true) {
    const packet = await this.packets.take(
      `a ${kind} packet from the room`,
      (message) => message?.$case === kind && matches(message[kind]),
    );
    return packet[kind];
  }

  async challenge(address) {
    this.send(identification(address));
    return this.next('challengeMessage');
  }

  hangUp() {
    return this.line.hangUp();
  }
}

export class RoomMember {
  /** Enters the room of a connection string. @param {import('./wallet.mjs').Wallet} wallet */
  static async enter(connectionString, wallet, options = {}) {
    const member = new RoomMember();
    const connection = await RoomConnection.open(roomUrl(connectionString), options);
    const { challengeToSign } = await connection.challenge(wallet.address);
    connection.send(signedForRoom(wallet.sign(challengeToSign)));
    const { alias, peerIdentities } = await connection.next('welcomeMessage');
    return Object.assign(member, { connection, alias, peerIdentities, closed: connection.closed });
  }

  /** Sends an RFC-4 message to everyone else and returns its bytes. */
  tell(message, { unreliable = false } = {}) {
    const body = new Uint8Array(Packet.encode({ message }).finish());
    this.connection.send(update(body, unreliable));
    return body;
  }

  /** The next update with an RFC-4 message of that kind: {from, unreliable, body, message}. */
  async hear(kind) {
    const found = await this.connection.next(
      'peerUpdateMessage',
      ({ body }) => kind === undefined || Packet.decode(body).message?.$case === kind,
    );
    const { fromAlias: from, body, unreliable } = found;
    return { from, unreliable, body, message: Packet.decode(body).message };
  }

  /** The next update as the room sent it; its body may be anything. */
  update() {
    return this.connection.next('peerUpdateMessage');
  }

  /** Waits until the room says that `alias` joined. */
  joined(alias) {
    return this.connection.next('peerJoinMessage', (join) => join.alias === alias);
  }

  /** Waits until the room says that `alias` left. */
  left(alias) {
    return this.connection.next('peerLeaveMessage', (leave) => leave.alias === alias);
  }

  leave() {
    return this.connection.hangUp();
  }
}
