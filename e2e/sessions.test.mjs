// One session per address, whatever protocol it speaks; and a player whose cable is pulled is gone soon.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BffPlayer } from './lib/bff.mjs';
import { Cable } from './lib/cable.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { Realm } from './lib/realm.mjs';
import { endsWith } from './lib/reasons.mjs';
import { RoomMember, roomUrl } from './lib/room.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
before(async () => (realm = await Realm.start({ env: { ARCHIPELAGO_FLUSH_FREQUENCY: '2' } }))); // as shipped
after(() => realm?.stop());

/** A player that has an island, as proof that its session works. */
async function alive(player, x) {
  await player.stand(x, 0);
  return player.island();
}

test('A second login over the BFF kicks the first, which is told so', async () => {
  const wallet = await newWallet();
  const first = await BffPlayer.login(realm, wallet);
  const told = first.connection.authentication.getDisconnectionMessage({});
  const second = await BffPlayer.login(realm, wallet);
  assert.equal(second.alreadyConnected, true);
  assert.deepEqual(await within(told, 'GetDisconnectionMessage is answered'), { reason: 0 });
  assert.ok(await alive(second, 5_000));
  await second.leave();
});

test('A second login over /ws kicks the first with a packet and closes it', async () => {
  const wallet = await newWallet();
  const first = await DirectPlayer.login(realm, wallet);
  const second = await DirectPlayer.login(realm, wallet);
  assert.equal(second.alreadyConnected, true);
  assert.deepEqual(await first.connection.next('kicked'), { reason: 0 });
  await endsWith(first.closed, 'replaced');
  assert.ok(await alive(second, 6_000));
  await second.leave();
});

test('A login over /ws kicks a session over the BFF', async () => {
  const wallet = await newWallet();
  const first = await BffPlayer.login(realm, wallet);
  const told = first.connection.authentication.getDisconnectionMessage({});
  const second = await DirectPlayer.login(realm, wallet);
  assert.equal(second.alreadyConnected, true);
  await within(told, 'GetDisconnectionMessage is answered');
  assert.ok(await alive(second, 7_000));
  await second.leave();
});

test('A login over the BFF kicks a session over /ws', async () => {
  const wallet = await newWallet();
  const first = await DirectPlayer.login(realm, wallet);
  const second = await BffPlayer.login(realm, wallet);
  await first.connection.next('kicked');
  await endsWith(first.closed, 'replaced');
  assert.ok(await alive(second, 8_000));
  await second.leave();
});

test('A kicked session that closes later takes nothing from the one that replaced it', async () => {
  const wallet = await newWallet();
  const first = await BffPlayer.login(realm, wallet);
  await alive(first, 9_000);
  const second = await DirectPlayer.login(realm, wallet);
  await alive(second, 9_000);
  await first.leave();
  const [other] = await newWallets(1);
  const witness = await DirectPlayer.login(realm, other);
  const island = await alive(witness, 9_010);
  assert.ok(island.peers[second.address], 'the new session is still on its island');
  await Promise.all([second.leave(), witness.leave()]);
});

test('Two ports on one socket give one session: the login of the last counts', async () => {
  const wallet = await newWallet();
  const player = await BffPlayer.login(realm, wallet);
  await player.connection.usePort('demo');
  const { challengeToSign } = await player.connection.challenge(wallet.address);
  const welcome = await player.connection.authenticate(wallet.sign(challengeToSign));
  assert.equal(welcome.peerId, wallet.address);
  player.connection.useServices();
  await player.stand(10_000, 0);
  await until(async () => (await realm.json(`/peers?id=${wallet.address}`)).peers.length === 1, 'the player stands');
  await player.leave();
});

/** Pulls the cable of `login`'s player and asserts that its neighbour is alone within ten seconds. */
async function vanishes(login, x) {
  const [lost, stays] = await newWallets(2);
  const cable = await Cable.to(realm.port);
  try {
    const player = await login(lost, cable);
    await alive(player, x);
    const neighbour = await DirectPlayer.login(realm, stays);
    const { islandId } = await alive(neighbour, x + 5);
    const members = async () => (await realm.json(`/islands/${islandId}`)).peers.map(({ id }) => id);
    assert.equal((await members()).length, 2);
    cable.pull();
    await until(async () => (await members()).length === 1, 'the player is gone from its island', { ms: 10_000 });
    assert.deepEqual(await members(), [neighbour.address]);
    await neighbour.leave();
  } finally {
    cable.remove();
  }
}

describe('What takes some seconds', { concurrency: true }, () => {
  test('A kicked BFF socket that lingers is closed ten seconds later', async () => {
    const wallet = await newWallet();
    const first = await BffPlayer.login(realm, wallet);
    const second = await DirectPlayer.login(realm, wallet);
    await endsWith(first.closed, 'replaced', 13_000);
    await second.leave();
  });

  test('A player over the BFF whose cable is pulled is gone from its island within ten seconds', () =>
    vanishes((wallet, cable) => BffPlayer.login(realm, wallet, { url: cable.through(realm.ws('/bff/rpc')) }), 20_000));

  test('A player over /ws whose cable is pulled is gone from its island within ten seconds', () =>
    vanishes((wallet, cable) => DirectPlayer.login(realm, wallet, { url: cable.through(realm.ws('/ws')) }), 30_000));

  test("A room's member whose cable is pulled is gone from its room within ten seconds", async () => {
    const wallets = await newWallets(2);
    const cable = await Cable.to(realm.port);
    try {
      const [lost, stays] = await Promise.all(wallets.map((wallet) => DirectPlayer.login(realm, wallet)));
      const lostIsland = await alive(lost, 40_000);
      const staysIsland = await alive(stays, 40_005);
      const lostSeat = await RoomMember.enter(`ws-room:${cable.through(roomUrl(lostIsland.connStr))}`, wallets[0]);
      const seat = await RoomMember.enter(staysIsland.connStr, wallets[1]);
      assert.equal(seat.peerIdentities[lostSeat.alias], lost.address);
      cable.pull();
      await seat.connection.packets.take('peer_leave', ({ $case }) => $case === 'peerLeaveMessage', 10_000);
      await Promise.all([seat.leave(), lost.leave(), stays.leave()]);
    } finally {
      cable.remove();
    }
  });

  test('A player that only answers pings stays', async () => {
    const player = await DirectPlayer.login(realm, await newWallet());
    await alive(player, 50_000);
    let pings = 0;
    player.connection.line.socket.on('ping', () => (pings += 1));
    await until(() => pings >= 2, 'two pings of the server');
    assert.equal(player.connection.line.socket.readyState, 1);
    await player.leave();
  });
});
