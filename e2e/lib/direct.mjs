// A player over the direct protocol (/ws), as today's clients do it: official protobuf types over a websocket.
import { ClientPacket, ServerPacket } from '@dcl/protocol-today/out-js/decentraland/kernel/comms/v3/archipelago.gen.js';
import { decoded, dial } from './dial.mjs';

export const encodeClient = (message) => ClientPacket.encode({ message }).finish();
export const challengeRequest = (address) => encodeClient({ $case: 'challengeRequest', challengeRequest: { address } });
export const signedChallenge = (chain) =>
  encodeClient({
    $case: 'signedChallenge',
    signedChallenge: { authChainJson: typeof chain === 'string' ? chain : JSON.stringify(chain) },
  });
export const heartbeat = (x, y, z, desiredRoom) =>
  encodeClient({ $case: 'heartbeat', heartbeat: { position: { x, y, z }, desiredRoom } });

/** A direct connection; nobody is logged in yet. Packets wait in `packets`, decoded. */
export class DirectConnection {
  /** @param {import('./realm.mjs').Realm} realm */
  static async open(realm, options = {}) {
    const connection = new DirectConnection();
    const protocols = options.subprotocols ?? ['archipelago'];
    const line = await dial(options.url ?? realm.ws('/ws'), protocols, {
      ...realm.tlsOptions,
      ...options.socket,
    });
    connection.line = line;
    connection.closed = line.closed;
    connection.packets = decoded(line, (bytes) => ServerPacket.decode(bytes).message);
    return connection;
  }

  send(bytes) {
    this.line.send(bytes);
  }

  /** The content of the next packet of that kind. */
  async next(kind) {
    const packet = await this.packets.take(`a ${kind} packet`, (message) => message?.$case === kind);
    return packet[kind];
  }

  async challenge(address) {
    this.send(challengeRequest(address));
    return this.next('challengeResponse');
  }

  hangUp() {
    return this.line.hangUp();
  }
}

export class DirectPlayer {
  /** @param {import('./realm.mjs').Realm} realm @param {import('./wallet.mjs').Wallet} wallet */
  static async login(realm, wallet, options = {}) {
    const player = new DirectPlayer();
    const connection = await DirectConnection.open(realm, options);
    const { challengeToSign, alreadyConnected } = await connection.challenge(wallet.address);
    connection.send(signedChallenge(wallet.sign(challengeToSign)));
    const welcome = await connection.next('welcome');
    return Object.assign(player, {
      wallet,
      connection,
      alreadyConnected,
      welcome,
      address: welcome.peerId,
      closed: connection.closed,
    });
  }

  /** Tells the realm where this player stands. */
  async stand(x, z, desiredRoom) {
    this.connection.send(heartbeat(x, 0, z, desiredRoom));
  }

  /** The next island this player is told of. */
  async island(what = 'the player is put on an island', matches = () => true) {
    const packet = await this.connection.packets.take(
      what,
      (message) => message?.$case === 'islandChanged' && matches(message.islandChanged),
    );
    return packet.islandChanged;
  }

  leave() {
    return this.connection.hangUp();
  }
}
