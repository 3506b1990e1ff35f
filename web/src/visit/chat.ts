// The chat: what was said, in order, bounded; and what waits to be said while there is no room.
import { signal } from '@preact/signals';
import { clean } from './text';

export interface ChatLine {
  id: number;
  /** ms since 1970, by the clock of this page */
  at: number;
  /** Address; null: a remark of the page itself. */
  from: string | null;
  text: string;
  own: boolean;
  /** Of what one says oneself. */
  delivery: 'sent' | 'waiting' | 'lost';
}

/** Whether a room took it. */
export type Deliver = (text: string, timestamp: number) => boolean;

const MOST_LINES = 300;
const MOST_WAITING = 20;
const LONGEST_WAIT_MS = 60_000;
export const MOST_LETTERS = 500; // of one line, in and out

export class Chat {
  readonly lines = signal<ChatLine[]>([]);
  private waiting: { line: number; text: string; timestamp: number }[] = [];
  private last = 0;
  private lastTimestamp = 0;

  hear(from: string, text: string): void {
    const said = clean(text, MOST_LETTERS);
    if (said) this.add({ from, text: said });
  }

  /** A remark of the page. */
  note(text: string): void {
    this.add({ from: null, text });
  }

  /** At once, or as soon as there is a room again. False when there is nothing to say, or too much waits. */
  say(from: string, text: string, deliver: Deliver): boolean {
    const said = Array.from(text.trim()).slice(0, MOST_LETTERS).join('');
    if (!said || this.waiting.length === MOST_WAITING) return false;
    // no two messages of ours are equal: that tells a copy from a message said twice
    const timestamp = (this.lastTimestamp = Math.max(Date.now(), this.lastTimestamp + 1));
    const sent = this.waiting.length === 0 && deliver(said, timestamp);
    const line = this.add({ from, text: said, own: true, delivery: sent ? 'sent' : 'waiting' });
    if (!sent) this.waiting.push({ line, text: said, timestamp });
    return true;
  }

  /** A room is open: what waited goes out, in order. */
  deliverWaiting(deliver: Deliver): void {
    const now = Date.now();
    for (const { line, text, timestamp } of this.waiting.splice(0)) {
      const sent = now - timestamp < LONGEST_WAIT_MS && deliver(text, timestamp);
      this.mark(line, sent ? 'sent' : 'lost');
    }
  }

  /** Nothing of what waits will go out. */
  giveUp(): void {
    for (const { line } of this.waiting.splice(0)) this.mark(line, 'lost');
  }

  private add(line: Partial<ChatLine> & { from: string | null; text: string }): number {
    const whole: ChatLine = { id: ++this.last, at: Date.now(), own: false, delivery: 'sent', ...line };
    this.lines.value = [...this.lines.value.slice(1 - MOST_LINES), whole];
    return whole.id;
  }

  private mark(id: number, delivery: ChatLine['delivery']): void {
    this.lines.value = this.lines.value.map((line) => (line.id === id ? { ...line, delivery } : line));
  }
}
