// Short budgets: handshakes that take too long, rooms without a seat, tokens that ran out, realms that are full.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BffConnection, BffPlayer } from './lib/bff.mjs';
import { dial, dialing } from './lib/dial.mjs';
import { DirectConnection, DirectPlayer, challengeRequest, heartbeat } from './lib/direct.mjs';
import { Realm } from './lib/realm.mjs';
import { endsWith } from './lib/reasons.mjs';
import { isRemoteError, keptOut, settled } from './lib/refusals.mjs';
import { RoomConnection, RoomMember, identification, roomUrl } from './lib/room.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

/** @type {Realm} */
let strict;
/** A player whose token will have run out by the end of this file. */
let early;
before(async () => {
  strict = await Realm.start({
    env: {
      HANDSHAKE_TIMEOUT: '2000',
      LIVEKIT_ISLAND_SIZE: '2',
      ARCHIPELAGO_ROOMS_CAPACITY: '2',
      ARCHIPELAGO_ROOMS_OPEN: 'lobby',
      ARCHIPELAGO_ROOMS_TOKEN_SECONDS: '10',
    },
  });
  early = await settled(strict, 100_000);
});
after(() => strict?.stop());

const slow = (claim, open) =>
  test(`${claim}: handshake_timeout`, async () => {
    const before = await strict.rejected('handshake_timeout');
    const { closed } = await open();
    await endsWith(closed, 'handshake_timeout');
    assert.ok((await strict.rejected('handshake_timeout')) > before);
  });

slow('/ws: who says nothing', () => DirectConnection.open(strict));
slow('/ws: who does not answer the challenge', async () => {
  const connection = await DirectConnection.open(strict);
  await connection.challenge((await newWallet()).address);
  return connection;
});
slow('BFF: who says nothing', () => dial(strict.ws('/bff/rpc'), ['bff']));
slow('BFF: who does not answer the challenge', async () => {
  const connection = await BffConnection.open(strict);
  await connection.challenge((await newWallet()).address);
  return connection;
});
slow('Room: who says nothing', async () => {
  const wallet = await newWallet();
  const player = await DirectPlayer.login(strict, wallet);
  await player.stand(30_000, 0);
  return RoomConnection.open(roomUrl((await player.island()).connStr));
});

test('Room: no seat is free: room_full', async () => {
  const before = await strict.rejected('room_full');
  const lobby = `ws-room:${strict.ws('/rooms/lobby')}`;
  const wallets = await newWallets(3);
  const seats = [];
  for (const wallet of wallets.slice(0, 2)) seats.push(await RoomMember.enter(lobby, wallet));
  const late = await RoomConnection.open(roomUrl(lobby));
  late.send(identification(wallets[2].address));
  assert.equal((await late.next('peerKicked')).reason, 'This world is full. Try again later.');
  await endsWith(late.closed, 'room_full');
  assert.ok((await strict.rejected('room_full')) > before);
  seats[0].tell({ $case: 'chat', chat: { message: 'undisturbed', timestamp: 0 } });
  assert.equal((await seats[1].hear('chat')).from, seats[0].alias);
  await Promise.all(seats.map((seat) => seat.leave()));
});

test('Room: a token that has expired: not_assigned', async () => {
  const { wallet, url, player } = early;
  const before = await strict.rejected('not_assigned');
  await until(
    async () => {
      const seat = await RoomMember.enter(`ws-room:${url}`, wallet).catch(() => null);
      if (seat) await seat.leave();
      return !seat;
    },
    'the token of ten seconds is refused',
  );
  await keptOut(url, wallet, 'not_assigned');
  assert.ok((await strict.rejected('not_assigned')) > before);
  await player.leave();
});

test('A realm that is full lets nobody in but who is there already: realm_full', () =>
  Realm.during({ env: { MAX_USERS: '1' } }, async (small) => {
    const [first, second] = await newWallets(2);
    const player = await DirectPlayer.login(small, first);
    const direct = await DirectConnection.open(small);
    direct.send(challengeRequest(second.address));
    await endsWith(direct.closed, 'realm_full');
    const bff = await BffConnection.open(small);
    await assert.rejects(bff.challenge(second.address), isRemoteError());
    await endsWith(bff.closed, 'realm_full');
    assert.equal(await small.rejected('realm_full'), 2);
    assert.equal((await small.json('/about')).acceptingUsers, false);
    assert.equal((await BffPlayer.login(small, first)).alreadyConnected, true);
    await endsWith(player.closed, 'replaced');
  }));

test('Who floods with strangers locks out strangers only: too_many_connections', () =>
  Realm.during({ env: { ARCHIPELAGO_LIMITS_WAITING: '4' } }, async (small) => {
    const player = await DirectPlayer.login(small, await newWallet());
    const strangers = [];
    for (let i = 0; i < 4; i += 1) strangers.push(await DirectConnection.open(small));
    const late = dialing(small.ws('/ws'), ['archipelago']);
    const status = await within(
      late.open.then(
        () => 101,
        (error) => Number(/\d{3}/.exec(error.message)?.[0]),
      ),
      'an answer',
    );
    if (status === 101) await endsWith(late.closed, 'too_many_connections');
    else assert.equal(status, 503);
    await player.stand(0, 0);
    await player.island('the player inside is not disturbed');
    await strangers[0].hangUp();
    await until(async () => DirectPlayer.login(small, await newWallet()).catch(() => null), 'a place is free again');
    assert.ok((await small.rejected('too_many_connections')) >= 1);
  }));

test('A player who floods is held back, then cut, and the others are not: rate_limited', () =>
  Realm.during({}, async (roomy) => {
    const [calm, wild] = await newWallets(2);
    const witness = await BffPlayer.login(roomy, calm);
    const flooder = await DirectPlayer.login(roomy, wild);
    for (let i = 0; i < 5_000 && flooder.connection.line.socket.readyState === 1; i += 1)
      flooder.connection.send(heartbeat(i, 0, 0));
    await endsWith(flooder.closed, 'rate_limited');
    assert.ok((await roomy.rejected('rate_limited')) >= 1_000);
    await witness.stand(90_000, 0);
    await witness.island();
  }));

test('A BFF connection may hold so many subscriptions and no more: too_many_subscriptions', async () => {
  const player = await BffPlayer.login(strict, await newWallet());
  const before = await strict.rejected('too_many_subscriptions');
  const subscribe = (i) => player.connection.comms.subscribeToPeerMessages({ topic: `t${i}` });
  for (let i = 1; i < 64; i += 1) await subscribe(i);
  await assert.rejects(subscribe(64), isRemoteError());
  assert.ok((await strict.rejected('too_many_subscriptions')) > before);
  await player.stand(91_000, 0);
  await player.island('the session goes on');
  await player.leave();
});
