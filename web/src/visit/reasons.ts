// Why something ended, in words for a visitor. The reasons are those of docs/REASONS.md; a test holds the two together.

export interface Ending {
  reason: string;
  /** A sentence or two. */
  words: string;
  /** Coming back after a pause may help. */
  retryable: boolean;
  /** Of the close frame; 0: there was none. */
  code: number;
}

type Row = readonly [retryable: boolean, words: string];
const no = (words: string): Row => [false, words];
const yes = (words: string): Row => [true, words];

/** What this page does wrong when one of these is heard. */
const OUR_FAULT = 'The realm did not understand this page.';

const ROWS: Record<string, Row> = {
  malformed_packet: no(`${OUR_FAULT} The bytes were not a packet of this protocol.`),
  text_frame: no(`${OUR_FAULT} It sent text where only binary messages are spoken.`),
  message_too_big: no('A message was larger than the realm takes.'),
  unexpected_message: no(`${OUR_FAULT} A message came out of its order.`),
  invalid_utf8: no(`${OUR_FAULT} A text was not UTF-8.`),
  bad_address: no('This identity has no valid address. Make a new one.'),
  invalid_position: no('That is no place in the world.'),
  invalid_topic: no(`${OUR_FAULT} It named a topic that cannot be.`),
  forbidden_topic: no('That topic belongs to another player.'),
  rpc_violation: no(`${OUR_FAULT} The RPC protocol does not allow this message.`),
  bad_request: no('The realm could not understand the request.'),
  unsupported: no('That is a protocol which is not spoken here.'),
  not_found: no('There is nothing at this address.'),
  forbidden_origin: no('The realm lets only certain web pages in, and this is none of them.'),
  malformed_json: no(`${OUR_FAULT} The signed chain was not JSON.`),
  malformed_auth_chain: no(`${OUR_FAULT} The signed chain had the wrong form.`),
  bad_signature: no('The realm did not accept the signature. Make a new identity.'),
  delegation_expired: no('The short-lived key of this identity has expired. Make a new identity.'),
  wrong_owner: no('The signature belongs to another address than the one that was named.'),
  challenge_mismatch: no('Something else was signed than what the realm had asked for.'),
  signature_expired: yes('The signed request came too late: the clocks of this machine and the realm differ.'),
  forbidden_intent: no('That signature was made for something else than to log in.'),
  wallet_unverifiable: yes('The realm could not ask the blockchain about this wallet.'),
  not_assigned: no('The key to the room is missing, too old, or for another room or player.'),
  banned: no("The realm's operator does not let this address in."),
  handshake_timeout: yes('The login took longer than the realm waits.'),
  idle_timeout: yes('The realm heard nothing from this page for too long.'),
  rate_limited: yes('This page sent more than the realm allows.'),
  slow_consumer: yes('This page read slower than messages for it arrived.'),
  too_many_connections: yes('Too many are at the door at once.'),
  too_many_subscriptions: no(`${OUR_FAULT} It listened to more than one connection may.`),
  room_full: yes('The room has no free place.'),
  too_many_viewers: yes('Too many watch this realm already.'),
  realm_full: yes('The realm is full.'),
  overloaded: yes('The realm has more to do than it can.'),
  replaced: no('The same identity has come in elsewhere, so this visit has ended. Visiting again here would end that one.'),
  session_ended: yes('The login that this place in the room belonged to is over.'),
  shutting_down: yes('The realm is being stopped or restarted.'),
  peer_gone: yes('The connection was lost.'),
  upstream_failed: yes('Something that the realm relies on did not answer.'),
  internal_error: yes('The realm had a fault of its own; its log tells more.'),
};

/** What a server of others says instead of a reason. */
const OTHER_TEXTS = new Map(Object.entries({
  'Authentication failed': 'bad_signature',
  'Cannot decode ClientPacket': 'malformed_packet',
  'This world is full. Try again later.': 'room_full',
  'Already connected': 'replaced',
  'Already logged in': 'replaced',
}));

const CODES: Record<number, string> = {
  1001: 'shutting_down',
  1002: 'malformed_packet',
  1003: 'unsupported',
  1007: 'malformed_packet',
  1008: 'unexpected_message',
  1009: 'message_too_big',
  1011: 'internal_error',
  1012: 'shutting_down',
  1013: 'overloaded',
};

export const isReason = (text: string): boolean => Object.hasOwn(ROWS, text);

/** `words` stand in for the usual ones. */
export function ending(reason: string, words?: string, code = 0): Ending {
  const [retryable, usual] = ROWS[reason] ?? yes('The connection ended.');
  return { reason, words: words ?? usual, retryable, code };
}

/** From a websocket's close frame. */
export function endingOfClose(code: number, text: string): Ending {
  const named = isReason(text) ? text : OTHER_TEXTS.get(text);
  return ending(named ?? CODES[code] ?? 'peer_gone', undefined, code);
}

/** Whatever was thrown, as an ending: an Ending stays what it is. */
export function endingOf(error: unknown): Ending {
  if (isEnding(error)) return error;
  const text = error instanceof Error ? error.message.replace(/^RemoteError: /, '') : String(error);
  const named = isReason(text) ? text : OTHER_TEXTS.get(text);
  return named ? ending(named) : ending('peer_gone', text.slice(0, 200));
}

const isEnding = (error: unknown): error is Ending =>
  typeof error === 'object' && error !== null && 'reason' in error && 'retryable' in error;
