import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceBetween } from '../markers.mjs';
import { drawChart } from './chart.mjs';
import { fullTables } from './full-tables.mjs';
import { mainTable } from './main-table.mjs';

/** Writes the figures into docs/performance.md and docs/bench.svg of a folder. The same figures give the same texts. */
export async function render(figures, folder) {
  const chart = drawChart(figures);
  const image = join(folder, 'docs/bench.svg');
  if (chart !== undefined) {
    mkdirSync(dirname(image), { recursive: true });
    writeFileSync(image, chart);
  }
  const page = join(folder, 'docs/performance.md');
  await replaceBetween(page, 'summary', mainTable(figures));
  await replaceBetween(page, 'bench', fullTables(figures));
}
