// The NATS server between the services: who may use it, and neighbours on it who mean harm.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Cluster } from './lib/cluster.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { NatsServer, WITHOUT_NATS } from './lib/nats-server.mjs';
import { talkNonsense } from './lib/nats-nonsense.mjs';
import { Realm, launch } from './lib/realm.mjs';
import { together } from './lib/together.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

const SECRET = { ARCHIPELAGO_ROOMS_SECRET: 'nobody else has rooms here' };
const USER = 'authorization { user: "realm", password: "open-sesame" }';
const TOKEN = 'authorization { token: "a-token-of-the-realm" }';

/** The core starts with these credentials: it is there for the others, and known to the server. */
const starts = (nats, env) =>
  Realm.during({ args: ['--role', 'core', '--nats', nats.url], env: { ...SECRET, ...env } }, (core) =>
    until(() => core.metric('archipelago_cluster_leading'), 'the core leads'),
  );

/** It does not, and says why in one line. */
async function isRefused(nats, env) {
  const args = ['serve', '--role', 'core', '--nats', nats.url, '--host', '127.0.0.1', '--port', '0'];
  const { exited } = launch(args, { ...SECRET, ...env });
  const { code, stdout, stderr } = await within(exited, 'the core does not start');
  assert.notEqual(code, 0);
  assert.equal(stdout, '');
  const complaints = stderr.trim().split('\n').filter((line) => /nats/i.test(line));
  assert.equal(complaints.length, 1, stderr);
  assert.match(complaints[0], /auth/i);
  assert.doesNotMatch(stderr, /sesame|a-token/);
}

describe('A NATS server', { skip: WITHOUT_NATS }, () => {
  test('It may be named as known services name it, without a scheme', () =>
    NatsServer.during((nats) =>
      Realm.during({ args: ['--role', 'core'], env: { ...SECRET, NATS_URL: `127.0.0.1:${nats.port}` } }, (core) =>
        until(() => core.metric('archipelago_nats_connected'), 'the core is connected'),
      ),
    ));
});

describe('NATS credentials', { skip: WITHOUT_NATS }, () => {
  test('User name and password open the server; wrong or missing ones end the start with one line', () =>
    NatsServer.during(
      async (nats) => {
        await starts(nats, { NATS_USER: 'realm', NATS_PASSWORD: 'open-sesame' });
        for (const env of [{}, { NATS_USER: 'realm', NATS_PASSWORD: 'shut-sesame' }, { NATS_PASSWORD: 'open-sesame' }])
          await isRefused(nats, env);
      },
      { config: USER },
    ));

  test('A token opens the server; a wrong one ends the start with one line', () =>
    NatsServer.during(
      async (nats) => {
        await starts(nats, { NATS_PASSWORD: 'a-token-of-the-realm' });
        await isRefused(nats, { NATS_PASSWORD: 'a-token-of-nobody' });
      },
      { config: TOKEN },
    ));
});

/** Tells where a player stands again and again, as clients do: among so much nonsense a heartbeat may be lost. */
function keepStanding(player, x, z) {
  clearInterval(player.beats);
  player.stand(x, z);
  player.beats = setInterval(() => player.stand(x, z), 1_000).unref();
}

describe('Neighbours on NATS', { skip: WITHOUT_NATS }, () => {
  test('Whoever talks nonsense to every role is counted, and nobody else is harmed', () =>
    Cluster.during({ gateways: 2, cores: 2, rooms: 1, stats: 1 }, async (cluster) => {
      const [left, right] = cluster.gateways;
      const wallets = await newWallets(2);
      const [ann, bob] = [await DirectPlayer.login(left, wallets[0]), await DirectPlayer.login(right, wallets[1])];
      keepStanding(ann, 0, 0);
      keepStanding(bob, 10, 0);
      const [{ islandId }] = await together(ann, bob);

      const before = await cluster.leader();
      const rejections = () => Promise.all(cluster.all.map((part) => part.metric('archipelago_rejected_total')));
      const rejected = await rejections();
      const neighbour = await cluster.nats.client();
      for (let round = 0; round < 2; round += 1) await talkNonsense(neighbour, ann.address);
      await until(async () => (await rejections()).every((count, i) => count > rejected[i]), 'every process counts the nonsense');

      assert.equal(await cluster.leader(), before);
      for (const part of cluster.all) assert.equal(part.child.exitCode, null);
      const eve = await DirectPlayer.login(left, await newWallet());
      keepStanding(eve, 5, 0);
      const told = await eve.island('eve is with both', ({ peers }) => peers[ann.address] && peers[bob.address]);
      assert.equal(told.islandId, islandId);
      keepStanding(ann, 4_000, 0);
      assert.notEqual((await ann.island()).islandId, islandId);
      keepStanding(ann, 6, 0);
      assert.equal((await ann.island('ann comes back', (it) => it.peers[eve.address])).islandId, islandId);
      const [stats] = cluster.stats;
      const near = async () => (await stats.json('/comms/islands')).islands.find(({ id }) => id === islandId);
      await until(async () => (await near())?.peers.length === 3, 'statistics of the island');
      const counts = async (gateway) => (await gateway.json('/about')).bff.userCount === 3;
      await until(async () => (await counts(left)) && (await counts(right)), 'made-up gateways are forgotten');
      for (const player of [ann, bob, eve]) {
        clearInterval(player.beats);
        await player.leave();
      }
      await neighbour.close();
    }));
});
