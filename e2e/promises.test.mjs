// What the default limits promise to let through, and that whoever takes more hurts only itself.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BffPlayer } from './lib/bff.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { Realm } from './lib/realm.mjs';
import { RoomMember, update } from './lib/room.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
before(async () => (realm = await Realm.start()));
after(() => realm?.stop());

/** Players of both protocols in turn. */
const logIn = (where, wallet, index) => (index % 2 ? DirectPlayer : BffPlayer).login(where, wallet);

/** The seats of two players on one island. */
async function twoSeats(where, x) {
  const wallets = await newWallets(2);
  const players = await Promise.all(wallets.map((wallet) => DirectPlayer.login(where, wallet)));
  const seats = [];
  for (const [index, player] of players.entries()) {
    await player.stand(x, 0);
    seats.push(await RoomMember.enter((await player.island()).connStr, wallets[index]));
  }
  await seats[0].joined(seats[1].alias);
  return { players, seats };
}

test('A classroom of 200 behind one address logs in within ten seconds, on islands of at most 100', async () => {
  const wallets = await newWallets(200);
  const started = Date.now();
  const players = await Promise.all(wallets.map((wallet, index) => logIn(realm, wallet, index)));
  assert.ok(Date.now() - started < 10_000, `${Date.now() - started} ms`);
  await Promise.all(players.map((player, index) => player.stand(-1_000 + (index % 20), Math.floor(index / 20))));
  await until(async () => {
    const { islands } = await realm.json('/islands');
    const sizes = islands.map(({ peers }) => peers.length);
    assert.ok(Math.max(...sizes) <= 100, `islands of ${sizes}`);
    return sizes.reduce((sum, size) => sum + size, 0) === 200;
  }, 'all 200 are on islands');
  await Promise.all(players.map((player) => player.leave()));
  await until(async () => (await realm.metric('archipelago_sessions')) === 0, 'all are gone');
});

test('A burst of 100 small topic messages is published', async () => {
  const player = await BffPlayer.login(realm, await newWallet());
  const payload = new Uint8Array(40);
  const publish = () => player.connection.comms.publishToTopic({ topic: 'burst', payload });
  const answers = await within(Promise.all(Array.from({ length: 100 }, publish)), '100 answers');
  assert.equal(answers.filter(({ ok }) => ok).length, 100);
  await player.leave();
});

test('A burst of 2000 room messages of 40 bytes is relayed, complete and in order', async () => {
  const { players, seats } = await twoSeats(realm, 1_000);
  const bodies = Array.from({ length: 2_000 }, (_, index) => Buffer.from(`${index}`.padEnd(40)));
  for (const body of bodies) seats[0].connection.send(update(body));
  for (const body of bodies) assert.deepEqual(Buffer.from((await seats[1].update()).body), body);
  await Promise.all([...seats, ...players].map((one) => one.leave()));
});

test('Five heartbeats a second are taken, for seconds', async () => {
  const player = await BffPlayer.login(realm, await newWallet());
  const dropped = await realm.rejected('rate_limited');
  for (let beat = 0; beat < 15; beat += 1) {
    await player.stand(2_000 + beat, 0);
    await new Promise((resolve) => setTimeout(resolve, 200)); // the rate is the claim
  }
  assert.equal(await realm.rejected('rate_limited'), dropped);
  await player.leave();
});

test('A member that does not read loses unreliable updates first, then its seat; nobody waits for it: slow_consumer', () => {
  const env = {
    ARCHIPELAGO_LIMITS_BACKLOG_BYTES: '262144',
    ARCHIPELAGO_ROOMS_PACKETS_PER_SECOND: '0',
    ARCHIPELAGO_ROOMS_BYTES_PER_SECOND: '0',
    ARCHIPELAGO_ROOMS_UNRELIABLE_BYTES_PER_SECOND: '0',
    ARCHIPELAGO_ROOMS_RELIABLE_BYTES_PER_SECOND: '0',
  };
  return Realm.during({ env }, async (fast) => {
    const { players, seats } = await twoSeats(fast, 0);
    const wallet = await newWallet();
    const third = await DirectPlayer.login(fast, wallet);
    await third.stand(0, 0);
    const slow = await RoomMember.enter((await third.island()).connStr, wallet);
    const { socket } = slow.connection.line;
    socket.pause();
    const body = new Uint8Array(60_000);
    const flood = async (unreliable, count) => {
      for (let sent = 0; sent < count; sent += 1) {
        seats[0].connection.send(update(body, unreliable));
        await seats[1].update();
      }
    };
    const dropped = () => fast.metric('archipelago_room_packets_dropped_total');
    const gone = async () => (await fast.rejected('slow_consumer')) - (await dropped()); // each drop has a reason too
    await flood(true, 300);
    assert.ok((await dropped()) > 0);
    assert.equal(await gone(), 0);
    for (let rounds = 0; rounds < 100 && !(await gone()); rounds += 1) await flood(false, 10);
    assert.equal(await gone(), 1);
    await seats[1].left(slow.alias);
    socket.terminate();
    await Promise.all(players.map((player) => player.leave()));
  });
});
