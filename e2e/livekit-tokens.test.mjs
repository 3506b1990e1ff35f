// Islands on LiveKit: tokens as the official library reads them, several hosts, and what happens when one fails.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DirectPlayer } from './lib/direct.mjs';
import { FakeHost, SECRET, claims, environment, parsed } from './lib/livekit.mjs';
import { Realm, launch } from './lib/realm.mjs';
import { RoomMember } from './lib/room.mjs';
import { until } from './lib/wait.mjs';
import { newWallet } from './lib/wallet.mjs';

/** @type {FakeHost[]} */
let hosts;
before(async () => (hosts = [await FakeHost.start(), await FakeHost.start()]));
after(() => hosts.forEach((host) => host.stop()));

/** Logs in, stands somewhere and hears of an island. */
async function arrive(realm, x = 0, z = 0) {
  const player = await DirectPlayer.login(realm, await newWallet());
  await player.stand(x, z);
  return Object.assign(player, { told: await player.island() });
}

test('The official verifier takes every token, and it says who may join which room until when', () =>
  Realm.during({ env: environment(hosts[0].url) }, async (realm) => {
    const before = Math.floor(Date.now() / 1000);
    const player = await arrive(realm);
    const after = Math.floor(Date.now() / 1000);
    assert.equal(parsed(player.told.connStr).url, hosts[0].url);
    const { video, exp, sub, iss } = await claims(player.told.connStr);
    assert.equal(sub, player.address);
    assert.equal(iss, 'devkey');
    assert.ok(exp >= before + 300 && exp <= after + 300);
    assert.deepEqual(video, {
      roomJoin: true,
      room: player.told.islandId,
      roomList: false,
      canPublish: true,
      canSubscribe: true,
      canPublishData: true,
      canUpdateOwnMetadata: true,
      canPublishSources: ['microphone'],
    });
    await player.leave();
  }));

test('Tokens of the first generation, and of another lifetime, verify as well', () =>
  Realm.during(
    { env: environment(hosts[0].url), args: ['--livekit-tokens', 'seed', '--livekit-token-seconds', '60'] },
    async (realm) => {
      const player = await arrive(realm);
      const { video, exp, iat, nbf, jti } = await claims(player.told.connStr);
      assert.equal(jti, player.address);
      assert.equal(nbf, iat);
      assert.equal(exp, iat + 60);
      assert.equal('canUpdateOwnMetadata' in video, false);
      await player.leave();
    },
  ));

test('Everybody on an island is sent to the same host and room; who logs in again gets a new token', () =>
  Realm.during({ env: environment(hosts[0].url, hosts[1].url) }, async (realm) => {
    const one = await arrive(realm);
    const two = await arrive(realm, 1, 1);
    assert.equal(two.told.islandId, one.told.islandId);
    assert.equal(parsed(two.told.connStr).url, parsed(one.told.connStr).url);
    assert.equal((await claims(two.told.connStr)).video.room, one.told.islandId);
    const again = await DirectPlayer.login(realm, two.wallet);
    await again.stand(1, 1);
    const told = await again.island('a fresh connection string');
    assert.equal((await claims(told.connStr)).sub, two.address);
    for (const player of [one, again]) await player.leave();
  }));

test('When a host fails its players are told of another one, on the same island', () =>
  Realm.during(
    { env: environment(hosts[0].url, hosts[1].url), args: ['--livekit-check-ms', '50'] },
    async (realm) => {
      const players = [await arrive(realm), await arrive(realm, 1, 1)];
      const { islandId, connStr } = players[0].told;
      const failed = hosts.find((host) => host.url === parsed(connStr).url);
      const other = hosts.find((host) => host !== failed);
      failed.well = false;
      try {
        for (const player of players) {
          const told = await player.island('the new host', (island) => parsed(island.connStr).url === other.url);
          assert.equal(told.islandId, islandId);
          assert.equal((await claims(told.connStr)).sub, player.address);
        }
        assert.equal(await realm.metric('archipelago_livekit_hosts_failed'), 1);
        assert.equal(await realm.metric('archipelago_island_moves_total', { reason: 'failed' }), 1);
      } finally {
        failed.well = true;
      }
      await until(async () => (await realm.metric('archipelago_livekit_hosts_failed')) === 0, 'the host is back');
      for (const player of players) await player.leave();
    },
  ));

test('By rule: two in our own rooms, three on LiveKit; all are told', () =>
  Realm.during(
    {
      env: { ...environment(hosts[0].url), ARCHIPELAGO_BACKENDS_RULES: 'livekit players>=3,ws-room' },
      args: ['--backends-stay-seconds', '0'],
    },
    async (realm) => {
      const players = [await arrive(realm), await arrive(realm, 1, 1)];
      const members = [];
      for (const player of players) members.push(await RoomMember.enter(player.told.connStr, player.wallet));
      const third = await arrive(realm, 2, 2);
      for (const player of players)
        await player.island('LiveKit', (island) => island.connStr.startsWith(`livekit:${hosts[0].url}?`));
      assert.match(third.told.connStr, /^livekit:/);
      const body = members[0].tell({ $case: 'chat', chat: { message: 'still here', timestamp: 1 } });
      assert.deepEqual((await members[1].hear('chat')).body, body); // the old room lives until it is left
      for (const player of [...players, third]) await player.leave();
    },
  ));

test('The secret is in no log and no listing, and half a configuration is one line and status 2', async () => {
  await Realm.during({ env: environment(hosts[0].url), args: ['--log-level', 'debug'] }, async (realm) => {
    const player = await arrive(realm);
    const { token } = parsed(player.told.connStr);
    await player.leave();
    await realm.stop();
    const output = realm.output.stdout + realm.output.stderr;
    assert.ok(!output.includes(SECRET));
    assert.ok(!output.includes(token.split('.')[2]));
  });
  const shown = await launch(['config', '--show'], environment('wss://lk.example.org 500')).exited;
  assert.match(shown.stdout, /livekit\.api_secret = \(set\)/);
  assert.ok(!shown.stdout.includes(SECRET));
  const { LIVEKIT_API_KEY, ...half } = environment('wss://lk.example.org');
  const refused = await launch(['serve', '--port', '0'], half).exited;
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^[^\n]*livekit\.api_key = \(nothing\)[^\n]*\n$/);
  assert.ok(!refused.stderr.includes(SECRET));
});
