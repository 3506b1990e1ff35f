// A crowd that misbehaves in every way and in any order: two who talk notice nothing, and nothing of it is left over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BffConnection, BffPlayer } from './lib/bff.mjs';
import { dialing } from './lib/dial.mjs';
import { DirectConnection, DirectPlayer, signedChallenge } from './lib/direct.mjs';
import * as frames from './lib/frames.mjs';
import { refusalRealm } from './lib/refusals.mjs';
import { RoomConnection, RoomMember, roomUrl, signedForRoom } from './lib/room.mjs';
import { until } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

const scene = refusalRealm();

/** Small numbers that look random and are the same for the same seed. */
function dice(seed) {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const noise = (roll) => Uint8Array.from({ length: roll(60) }, () => roll(256));

/** What one of the crowd does; each ends with its socket torn down or closed by the realm. */
const deeds = {
  async 'sends noise'(realm, roll) {
    const path = ['/ws', '/bff/rpc', '/rooms/lobby', '/archipelago/ws', '/rpc'][roll(5)];
    const line = dialing(realm.ws(path), ['any']);
    await line.open;
    for (let i = roll(5); i >= 0 && line.socket.readyState === 1; i -= 1) line.send(noise(roll));
    line.socket.terminate();
  },
  async 'tears the line while its chain is being checked'(realm, roll, wallet) {
    const connection = await DirectConnection.open(realm);
    const { challengeToSign } = await connection.challenge(wallet.address);
    connection.send(signedChallenge(wallet.sign(challengeToSign)));
    connection.line.socket.terminate();
  },
  async 'tears the line while RPC calls are under way'(realm, roll, wallet) {
    const connection = await BffConnection.open(realm);
    const { challengeToSign } = await connection.challenge(wallet.address);
    connection.authentication
      .authenticate({ authChainJson: JSON.stringify(wallet.sign(challengeToSign)) })
      .catch(() => {});
    connection.authentication.getDisconnectionMessage({}).catch(() => {});
    connection.line.socket.terminate();
  },
  async 'destroys its port in the middle of streams'(realm, roll, wallet) {
    const player = await BffPlayer.login(realm, wallet);
    await player.stand(100_000 + roll(1_000), 0);
    player.connection.topics
      .peerSubscription({ topic: 'noise' })
      .next()
      .catch(() => {});
    player.connection.director
      .getCommsCommands({})
      .next()
      .catch(() => {});
    player.connection.port.close();
    player.connection.line.send(frames.request(90, roll(50), roll(20), noise(roll)));
    player.connection.line.socket.terminate();
  },
  async 'logs in twice and hangs up the newer'(realm, roll, wallet) {
    const older = await DirectPlayer.login(realm, wallet);
    const newer = await BffPlayer.login(realm, wallet);
    await newer.stand(100_000 + roll(1_000), roll(1_000));
    newer.connection.line.socket.terminate();
    older.connection.line.socket.terminate();
  },
  async 'tears its line to a room while its chain is being checked'(realm, roll, wallet) {
    const player = await DirectPlayer.login(realm, wallet);
    await player.stand(200_000 + roll(100_000), 0);
    const room = await RoomConnection.open(roomUrl((await player.island()).connStr));
    const { challengeToSign } = await room.challenge(wallet.address);
    room.send(signedForRoom(wallet.sign(challengeToSign)));
    room.line.socket.terminate();
    player.connection.line.socket.terminate();
  },
  async 'talks in a room and vanishes in the middle of a word'(realm, roll, wallet) {
    const player = await DirectPlayer.login(realm, wallet);
    await player.stand(400_000, 0);
    const seat = await RoomMember.enter((await player.island()).connStr, wallet);
    for (let i = 0; i < 20; i += 1)
      seat.tell({ $case: 'voice', voice: { encodedSamples: noise(roll), index: i, codec: 0 } });
    seat.connection.send(noise(roll));
    seat.connection.line.socket.terminate();
    player.connection.line.socket.terminate();
  },
};

test('A crowd of 210 that misbehaves disturbs nobody and leaves nothing behind', async (t) => {
  const seed = Number(process.env.E2E_SEED ?? 1);
  t.diagnostic(`E2E_SEED=${seed}`);
  const roll = dice(seed);
  const { realm, bystanders } = scene;
  const gauges = [
    'archipelago_sessions',
    'archipelago_connections',
    'dcl_ws_rooms_connections',
    'dcl_archipelago_peers_count',
  ];
  const readings = () => Promise.all(gauges.map((name) => realm.metric(name)));
  const quiet = await readings();

  const wallets = await newWallets(210);
  const names = Object.keys(deeds);
  for (let start = 0; start < wallets.length; start += 30) {
    const group = wallets
      .slice(start, start + 30)
      .map((wallet, index) => deeds[names[(start + index) % names.length]](realm, roll, wallet));
    const outcomes = await Promise.allSettled(group);
    const surprises = outcomes.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message);
    assert.deepEqual(surprises, [], `E2E_SEED=${seed}`);
    await bystanders.unaffected();
  }
  await until(async () => `${await readings()}` === `${quiet}`, `${gauges} are again ${quiet}, E2E_SEED=${seed}`);
  assert.equal(await realm.rejected('internal_error'), 0);
  const newcomer = await BffPlayer.login(realm, await newWallet());
  await newcomer.stand(0, 1);
  const { peers } = await newcomer.island();
  assert.ok(peers[bystanders.anna.address]);
});
