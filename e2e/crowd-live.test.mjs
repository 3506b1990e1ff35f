// A crowd on one spot over real sockets: everybody gets an island, none is ever above the cap, friends join from afar,
// and the realm says why somebody is where it is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BffPlayer } from './lib/bff.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { Realm, UNHURRIED } from './lib/realm.mjs';
import { until } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

const CAP = 20;
const CROWD = 300;
const AT_ONCE = 30; // logins; the others wait their turn
const SEAT_PATIENCE_MS = 30_000; // how long a wish waits for a seat

let realm;
const wishes = (labels) => realm.metric('archipelago_wishes_total', labels);
const islands = async () => (await realm.json('/islands')).islands;

/** Logs `count` players in and puts them where `spot` says; gives them with the time until they were told an island. */
async function arrive(count, spot) {
  const wallets = await newWallets(count);
  const arrived = [];
  while (wallets.length > 0)
    arrived.push(
      ...(await Promise.all(
        wallets.splice(0, AT_ONCE).map(async (wallet) => {
          const player = await DirectPlayer.login(realm, wallet);
          const asked = performance.now();
          await player.stand(...spot);
          player.told = await player.island();
          return Object.assign(player, { waited: performance.now() - asked });
        }),
      )),
    );
  return arrived;
}

/** The island that this player was told last; checks all that it was told on the way. */
function whereabouts(player) {
  for (const { $case, islandChanged } of player.connection.packets.waiting.splice(0)) {
    if ($case !== 'islandChanged') continue;
    assert.equal(islandChanged.fromIslandId, player.told.islandId);
    assert.ok(Object.keys(islandChanged.peers).length <= CAP);
    player.told = islandChanged;
  }
  return player.told.islandId;
}

/** Looks at all islands again and again until told to stop; the size of the largest ever seen. */
function watch() {
  let watching = true;
  let largest = 0;
  const watched = (async () => {
    while (watching) {
      for (const { peers } of await islands()) largest = Math.max(largest, peers.length);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return largest;
  })();
  return () => {
    watching = false;
    return watched;
  };
}

const percentile = (sorted, share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);

let hosts; // an island without a free seat
let hopeful; // 2 km away from it
let waiting; // how long its wish has waited when it is refused, in milliseconds
before(async () => {
  realm = await Realm.start({ args: ['--max', `${CAP}`], env: { ...UNHURRIED, ARCHIPELAGO_FLUSH_FREQUENCY: '0.5' } });
  hosts = await arrive(CAP, [50_000, 0]);
  const [first, ...others] = hosts.map(whereabouts);
  for (const other of others) assert.equal(other, first);
  hopeful = await DirectPlayer.login(realm, await newWallet());
  await hopeful.stand(52_000, 0);
  await hopeful.island();
  await hopeful.stand(52_000, 0, first);
  const asked = performance.now();
  await until(async () => (await realm.metric('archipelago_wishes_waiting')) === 1, 'the wish waits');
  const refused = () => wishes({ outcome: 'refused', reason: 'full' });
  waiting = until(refused, 'the island is full', { ms: 3 * SEAT_PATIENCE_MS, every: 500 }).then(() => performance.now() - asked);
  waiting.catch(() => {}); // its test awaits it
});
after(() => realm?.stop());

test(`${CROWD} players on one spot: everybody on exactly one island, none above ${CAP} at any time`, async (t) => {
  const stop = watch();
  const crowd = await arrive(CROWD, [8, 8]);
  for (const { told } of crowd) assert.ok(Object.keys(told.peers).length <= CAP);
  const agrees = async () => {
    const seats = new Map();
    for (const { id, peers } of await islands())
      for (const peer of peers) {
        assert.ok(!seats.has(peer.id), `${peer.id} is on one island`);
        seats.set(peer.id, id);
      }
    return crowd.every((player) => seats.get(player.address) === whereabouts(player));
  };
  await until(agrees, 'what everybody was told is what /islands says');
  assert.ok((await stop()) <= CAP);
  const waits = crowd.map(({ waited }) => waited).sort((a, b) => a - b);
  t.diagnostic(
    `first island told after ms: median ${percentile(waits, 0.5)}, p90 ${percentile(waits, 0.9)}, most ${percentile(waits, 1)}`,
  );
  t.diagnostic(`islands: ${new Set(crowd.map(whereabouts)).size}`);
  assert.ok((await realm.metric('archipelago_placements_total')) > 0);
});

for (const [protocol, Player] of [
  ['the BFF', BffPlayer],
  ['/ws', DirectPlayer],
])
  test(`A friend 2 km away joins by desired_room through ${protocol}, and leaves when it withdraws the wish`, async () => {
    const before = await wishes({ outcome: 'honoured' });
    const spot = protocol === '/ws' ? -10_000 : -20_000;
    const [host] = await arrive(1, [spot, 0]);
    const friend = await Player.login(realm, await newWallet());
    await friend.stand(spot, 2_000);
    assert.notEqual((await friend.island()).islandId, host.told.islandId);
    await friend.stand(spot, 2_000, host.told.islandId);
    const { islandId, peers } = await friend.island('the friend joins');
    assert.equal(islandId, host.told.islandId);
    assert.deepEqual(Object.keys(peers).sort(), [host.address, friend.address].sort());
    await until(async () => (await wishes({ outcome: 'honoured' })) === before + 1, 'the wish is counted');

    const { explain } = await realm.json(`/islands/${islandId}?explain=1`);
    const why = explain.find(({ player }) => player === friend.address);
    assert.equal(why.guest, true);
    assert.equal(why.wish, islandId);
    assert.deepEqual(why.nearest[0], { player: host.address, island: islandId, distance: 2_000, apart: 'together' });

    await friend.stand(spot, 2_000); // without the field the wish stands
    await friend.stand(spot, 2_000, '');
    assert.notEqual((await friend.island('the friend is alone again')).islandId, islandId);
  });

test('A wish for an island that nobody knows is refused, and the reason is counted and logged', async () => {
  const [dreamer] = await arrive(1, [-30_000, 0]);
  await dreamer.stand(-30_000, 0, 'Atlantis');
  await until(() => wishes({ outcome: 'refused', reason: 'unknown_island' }), 'the refusal is counted');
  const line = () => realm.output.stderr.split('\n').find((text) => text.includes('Atlantis'));
  await until(line, 'the refusal is logged');
  assert.ok(line().includes(dreamer.address) && line().includes('unknown_island'), line());
});

test('The realm explains why somebody is not on the island of the people next to it', async () => {
  const [{ id, peers }] = (await islands()).filter((island) => island.peers[0].position[0] === 8);
  const answer = await realm.json(`/islands/${id}?explain=1`);
  assert.equal(answer.id, id);
  assert.deepEqual(answer.explain.map(({ player }) => player).sort(), peers.map((peer) => peer.id).sort());
  for (const { island, crowded, text, player } of answer.explain) {
    assert.equal(island, id);
    assert.equal(crowded, true);
    assert.ok(text.includes(player) && text.includes('crowd'));
  }
  const [one] = (await realm.json(`/islands/${id}?explain=${peers[0].id}`)).explain;
  assert.equal(one.player, peers[0].id);
  for (const { apart, island } of one.nearest)
    assert.ok(island === id ? apart === 'together' : ['capacity', 'cooldown', 'waiting'].includes(apart), apart);
  assert.equal((await realm.get(`/islands/nowhere?explain=1`)).status, 404);
  assert.equal((await realm.get(`/islands/${id}?explain=maybe`)).status, 400);
});

test('A wish for a full island waits for a seat, and is then refused because the island is full', async () => {
  assert.ok((await waiting) >= SEAT_PATIENCE_MS - 1_000);
  assert.equal(await realm.metric('archipelago_wishes_waiting'), 0);
  const kinds = hopeful.connection.packets.waiting.map(({ $case }) => $case);
  assert.ok(!kinds.includes('islandChanged'), 'it stays where it is');
  const { peers } = await realm.json(`/islands/${whereabouts(hosts[0])}`);
  assert.equal(peers.length, CAP);
});
