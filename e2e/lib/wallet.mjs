// Who a player is: a wallet and its delegations, made with the official @dcl/crypto.
import { Authenticator } from '@dcl/crypto';
import { createUnsafeIdentity } from '@dcl/crypto/dist/crypto.js';

/**
 * @typedef {object} Wallet
 * @property {string} address lower case, as clients send it
 * @property {import('@dcl/crypto').IdentityType} owner
 * @property {(text: string) => import('@dcl/crypto').AuthChain} sign a three-link chain that ends in `text`
 */

/**
 * A fresh wallet that has delegated to an ephemeral key, as an explorer does at sign-in.
 * @param {number} [minutes] how long the delegation lasts; negative: it has expired
 * @returns {Promise<Wallet>}
 */
export async function newWallet(minutes = 60) {
  const owner = createUnsafeIdentity();
  const identity = await Authenticator.initializeAuthChain(
    owner.address,
    createUnsafeIdentity(),
    minutes,
    async (message) => Authenticator.createSignature(owner, message),
  );
  return {
    owner,
    address: owner.address.toLowerCase(),
    sign: (text) => Authenticator.signPayload(identity, text),
  };
}

/** @param {number} count */
export const newWallets = (count) => Promise.all(Array.from({ length: count }, () => newWallet()));
