// The live feed of the station: everything at once, then what changes; as much of it as the operator lets outsiders know.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { BffPlayer } from './lib/bff.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { Viewer } from './lib/feed.mjs';
import { Realm } from './lib/realm.mjs';
import { endsWith } from './lib/reasons.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
before(async () => (realm = await Realm.start({ env: { REALM_NAME: 'plaza' } })));
after(() => realm?.stop());

test('A viewer is told everything at once, and then who comes, walks and goes', async () => {
  const [anna, bert] = await newWallets(2);
  const player = await BffPlayer.login(realm, anna);
  await player.stand(-20, 40);
  const { islandId } = await player.island();

  const viewer = await Viewer.open(realm);
  const there = await viewer.player(player.address);
  assert.deepEqual([there.x, there.z], [-20, 40]);
  assert.equal(viewer.wholes, 1, 'it is all in the first update');
  const { name, privacy, flushMs, joinM, leaveM, maxPlayers, policy } = viewer.realm;
  assert.deepEqual([name, privacy, flushMs, joinM, leaveM, maxPlayers, policy], ['plaza', 'EXACT', 100, 80, 100, 100, 'crowd']);

  const island = viewer.islands.get(there.island);
  assert.deepEqual([island.id, island.players, island.maxPlayers, island.backend], [islandId, 1, 100, 'ws-room']);
  assert.ok(Math.abs(island.sinceMs - Date.now()) < 60_000);

  const other = await DirectPlayer.login(realm, bert);
  await other.stand(-20.5, 41);
  await viewer.until(() => viewer.islands.get(there.island)?.players === 2, 'the island has two players');
  assert.equal((await viewer.player(other.address)).island, there.island);
  await other.stand(-24.3, 41);
  await viewer.player(other.address, ({ x }) => x === -24.3);
  await viewer.until(() => viewer.pulse.players === 2 && viewer.pulse.sessions === 2, 'the pulse counts two players');

  await other.leave();
  await viewer.until(() => viewer.players.size === 1, 'who left is gone');
  assert.ok([...viewer.players.values()].every(({ address }) => address === player.address));
  await player.leave();
  await viewer.until(() => viewer.players.size === 0 && viewer.islands.size === 0, 'nobody is left');
  assert.equal(viewer.wholes, 1, 'the rest was told as it changed');
  assert.ok(viewer.deltas > 0);
  await viewer.leave();
});

test('A viewer needs no login, keeps its connection and may say nothing', async () => {
  await Realm.during({ env: { HANDSHAKE_TIMEOUT: '3000', ARCHIPELAGO_LIMITS_WAITING: '4' } }, async (strict) => {
    const viewers = [];
    while (viewers.length < 8) {
      viewers.push(await Viewer.open(strict));
      await viewers.at(-1).until((viewer) => viewer.wholes === 1, 'it is let in and holds no place of those who wait');
    }
    const end = viewers.at(-1).last.timeMs + 3_500;
    for (const viewer of viewers) await viewer.until(() => viewer.last.timeMs > end, 'updates beyond the time for a login');
    await until(async () => (await strict.metric('archipelago_station_viewers')) === 8, 'eight viewers are counted');
    viewers[0].line.send(new Uint8Array([1, 2, 3]));
    await endsWith(viewers[0].closed, 'unexpected_message');
    await until(async () => (await strict.metric('archipelago_station_viewers')) === 7, 'one is gone');
    await Promise.all(viewers.slice(1).map((viewer) => viewer.leave()));
  });
});

test('There are no more viewers than the operator wants', async () => {
  const env = { ARCHIPELAGO_STATION_VIEWERS: '3', ARCHIPELAGO_STATION_VIEWERS_PER_ADDRESS: '2' };
  await Realm.during({ env, args: ['--http-trusted-proxies', '127.0.0.1'] }, async (small) => {
    const from = (address) => ({ headers: { 'X-Forwarded-For': address } });
    const told = async (viewer) => (await viewer.until(() => viewer.wholes === 1, 'a whole update'), viewer);
    const [one] = await Promise.all([1, 2].map(async () => told(await Viewer.open(small, from('198.51.100.1')))));
    await endsWith((await Viewer.open(small, from('198.51.100.1'))).closed, 'too_many_viewers');
    await told(await Viewer.open(small, from('198.51.100.2')));
    await endsWith((await Viewer.open(small, from('198.51.100.3'))).closed, 'too_many_viewers');
    assert.equal(await small.rejected('too_many_viewers'), 2);
    await one.leave();
    await until(async () => (await small.metric('archipelago_station_viewers')) === 2, 'a place is free');
    await told(await Viewer.open(small, from('198.51.100.1')));
  });
});

test('Positions are told by parcel, or not at all, where the operator says so', async () => {
  const wallet = await newWallet();
  const stands = async (shy) => {
    const player = await DirectPlayer.login(shy, wallet);
    await player.stand(17.3, -3.2);
    return player.island();
  };
  await Realm.during({ env: { ARCHIPELAGO_STATISTICS_PRIVACY: 'parcel' } }, async (shy) => {
    const { islandId } = await stands(shy);
    const viewer = await Viewer.open(shy);
    const { x, z, island } = await viewer.player(wallet.address);
    assert.equal(viewer.realm.privacy, 'PARCEL');
    assert.deepEqual([x, z], [24, -8]);
    const { xDm, zDm, radiusDm } = viewer.islands.get(island);
    assert.deepEqual([xDm, zDm, radiusDm], [240, -80, 0]);
    const { peer } = await shy.json(`/peers/${wallet.address}`);
    assert.deepEqual([peer.position, peer.parcel], [[24, 0, -8], [1, -1]]);
    assert.deepEqual((await shy.json(`/islands/${islandId}`)).center, [24, 0, -8]);
  });
  await Realm.during({ env: { ARCHIPELAGO_STATISTICS_PRIVACY: 'none' } }, async (shy) => {
    const { islandId } = await stands(shy);
    const viewer = await Viewer.open(shy);
    const [island] = await viewer.until(() => viewer.islands.size === 1 && [...viewer.islands.values()], 'an island');
    assert.equal(viewer.realm.privacy, 'NONE');
    assert.deepEqual([island.players, island.xDm, island.zDm, island.radiusDm], [1, 0, 0, 0]);
    assert.equal(viewer.players.size, 0);
    const { peer } = await shy.json(`/peers/${wallet.address}`);
    assert.deepEqual(Object.keys(peer), ['id', 'address', 'lastPing']);
    assert.deepEqual(Object.keys(await shy.json(`/islands/${islandId}`)), ['id', 'maxPeers', 'peers']);
    assert.deepEqual(await shy.json('/parcels'), { parcels: [] });
    const explained = await shy.json(`/islands/${islandId}?explain=1`);
    assert.deepEqual(explained.explain[0].nearest, []);
  });
});

test('Browsers get the page with all its parts, and it may talk to this realm only', async () => {
  const page = await realm.get('/', { headers: { Accept: 'text/html,*/*;q=0.8' } });
  assert.match(page.headers.get('content-type'), /^text\/html/);
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  const policy = page.headers.get('content-security-policy');
  const { host } = new URL(realm.url);
  assert.ok(policy.includes(`connect-src 'self' ws://${host} wss://${host};`), policy);
  assert.ok(policy.startsWith("default-src 'none'; script-src 'self';") && !policy.includes('unsafe'), policy);
  const parts = [...(await page.text()).matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  assert.ok(parts.length >= 2, 'a script and a style sheet');
  for (const path of parts) {
    const part = await realm.get(path);
    assert.match(part.headers.get('content-type'), path.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
    assert.match(part.headers.get('cache-control'), /immutable/);
    assert.equal(part.headers.get('content-encoding'), 'gzip', 'fetch offers it');
    assert.ok((await part.text()).length > 0);
    const again = await realm.get(path, { headers: { 'If-None-Match': part.headers.get('etag') } });
    assert.deepEqual([again.status, await again.text()], [304, '']);
  }
  assert.equal((await realm.get('/assets/nothing.js')).status, 404);
  assert.equal((await realm.json('/')).name, 'archipelago');
});

test('A realm without a station has neither feed nor page', async () => {
  await Realm.during({ env: { ARCHIPELAGO_STATION_ENABLED: 'false' } }, async (plain) => {
    const socket = new WebSocket(plain.ws('/station/feed'));
    socket.on('error', () => {});
    const [, response] = await within(once(socket, 'unexpected-response'), 'the feed is refused');
    assert.equal(response.statusCode, 404);
    assert.match((await plain.get('/', { headers: { Accept: 'text/html' } })).headers.get('content-type'), /json/);
  });
});
