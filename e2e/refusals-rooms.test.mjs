// Whoever does wrong at a room's door is told the documented reason and counted under it; nobody else notices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsWith } from './lib/reasons.mjs';
import { badChains, huge, keptOut, notUtf8, refusalRealm, settled } from './lib/refusals.mjs';
import { RoomConnection, RoomMember, encodeRoom, identification, signedForRoom, update } from './lib/room.mjs';
import { until } from './lib/wait.mjs';
import { newWallet } from './lib/wallet.mjs';

const scene = refusalRealm();
const { refusal } = scene;

refusal('Room: no token', 'not_assigned', async (realm) => {
  const { wallet, url, player } = await settled(realm, 7_000);
  await keptOut(url.split('?')[0], wallet, 'not_assigned');
  await player.leave();
});

refusal('Room: a token that nobody signed', 'not_assigned', async (realm) => {
  const { wallet, url, player } = await settled(realm, 8_000);
  const last = url.at(-1) === 'A' ? 'B' : 'A';
  await keptOut(url.slice(0, -6) + last.repeat(6), wallet, 'not_assigned');
  await player.leave();
});

refusal("Room: another player's token", 'not_assigned', async (realm) => {
  const { url, player } = await settled(realm, 9_000);
  const thief = await newWallet();
  await keptOut(url, thief, 'not_assigned');
  await player.leave();
});

refusal("Room: another room's token", 'not_assigned', async (realm) => {
  const here = await settled(realm, 10_000);
  const there = await settled(realm, 11_000);
  const mixed = new URL(there.url);
  mixed.search = new URL(here.url).search;
  await keptOut(mixed.href, here.wallet, 'not_assigned');
  await Promise.all([here.player.leave(), there.player.leave()]);
});

refusal('Room: a second login of the same player kicks the first', 'replaced', async (realm) => {
  const { wallet, url, player } = await settled(realm, 12_000);
  const first = await RoomMember.enter(`ws-room:${url}`, wallet);
  const second = await RoomMember.enter(`ws-room:${url}`, wallet);
  assert.notEqual(first.alias, second.alias);
  assert.equal(typeof (await first.connection.next('peerKicked')).reason, 'string');
  await endsWith(first.closed, 'replaced');
  await Promise.all([second.leave(), player.leave()]);
});

const opening = (claim, reason, bytes) =>
  refusal(`Room: ${claim}`, reason, async (realm) => {
    const { url, player } = await settled(realm, 13_000);
    const connection = await RoomConnection.open(url);
    connection.send(bytes);
    await endsWith(connection.closed, reason);
    await player.leave();
  });

opening('bytes that are no packet', 'malformed_packet', Uint8Array.of(0x0a, 0xff, 0xff));
opening('an address that is not UTF-8', 'invalid_utf8', Uint8Array.of(0x3a, 5, 0x0a, 3, ...notUtf8));
opening('a text frame', 'text_frame', 'hello');
opening('a message of 4 MiB', 'message_too_big', huge);
opening('an update before login', 'unexpected_message', update(new Uint8Array(4)));
opening(
  'a packet that only rooms send',
  'unexpected_message',
  encodeRoom({ $case: 'peerJoinMessage', peerJoinMessage: { alias: 1, address: 'x' } }),
);
opening('an answer before there is a challenge', 'unexpected_message', signedForRoom([]));
opening('an address that is none', 'bad_address', identification('bob'));

for (const [claim, reason, chain] of badChains)
  refusal(`Room: ${claim}`, reason, async (realm) => {
    const { url, wallet, player } = await settled(realm, 14_000);
    const connection = await RoomConnection.open(url);
    const { challengeToSign } = await connection.challenge(wallet.address);
    connection.send(signedForRoom(await chain(wallet, challengeToSign, realm)));
    await endsWith(connection.closed, reason);
    await player.leave();
  });

test('Room: packets without a meaning after login are ignored', async () => {
  const { realm } = scene;
  const { wallet, url, player } = await settled(realm, 15_000);
  const seat = await RoomMember.enter(`ws-room:${url}`, wallet);
  seat.connection.send(new Uint8Array());
  seat.connection.send(identification('bob'));
  await until(async () => (await realm.metric('dcl_ws_rooms_unknown_sent_messages_total')) >= 2, 'they are counted');
  assert.equal(seat.connection.line.socket.readyState, 1);
  await Promise.all([seat.leave(), player.leave()]);
});
