// A player over the BFF, exactly as the explorer of 2023 does it: official @dcl/rpc and service definitions.
import { createRpcClient } from '@dcl/rpc';
import { loadService } from '@dcl/rpc/dist/codegen.js';
import { WebSocketTransport } from '@dcl/rpc/dist/transports/WebSocket.js';
import { BffAuthenticationServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/authentication_service.gen.js';
import {
  CommsDirectorServiceDefinition,
  Heartbeat,
} from '@dcl/protocol/out-js/decentraland/bff/comms_director_service.gen.js';
import { CommsServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/comms_service.gen.js';
import { TopicsServiceDefinition } from '@dcl/protocol/out-js/decentraland/bff/topics_service.gen.js';
import { IslandChangedMessage } from '@dcl/protocol/out-js/decentraland/kernel/comms/v3/archipelago.gen.js';
import { dialing } from './dial.mjs';
import { Inbox, within } from './wait.mjs';

/** A connection to the BFF with one port and the official services on it. Nobody is logged in yet. */
export class BffConnection {
  /**
   * @param {import('./realm.mjs').Realm} realm
   * @param {{url?: string, port?: string, socket?: object}} [options]
   */
  static async open(realm, options = {}) {
    const connection = new BffConnection();
    const line = dialing(options.url ?? realm.ws('/bff/rpc'), ['bff'], {
      ...realm.tlsOptions,
      ...options.socket,
    });
    connection.line = line;
    connection.closed = line.closed;
    connection.client = await within(createRpcClient(WebSocketTransport(line.socket)), 'the RPC client connects');
    await connection.usePort(options.port ?? 'kernel');
    return connection;
  }

  /** Makes (or takes again) the port of that name the one that the services below are called on. */
  async usePort(name) {
    this.port = await within(this.client.createPort(name), `port ${name}`);
    this.authentication = loadService(this.port, BffAuthenticationServiceDefinition);
  }

  /** The services that exist once somebody is logged in. */
  useServices() {
    this.comms = loadService(this.port, CommsServiceDefinition);
    this.topics = loadService(this.port, TopicsServiceDefinition);
  }

  /** In the protocol, but not offered by every server: loaded when it is asked for. */
  get director() {
    return loadService(this.port, CommsDirectorServiceDefinition);
  }

  async challenge(address) {
    return within(this.authentication.getChallenge({ address }), 'GetChallenge is answered');
  }

  async authenticate(chain) {
    const authChainJson = typeof chain === 'string' ? chain : JSON.stringify(chain);
    return within(this.authentication.authenticate({ authChainJson }), 'Authenticate is answered');
  }

  hangUp() {
    return this.line.hangUp();
  }
}

export class BffPlayer {
  /** IslandChangedMessage of every island this player was told of and nobody took yet. */
  islands = new Inbox();

  /**
   * Logs in and listens for islands.
   * @param {import('./realm.mjs').Realm} realm
   * @param {import('./wallet.mjs').Wallet} wallet
   */
  static async login(realm, wallet, options = {}) {
    const player = new BffPlayer();
    const connection = await BffConnection.open(realm, options);
    const { challengeToSign, alreadyConnected } = await connection.challenge(wallet.address);
    const welcome = await connection.authenticate(wallet.sign(challengeToSign));
    connection.useServices();
    Object.assign(player, { wallet, connection, alreadyConnected, welcome, closed: connection.closed });
    player.address = welcome.peerId;
    await player.#listen();
    return player;
  }

  async #listen() {
    const { comms } = this.connection;
    const topic = `${this.address}.island_changed`;
    const subscription = await within(comms.subscribeToSystemMessages({ topic }), 'the subscription to islands');
    const pump = async () => {
      for await (const { payload } of comms.getSystemMessages(subscription))
        this.islands.push(IslandChangedMessage.decode(payload));
    };
    pump().catch(() => {}); // the stream ends with an error when the socket does
  }

  /** Tells the realm where this player stands; `publishToTopic` as the explorer does. */
  async stand(x, z, desiredRoom) {
    const payload = Heartbeat.encode(Heartbeat.fromPartial({ position: { x, y: 0, z }, desiredRoom })).finish();
    const { ok } = await within(this.connection.comms.publishToTopic({ topic: 'heartbeat', payload }), 'a heartbeat');
    if (!ok) throw new Error('the heartbeat was not published');
  }

  /** The next island this player is told of. */
  island(what = 'the player is put on an island', matches) {
    return this.islands.take(what, matches);
  }

  leave() {
    return this.connection.hangUp();
  }
}
