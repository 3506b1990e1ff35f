// Reasons that are nobody's mistake, or a stubborn client's: silence, too much work, a neighbour that does not answer,
// players who end, and those who come back too often.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BffConnection } from './lib/bff.mjs';
import { upgradeStatus } from './lib/dial.mjs';
import { DirectConnection, DirectPlayer, signedChallenge } from './lib/direct.mjs';
import { Realm } from './lib/realm.mjs';
import { endsWith } from './lib/reasons.mjs';
import { isRemoteError, keptOut, settled } from './lib/refusals.mjs';
import { RoomMember } from './lib/room.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
before(async () => {
  realm = await Realm.start({
    env: {
      CONTENT_URL: 'http://127.0.0.1:1/', // nobody listens there
      ARCHIPELAGO_AUTH_QUEUE: '1',
      ARCHIPELAGO_LIMITS_LOGINS_BURST: '3',
      ARCHIPELAGO_ROOMS_SEAT_GRACE_MS: '500',
    },
  });
});
after(() => realm?.stop());

test('Who does not answer a ping is gone: idle_timeout', async () => {
  // So long that a client which answers is never taken for one which does not, however busy the machine.
  const env = { ARCHIPELAGO_LIMITS_PING_AFTER_MS: '200', ARCHIPELAGO_LIMITS_CUT_AFTER_MS: '3000' };
  const strict = await Realm.start({ env });
  try {
    const [calm, mute] = await newWallets(2);
    const witness = await DirectPlayer.login(strict, calm);
    const player = await DirectPlayer.login(strict, mute, { socket: { autoPong: false } });
    await endsWith(player.closed, 'idle_timeout');
    assert.equal(await strict.rejected('idle_timeout'), 1);
    assert.equal(witness.connection.line.socket.readyState, 1, 'who answers stays');
    await witness.leave();
  } finally {
    await strict.stop();
  }
});

/** Forty players who answer their challenges while the realm stands still: `in`, or the code that each was closed with. */
async function rush() {
  const open = (await newWallets(40)).map(async (wallet) => {
    const connection = await DirectConnection.open(realm);
    const { challengeToSign } = await connection.challenge(wallet.address);
    return { connection, proof: signedChallenge(wallet.sign(challengeToSign)) };
  });
  const ready = await Promise.all(open);
  realm.child.kill('SIGSTOP');
  for (const { connection, proof } of ready) connection.send(proof);
  realm.child.kill('SIGCONT');
  const ends = ready.map(({ connection }) =>
    Promise.race([connection.next('welcome').then(() => 'in'), connection.closed.then(({ code }) => code)]),
  );
  const results = await within(Promise.all(ends), 'every login is answered');
  await Promise.all(ready.map(({ connection }) => connection.hangUp()));
  return results;
}

test('More logins than may wait for their signatures: overloaded, and those who wait get in', async () => {
  const before = await realm.rejected('overloaded');
  const results = [];
  // A machine may be slow enough to bring them one by one: then they come again.
  await until(async () => results.push(...(await rush())) && results.includes(1013), 'too many at once');
  assert.ok(results.includes('in'));
  const refused = results.filter((result) => result === 1013).length;
  assert.equal(refused, results.filter((result) => result !== 'in').length, 'nothing but overloaded');
  assert.equal(await realm.rejected('overloaded'), before + refused);
});

test('A room whose name is none: bad_request', async () => {
  const before = await realm.rejected('bad_request');
  assert.equal(await upgradeStatus(realm.ws('/rooms/a%20b')), 404);
  assert.equal(await upgradeStatus(realm.ws(`/rooms/${'x'.repeat(65)}`)), 404);
  assert.equal(await realm.rejected('bad_request'), before + 2);
});

test('The content server does not answer: the list is empty, counted as upstream_failed', async () => {
  const before = await realm.rejected('upstream_failed');
  const { player } = await settled(realm, 0);
  await until(async () => (await realm.json('/comms/peers')).peers?.length > 0, 'the player is known');
  assert.deepEqual(await realm.json('/hot-scenes'), []);
  assert.equal(await realm.rejected('upstream_failed'), before + 1);
  await player.leave();
});

test('Whoever leaves, politely or not, is counted as peer_gone', async () => {
  const before = await realm.rejected('peer_gone');
  const [polite, rude] = await newWallets(2);
  const first = await DirectPlayer.login(realm, polite);
  const second = await DirectPlayer.login(realm, rude);
  assert.equal((await first.leave()).code, 1000);
  second.connection.line.socket.terminate();
  await until(async () => (await realm.rejected('peer_gone')) === before + 2, 'both are counted');
  await until(async () => (await realm.metric('archipelago_sessions')) === 0, 'nobody is left');
});

test('Two clients of one wallet do not kick each other for ever: the newer is refused, rate_limited', async () => {
  const wallet = await newWallet();
  let inside = await DirectPlayer.login(realm, wallet);
  for (let i = 0; i < 2; i += 1) {
    const next = await DirectPlayer.login(realm, wallet);
    await endsWith(inside.closed, 'replaced');
    inside = next;
  }
  const late = await DirectConnection.open(realm);
  await assert.rejects(late.challenge(wallet.address));
  await endsWith(late.closed, 'rate_limited');
  const bff = await BffConnection.open(realm);
  await assert.rejects(bff.challenge(wallet.address), isRemoteError());
  await endsWith(bff.closed, 'rate_limited');
  await inside.stand(50_000, 0);
  await inside.island('the older session is undisturbed');
  assert.equal(await realm.metric('archipelago_relogins_refused_total'), 2);
  await inside.leave();
});

test('A seat in the room of an island ends with the login that it belongs to: session_ended', async () => {
  const { wallet, player, url } = await settled(realm, 60_000);
  const seat = await RoomMember.enter(`ws-room:${url}`, wallet);
  await player.leave();
  await endsWith(seat.closed, 'session_ended');
  await keptOut(url, wallet, 'session_ended');
  const again = await DirectPlayer.login(realm, wallet);
  await again.stand(60_000, 0);
  const back = await RoomMember.enter((await again.island()).connStr, wallet);
  await Promise.all([back.leave(), again.leave()]);
});
