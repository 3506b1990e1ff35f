// What needs keys, signatures, packets and RPC: one chunk of the page, loaded when the first visit begins.
export { forget, newGuest, remember, remembered, signChallenge } from './identity';
export { chatPacket, movementPacket, placeIn, positionPacket, readPacket } from './packets';
export { makeTransport } from './room';
export { Seats } from './seats';
export { openBff } from './session-bff';
export { openDirect } from './session-direct';
