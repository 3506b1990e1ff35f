// A crowded room with official packets: who hears what, in which order, also while everybody talks at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Packet } from '@dcl/protocol/out-js/decentraland/kernel/comms/rfc4/comms.gen.js';
import { Realm } from './lib/realm.mjs';
import { endsWith } from './lib/reasons.mjs';
import { RoomMember } from './lib/room.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

const MEMBERS = 16;
const PACKETS = 80;
const PROFILE = 'p'.repeat(100_000);

/** @type {Realm} */
let realm;
before(async () => (realm = await Realm.start({ args: ['--rooms-open', 'hall,old,new'] })));
after(() => realm?.stop());

const door = (room, of = realm) => `ws-room:${of.ws(`/rooms/${room}`)}`;

/** What a member says as its nth packet: mostly movement, some chat, and one of them a large profile. */
function line(n, large) {
  if (large && n === PACKETS / 2)
    return [{ $case: 'profileResponse', profileResponse: { serializedProfile: PROFILE, baseUrl: String(n) } }, false];
  if (n % 10 === 0) return [{ $case: 'chat', chat: { message: String(n), timestamp: n } }, false];
  const position = { index: n, positionX: n, positionY: 0, positionZ: 0, rotationX: 0, rotationY: 0, rotationZ: 0, rotationW: 1 };
  return [{ $case: 'position', position }, true];
}

/** The n of a packet. */
function number(body) {
  const { message } = Packet.decode(body);
  if (message.$case === 'profileResponse') assert.equal(message.profileResponse.serializedProfile, PROFILE);
  return Number(message.position?.index ?? message.chat?.message ?? message.profileResponse?.baseUrl);
}

/** Hears until everybody else has said its last packet; sender -> numbers. */
async function hearAll(member, others) {
  const heard = new Map(others.map((other) => [other.alias, []]));
  for (let open = others.length; open > 0; ) {
    const { fromAlias, body } = await member.update();
    assert.notEqual(fromAlias, member.alias, 'nobody hears itself');
    const numbers = heard.get(fromAlias);
    assert.ok(numbers, `alias ${fromAlias} is in the room`);
    numbers.push(number(body));
    if (numbers.at(-1) === PACKETS) open -= 1;
  }
  return heard;
}

const pause = () => new Promise((done) => setTimeout(done, 5));

test(`${MEMBERS} members talk at once: each hears all others, each in its order, and never itself`, async () => {
  const members = [];
  for (const wallet of await newWallets(MEMBERS)) members.push(await RoomMember.enter(door('hall'), wallet));
  const hearing = members.map((member) =>
    hearAll(
      member,
      members.filter((other) => other !== member),
    ),
  );
  const talking = members.map(async (member, i) => {
    for (let n = 1; n <= PACKETS; ++n) {
      const [message, unreliable] = line(n, i === 0);
      member.tell(message, { unreliable });
      if (n % 4 === 0) await pause();
    }
  });
  await Promise.all(talking);
  for (const heard of await Promise.all(hearing))
    for (const numbers of heard.values()) {
      assert.ok(
        numbers.every((n, i) => i === 0 || n > numbers[i - 1]),
        'in the order in which they were said',
      );
      const reliable = numbers.filter((n) => n % 10 === 0);
      assert.equal(reliable.length, PACKETS / 10, 'nothing reliable is lost');
    }
  await Promise.all(members.map((member) => member.leave()));
});

test('Who moves on hears its old room until it leaves, at most ten seconds', async () => {
  const wallet = await newWallet();
  const friend = await RoomMember.enter(door('old'), await newWallet());
  const old = await RoomMember.enter(door('old'), wallet);
  const next = await RoomMember.enter(door('new'), wallet);
  friend.tell({ $case: 'chat', chat: { message: 'see you there', timestamp: 1 } });
  assert.equal((await old.hear('chat')).message.chat.message, 'see you there');
  await endsWith(old.closed, 'replaced', 12_000);
  await friend.left(old.alias);
  const other = await RoomMember.enter(door('new'), await newWallet());
  other.tell({ $case: 'chat', chat: { message: 'welcome', timestamp: 2 } });
  assert.equal((await next.hear('chat')).message.chat.message, 'welcome');
  await Promise.all([friend.leave(), next.leave(), other.leave()]);
});

test('Slow mode: chat that comes too soon is dropped, everything else passes', async () => {
  await Realm.during({ args: ['--rooms-open', 'hall', '--rooms-chat-interval-ms', '60000'] }, async (slow) => {
    const speaker = await RoomMember.enter(door('hall', slow), await newWallet());
    const listener = await RoomMember.enter(door('hall', slow), await newWallet());
    for (const message of ['one', 'two', 'three'])
      speaker.tell({ $case: 'chat', chat: { message, timestamp: 1 } });
    speaker.tell({ $case: 'profileVersion', profileVersion: { profileVersion: 7 } });
    assert.equal((await listener.hear()).message.chat.message, 'one');
    assert.equal((await listener.hear()).message.profileVersion.profileVersion, 7);
    await Promise.all([speaker.leave(), listener.leave()]);
  });
});
