// The map's colours as the theme has them: those of islands computed, the rest from theme.css.
import { palette, type Rgb, type Theme } from './colours';
import type { StageLook } from './stage';

export function stageLook(theme: Theme, element: Element): StageLook {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  const dark = theme === 'dark';
  return {
    look: {
      palette: palette(theme),
      ground: rgb(value('--ground')),
      text: rgb(value('--text')),
      accent: rgb(value('--accent')),
      ink: dark ? [0.62, 0.7, 0.86] : [0.2, 0.26, 0.36],
      alphas: dark ? { grid: 0.3, fill: 0.1, line: 0.75 } : { grid: 0.3, fill: 0.11, line: 0.8 },
    },
    inks: {
      text: value('--text'),
      muted: value('--faint'),
      ground: value('--ground'),
      accent: value('--accent'),
      font: style.fontFamily,
    },
  };
}

/** `#rrggbb`, 0 to 1. */
function rgb(hex: string): Rgb {
  const part = (at: number) => parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}
