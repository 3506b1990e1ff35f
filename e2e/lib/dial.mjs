// One websocket with an inbox of what came and a promise of how it ended. Everything else here speaks through it.
import WebSocket from 'ws';
import { Inbox, within } from './wait.mjs';

/**
 * @typedef {object} Line
 * @property {WebSocket} socket
 * @property {Inbox} frames binary messages as Uint8Array, text messages as string
 * @property {Promise<{code: number, reason: string}>} closed how it ended; never rejects
 * @property {(bytes: Uint8Array | string) => void} send
 * @property {() => Promise<{code: number, reason: string}>} hangUp closes politely and waits for the end
 */

/**
 * Opens a websocket and waits until it is open.
 * @param {string} url
 * @param {string[]} [subprotocols]
 * @param {object} [options] of `ws`
 * @returns {Promise<Line>}
 */
export async function dial(url, subprotocols = [], options = {}) {
  const line = dialing(url, subprotocols, options);
  await within(line.open, `websocket ${url} opens`);
  return line;
}

/** The same without waiting; `open` rejects when the server refuses the upgrade. */
export function dialing(url, subprotocols = [], options = {}) {
  const socket = new WebSocket(url, subprotocols, { perMessageDeflate: false, ...options });
  socket.binaryType = 'arraybuffer';
  const frames = new Inbox();
  socket.on('message', (data, isBinary) => frames.push(isBinary ? new Uint8Array(data) : data.toString()));
  const open = new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  open.catch(() => {});
  socket.on('error', () => {});
  const closed = new Promise((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  closed.then(({ code, reason }) => frames.end(`closed: ${code} ${reason}`));
  return {
    socket,
    frames,
    open,
    closed,
    send: (bytes) => socket.send(bytes),
    hangUp: () => {
      socket.close(1000);
      return within(closed, `websocket ${url} closes`);
    },
  };
}

/**
 * Hands every frame that came or comes to `decode` and puts the result into the inbox that it returns.
 * @param {Line} line
 * @param {(bytes: Uint8Array) => any} decode
 */
export function decoded(line, decode) {
  const inbox = new Inbox();
  for (const frame of line.frames.waiting) inbox.push(decode(frame));
  line.frames.push = (frame) => inbox.push(decode(frame));
  line.frames.end = (why) => inbox.end(why);
  return inbox;
}

/** The HTTP status with which the server refuses to upgrade, or 101. */
export function upgradeStatus(url, subprotocols = [], options = {}) {
  const socket = new WebSocket(url, subprotocols, options);
  const status = new Promise((resolve) => {
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode);
    });
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('error', () => {});
  });
  return within(status, `an answer to the upgrade of ${url}`);
}
