// One websocket: opened within a time limit, binary messages only, its end told once and in words.
import { ending, endingOfClose, type Ending } from './reasons';

const LIMIT_MS = 10_000;
const MOST_BYTES = 256 * 1024;

export interface SocketEvents {
  message(bytes: Uint8Array): void;
  /** Once, if it had opened; not after `hangUp`. */
  closed(why: Ending): void;
}

export interface Line {
  readonly socket: WebSocket;
  send(bytes: Uint8Array): boolean;
  /** Ends it for this reason; without one, silently. */
  hangUp(why?: Ending): void;
}

/** Throws an Ending when it does not open. */
export function openLine(url: string, protocols: string[], events: SocketEvents, limit = LIMIT_MS): Promise<Line> {
  return new Promise((resolve, reject: (why: Ending) => void) => {
    let socket: WebSocket;
    try {
      socket = new WebSocket(url, protocols);
    } catch (error) {
      const mixed = location.protocol === 'https:' && url.startsWith('ws:');
      const why = mixed ? 'A page over https cannot open a connection without encryption.' : String(error);
      return reject(ending('unsupported', why));
    }
    socket.binaryType = 'arraybuffer';
    let ended = false;
    const end = (why: Ending | undefined, opened: boolean): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      socket.close();
      if (!why) return;
      if (opened) events.closed(why);
      else reject(why);
    };
    let open = false;
    const timer = setTimeout(() => end(ending('handshake_timeout', 'The connection did not open in time.'), false), limit);
    socket.onopen = () => {
      open = true;
      clearTimeout(timer);
      resolve({
        socket,
        send: (bytes) => {
          if (socket.readyState !== WebSocket.OPEN) return false;
          socket.send(bytes as Uint8Array<ArrayBuffer>);
          return true;
        },
        hangUp: (why) => end(why, true),
      });
    };
    socket.onclose = ({ code, reason }) => end(open ? endingOfClose(code, reason) : refused(url), open);
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (ended) return;
      if (!(data instanceof ArrayBuffer)) return end(ending('text_frame', 'The realm sent text where only binary messages are spoken.'), open);
      if (data.byteLength > MOST_BYTES) return end(ending('message_too_big', 'The realm sent a message that is too large.'), open);
      events.message(new Uint8Array(data));
    });
  });
}

/** A browser does not tell a page why a websocket was not opened. */
function refused(url: string): Ending {
  return ending('peer_gone', `The connection to ${new URL(url).host} was refused, or nobody answers there.`);
}

/** The promise's value, or an Ending when it takes too long. */
export function inTime<T>(promise: Promise<T>, words: string, limit = LIMIT_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(ending('handshake_timeout', words)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A promise and how to settle it. */
export interface Awaited<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(why: unknown): void;
}

export function awaited<T>(): Awaited<T> {
  let resolve!: (value: T) => void;
  let reject!: (why: unknown) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  promise.catch(() => {}); // whoever waits is told; nobody has to
  return { promise, resolve, reject };
}
