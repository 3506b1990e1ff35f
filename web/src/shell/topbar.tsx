// The bar at the top: which realm, whether its news is fresh, search, and the page's switches.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { connect, link, realm, stale } from '../feed/store';
import { closeVisit, isVisitOpen, openVisit } from './door';
import { isHelpOpen } from './help';
import { Icon, Logo } from './icons';
import { toRealm } from './routes';
import { Search } from './search';
import { choice, nextTheme } from './theme';

export function Topbar() {
  const told = realm.value;
  return (
    <header class="topbar">
      <a class="brand" href={toRealm} aria-label="archipelago, the realm's page">
        <Logo />
        <span class="brand-name">
          <b>{told?.name || 'archipelago'}</b>
          <small>{told ? `archipelago ${told.version}` : 'station'}</small>
        </span>
      </a>
      <Connection />
      <Search />
      <nav class="switches" aria-label="Page">
        <button
          class="primary"
          aria-pressed={isVisitOpen.value}
          onClick={() => (isVisitOpen.value ? closeVisit() : void openVisit())}
        >
          <Icon name="walk" /> <span>Visit</span>
        </button>
        <button
          class="icon"
          onClick={nextTheme}
          aria-label={`Colours: ${choice.value}`}
          title={`Colours: ${choice.value} (T)`}
        >
          <Icon name={choice.value} />
        </button>
        <button class="icon" onClick={() => (isHelpOpen.value = true)} aria-label="Keys and help" title="Keys and help (?)">
          ?
        </button>
      </nav>
    </header>
  );
}

/** Counts down to the next try. */
const second = signal(0);

function Connection() {
  const now = link.value;
  useEffect(() => {
    if (now.state !== 'waiting') return;
    const timer = setInterval(() => (second.value += 1), 500);
    return () => clearInterval(timer);
  }, [now.state]);
  void second.value;
  const { kind, text } = described();
  return (
    <div class="link" data-kind={kind}>
      <span role="status">{text}</span>
      {(now.state === 'waiting' || now.state === 'broken') && (
        <button class="text" onClick={connect}>
          {now.state === 'broken' ? 'Try again' : 'Now'}
        </button>
      )}
    </div>
  );
}

function described(): { kind: string; text: string } {
  const now = link.value;
  if (now.state === 'broken') return { kind: 'broken', text: `Feed closed: ${now.why}` };
  if (now.state === 'waiting') {
    const left = Math.max(1, Math.ceil((now.until - performance.now()) / 1000));
    return { kind: 'waiting', text: `Reconnecting in ${left} s` };
  }
  if (now.state === 'connecting') return { kind: 'waiting', text: realm.value ? 'Reconnecting…' : 'Connecting…' };
  if (stale.value > 0) return { kind: 'stale', text: `No news for ${stale.value} s` };
  return { kind: 'live', text: 'Live' };
}
