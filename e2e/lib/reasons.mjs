// What a client sees when it is refused: the documented labels (docs/REASONS.md) and their close codes.
import assert from 'node:assert/strict';
import { within } from './wait.mjs';

export const CLOSE_CODE = {
  malformed_packet: 1007,
  text_frame: 1003,
  message_too_big: 1009,
  unexpected_message: 1008,
  invalid_utf8: 1007,
  bad_address: 1008,
  rpc_violation: 1008,
  malformed_json: 1008,
  malformed_auth_chain: 1008,
  bad_signature: 1008,
  delegation_expired: 1008,
  wrong_owner: 1008,
  challenge_mismatch: 1008,
  wallet_unverifiable: 1013,
  not_assigned: 1008,
  banned: 1008,
  upstream_failed: 1013,
  handshake_timeout: 1008,
  rate_limited: 1008,
  too_many_connections: 1013,
  too_many_viewers: 1013,
  room_full: 1013,
  realm_full: 1013,
  idle_timeout: 1008,
  slow_consumer: 1008,
  overloaded: 1013,
  replaced: 1008,
  session_ended: 1008,
  shutting_down: 1001,
};

/** Reasons that concern an identity: clients are told no more than this, logs and metrics say which it was. */
const IDENTITY = new Set([
  'bad_address',
  'malformed_json',
  'malformed_auth_chain',
  'bad_signature',
  'delegation_expired',
  'wrong_owner',
  'challenge_mismatch',
]);

/** What the close frame of a reason may say. */
function texts(reason) {
  if (IDENTITY.has(reason)) return ['Authentication failed'];
  if (CLOSE_CODE[reason] === 1007) return [reason, 'Cannot decode ClientPacket'];
  return [reason];
}

/** The connection ends, with the close code and a text of that reason. */
export async function endsWith(closed, reason, ms) {
  const end = await within(closed, `the connection ends with ${reason}`, ms);
  assert.equal(end.code, CLOSE_CODE[reason], `${reason}, not ${end.code} ${end.reason}`);
  assert.ok(texts(reason).includes(end.reason), `${texts(reason)}, not ${end.reason}`);
}
