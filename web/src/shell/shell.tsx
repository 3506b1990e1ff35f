// The frame of the page: the map behind, the bar above, panels beside it; on a phone the panels are sheets.
import { effect, signal } from '@preact/signals';
import { pulse } from '../feed/store';
import { IslandPage } from '../islands/island';
import { PlayerPage } from '../islands/player';
import { MapView } from '../map/view';
import { closeVisit, guest, isVisitOpen, openVisit, visitProblem } from './door';
import { count } from './format';
import { Help } from './help';
import { Icon } from './icons';
import { Overview } from './overview';
import { route } from './route';
import { Topbar } from './topbar';

/** On a phone: which sheet is up. Elsewhere both panels have a place. */
const sheet = signal<'none' | 'realm' | 'visit'>('none');

effect(() => {
  if (route.value.page !== 'realm') sheet.value = 'realm';
});
effect(() => {
  if (isVisitOpen.value) sheet.value = 'visit';
  else if (sheet.peek() === 'visit') sheet.value = 'none';
});

export function Shell() {
  return (
    <div class="shell" data-sheet={sheet.value} data-visit={isVisitOpen.value}>
      <Topbar />
      <MapView />
      <aside class="panel panel-visit" aria-label="Visit" hidden={!isVisitOpen.value}>
        <VisitFrame />
      </aside>
      <aside class="panel panel-realm" aria-label="The realm">
        <Page />
      </aside>
      <Tabs />
      <Help />
    </div>
  );
}

function Page() {
  const at = route.value;
  if (at.page === 'island') return <IslandPage key={at.id} id={at.id} />;
  if (at.page === 'player') return <PlayerPage key={at.address} address={at.address} />;
  return <Overview />;
}

function VisitFrame() {
  const here = guest.value;
  return (
    <>
      <button class="icon panel-close" onClick={closeVisit} aria-label="Close the visit panel">
        <Icon name="close" />
      </button>
      {visitProblem.value && <p class="empty problem">{visitProblem.value}</p>}
      {here && <here.Panel />}
    </>
  );
}

/** On a phone only. */
function Tabs() {
  const now = pulse.value;
  const tab = (name: 'none' | 'realm' | 'visit', text: string) => (
    <button
      aria-pressed={sheet.value === name}
      onClick={() => {
        sheet.value = name;
        if (name === 'visit') void openVisit();
      }}
    >
      {text}
    </button>
  );
  return (
    <nav class="tabs" aria-label="Sheets">
      {tab('none', 'Map')}
      {tab('realm', now ? `Realm · ${count(now.players)}` : 'Realm')}
      {tab('visit', 'Visit')}
    </nav>
  );
}
