// Numbers, addresses and times as people read them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** 12 345, 12.3, 0.12: three figures are enough for a rate. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return whole.format(value).replaceAll(',', ' ');
  return value.toFixed(size >= 10 ? 1 : 2);
}

export const count = (value: number): string => whole.format(value).replaceAll(',', ' ');

/** A share, 0 to 1; negative: not known. */
export const percent = (share: number): string => (share < 0 ? '–' : `${Math.round(share * 100)} %`);

export const metres = (value: number): string => `${value < 10 ? value.toFixed(1) : figure(Math.round(value))} m`;

/** Where a point lies, seen from the middle of the world. */
export function bearings(x: number, z: number): string {
  const side = (value: number, plus: string, minus: string) => `${metres(Math.abs(value))} ${value < 0 ? minus : plus}`;
  return `${side(x, 'east', 'west')}, ${side(z, 'north', 'south')}`;
}

export const shortAddress = (address: string): string =>
  address ? `${address.slice(0, 6)}…${address.slice(-4)}` : 'unnamed';

/** `Imwouskz2fwic-17` -> `I…-17`: what tells islands of one realm apart. */
export function shortId(id: string): string {
  const [, first, last] = /^(.).{3,}(-[^-]{1,12})$/.exec(id) ?? [];
  if (first) return `${first}…${last}`;
  return id.length > 14 ? `${id.slice(0, 13)}…` : id;
}

/** The parcel of a point, as players write it. */
export const parcel = (x: number, z: number): string => `${Math.floor(x / 16)}, ${Math.floor(z / 16)}`;

export function age(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;
