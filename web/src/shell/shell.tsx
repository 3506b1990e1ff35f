// The frame of the page: the map behind, panels beside it.
import { VisitPanel } from '../visit/panel';

export function Shell() {
  return (
    <div class="shell">
      <main class="map" aria-label="Map of the world" />
      <aside class="panel" aria-label="The realm" />
      <aside class="panel" aria-label="Visit">
        <VisitPanel />
      </aside>
    </div>
  );
}
