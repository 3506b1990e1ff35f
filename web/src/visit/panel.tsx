// The guided client: a guide, the place where one is, and the protocol log.
import { computed, effect, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { shortId } from '../shell/format';
import { Guide } from './guide';
import { Here } from './here';
import { listenToWalkKeys } from './keys';
import type { VisitState } from './signals';
import { visitor } from './visitor';
import { Wire } from './wire';

type Tab = 'guide' | 'here' | 'wire';

const TABS: Record<Tab, { name: string; page: () => ComponentChildren }> = {
  guide: { name: 'Guide', page: Guide },
  here: { name: 'Here', page: Here },
  wire: { name: 'Protocol log', page: Wire },
};
const ORDER = Object.keys(TABS) as Tab[];

const tab = signal<Tab>('guide');
/** Whoever has done every step is shown what they lead to. */
effect(() => {
  if (visitor.step.value === null && tab.peek() === 'guide') tab.value = 'here';
});

export function VisitPanel() {
  useEffect(listenToWalkKeys, []);
  const { page: Page } = TABS[tab.value];
  return (
    <section class="visit" aria-label="Visit this realm" data-state={visitor.state.value}>
      <Head />
      <Trouble />
      <Tabs />
      <div key={tab.value} class="visit-page" role="tabpanel" id="visit-page" aria-labelledby={`visit-tab-${tab.value}`} data-tab={tab.value}>
        <Page />
      </div>
    </section>
  );
}

const isOut = computed(() => visitor.state.value === 'away' || visitor.state.value === 'ended');

function Head() {
  return (
    <header class="visit-head">
      <h2>Visit</h2>
      <State />
      {isOut.value ? (
        <button class="primary" disabled={visitor.busy.value} onClick={() => void visitor.visitNow()}>
          {visitor.state.value === 'ended' ? 'Visit again' : 'Visit now'}
        </button>
      ) : (
        <button onClick={() => visitor.leave()}>Leave</button>
      )}
    </header>
  );
}

const WORDS: Record<VisitState, string> = {
  away: 'not inside',
  entering: 'entering…',
  inside: 'inside',
  waiting: 'coming back…',
  ended: 'ended',
};

function State() {
  const { value: state } = visitor.state;
  const { value: id } = visitor.islandId;
  return (
    <span class="visit-state" role="status" data-state={state} data-room={visitor.room.value.state} title={id ?? undefined}>
      {state === 'inside' && id ? `on island ${shortId(id)}` : WORDS[state]}
    </span>
  );
}

/** Counts down to the next try. */
const second = signal(0);

function Trouble() {
  const { value: why } = visitor.trouble;
  const { value: returnsAt } = visitor.returnsAt;
  useEffect(() => {
    if (returnsAt === null) return;
    const timer = setInterval(() => ++second.value, 250);
    return () => clearInterval(timer);
  }, [returnsAt]);
  if (!why) return null;
  void second.value;
  const left = returnsAt === null ? null : Math.max(0, Math.ceil((returnsAt - Date.now()) / 1_000));
  return (
    <div class="visit-trouble" role="alert" data-reason={why.reason}>
      <p>{why.words}</p>
      <small class="mono">
        {why.reason}
        {why.code > 0 && `, ${why.code}`}
      </small>
      {left !== null && (
        <button class="text" onClick={() => void visitor.comeIn()}>
          Again in {left} s, or now
        </button>
      )}
    </div>
  );
}

function Tabs() {
  const keys = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = ORDER[(ORDER.indexOf(tab.value) + step + ORDER.length) % ORDER.length] as Tab;
    tab.value = next;
    document.getElementById(`visit-tab-${next}`)?.focus();
  };
  return (
    <div class="visit-tabs" role="tablist" aria-label="Visit" onKeyDown={keys}>
      {ORDER.map((name) => (
        <button
          key={name}
          id={`visit-tab-${name}`}
          role="tab"
          aria-selected={tab.value === name}
          aria-controls="visit-page"
          tabIndex={tab.value === name ? 0 : -1}
          onClick={() => (tab.value = name)}
        >
          {TABS[name].name}
        </button>
      ))}
    </div>
  );
}
