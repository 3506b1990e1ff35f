// The colour of an island, as on the map.
import { computed } from '@preact/signals';
import { css, palette } from '../map/colours';
import { theme } from '../shell/theme';

const colours = computed(() => palette(theme.value).map(css));

export const colourOf = (colour: number): string => colours.value[colour];

export function Swatch({ colour }: { colour: number }) {
  return <i class="swatch" style={{ background: colourOf(colour) }} aria-hidden="true" />;
}
