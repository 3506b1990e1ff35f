// Our core in the place of a known one: stand-ins of the known services beside it, which know nothing of ours.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Cluster } from './lib/cluster.mjs';
import { madeUpAddress } from './lib/known.mjs';
import { KnownBff } from './lib/known-bff.mjs';
import { KnownConnector, KnownStats } from './lib/known-today.mjs';
import { FakeHost, claims, environment, parsed } from './lib/livekit.mjs';
import { WITHOUT_NATS } from './lib/nats-server.mjs';
import { together } from './lib/together.mjs';
import { until } from './lib/wait.mjs';

/** A core of ours alone, configured as a known one is, beside stand-ins: `act({nats, core, host}, ...services)`. */
async function coreBeside(services, { dialect, env = {}, nats }, act) {
  const host = await FakeHost.start();
  const given = { ...environment(host.url), ARCHIPELAGO_NATS_DIALECT: dialect, ...env };
  try {
    await Cluster.during({ gateways: 0, rooms: 0, env: given, nats }, async (cluster) => {
      const beside = await Promise.all(services.map((service) => service.join(cluster.nats)));
      try {
        await act({ nats: cluster.nats, core: cluster.cores[0], host }, ...beside);
        for (const { unreadable } of beside) assert.deepEqual(unreadable, []);
      } finally {
        await Promise.all(beside.map((service) => service.leave()));
      }
    });
  } finally {
    host.stop();
  }
}

const on = (stats, address) => stats.islands().islands.find(({ peers }) => peers.some(({ id }) => id === address));

/** The islands of a connector's players, and what statistics make of them. */
async function dayOfTheConnector({ host }, connector, stats) {
  const [ann, bob, eve] = [connector.login(), connector.login(), connector.login()];
  ann.stand(1, 2);
  bob.stand(9, 8);
  eve.stand(5_000, 5_000);
  const [toldAnn, toldBob] = await together(ann, bob);
  const [last] = [toldAnn, toldBob].filter(({ peers }) => Object.keys(peers).length === 2);
  assert.deepEqual(last.peers, { [ann.address]: { x: 1, y: 0, z: 2 }, [bob.address]: { x: 9, y: 0, z: 8 } });
  const toldEve = await eve.island();
  assert.notEqual(toldEve.islandId, toldAnn.islandId);
  assert.equal(toldEve.fromIslandId, undefined);
  for (const [player, told] of [[ann, toldAnn], [bob, toldBob], [eve, toldEve]]) {
    assert.equal(parsed(told.connStr).url, host.url);
    const { sub, video } = await claims(told.connStr);
    assert.deepEqual([sub, video.room], [player.address, told.islandId]);
  }

  await until(() => on(stats, bob.address)?.peers.length === 2 && on(stats, eve.address), 'statistics of the islands');
  const { center, maxPeers, radius } = on(stats, ann.address);
  assert.deepEqual([center, maxPeers, radius], [[5, 0, 5], 100, 5]);
  await until(() => stats.coreStatus().userCount === 3, 'the core tells how many there are');
  assert.equal(stats.coreStatus().healthy, true);

  eve.stand(4, 4);
  const back = await eve.island('eve comes back', ({ islandId }) => islandId === toldAnn.islandId);
  assert.equal(back.fromIslandId, toldEve.islandId);
  assert.deepEqual(Object.keys(back.peers).sort(), [ann, bob, eve].map(({ address }) => address).sort());
  bob.leave();
  await until(() => on(stats, ann.address).peers.length === 2, 'bob is gone');
  ann.leave();
  eve.leave();
  await until(() => stats.islands().islands.length === 0, 'no island is left');
}

const TODAY = [KnownConnector, KnownStats];

// Most of the time goes by until a core tells of itself again.
describe('a core of ours', { skip: WITHOUT_NATS, concurrency: 4 }, () => {
  test('It makes the islands of a known connector, and known statistics see them', () =>
    coreBeside(TODAY, { dialect: 'today' }, dayOfTheConnector));

  test('It does so on a NATS server without JetStream, if it is told that it is the only one', () =>
    coreBeside(TODAY, { dialect: 'today', env: { ARCHIPELAGO_NATS_STANDBY: 'false' }, nats: { jetstream: false } }, dayOfTheConnector));

  test('Whoever falls silent leaves, and comes back with the next heartbeat', () =>
    coreBeside(TODAY, { dialect: 'today', env: { CHECK_HEARTBEAT_INTERVAL: '1500' } }, async (_, connector, stats) => {
      const player = connector.login();
      player.stand(0, 0);
      const { islandId } = await player.island();
      await until(() => on(stats, player.address), 'statistics of the island');
      player.fallSilent();
      await until(() => !on(stats, player.address), 'the silent player is on no island');
      player.stand(0, 0);
      const again = await player.island();
      assert.notEqual(again.islandId, islandId);
    }));

  test('A heartbeat without a position has no effect, and one with a wish has', () =>
    coreBeside(TODAY, { dialect: 'today' }, async (_, connector) => {
      const [ann, bob] = [connector.login(), connector.login()];
      connector.heartbeat(ann, {});
      bob.stand(0, 0);
      const { islandId, peers } = await bob.island();
      assert.deepEqual(Object.keys(peers), [bob.address]);
      ann.stand(3_000, 0, islandId);
      const told = await ann.island('ann is where she wishes to be', (it) => it.islandId === islandId);
      assert.deepEqual(Object.keys(told.peers).sort(), [ann.address, bob.address].sort());
    }));

  test('It makes the islands of a known BFF, which hears of it and of who joins', () =>
    coreBeside([KnownBff], { dialect: 'bff' }, async ({ host }, bff) => {
      await until(() => bff.about().healthy, 'the BFF hears of the core');
      const [ann, bob] = [await bff.login(), await bff.login()];
      ann.stand(0, 0);
      bob.stand(10, 0);
      const told = await together(ann, bob);
      for (const [i, player] of [ann, bob].entries()) {
        assert.equal(parsed(told[i].connStr).url, host.url);
        assert.equal((await claims(told[i].connStr)).sub, player.address);
        const joins = (join) => join.peerId === player.address && join.islandId === told[i].islandId;
        assert.equal((await bff.joins.take('the join', joins)).island, told[i].islandId);
      }
      bob.leave();
      const after = await bff.login();
      after.stand(11, 0);
      const { islandId, peers } = await after.island('an island without bob', (told) => told.peers[ann.address]);
      assert.equal(islandId, told[0].islandId);
      assert.deepEqual(Object.keys(peers).sort(), [ann.address, after.address].sort());
    }));

  test('A player who connects again is told its island again', () =>
    coreBeside([KnownBff], { dialect: 'bff' }, async (_, bff) => {
      const address = madeUpAddress();
      const first = await bff.login(address);
      first.stand(0, 0);
      await first.island();
      first.fallSilent();
      const second = await bff.login(address);
      second.stand(0, 0);
      const { peers } = await second.island();
      assert.deepEqual(Object.keys(peers), [address]);
    }));

  test('Players of a known BFF and of a known connector meet on one island while a realm moves from one to the other', () =>
    coreBeside([KnownBff, KnownConnector, KnownStats], { dialect: 'both' }, async (_, bff, connector, stats) => {
      const [ann, bob] = [await bff.login(), connector.login()];
      ann.stand(0, 0);
      bob.stand(10, 0);
      const [{ islandId }] = await together(ann, bob);
      await until(() => on(stats, bob.address)?.id === islandId, 'statistics of the island');
      await until(() => bff.about().healthy && stats.coreStatus().healthy, 'both eras hear of the core');
      ann.leave();
      const eve = connector.login();
      eve.stand(11, 0);
      const { peers } = await eve.island('an island without ann', (told) => told.peers[bob.address]);
      assert.deepEqual(Object.keys(peers).sort(), [bob.address, eve.address].sort());
    }));

  test('More islands than one message holds: statistics miss them, players do not', () =>
    coreBeside(TODAY, { dialect: 'today', nats: { config: 'max_payload: 8192' } }, async ({ core }, connector, stats) => {
      const first = connector.login();
      first.stand(0, 0);
      await first.island();
      await until(() => on(stats, first.address), 'statistics of one island');
      const crowd = Array.from({ length: 150 }, () => connector.login());
      crowd.forEach((player, i) => player.stand(1_000 * (i + 1), 0));
      await Promise.all(crowd.map((player) => player.island()));
      await until(() => core.metric('archipelago_nats_publish_failures_total'), 'what is too large is counted');
      const last = connector.login();
      last.stand(5, 0);
      assert.equal((await last.island('an island with the first', (told) => told.peers[first.address])).islandId !== '', true);
      crowd.forEach((player) => player.leave());
      await until(() => on(stats, first.address)?.peers.length === 2 && stats.islands().islands.length === 1, 'statistics again');
    }));
});
