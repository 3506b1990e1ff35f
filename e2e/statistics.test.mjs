// Who is where, in the shapes that maps, launchers and dashboards read.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { BffPlayer } from './lib/bff.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { Realm } from './lib/realm.mjs';
import { RoomMember } from './lib/room.mjs';
import { until } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
before(async () => (realm = await Realm.start()));
after(() => realm?.stop());

test('Statistics show players, islands, parcels and rooms in the known shapes', async () => {
  const wallets = await newWallets(2);
  const [anna, bert] = [await BffPlayer.login(realm, wallets[0]), await DirectPlayer.login(realm, wallets[1])];
  await anna.stand(-20, 40);
  await anna.island();
  await bert.stand(-21, 41);
  const { islandId, connStr } = await bert.island();

  for (const prefix of ['', '/comms']) {
    const { ok, peers } = await realm.json(`${prefix}/peers`);
    assert.equal(ok, true);
    const [one] = peers.filter(({ id }) => id === anna.address);
    assert.deepEqual(one, {
      id: anna.address,
      address: anna.address,
      lastPing: one.lastPing,
      parcel: [-2, 2],
      position: [-20, 0, 40],
    });
    assert.ok(Math.abs(one.lastPing - Date.now()) < 60_000);
    assert.deepEqual(
      (await realm.json(`${prefix}/peers?id=${bert.address}`)).peers.map(({ id }) => id),
      [bert.address],
    );
    assert.equal((await realm.json(`${prefix}/peers/${anna.address}`)).peer.id, anna.address);

    const { islands } = await realm.json(`${prefix}/islands`);
    const [island] = islands.filter(({ id }) => id === islandId);
    assert.equal(island.maxPeers, 100);
    assert.deepEqual(island.center, [-20.5, 0, 40.5]);
    assert.ok(island.radius > 0.7 && island.radius < 0.72);
    assert.deepEqual(await realm.json(`${prefix}/islands/${islandId}`), island);
    assert.deepEqual((await realm.json(`${prefix}/parcels`)).parcels, [{ peersCount: 2, parcel: { x: -2, y: 2 } }]);
  }

  const nobody = await realm.get(`/peers/0x${'0'.repeat(40)}`);
  assert.deepEqual([nobody.status, await nobody.json()], [404, { ok: false, peer: null }]);
  const nowhere = await realm.get('/islands/Inone');
  assert.deepEqual([nowhere.status, await nowhere.text()], [404, '']);

  const seat = await RoomMember.enter(connStr, wallets[1]);
  const rooms = await realm.json('/rooms/status');
  assert.equal(rooms.users, 1);
  assert.deepEqual(rooms.details, [{ roomName: islandId, count: 1 }]);
  assert.equal((await realm.json('/about')).comms.usersCount, 2);
  await Promise.all([seat.leave(), anna.leave(), bert.leave()]);
  await until(async () => (await realm.json('/islands')).islands.length === 0, 'no island is left');
});

/** A content server that knows one scene, on two parcels. */
async function contentServer() {
  const scene = {
    id: 'bafkreiscene',
    content: [{ file: 'map.png', hash: 'bafkreimap' }],
    metadata: {
      display: { title: 'Garden', description: 'Grass', navmapThumbnail: 'map.png' },
      scene: { base: '2,3', parcels: ['2,3', '3,3'] },
      contact: { name: 'anna' },
    },
  };
  const asked = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      asked.push({ method: request.method, path: request.url, body: JSON.parse(body) });
      response.setHeader('content-type', 'application/json').end(JSON.stringify([scene]));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}/content/`, asked, server };
}

test('/hot-scenes names the scenes on which players stand, as the content server describes them', async () => {
  const content = await contentServer();
  await Realm.during({ env: { CONTENT_URL: content.url } }, async (lively) => {
    for (const [index, x] of [33, 50, 50].entries()) {
      const player = await DirectPlayer.login(lively, await newWallet());
      await player.stand(x, 48 + index);
      await player.island();
    }
    const expected = {
      id: 'bafkreiscene',
      name: 'Garden',
      baseCoords: [2, 3],
      usersTotalCount: 3,
      parcels: [
        [2, 3],
        [3, 3],
      ],
      thumbnail: `${content.url}contents/bafkreimap`,
      creator: 'anna',
      description: 'Grass',
    };
    assert.deepEqual(await lively.json('/hot-scenes'), [expected]);
    assert.deepEqual(content.asked, [
      { method: 'POST', path: '/content/entities/active', body: { pointers: ['3,3', '2,3'] } },
    ]);
  });
  content.server.closeAllConnections();
  content.server.close();
});
