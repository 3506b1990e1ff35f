// The visitor: one guest, its login, the room of its island, and everything that the page shows of them.
import { batch } from '@preact/signals';
import { shortId } from '../shell/format';
import { discover, entrances, realmUrl, type About, type Protocol } from './about';
import { Backoff } from './backoff';
import { Gathering } from './gathering';
import type { Guest } from './identity';
import { ending, endingOf, type Ending } from './reasons';
import type { Challenge, IslandChange, Session } from './session';
import { VisitSignals } from './signals';
import type { StepId } from './steps';
import { Stroll } from './stroll';
import { isAddress } from './text';

type Parts = typeof import('./parts');

const STEADY_MS = 30_000; // online for so long, the next pause is a short one again
const FIXED_PAUSE_MS = 10_000; // before the room of a realm without islands is tried afresh

class Visitor extends VisitSignals {
  private readonly gathering = new Gathering(this.log, {
    opened: () => this.stroll.tellAll(),
    stale: (why) => this.refresh(why),
  });
  readonly chat = this.gathering.chat;
  readonly room = this.gathering.room;
  readonly near = this.gathering.near;

  private readonly stroll = new Stroll({
    heartbeat: (at) => {
      if (!this.session || this.state.value !== 'inside') return;
      this.session.heartbeat(at, this.wish.value || undefined);
      ++this.heartbeats.value;
    },
    position: (walker) => this.gathering.tellPosition(walker),
    look: (at) => this.gathering.look(at),
  });
  /** Metres, or null while it is nowhere. */
  readonly position = this.stroll.position;

  private readonly backoff = new Backoff();
  private parts: Parts | null = null;
  private session: Session | null = null;
  private hurry = false; // goes through the steps by itself
  private visit = 0; // what an older one still answers is not heard
  private login = 0; // the same of a login
  private loggedInAt = 0;
  private returnTimer: ReturnType<typeof setTimeout> | undefined;

  /** All steps at once. */
  async visitNow(): Promise<void> {
    this.hurry = true;
    while (this.hurry && this.step.value && this.step.value !== 'island' && (await this.next()));
  }

  /** Does the step that comes next. Whether it worked; if not, `trouble` says why. */
  async next(): Promise<boolean> {
    const step = this.step.value;
    if (!step || this.busy.value) return false;
    const visit = this.visit;
    this.busy.value = true;
    this.trouble.value = null;
    this.dropReturn();
    try {
      await this.deeds[step](await this.load());
      return visit === this.visit;
    } catch (error) {
      if (visit === this.visit) this.failed(endingOf(error));
      return false;
    } finally {
      if (visit === this.visit) this.busy.value = false;
    }
  }

  /** Another door: the visit so far ends. */
  choose(protocol: Protocol): void {
    if (protocol === this.protocol.value) return;
    this.leave();
    this.protocol.value = protocol;
    if (this.about.value) this.step.value = 'protocol';
  }

  /** Ends the visit; identity and realm stay for the next. */
  leave(): void {
    this.close();
    batch(() => {
      this.state.value = 'away';
      this.trouble.value = null;
      this.step.value = !this.guest.value ? 'identity' : !this.about.value ? 'about' : 'protocol';
    });
  }

  /** As somebody else. */
  async forgetIdentity(): Promise<void> {
    this.leave();
    (await this.load()).forget();
    this.guest.value = null;
    this.step.value = 'identity';
  }

  /** To a place in metres, in a straight line. */
  walkTo(x: number, z: number): void {
    this.stroll.walkTo(x, z);
  }

  /** False when that is no place. */
  teleport(x: number, z: number): boolean {
    return this.stroll.teleport(x, z);
  }

  /** Which way the keys push, each -1 to 1. */
  steer(x: number, z: number, hurry = false): void {
    this.stroll.steer(x, z, hurry);
  }

  say(text: string): boolean {
    const { value: address } = this.address;
    return address !== null && this.gathering.say(address, text);
  }

  /** What a visit needs beyond the page is loaded when the first begins. */
  private async load(): Promise<Parts> {
    return (this.parts ??= await import('./parts'));
  }

  // --- steps --------------------------------------------------------------------------------------------------------

  private readonly deeds: Record<StepId, (parts: Parts) => Promise<void>> = {
    identity: async ({ newGuest, remember, remembered }) => {
      const guest = remembered() ?? (await newGuest());
      remember(guest);
      this.guest.value = guest;
      this.step.value = this.about.value ? 'protocol' : 'about';
    },
    about: async () => {
      const realm = realmUrl(location.origin + location.pathname);
      this.log.add('out', 'http', 'GET /about', { realm });
      const about = await discover(realm);
      this.log.add('in', 'http', '/about', about.whole);
      const found = entrances(about);
      if (found.length === 0) throw ending('unsupported', 'This realm has no door that this page can use.');
      this.about.value = about;
      if (!found.includes(this.protocol.value)) this.protocol.value = found[0] as Protocol;
      this.step.value = 'protocol';
    },
    protocol: async () => {
      this.step.value = this.protocol.value === 'fixed' ? 'walk' : 'challenge';
    },
    challenge: async (parts) => {
      this.state.value = 'entering';
      this.hangUp();
      const login = ++this.login;
      const about = this.about.value as About;
      const open = this.protocol.value === 'bff' ? parts.openBff : parts.openDirect;
      const url = this.protocol.value === 'bff' ? about.bff : about.direct;
      const alive = (): boolean => login === this.login;
      const session = await open(url as string, this.log, {
        island: (change) => alive() && this.moved(change),
        ended: (why) => alive() && this.lost(why),
      });
      if (!alive()) return session.close();
      this.session = session;
      const challenge = await session.challenge((this.guest.value as Guest).address);
      if (!alive()) return;
      this.challenge.value = challenge;
      this.chain.value = null;
      this.step.value = 'sign';
    },
    sign: async ({ signChallenge }) => {
      const session = this.session as Session;
      const chain = signChallenge(this.guest.value as Guest, (this.challenge.value as Challenge).text);
      this.chain.value = chain;
      const name = await session.authenticate(chain);
      if (session !== this.session) return;
      if (!isAddress(name)) throw ending('upstream_failed', 'The realm welcomes somebody else.');
      this.loggedInAt = Date.now();
      this.state.value = 'inside';
      this.step.value = this.position.value ? this.afterWalk() : 'walk';
    },
    walk: async () => {
      this.stroll.start();
      this.step.value = this.afterWalk();
      if (this.protocol.value !== 'fixed') return;
      this.state.value = 'inside';
      const connection = (this.about.value as About).fixed as string;
      this.moved({ id: '', connection, from: null, peers: new Map() });
    },
    island: async () => {},
    room: async () => {
      this.goTo(this.island.value as IslandChange);
      this.step.value = null;
    },
  };

  private afterWalk(): StepId | null {
    if (this.gathering.begun) return null;
    return this.island.value ? 'room' : 'island';
  }

  private failed(why: Ending): void {
    this.trouble.value = why;
    if (this.step.value !== 'challenge' && this.step.value !== 'sign') return;
    this.hangUp();
    if (this.hurry || this.position.value) return this.comeBack(why);
    this.state.value = 'away';
    this.step.value = 'challenge';
  }

  private moved(change: IslandChange): void {
    const before = this.island.value;
    for (const [address, at] of change.peers) this.gathering.stood(address, at);
    this.island.value = change;
    if (change.id && change.id !== before?.id) this.chat.note(`You are on island ${shortId(change.id)}.`);
    if (this.gathering.begun) return this.goTo(change);
    if (this.step.value === 'island') this.step.value = 'room';
    if (this.hurry && this.step.value === 'room' && !this.busy.value) void this.next();
  }

  private goTo({ connection }: IslandChange): void {
    this.gathering.goTo(connection, this.guest.value as Guest, this.parts as Parts);
  }

  /** The session ended by itself. */
  private lost(why: Ending): void {
    this.session = null;
    if (this.busy.value) return; // the step that waits for it is told, too
    this.trouble.value = why;
    if (this.step.value === 'sign') {
      this.state.value = 'away';
      this.step.value = 'challenge';
      return;
    }
    this.comeBack(why);
  }

  private comeBack(why: Ending): void {
    if (!why.retryable) {
      this.close();
      this.state.value = 'ended';
      this.step.value = 'protocol';
      this.chat.note(`Your visit has ended: ${why.words}`);
      return;
    }
    if (Date.now() - this.loggedInAt > STEADY_MS) this.backoff.reset();
    const pause = this.backoff.next();
    this.state.value = 'waiting';
    this.step.value = 'challenge';
    this.returnsAt.value = Date.now() + pause;
    this.returnTimer = setTimeout(() => void this.comeIn(), pause);
  }

  /** Logs in again, right now. */
  async comeIn(): Promise<void> {
    if (this.hurry) return this.visitNow();
    if ((await this.next()) && this.step.value === 'sign') await this.next();
  }

  private hangUp(): void {
    ++this.login;
    this.session?.close();
    this.session = null;
  }

  private dropReturn(): void {
    clearTimeout(this.returnTimer);
    this.returnsAt.value = null;
  }

  private close(): void {
    ++this.visit;
    this.hurry = false;
    this.busy.value = false;
    this.dropReturn();
    this.backoff.reset();
    this.stroll.stop();
    this.hangUp();
    this.gathering.leave();
    batch(() => {
      this.island.value = null;
      this.challenge.value = null;
      this.chain.value = null;
      this.heartbeats.value = 0;
    });
  }

  /** Only a new login brings a new connection string; where there is none, the same is tried later. */
  private refresh(why: Ending): void {
    if (this.protocol.value === 'fixed') {
      this.returnTimer = setTimeout(() => this.island.value && this.goTo(this.island.value), FIXED_PAUSE_MS);
      return;
    }
    this.trouble.value = why;
    this.hangUp();
    this.comeBack({ ...why, retryable: true });
  }
}

export const visitor = new Visitor();
