// "Why am I here?": asks the realm, checks what it answers, and says it in words.

/** What keeps a neighbour on another island (docs/ENGINE.md). */
export type Apart = 'together' | 'distance' | 'capacity' | 'cooldown' | 'wish' | 'waiting';

export interface Neighbour {
  player: string;
  island: string;
  /** Metres. */
  distance: number;
  apart: Apart;
}

export interface Explanation {
  player: string;
  island: string;
  seats: number;
  guest: boolean;
  crowded: boolean;
  wish: string;
  nearest: Neighbour[];
}

export interface Answer {
  players: Explanation[];
  complete: boolean;
}

const kMost = 1000;
const aparts = new Set<string>(['together', 'distance', 'capacity', 'cooldown', 'wish', 'waiting']);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 256) : '');
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.slice(0, kMost).filter(isObject) : [];

/** Whatever the answer holds, in our shape. */
export function readAnswer(json: unknown): Answer {
  if (!isObject(json)) return { players: [], complete: false };
  const players = list(json.explain).map((one) => ({
    player: text(one.player),
    island: text(one.island),
    seats: number(one.seats),
    guest: one.guest === true,
    crowded: one.crowded === true,
    wish: text(one.wish),
    nearest: list(one.nearest).map((near) => ({
      player: text(near.player),
      island: text(near.island),
      distance: number(near.distance),
      apart: (aparts.has(text(near.apart)) ? text(near.apart) : 'distance') as Apart,
    })),
  }));
  return { players, complete: json.complete === true };
}

/** @param question '1' for all members, or an address. @throws Error with a text for people */
export async function ask(island: string, question: string, signal: AbortSignal): Promise<Answer> {
  const url = `/islands/${encodeURIComponent(island)}?explain=${encodeURIComponent(question)}`;
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(url, { signal, headers: { accept: 'application/json' } });
    if (response.ok) return readAnswer(await response.json());
    if (response.status === 404) throw new Error('There is no such island any more.');
    if (response.status === 403) throw new Error('This realm does not tell who is where.');
    if (response.status !== 503 || tries === 5) throw new Error(`The realm did not answer (${response.status}).`);
    await new Promise((resolve) => setTimeout(resolve, 300 * tries)); // it answers one question at a time
  }
}

export const verdict: Record<Apart, string> = {
  together: 'together',
  distance: 'too far',
  capacity: 'near, but too many for one island',
  cooldown: 'near, but it moved a moment ago',
  wish: 'apart by a wish',
  waiting: 'together with the next flush',
};

/** Why the player is where it is, in sentences. */
export function inWords(why: Explanation, join: number): string[] {
  const said: string[] = [];
  const near = why.nearest.filter(({ distance }) => join > 0 && distance <= join);
  const together = near.filter(({ apart }) => apart === 'together').length;
  if (why.guest) said.push('Here as a guest: it asked for this island by name, so distance does not count.');
  else if (near.length === 0) said.push(`Nobody else is within ${Math.round(join)} m.`);
  else said.push(`Of the ${near.length} nearest within ${Math.round(join)} m, ${together} share this island.`);
  if (why.crowded) said.push('The crowd around is larger than one island; neighbours were kept together as well as seats allow.');
  said.push(why.seats === 0 ? 'The island is full.' : `The island has ${why.seats} free ${why.seats === 1 ? 'seat' : 'seats'}.`);
  if (why.wish) said.push(`It wishes to be on ${why.wish}.`);
  return said;
}

export interface Border {
  island: string;
  pairs: number;
  /** Metres between the nearest two. */
  nearest: number;
  apart: Apart;
}

/** What keeps an island from each of those around it, the nearest first: from its members' neighbours elsewhere. */
export function borders({ players }: Answer, id: string): Border[] {
  const known = new Map<string, Border>();
  for (const { nearest } of players)
    for (const { island, distance, apart } of nearest) {
      if (apart === 'together' || island === id || island === '') continue;
      const border = known.get(island);
      if (!border) known.set(island, { island, pairs: 1, nearest: distance, apart });
      else {
        border.pairs += 1;
        if (distance < border.nearest) Object.assign(border, { nearest: distance, apart });
      }
    }
  return [...known.values()].sort((a, b) => a.nearest - b.nearest);
}
