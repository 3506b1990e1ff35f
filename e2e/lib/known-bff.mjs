// Stand-ins for the services of the BFF era (explorer-bff, archipelago-service): client-proto.*, peer.*, service.discovery.
import { Heartbeat } from '@dcl/protocol/out-js/decentraland/bff/comms_director_service.gen.js';
import {
  IslandChangedMessage,
  IslandStatusMessage,
  JoinIslandMessage,
  LeftIslandMessage,
} from '@dcl/protocol/out-js/decentraland/kernel/comms/v3/archipelago.gen.js';
import { Known, MadeUpPlayer, Squares, livekitString, strictly } from './known.mjs';
import { Inbox } from './wait.mjs';

/** explorer-bff: has players' RPC sessions, here made-up ones that subscribe to their islands as explorers do. */
export class KnownBff extends Known {
  /** JoinIslandMessages of all islands, with the island that their subject names. */
  joins = new Inbox();
  #heard = 0;
  #status = {};

  begin() {
    this.on('service.discovery', (message) => this.#discovered(message.json()));
    this.on('client-proto.island.*.peer_join', ({ subject, data }) =>
      this.joins.push({ island: subject.split('.')[2], ...strictly(JoinIslandMessage, data) }),
    );
  }

  #discovered({ serverName, status }) {
    if (serverName !== 'archipelago' || typeof status !== 'object') throw new Error(`not a discovery: ${serverName}`);
    this.#heard = Date.now();
    this.#status = status;
  }

  /** What /about says of the islands. */
  about() {
    return { healthy: Date.now() - this.#heard < 60_000, ...this.#status };
  }

  async login(address) {
    const player = new MadeUpPlayer(this, address);
    player.topic = this.on(`client-proto.${player.address}.island_changed`, ({ data }) =>
      player.islands.push(strictly(IslandChangedMessage, data)),
    );
    this.publish(`peer.${player.address}.connect`);
    await this.nats.flush();
    return player;
  }

  heartbeat(player, beat) {
    this.say(player, 'heartbeat', Heartbeat.encode(Heartbeat.fromPartial(beat)).finish());
  }

  /** PublishToTopic */
  say({ address }, topic, payload) {
    this.publish(`client-proto.peer.${address}.${topic}`, payload);
  }

  /** SubscribeToPeerMessages: what anybody says on that topic, {sender, payload}. */
  async listen(topic) {
    const heard = new Inbox();
    this.on(`client-proto.peer.*.${topic}`, ({ subject, data }) => heard.push({ sender: subject.split('.')[2], payload: data }));
    await this.nats.flush();
    return heard;
  }

  logout({ address, topic }) {
    topic.unsubscribe();
    this.publish(`peer.${address}.disconnect`);
  }
}

/** archipelago-service: makes the islands, here by the simplest rule. */
export class KnownArchipelago extends Known {
  squares = new Squares();

  begin({ flushMs = 100, discoveryMs = 10_000, islandsMs = 120_000, commitHash = 'known' } = {}) {
    this.commitHash = commitHash;
    for (const subject of ['peer.*.connect', 'peer.*.disconnect'])
      this.on(subject, (message) => this.#leave(message.subject.split('.')[1]));
    this.on('client-proto.peer.*.heartbeat', ({ subject, data }) => {
      const { position } = strictly(Heartbeat, data);
      if (position) this.squares.stand(subject.split('.')[2], position);
    });
    this.every(flushMs, () => this.#flush());
    this.#discover();
    this.every(discoveryMs, () => this.#discover());
    this.every(islandsMs, () => this.#tellIslands());
  }

  #leave(peerId) {
    const islandId = this.squares.leave(peerId);
    if (islandId) this.publish(`client-proto.island.${islandId}.peer_left`, LeftIslandMessage.encode({ islandId, peerId }).finish());
  }

  #flush() {
    for (const { address, to, from } of this.squares.settle()) {
      const peers = this.squares.positionsOn(to);
      const told = { islandId: to, connStr: livekitString(to, address), fromIslandId: from, peers };
      this.publish(`client-proto.${address}.island_changed`, IslandChangedMessage.encode(IslandChangedMessage.fromPartial(told)).finish());
      const join = JoinIslandMessage.encode({ islandId: to, peerId: address }).finish();
      this.publish(`client-proto.island.${to}.peer_join`, join);
    }
  }

  #tellIslands() {
    this.publish('archipelago.islands', IslandStatusMessage.encode(IslandStatusMessage.fromPartial(this.squares.status())).finish());
  }

  /** JSON, and without a number of players: that came later. */
  #discover() {
    const status = { currentTime: Date.now(), commitHash: this.commitHash };
    this.publish('service.discovery', JSON.stringify({ serverName: 'archipelago', status }));
  }
}
