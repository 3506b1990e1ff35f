// What strangers write, made harmless: bounded, on one line, and not able to turn the text around it.

/** Control characters, bidi controls and overrides, invisible marks, tags, private use, non-characters, lone surrogates. */
const HOSTILE =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\ue000-\uf8ff]|[\u{e0000}-\u{e0fff}]|[\u{f0000}-\u{10ffff}]|\p{Surrogate}/gu;
const BREAKS = /[\t-\r\u2028\u2029]+/g;
/** More than three marks on one letter tower over the lines above. */
const TOWERS = /(\p{Mn}{3})\p{Mn}+/gu;

/** At most `most` characters of it; what was taken out shows as U+FFFD. */
export function clean(text: string, most: number): string {
  const bounded = text.slice(0, most * 4); // whatever it is, no more than this is looked at
  const plain = bounded.replace(BREAKS, ' ').replace(HOSTILE, '\ufffd').replace(TOWERS, '$1').trim();
  const letters = Array.from(plain);
  return letters.length > most || text.length > bounded.length ? letters.slice(0, most).join('') + '…' : plain;
}

/** `0x1234…abcd` */
export const short = (address: string): string =>
  address.length > 12 ? `${address.slice(0, 6)}…${address.slice(-4)}` : address;

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
export const isAddress = (text: string): boolean => ADDRESS.test(text);

/** A colour of one's own, 0 to 359 degrees. */
export function hueOf(address: string): number {
  let value = 0;
  for (let i = 0; i < address.length; ++i) value = (value * 31 + address.charCodeAt(i)) >>> 0;
  return value % 360;
}

/** Bytes as hexadecimal text, `most` of them. */
export function hex(bytes: Uint8Array, most = bytes.length): string {
  let text = '';
  for (let i = 0; i < Math.min(bytes.length, most); ++i) text += (bytes[i] as number).toString(16).padStart(2, '0');
  return bytes.length > most ? `${text}…` : text;
}

/** The usual dump: offset, 16 bytes, their letters. */
export function hexDump(bytes: Uint8Array, most = 4096): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, most); at += 16) {
    const row = bytes.subarray(at, Math.min(at + 16, most));
    const pairs = Array.from(row, (byte) => byte.toString(16).padStart(2, '0'));
    const letters = Array.from(row, (byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${pairs.join(' ').padEnd(47)}  ${letters}`);
  }
  if (bytes.length > most) lines.push(`… ${bytes.length - most} bytes more`);
  return lines.join('\n');
}

/** The same text without its access tokens: each is a key to a room. */
export const hideToken = (text: string): string => text.replace(/([?&]access_token=)[^&#\s"]+/g, '$1…');
