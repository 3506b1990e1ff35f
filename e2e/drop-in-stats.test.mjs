// Our statistics in the place of known ones: they tell of a known core and connector what known statistics beside them tell.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KnownConnector, KnownCore, KnownStats } from './lib/known-today.mjs';
import { NatsServer, WITHOUT_NATS } from './lib/nats-server.mjs';
import { Realm } from './lib/realm.mjs';
import { together } from './lib/together.mjs';
import { until } from './lib/wait.mjs';

/** Statistics of ours beside a known connector, known statistics, and a known core by `join`. */
async function statsBeside(act) {
  const beside = [];
  await NatsServer.during(async (nats) => {
    const join = async (service, options) => {
      beside.push(await service.join(nats, options));
      return beside.at(-1);
    };
    const env = { ARCHIPELAGO_ROOMS_SECRET: 'nobody else has rooms here' };
    const ours = await Realm.start({ args: ['--role', 'stats', '--nats', nats.url, '--nats-dialect', 'today'], env });
    try {
      await act({ ours, join, connector: await join(KnownConnector), known: await join(KnownStats) });
      for (const { unreadable } of beside) assert.deepEqual(unreadable, []);
    } finally {
      await Promise.all([ours.stop('SIGKILL'), ...beside.map((service) => service.leave())]);
    }
  });
}

const byId = (items) => [...items].sort((a, b) => a.id.localeCompare(b.id));
const timeless = ({ lastPing, ...peer }) => peer;

/** The same in any order of players and islands, whenever the last heartbeats came. */
const settled = {
  peers: ({ ok, peers }) => ({ ok, peers: byId(peers.map(timeless)) }),
  islands: ({ ok, islands }) => ({ ok, islands: byId(islands).map((it) => ({ ...it, peers: byId(it.peers.map(timeless)) })) }),
  parcels: ({ parcels }) => [...parcels].sort((a, b) => a.parcel.x - b.parcel.x || a.parcel.y - b.parcel.y),
};

/** Waits until both tell the same, or fails with the difference. */
async function agree(ours, known) {
  const difference = async () => {
    try {
      for (const prefix of ['', '/comms'])
        for (const [path, settle] of Object.entries(settled))
          assert.deepEqual(settle(await ours.json(`${prefix}/${path}`)), settle(known[path]()), `${prefix}/${path}`);
      assert.deepEqual(await ours.json('/core-status'), known.coreStatus(), '/core-status');
    } catch (error) {
      return error;
    }
  };
  let last;
  await until(async () => !(last = await difference()), 'our statistics and the known ones agree').catch((error) => {
    throw last ?? error;
  });
}

describe('statistics of ours', { skip: WITHOUT_NATS }, () => {
  test('They tell of the players and islands of known services what known statistics tell, in the same shapes', () =>
    statsBeside(async ({ ours, known, connector, join }) => {
      await agree(ours, known);
      await join(KnownCore, { discoveryMs: 100 });
      const [ann, bob, eve] = [connector.login(), connector.login(), connector.login()];
      ann.stand(-20, 40);
      bob.stand(-21, 41);
      eve.stand(705.5, -3);
      await together(ann, bob);
      await eve.island();
      await until(() => known.islands().islands.flatMap(({ peers }) => peers).length === 3, 'known statistics of all three');
      await agree(ours, known);

      const { peers } = await ours.json('/comms/peers');
      assert.deepEqual(Object.keys(peers[0]), ['id', 'address', 'lastPing', 'parcel', 'position']);
      assert.ok(Math.abs(peers[0].lastPing - Date.now()) < 60_000);
      const { islands } = await ours.json('/comms/islands');
      assert.deepEqual(Object.keys(islands[0]), ['id', 'maxPeers', 'center', 'radius', 'peers']);
      assert.deepEqual((await ours.json(`/comms/islands/${islands[0].id}`)).id, islands[0].id);
      assert.equal((await ours.json(`/comms/peers/${eve.address}`)).peer.id, eve.address);
      assert.equal((await ours.get('/comms/islands/Inone')).status, 404);

      eve.stand(-22, 42);
      await eve.island();
      bob.leave();
      await until(() => known.islands().islands.length === 1 && known.peers().peers.length === 2, 'known statistics of two');
      await agree(ours, known);
      ann.leave();
      eve.leave();
      await until(() => known.islands().islands.length === 0, 'known statistics of nobody');
      await agree(ours, known);
    }));

  test('The core is healthy once it has told of itself', () =>
    statsBeside(async ({ ours, join }) => {
      assert.deepEqual(await ours.json('/core-status'), { healthy: false, userCount: 0 });
      await join(KnownCore);
      await until(async () => (await ours.json('/core-status')).healthy, 'the core is healthy');
    }));
});
