// What the guest's identity promises.
import assert from 'node:assert/strict';
import { Authenticator } from '@dcl/crypto';
import { test } from 'node:test';
import { forget, newGuest, remember, remembered, signChallenge } from './identity';
import { signedHeaders } from './room-signed';

/** As a browser's. */
function storage() {
  const kept = new Map();
  globalThis.sessionStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
  return kept;
}

test('A guest signs with a chain of three links that the official library accepts', async () => {
  const guest = await newGuest();
  const chain = signChallenge(guest, 'dcl-abc123');
  assert.deepEqual(chain.map(({ type }) => type), ['SIGNER', 'ECDSA_EPHEMERAL', 'ECDSA_SIGNED_ENTITY']);
  assert.equal(chain[0].payload.toLowerCase(), guest.address);
  assert.notEqual(guest.delegate.toLowerCase(), guest.address);
  assert.equal((await Authenticator.validateSignature('dcl-abc123', chain, null)).ok, true);
});

test('Nothing but a challenge is signed for a server', async () => {
  const guest = await newGuest();
  for (const text of ['', 'dcl-', 'post:/x:1:{}', 'dcl-a:b', `dcl-${'x'.repeat(500)}`, ' dcl-a'])
    assert.throws(() => signChallenge(guest, text), { reason: 'unsupported' }, text);
});

test('A guest lasts as long as its tab, without its owner’s key, and not beyond its delegation', async () => {
  const kept = storage();
  assert.equal(remembered(), null);
  const guest = await newGuest();
  remember(guest);
  assert.equal(remembered().address, guest.address);
  assert.deepEqual(remembered().sign('dcl-a'), guest.sign('dcl-a'));
  assert.equal([...kept.values()].join().match(/privateKey/g).length, 1);
  assert.equal(remembered(guest.expires), null);
  forget();
  assert.equal(remembered(), null);
  kept.set('archipelago.guest', '{"expiration":"x"}');
  assert.equal(remembered(), null);
});

test('A signed request is signed in lower case over method, path, time and metadata', async () => {
  const guest = await newGuest();
  const headers = signedHeaders((text) => guest.sign(text), 'POST', '/Signed-Login', 1_700_000_000_000);
  const chain = [0, 1, 2].map((i) => JSON.parse(headers[`x-identity-auth-chain-${i}`]));
  const payload = `post:/signed-login:1700000000000:${headers['x-identity-metadata'].toLowerCase()}`;
  assert.equal((await Authenticator.validateSignature(payload, chain, null)).ok, true);
  assert.deepEqual(JSON.parse(headers['x-identity-metadata']).signer, 'dcl:explorer');
});
