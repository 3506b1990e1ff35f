// Our gateway in the place of a known connector or BFF: official clients at its doors, stand-ins of the known services behind.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { JoinIslandMessage } from '@dcl/protocol/out-js/decentraland/kernel/comms/v3/archipelago.gen.js';
import { BffPlayer } from './lib/bff.mjs';
import { Cluster } from './lib/cluster.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { livekitString } from './lib/known.mjs';
import { KnownArchipelago, KnownBff } from './lib/known-bff.mjs';
import { KnownConnector, KnownCore, KnownStats } from './lib/known-today.mjs';
import { FakeHost, environment } from './lib/livekit.mjs';
import { NatsServer, WITHOUT_NATS } from './lib/nats-server.mjs';
import { Realm } from './lib/realm.mjs';
import { endsWith } from './lib/reasons.mjs';
import { RoomMember } from './lib/room.mjs';
import { together } from './lib/together.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

const ROOMS = { ARCHIPELAGO_ROOMS_SECRET: 'nobody else has rooms here' };

/** A gateway of ours alone beside stand-ins that join before or, by `join`, later: `act({gateway, join, nats}, ...services)`. */
async function gatewayBeside(services, { dialect, env = {} }, act) {
  const beside = [];
  await NatsServer.during(async (nats) => {
    const join = async (service, options) => {
      beside.push(await service.join(nats, options));
      return beside.at(-1);
    };
    const args = ['--role', 'gateway', '--nats', nats.url, '--nats-dialect', dialect];
    const gateway = await Realm.start({ args, env: { ...ROOMS, ...env } });
    try {
      for (const service of services) await join(service);
      await act({ gateway, join, nats }, ...beside);
      for (const { unreadable } of beside) assert.deepEqual(unreadable, []);
    } finally {
      await Promise.all([gateway.stop('SIGKILL'), ...beside.map((service) => service.leave())]);
    }
  });
}

/** What a known core has told: nothing of it is changed on the way. */
function isOf(told, player, others = []) {
  assert.equal(told.connStr, livekitString(told.islandId, player.address));
  assert.deepEqual(Object.keys(told.peers).sort(), [player, ...others].map(({ address }) => address).sort());
}

const isReady = (gateway) => until(async () => (await gateway.json('/about')).healthy, 'the realm is healthy');

describe('a gateway of ours', { skip: WITHOUT_NATS }, () => {
  test('Official clients get the islands of a known core, word for word', () =>
    gatewayBeside([KnownCore], { dialect: 'today' }, async ({ gateway }, core) => {
      await isReady(gateway);
      const [ann, bob] = await Promise.all((await newWallets(2)).map((wallet) => DirectPlayer.login(gateway, wallet)));
      await ann.stand(1, 2);
      isOf(await ann.island(), ann);
      await bob.stand(3, 4);
      const told = await bob.island();
      isOf(told, bob, [ann]);
      assert.deepEqual(told.peers[ann.address], { x: 1, y: 0, z: 2 });
      await bob.stand(503, 4);
      const moved = await bob.island();
      isOf(moved, bob);
      assert.equal(moved.fromIslandId, told.islandId);
      await bob.leave();
      await until(() => !core.squares.peers.has(bob.address), 'the known core hears that bob is gone');
      assert.ok(core.squares.peers.has(ann.address));
    }));

  test('/about is healthy once a known core tells of itself, and counts as it does', () =>
    gatewayBeside([], { dialect: 'today' }, async ({ gateway, join }) => {
      const alone = await gateway.json('/about');
      assert.deepEqual([alone.healthy, alone.comms.healthy, alone.comms.usersCount], [false, false, 0]);
      await join(KnownCore, { discoveryMs: 100 });
      await isReady(gateway);
      const connector = await join(KnownConnector);
      const [ann, bob, eve] = [connector.login(), connector.login(), await DirectPlayer.login(gateway, await newWallet())];
      ann.stand(0, 0);
      bob.stand(1, 1);
      await eve.stand(2, 2);
      isOf(await eve.island('eve is with both', (told) => Object.keys(told.peers).length === 3), eve, [ann, bob]);
      await until(async () => (await gateway.json('/about')).comms.usersCount === 3, 'players of other connectors count');
      ann.leave();
      bob.leave();
      await until(async () => (await gateway.json('/about')).comms.usersCount === 1, 'and then not');
    }));

  test('Players of a known connector and of ours meet on an island of a known core', () =>
    gatewayBeside([KnownCore, KnownConnector], { dialect: 'today' }, async ({ gateway }, core, connector) => {
      await isReady(gateway);
      const [ann, bob] = [connector.login(), await DirectPlayer.login(gateway, await newWallet())];
      ann.stand(0, 0);
      await ann.island();
      await bob.stand(1, 1);
      isOf(await bob.island(), bob, [ann]);
      const wallet = bob.wallet;
      const again = await DirectPlayer.login(gateway, wallet);
      await endsWith(bob.closed, 'replaced');
      await again.stand(1, 1);
      isOf(await again.island(), again, [ann]);
      assert.equal(core.squares.peers.size, 2);
    }));

  test('Explorers of 2023 get the islands of a known archipelago over RPC, and hear who joins', () =>
    gatewayBeside([KnownArchipelago], { dialect: 'bff' }, async ({ gateway }, archipelago) => {
      await isReady(gateway);
      const [ann, bob] = await Promise.all((await newWallets(2)).map((wallet) => BffPlayer.login(gateway, wallet)));
      await ann.stand(0, 0);
      const told = await ann.island();
      isOf(told, ann);
      const { comms } = ann.connection;
      const subscription = await within(comms.subscribeToSystemMessages({ topic: `island.${told.islandId}.peer_join` }), 'a subscription');
      const joins = comms.getSystemMessages(subscription);
      const join = joins.next();
      await bob.stand(10, 0);
      isOf(await bob.island(), bob, [ann]);
      const { value } = await within(join, 'the join');
      assert.deepEqual(JoinIslandMessage.decode(value.payload), { islandId: told.islandId, peerId: bob.address });
      await bob.leave();
      await until(() => !archipelago.squares.peers.has(bob.address), 'the known archipelago hears that bob is gone');
    }));

  test('What explorers say on a topic passes between a known BFF and ours, both ways, byte for byte', () =>
    gatewayBeside([KnownBff], { dialect: 'bff' }, async ({ gateway }, bff) => {
      const [ann, bob] = [await BffPlayer.login(gateway, await newWallet()), await bff.login()];
      const there = await bff.listen('garden.party');
      const { comms } = ann.connection;
      const here = comms.getPeerMessages(await within(comms.subscribeToPeerMessages({ topic: 'garden.party' }), 'a subscription'));
      const payload = randomBytes(5_000);
      await within(comms.publishToTopic({ topic: 'garden.party', payload }), 'PublishToTopic');
      const heard = await there.take('what ann says');
      assert.deepEqual([heard.sender, Buffer.from(heard.payload)], [ann.address, payload]);
      assert.equal((await within(here.next(), 'what ann said herself')).value.sender, ann.address);
      bff.say(bob, 'garden.party', payload);
      const { value } = await within(here.next(), 'what bob says');
      assert.deepEqual([value.sender, value.topic, Buffer.from(value.payload)], [bob.address, 'garden.party', payload]);
    }));

  test('Today\'s clients get the islands of a known archipelago, too', () =>
    gatewayBeside([KnownArchipelago], { dialect: 'bff' }, async ({ gateway }) => {
      await isReady(gateway);
      const player = await DirectPlayer.login(gateway, await newWallet());
      await player.stand(0, 0);
      isOf(await player.island(), player);
    }));

  test('Explorers of 2023 get the islands of today\'s known core, too', () =>
    gatewayBeside([KnownCore], { dialect: 'today' }, async ({ gateway }) => {
      await isReady(gateway);
      const player = await BffPlayer.login(gateway, await newWallet());
      await player.stand(0, 0);
      isOf(await player.island(), player);
    }));

  test('A core of ours that comes beside a known one takes over the players where they are, and then the known one may go', () =>
    gatewayBeside([KnownCore], { dialect: 'today' }, async ({ gateway, nats }, known) => {
      await isReady(gateway);
      const [ann, bob] = await Promise.all((await newWallets(2)).map((wallet) => DirectPlayer.login(gateway, wallet)));
      await ann.stand(0, 0);
      const { islandId } = await ann.island();
      const host = await FakeHost.start();
      host.server.unref();
      const args = ['--role', 'core', '--nats', nats.url];
      await Realm.during({ args, env: { ...ROOMS, ...environment(host.url) } }, async (core) => {
        await until(() => core.metric('archipelago_cluster_leading'), 'the core of ours leads');
        await until(async () => {
          await ann.stand(0, 0);
          return (await core.metric('archipelago_cluster_adopted_total')) === 1;
        }, 'it knows ann', { every: 250 });
        await known.leave();
        await bob.stand(10, 0);
        const told = await bob.island('bob is told by ours', ({ connStr }) => connStr.startsWith(`livekit:${host.url}`));
        assert.equal(told.islandId, islandId);
        assert.deepEqual(Object.keys(told.peers).sort(), [ann.address, bob.address].sort());
        assert.equal(ann.connection.packets.waiting.length, 0, 'ann was told nothing');
      });
    }));

  test('Known statistics see the players of our gateways and the islands of our core, if heartbeats are not batched', () =>
    Cluster.during({ gateways: 2, env: { ARCHIPELAGO_NATS_BATCHES: 'false' } }, async ({ nats, gateways: [left, right] }) => {
      const stats = await KnownStats.join(nats);
      try {
        const wallets = await newWallets(2);
        const [ann, bob] = [await DirectPlayer.login(left, wallets[0]), await DirectPlayer.login(right, wallets[1])];
        await ann.stand(-20, 40);
        await bob.stand(-21, 41);
        const [{ islandId, connStr }] = await together(ann, bob);
        await (await RoomMember.enter(connStr, wallets[0])).leave();
        await until(() => stats.islands().islands[0]?.peers.length === 2, 'statistics of the island');
        assert.equal(stats.islands().islands[0].id, islandId);
        assert.deepEqual(stats.parcels(), { parcels: [{ peersCount: 2, parcel: { x: -2, y: 2 } }] });
        await until(() => stats.coreStatus().healthy && stats.coreStatus().userCount === 2, 'the status of the core');
        await bob.leave();
        await until(() => stats.peers().peers.length === 1, 'bob is gone');
        assert.deepEqual(stats.unreadable, []);
      } finally {
        await stats.leave();
      }
    }));
});
