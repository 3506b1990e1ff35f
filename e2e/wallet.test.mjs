// Contract wallets: their owners get in when, and only when, an Ethereum endpoint says that the contract approves.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { Authenticator } from '@dcl/crypto';
import { createUnsafeIdentity } from '@dcl/crypto/dist/crypto.js';
import eth from 'eth-connect';
import { BffPlayer } from './lib/bff.mjs';
import { DirectConnection, DirectPlayer, signedChallenge } from './lib/direct.mjs';
import { Ethereum } from './lib/ethereum.mjs';
import { Realm } from './lib/realm.mjs';
import { endsWith } from './lib/reasons.mjs';
import { newWallet } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
/** @type {Ethereum} */
let ethereum;
before(async () => {
  ethereum = await Ethereum.start();
  realm = await Realm.start({ args: ['--eth-rpc', ethereum.url] });
});
after(async () => {
  await realm?.stop();
  ethereum?.stop();
});
beforeEach(() => {
  ethereum.behaves = 'approves';
  ethereum.requests.length = 0;
});

/** Longer than a key's signature, as the signatures of contracts are. */
const contractSignature = () => `0x${randomBytes(96).toString('hex')}`;
const newContract = () => `0x${randomBytes(20).toString('hex')}`;

/** A contract that signs challenges itself: two links. */
const signingContract = () => {
  const address = newContract();
  return { address, sign: (text) => Authenticator.createSimpleAuthChain(text, address, contractSignature()) };
};

/** A contract that approved an ephemeral key, which signs: three links. */
const delegatingContract = async () => {
  const address = newContract();
  const identity = await Authenticator.initializeAuthChain(address, createUnsafeIdentity(), 60, async () =>
    contractSignature(),
  );
  return { address, sign: (text) => Authenticator.signPayload(identity, text) };
};

/** Sends a chain and leaves the answer to the caller. */
async function attempt(wallet) {
  const connection = await DirectConnection.open(realm);
  const { challengeToSign } = await connection.challenge(wallet.address);
  connection.send(signedChallenge(wallet.sign(challengeToSign)));
  return connection;
}

test('The owner of a contract that approves gets in, over both protocols and with either kind of chain', async () => {
  for (const login of [BffPlayer.login, DirectPlayer.login])
    for (const wallet of [signingContract(), await delegatingContract()]) {
      const player = await login(realm, wallet);
      assert.equal(player.address, wallet.address);
      await player.leave();
    }
});

test('The contract is asked what the official library asks it', async () => {
  const wallet = signingContract();
  let chain;
  const player = await DirectPlayer.login(realm, { ...wallet, sign: (text) => (chain = wallet.sign(text)) });
  await player.leave();
  const ours = ethereum.requests.splice(0);
  const official = await Authenticator.validateSignature(
    chain.at(-1).payload,
    chain,
    new eth.HTTPProvider(ethereum.url),
  );
  assert.equal(official.ok, true);
  const call = ({ method, params }) => ({
    method,
    to: params[0].to.toLowerCase(),
    data: params[0].data.toLowerCase(),
    block: params[1],
  });
  assert.deepEqual(ours.map(call), ethereum.requests.map(call));
});

test('A contract that refuses keeps its owner out: bad_signature', async () => {
  ethereum.behaves = 'refuses';
  const before = await realm.rejected('bad_signature');
  await endsWith((await attempt(signingContract())).closed, 'bad_signature');
  assert.ok((await realm.rejected('bad_signature')) > before);
});

test('A contract that reverts keeps its owner out: bad_signature', async () => {
  ethereum.behaves = 'reverts';
  await endsWith((await attempt(await delegatingContract())).closed, 'bad_signature');
});

test('An endpoint that answers nonsense gets nobody in: wallet_unverifiable', async () => {
  for (const nonsense of ['talks nonsense', 'floods', 'fails']) {
    ethereum.behaves = nonsense;
    await endsWith((await attempt(signingContract())).closed, 'wallet_unverifiable');
  }
});

test('An endpoint that redirects is not followed: wallet_unverifiable', async () => {
  ethereum.behaves = 'redirects';
  await endsWith((await attempt(signingContract())).closed, 'wallet_unverifiable');
  assert.equal(ethereum.redirected, 0);
});

test('While an endpoint hangs other logins go on, and the waiting one ends in time: wallet_unverifiable', async () => {
  ethereum.behaves = 'hangs';
  const before = await realm.rejected('wallet_unverifiable');
  const waiting = await Promise.all([signingContract(), await delegatingContract(), signingContract()].map(attempt));
  for (const login of [BffPlayer.login, DirectPlayer.login]) await (await login(realm, await newWallet())).leave();
  assert.deepEqual(
    waiting.map((connection) => connection.line.socket.readyState),
    [1, 1, 1],
  );
  for (const connection of waiting) await endsWith(connection.closed, 'wallet_unverifiable');
  assert.equal(await realm.rejected('wallet_unverifiable'), before + 3);
});

test('An approved delegation is not asked for again', async () => {
  const wallet = await delegatingContract();
  await (await DirectPlayer.login(realm, wallet)).leave();
  assert.ok(ethereum.requests.length >= 1);
  ethereum.behaves = 'hangs';
  await (await DirectPlayer.login(realm, wallet)).leave();
});
