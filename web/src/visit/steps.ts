// The steps of a visit, in order, and what each is for.

export type StepId = 'identity' | 'about' | 'protocol' | 'challenge' | 'sign' | 'walk' | 'island' | 'room';

export interface Step {
  id: StepId;
  title: string;
  /** One sentence. */
  why: string;
  /** On its button; null: it happens by itself. */
  action: string | null;
}

export const STEPS: readonly Step[] = [
  {
    id: 'identity',
    title: 'Make an identity',
    why: 'A random key made in this page owns your address; it delegates once to a short-lived key that signs for you, and is then forgotten.',
    action: 'Make a guest identity',
  },
  {
    id: 'about',
    title: 'Ask the realm about itself',
    why: 'GET /about tells what the realm is called, whether it is well, and where its doors are.',
    action: 'Ask GET /about',
  },
  {
    id: 'protocol',
    title: 'Choose a door',
    why: 'Two protocols lead to the same islands: clients of 2023 call the BFF over dcl-rpc, today’s send protobuf packets directly.',
    action: 'Take this door',
  },
  {
    id: 'challenge',
    title: 'Request the challenge',
    why: 'You name your address, and the realm answers with a text that only the owner of this address can sign.',
    action: 'Connect and request',
  },
  {
    id: 'sign',
    title: 'Sign it',
    why: 'Your short-lived key signs the challenge; with the delegation before it this makes a chain of three links that proves who you are.',
    action: 'Sign and log in',
  },
  {
    id: 'walk',
    title: 'Walk',
    why: 'Once a second a heartbeat tells the realm where you stand.',
    action: 'Start walking',
  },
  {
    id: 'island',
    title: 'Be given an island',
    why: 'At its next flush the realm puts those who stand near each other on one island, and tells each where the island’s room is.',
    action: null,
  },
  {
    id: 'room',
    title: 'Join its room',
    why: 'In the room, people of the island exchange chat and positions; from here on you move from room to room by walking.',
    action: 'Join the room',
  },
];

export const indexOf = (id: StepId): number => STEPS.findIndex((step) => step.id === id);
