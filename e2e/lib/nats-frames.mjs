// NATS's client protocol, as far as somebody on the line must understand it: where one operation ends and the next begins,
// and which subject a message has.

const PAYLOAD = new Set(['PUB', 'HPUB', 'MSG', 'HMSG']);
const LONGEST_LINE = 64 * 1024;

/**
 * @typedef {object} Operation
 * @property {string} verb in capitals: INFO, CONNECT, PING, PONG, SUB, UNSUB, PUB, HPUB, MSG, HMSG, +OK, -ERR
 * @property {Buffer} bytes all of it, with its payload and line ends
 * @property {string} [subject] of a message
 * @property {string} [reply] of a message that wants an answer
 */

/** What `PUB s [reply] n`, `HPUB s [reply] h n`, `MSG s sid [reply] n` or `HMSG s sid [reply] h n` says of a message. */
function message(verb, words) {
  const [subject] = words;
  const reply = words.slice(verb.endsWith('MSG') ? 2 : 1, verb.startsWith('H') ? -2 : -1)[0];
  return { subject, reply, size: Number(words.at(-1)) };
}

/** Cuts a stream of bytes into operations. */
export class NatsReader {
  #rest = Buffer.alloc(0);

  /** Whatever became whole with these bytes. @param {Buffer} bytes @returns {Generator<Operation>} */
  *take(bytes) {
    this.#rest = this.#rest.length ? Buffer.concat([this.#rest, bytes]) : bytes;
    for (let operation = this.#next(); operation; operation = this.#next()) {
      this.#rest = this.#rest.subarray(operation.bytes.length);
      yield operation;
    }
  }

  #next() {
    const end = this.#rest.indexOf('\r\n');
    if (end < 0 && this.#rest.length > LONGEST_LINE) throw new Error('no NATS on this line');
    if (end < 0) return undefined;
    const [word, ...words] = this.#rest.toString('utf8', 0, end).trim().split(/[ \t]+/);
    const verb = word.toUpperCase();
    if (!PAYLOAD.has(verb)) return { verb, bytes: this.#rest.subarray(0, end + 2) };
    const { subject, reply, size } = message(verb, words);
    const length = end + 2 + size + 2;
    if (!Number.isSafeInteger(length)) throw new Error(`not a size: ${words.at(-1)}`);
    if (this.#rest.length < length) return undefined;
    return { verb, subject, reply, bytes: this.#rest.subarray(0, length) };
  }
}

/** `subject` matches `pattern` by NATS rules: `*` is one part, a last `>` one or more. */
export function matches(pattern, subject) {
  const [wanted, parts] = [pattern.split('.'), subject.split('.')];
  const open = wanted.at(-1) === '>';
  if (open ? parts.length < wanted.length : parts.length !== wanted.length) return false;
  return wanted.every((part, i) => part === '*' || part === parts[i] || (open && i === wanted.length - 1));
}
