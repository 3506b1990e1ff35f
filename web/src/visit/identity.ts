// Who visits: a guest. A key made at random owns the address; it delegates once to a second, short-lived key, and is forgotten.
import { Authenticator, type AuthIdentity, type AuthLink } from '@dcl/crypto';
import { createUnsafeIdentity } from '@dcl/crypto/dist/crypto';
import { ending } from './reasons';

export type { AuthLink };

export interface Guest {
  /** Lower case, as clients send it. */
  address: string;
  /** Of the short-lived key. */
  delegate: string;
  /** When the delegation ends, in ms since 1970. */
  expires: number;
  /** Who owns it and what it delegates to: the first two links of every chain. */
  chain: AuthLink[];
  /** Those two and a third that ends in `text`. */
  sign(text: string): AuthLink[];
}

const LIFETIME_MINUTES = 24 * 60;
const KEY = 'archipelago.guest';
/** Servers have no business with anything else: a signed fetch would be one. */
const CHALLENGE = /^dcl-[^:]{1,256}$/;

export async function newGuest(minutes = LIFETIME_MINUTES): Promise<Guest> {
  const owner = createUnsafeIdentity(); // its keys are from crypto.getRandomValues
  const identity = await Authenticator.initializeAuthChain(owner.address, createUnsafeIdentity(), minutes, async (text) =>
    Authenticator.createSignature(owner, text),
  );
  return guestOf(identity);
}

/** The chain that answers a challenge; throws an Ending when it is not of the form that challenges have. */
export function signChallenge(guest: Guest, challenge: string): AuthLink[] {
  if (!CHALLENGE.test(challenge))
    throw ending('unsupported', 'The realm asked for a signature of something that is not a challenge. This page does not sign it.');
  return guest.sign(challenge);
}

/** Keeps the short-lived key until the tab is closed. */
export function remember(guest: Guest): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(identities.get(guest)));
  } catch {
    // a browser that stores nothing: the guest lasts as long as the page
  }
}

export function forget(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // as above
  }
}

/** The guest of this tab, if it has one that is still good for a minute. */
export function remembered(now = Date.now()): Guest | null {
  try {
    const identity = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as AuthIdentity | null;
    if (!identity) return null;
    identity.expiration = new Date(identity.expiration);
    const guest = guestOf(identity);
    guest.sign('dcl-try'); // throws when it is not whole
    return guest.expires > now + 60_000 ? guest : null;
  } catch {
    return null;
  }
}

const identities = new WeakMap<Guest, AuthIdentity>();

function guestOf(identity: AuthIdentity): Guest {
  const owner = Authenticator.ownerAddress(identity.authChain);
  const guest: Guest = {
    address: owner.toLowerCase(),
    delegate: identity.ephemeralIdentity.address,
    expires: identity.expiration.getTime(),
    chain: identity.authChain,
    sign: (text) => Authenticator.signPayload(identity, text),
  };
  identities.set(guest, identity);
  return guest;
}
