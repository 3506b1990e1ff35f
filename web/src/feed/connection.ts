// The websocket of the feed: opened again with growing pauses, closed for good when it says what cannot be read.
import { BadFrame, decodeUpdate, Frame } from './decode';

export type Link =
  | { state: 'connecting' }
  | { state: 'live' }
  /** It will be tried again at that time, ms of performance.now(). */
  | { state: 'waiting'; until: number }
  /** Not tried again unless somebody asks for it. */
  | { state: 'broken'; why: string };

const kFirstPauseMs = 400;
const kLongestPauseMs = 15_000;

/** The pause before the n-th try (from 1), with `chance` of 0 to 1 so that a hall of viewers does not knock at once. */
export function pauseMs(tries: number, chance: number): number {
  const longest = Math.min(kLongestPauseMs, kFirstPauseMs * 2 ** Math.min(tries - 1, 10));
  return longest * (0.5 + 0.5 * chance);
}

export interface FeedEvents {
  /** The frame is used again for the next one. @throws BadFrame what it tells is impossible */
  update(frame: Frame): void;
  link(link: Link): void;
}

export class FeedConnection {
  private socket: WebSocket | null = null;
  private timer = 0;
  private tries = 0;
  private readonly frame = new Frame();

  constructor(
    private readonly url: string,
    private readonly events: FeedEvents,
  ) {}

  /** Now, whatever pause there is. */
  open(): void {
    this.drop();
    this.events.link({ state: 'connecting' });
    const socket = new WebSocket(this.url);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.onmessage = ({ data }) => this.take(data);
    socket.onclose = () => {
      if (this.socket === socket) this.again();
    };
  }

  private drop(): void {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  private again(): void {
    this.drop();
    const pause = pauseMs((this.tries += 1), Math.random());
    this.events.link({ state: 'waiting', until: performance.now() + pause });
    this.timer = window.setTimeout(() => this.open(), pause);
  }

  private take(data: unknown): void {
    try {
      if (!(data instanceof ArrayBuffer)) throw new BadFrame('a text message');
      decodeUpdate(new Uint8Array(data), this.frame);
      this.events.update(this.frame);
    } catch (error) {
      this.drop();
      const why = error instanceof Error ? error.message : String(error);
      this.events.link({ state: 'broken', why });
      return;
    }
    if (this.tries !== 0 || this.frame.whole) this.events.link({ state: 'live' });
    this.tries = 0;
  }
}
