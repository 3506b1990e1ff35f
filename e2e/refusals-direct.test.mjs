// Whoever does wrong on /ws is told the documented reason and counted under it, and nobody else notices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DirectConnection, DirectPlayer, encodeClient, heartbeat, signedChallenge } from './lib/direct.mjs';
import { endsWith } from './lib/reasons.mjs';
import { badChains, huge, notUtf8, refusalRealm } from './lib/refusals.mjs';
import { newWallet } from './lib/wallet.mjs';

const scene = refusalRealm();
const { refusal } = scene;

const first = async (realm, bytes) => {
  const connection = await DirectConnection.open(realm);
  connection.send(bytes);
  return connection;
};
const opening = (claim, reason, bytes) =>
  refusal(`/ws: ${claim}`, reason, async (realm) => endsWith((await first(realm, bytes)).closed, reason));

opening('bytes that are no packet', 'malformed_packet', Uint8Array.of(0x0a, 0xff, 0xff, 0xff));
opening('a text frame', 'text_frame', 'hello');
opening('a message of 4 MiB', 'message_too_big', huge);
opening('an address that is not UTF-8', 'invalid_utf8', Uint8Array.of(0x0a, 5, 0x0a, 3, ...notUtf8));
opening('a heartbeat before login', 'unexpected_message', heartbeat(0, 0, 0));
opening('an answer before there is a challenge', 'unexpected_message', signedChallenge([]));
opening('an empty packet', 'unexpected_message', new Uint8Array());
for (const address of ['', 'bob', '0x1234', `0x${'g'.repeat(40)}`, `${'0x'.padEnd(42, 'a')}\n`])
  opening(
    `the address ${JSON.stringify(address)}`,
    'bad_address',
    encodeClient({ $case: 'challengeRequest', challengeRequest: { address } }),
  );

refusal('/ws: asking twice for a challenge', 'unexpected_message', async (realm) => {
  const connection = await DirectConnection.open(realm);
  const { address } = await newWallet();
  await connection.challenge(address);
  connection.send(encodeClient({ $case: 'challengeRequest', challengeRequest: { address } }));
  await endsWith(connection.closed, 'unexpected_message');
});

for (const [claim, reason, chain] of badChains)
  refusal(`/ws: ${claim}`, reason, async (realm) => {
    const wallet = await newWallet();
    const connection = await DirectConnection.open(realm);
    const { challengeToSign } = await connection.challenge(wallet.address);
    connection.send(signedChallenge(await chain(wallet, challengeToSign, realm)));
    await endsWith(connection.closed, reason);
    assert.deepEqual(connection.packets.waiting, [], 'a refused client is told nothing but the reason');
  });

refusal('/ws: a chain that got somebody in before', 'challenge_mismatch', async (realm) => {
  const wallet = await newWallet();
  const connection = await DirectConnection.open(realm);
  const { challengeToSign } = await connection.challenge(wallet.address);
  const chain = wallet.sign(challengeToSign);
  connection.send(signedChallenge(chain));
  await connection.next('welcome');
  const thief = await DirectConnection.open(realm);
  await thief.challenge(wallet.address);
  thief.send(signedChallenge(chain));
  await endsWith(thief.closed, 'challenge_mismatch');
  assert.equal(connection.line.socket.readyState, 1, 'the owner keeps its session');
  await connection.hangUp();
});

refusal('/ws: a position that is no number is dropped, and the session goes on', 'invalid_position', async (realm) => {
  const player = await DirectPlayer.login(realm, await newWallet());
  for (const x of [NaN, Infinity, -Infinity]) player.connection.send(heartbeat(x, 0, 0));
  await player.stand(3_000, 0);
  const island = await player.island();
  assert.deepEqual(island.peers, { [player.address]: { x: 3_000, y: 0, z: 0 } });
  await player.leave();
});

refusal('/ws: bytes that are no packet, after login', 'malformed_packet', async (realm) => {
  const player = await DirectPlayer.login(realm, await newWallet());
  player.connection.send(Uint8Array.of(0xff, 0xff));
  await endsWith(player.closed, 'malformed_packet');
});

test('/ws: packets without a meaning after login are ignored', async () => {
  const { realm, bystanders } = scene;
  const player = await DirectPlayer.login(realm, await newWallet());
  player.connection.send(new Uint8Array());
  player.connection.send(signedChallenge([]));
  player.connection.send(encodeClient({ $case: 'heartbeat', heartbeat: {} }));
  await player.stand(4_000, 0);
  await player.island();
  await player.leave();
  await bystanders.unaffected();
});
