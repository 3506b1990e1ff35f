// Shared by the refusal tests: players who must not notice, chains that must not get in, and the shape of one test.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Authenticator } from '@dcl/crypto';
import { createUnsafeIdentity } from '@dcl/crypto/dist/crypto.js';
import { BffPlayer } from './bff.mjs';
import { dialing } from './dial.mjs';
import { DirectConnection, DirectPlayer } from './direct.mjs';
import { Realm, UNHURRIED } from './realm.mjs';
import { endsWith } from './reasons.mjs';
import { RoomMember, identification, roomUrl } from './room.mjs';
import { until, within } from './wait.mjs';
import { newWallet, newWallets } from './wallet.mjs';

/** Two players who talk in their room, whatever happens to others. */
class Bystanders {
  static async of(realm) {
    const wallets = await newWallets(2);
    const anna = await BffPlayer.login(realm, wallets[0]);
    const bert = await DirectPlayer.login(realm, wallets[1]);
    await anna.stand(0, 0);
    const annaSeat = await RoomMember.enter((await anna.island()).connStr, wallets[0]);
    await bert.stand(1, 1);
    const { islandId, connStr } = await bert.island();
    const bertSeat = await RoomMember.enter(connStr, wallets[1]);
    await annaSeat.joined(bertSeat.alias);
    return Object.assign(new Bystanders(), { realm, anna, bert, annaSeat, bertSeat, islandId, said: 0 });
  }

  /** They are on their island, hear one another in its room and in topics, and notice nothing else. */
  async unaffected() {
    const { peers } = await this.realm.json(`/islands/${this.islandId}`);
    assert.deepEqual(peers.map(({ id }) => id).sort(), [this.anna.address, this.bert.address].sort());
    const message = `still here ${(this.said += 1)}`;
    const published = this.anna.connection.comms.publishToTopic({ topic: 'here', payload: new Uint8Array(1) });
    assert.deepEqual(await within(published, 'PublishToTopic'), { ok: true });
    this.annaSeat.tell({ $case: 'chat', chat: { message, timestamp: 0 } });
    const heard = await this.bertSeat.hear('chat');
    assert.equal(heard.from, this.annaSeat.alias);
    assert.equal(heard.message.chat.message, message);
    const unasked = [this.annaSeat, this.bertSeat].flatMap((seat) => seat.connection.packets.waiting);
    assert.deepEqual([...unasked, ...this.anna.islands.waiting, ...this.bert.connection.packets.waiting], []);
  }
}

/** A realm for a file of refusals, with bystanders in it; filled before the first test. */
export function refusalRealm(options) {
  const scene = {};
  before(async () => {
    scene.realm = await Realm.start({ ...options, env: { ...UNHURRIED, ...options?.env } });
    scene.bystanders = await Bystanders.of(scene.realm);
  });
  after(() => scene.realm?.stop());

  /** A test: what `act` does meets `reason`, which is counted, and the bystanders go on. */
  scene.refusal = (claim, reason, act) =>
    test(`${claim}: ${reason}`, async () => {
      const { realm, bystanders } = scene;
      const before = await realm.rejected(reason);
      await act(realm);
      const counted = async () => (await realm.rejected(reason)) > before;
      await until(counted, `archipelago_rejected_total{reason="${reason}"} grows`);
      await bystanders.unaffected();
    });
  return scene;
}

/** For assert.rejects: an error that the server sent as RemoteError. */
export const isRemoteError = (text) => (error) => {
  assert.match(error.message, /^RemoteError: /);
  if (text) assert.match(error.message, text);
  return true;
};

export const notUtf8 = Uint8Array.of(0xc3, 0x28, 0xff);
export const huge = new Uint8Array(4 * 1024 * 1024);
const contractSignature = `0x${'ab'.repeat(96)}`;

/** Chains that must not get in, as functions of a wallet and the challenge to sign. */
export const badChains = [
  ['text that is not JSON', 'malformed_json', () => '[{"type":'],
  ['JSON that is not a list', 'malformed_auth_chain', () => '{"type":"SIGNER"}'],
  ['an empty chain', 'malformed_auth_chain', () => []],
  [
    'a chain of one link whose payload is the challenge',
    'malformed_auth_chain',
    (wallet, challenge) => [{ type: 'SIGNER', payload: challenge, signature: '' }],
  ],
  [
    'a chain of one link',
    'malformed_auth_chain',
    (wallet) => [{ type: 'SIGNER', payload: wallet.address, signature: '' }],
  ],
  [
    'a link of an unknown type',
    'malformed_auth_chain',
    (wallet, challenge) =>
      wallet.sign(challenge).map((link, i) => (i === 2 ? { ...link, type: 'ECDSA_PERSONAL_SIGNED_ENTITY' } : link)),
  ],
  [
    'eleven nested delegations and more',
    'malformed_auth_chain',
    (wallet, challenge) => Array.from({ length: 40 }, () => wallet.sign(challenge)[1]),
  ],
  ['the chain of another owner', 'wrong_owner', async (wallet, challenge) => (await newWallet()).sign(challenge)],
  [
    'a signed text that is no challenge of this connection',
    'challenge_mismatch',
    (wallet) => wallet.sign('dcl-0123456789abcdefghijklmnopq'),
  ],
  [
    'the challenge of another connection',
    'challenge_mismatch',
    async (wallet, challenge, realm) => wallet.sign(await someoneElsesChallenge(realm)),
  ],
  ['a delegation that has expired', 'delegation_expired', async (wallet, challenge) => expired(wallet, challenge)],
  ['a signature with one digit changed', 'bad_signature', (wallet, challenge) => tampered(wallet.sign(challenge))],
  ['a signature by another key', 'bad_signature', (wallet, challenge) => forged(wallet, challenge)],
  [
    'a contract wallet, without an Ethereum endpoint to ask',
    'wallet_unverifiable',
    (wallet, challenge) => Authenticator.createSimpleAuthChain(challenge, wallet.address, contractSignature),
  ],
];

async function someoneElsesChallenge(realm) {
  const connection = await DirectConnection.open(realm);
  const { challengeToSign } = await connection.challenge((await newWallet()).address);
  return challengeToSign;
}

const expired = (wallet, challenge) =>
  Authenticator.createAuthChain(wallet.owner, createUnsafeIdentity(), -1, challenge);
const forged = (wallet, challenge) =>
  Authenticator.createSimpleAuthChain(
    challenge,
    wallet.address,
    Authenticator.createSignature(createUnsafeIdentity(), challenge),
  );

function tampered(chain) {
  const last = chain.at(-1);
  const digit = last.signature[10] === '0' ? '1' : '0';
  return [
    ...chain.slice(0, -1),
    { ...last, signature: last.signature.slice(0, 10) + digit + last.signature.slice(11) },
  ];
}

/** A player with an island of its own, at x. */
export async function settled(where, x) {
  const wallet = await newWallet();
  const player = await DirectPlayer.login(where, wallet);
  await player.stand(x, 0);
  return { wallet, player, url: roomUrl((await player.island()).connStr) };
}

/** Whether at the upgrade or in the handshake: nobody gets past it, and the reason is told. */
export async function keptOut(url, wallet, reason) {
  const line = dialing(url, ['rfc5']);
  const status = await within(
    line.open.then(
      () => 101,
      (error) => Number(/\d{3}/.exec(error.message)?.[0]),
    ),
    'an answer',
  );
  if (status !== 101) return assert.equal(status, 403);
  line.send(identification(wallet.address));
  await endsWith(line.closed, reason);
  assert.ok(line.frames.waiting.length <= 1, 'no welcome');
}
