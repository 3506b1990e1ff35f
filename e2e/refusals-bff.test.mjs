// Whoever does wrong on the BFF is answered, told the documented reason and counted under it; nobody else notices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BffConnection, BffPlayer } from './lib/bff.mjs';
import { dial } from './lib/dial.mjs';
import * as frames from './lib/frames.mjs';
import { endsWith } from './lib/reasons.mjs';
import { badChains, huge, isRemoteError, notUtf8, refusalRealm } from './lib/refusals.mjs';
import { within } from './lib/wait.mjs';
import { newWallet } from './lib/wallet.mjs';

const scene = refusalRealm();
const { refusal } = scene;

const textOf = (bytes) => Buffer.from(bytes).toString('latin1');

const opening = (claim, reason, bytes) =>
  refusal(`BFF: ${claim}`, reason, async (realm) => {
    const line = await dial(realm.ws('/bff/rpc'), ['bff']);
    line.send(bytes);
    await endsWith(line.closed, reason);
  });

opening('bytes that are no message', 'malformed_packet', Uint8Array.of(0x0a, 0xff, 0xff));
opening('an empty message', 'rpc_violation', new Uint8Array());
opening('a port name that is not UTF-8', 'invalid_utf8', Uint8Array.of(0x0d, 1, 0, 0, 0x28, 0x22, 3, ...notUtf8));
opening('a text frame', 'text_frame', 'hello');
opening('a message of 4 MiB', 'message_too_big', huge);
opening('a message that only servers send', 'rpc_violation', frames.response(1));
opening('a message of an unknown type', 'rpc_violation', frames.ofType(13));

for (const address of ['', 'bob', `0x${'g'.repeat(40)}`])
  refusal(`BFF: the address ${JSON.stringify(address)}`, 'bad_address', async (realm) => {
    const connection = await BffConnection.open(realm);
    await assert.rejects(connection.challenge(address), isRemoteError());
    await endsWith(connection.closed, 'bad_address');
  });

refusal('BFF: authenticating without a challenge', 'unexpected_message', async (realm) => {
  const connection = await BffConnection.open(realm);
  await assert.rejects(connection.authenticate((await newWallet()).sign('dcl-')), isRemoteError());
  await endsWith(connection.closed, 'unexpected_message');
});

for (const [claim, reason, chain] of badChains)
  refusal(`BFF: ${claim}`, reason, async (realm) => {
    const wallet = await newWallet();
    const connection = await BffConnection.open(realm);
    const { challengeToSign } = await connection.challenge(wallet.address);
    const attempt = connection.authenticate(await chain(wallet, challengeToSign, realm));
    await assert.rejects(attempt, isRemoteError());
    await endsWith(connection.closed, reason);
  });

refusal('BFF: a challenge that was used, by somebody else', 'unexpected_message', async (realm) => {
  const player = await BffPlayer.login(realm, await newWallet());
  const thief = await newWallet();
  await assert.rejects(player.connection.challenge(thief.address), isRemoteError());
  await endsWith(player.closed, 'unexpected_message');
});

test('BFF: a chain that got in is answered the same when it is sent again', async () => {
  const { realm } = scene;
  const wallet = await newWallet();
  const connection = await BffConnection.open(realm);
  const { challengeToSign } = await connection.challenge(wallet.address);
  const chain = wallet.sign(challengeToSign);
  const welcome = await connection.authenticate(chain);
  assert.deepEqual(await connection.authenticate(chain), welcome);
  await connection.hangUp();
});

test('BFF: what is only for players does not exist before login', async () => {
  const { realm } = scene;
  const connection = await BffConnection.open(realm);
  await assert.rejects(
    connection.port.loadModule('CommsService'),
    isRemoteError(/Module CommsService is not available for port kernel/),
  );
  await assert.rejects(
    within(connection.authentication.getDisconnectionMessage({}), 'an answer'),
    isRemoteError(/no peer found/),
  );
  await connection.hangUp();
});

test('BFF: an unknown module, procedure or port is answered with an error, and the session goes on', async () => {
  const { realm, bystanders } = scene;
  const player = await BffPlayer.login(realm, await newWallet());
  const { port } = player.connection;
  await assert.rejects(port.loadModule('Nonsense'), isRemoteError(/Module Nonsense is not available for port kernel/));
  await assert.rejects(port.loadModule('decentraland.bff.CommsService'), isRemoteError(/is not available/));
  await player.stand(5_000, 0);
  await player.island();
  await player.leave();

  const line = await dial(realm.ws('/rpc'), ['bff']);
  await line.frames.take('SERVER_READY');
  line.send(frames.request(1, 4_000_000, 1));
  assert.match(textOf(await line.frames.take('an answer')), /invalid portId/);
  line.send(frames.createPort(2, 'p'));
  const portId = new DataView((await line.frames.take('CREATE_PORT_RESPONSE')).slice().buffer).getUint32(6, true);
  line.send(frames.request(3, portId, 77));
  assert.match(textOf(await line.frames.take('an answer')), /procedureId 77 is missing in p/);
  await line.hangUp();
  await bystanders.unaffected();
});

const forbidden = [
  '*.island_changed',
  '>',
  'peer.>',
  'peer.*.heartbeat',
  'island.*.peer_join',
  `0x${'a'.repeat(40)}.island_changed`,
  `peer.0x${'a'.repeat(40)}.heartbeat`,
];
for (const topic of forbidden)
  refusal(`BFF: the system topic ${topic}`, 'forbidden_topic', async (realm) => {
    const player = await BffPlayer.login(realm, await newWallet());
    const { comms, topics } = player.connection;
    await assert.rejects(comms.subscribeToSystemMessages({ topic }), isRemoteError());
    await assert.rejects(within(topics.systemSubscription({ topic }).next(), 'an answer'), isRemoteError());
    await player.stand(6_000, 0);
    await player.island('the session goes on');
    await player.leave();
  });

for (const topic of ['', '.', 'a..b', 'a.', '.a'])
  refusal(`BFF: the topic ${JSON.stringify(topic)}`, 'invalid_topic', async (realm) => {
    const player = await BffPlayer.login(realm, await newWallet());
    const { comms } = player.connection;
    const payload = new Uint8Array(1);
    await assert.rejects(comms.publishToTopic({ topic, payload }), isRemoteError(/Invalid topic/));
    await assert.rejects(comms.subscribeToPeerMessages({ topic }), isRemoteError(/Invalid topic/));
    await player.leave();
  });
