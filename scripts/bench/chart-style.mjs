// The looks of the chart: colours for light and dark pages, and no font but those of the system.
const colours = {
  light: {
    ground: '#f6f8fa',
    frame: '#d0d7de',
    text: '#24292f',
    soft: '#57606a',
    grid: '#d8dee4',
    cdk: '#8c959f',
    cdkx: '#0969da',
  },
  dark: {
    ground: '#0d1117',
    frame: '#30363d',
    text: '#e6edf3',
    soft: '#9198a1',
    grid: '#21262d',
    cdk: '#6e7681',
    cdkx: '#388bfd',
  },
};

/** The content of the chart's style element. */
export function chartStyle() {
  const rules = ({ ground, frame, text, soft, grid, cdk, cdkx }) =>
    [
      `text { fill: ${text} } .soft { fill: ${soft} } .ground { fill: ${ground}; stroke: ${frame} } .grid { stroke: ${grid} }`,
      `.cdk { fill: ${cdk} } .cdkx { fill: ${cdkx} } .spread { stroke: ${text}; fill: none }`,
    ].join('\n');
  return [
    'text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums }',
    '.b { font-weight: 600 } .big { font-size: 17px } .small { font-size: 12px }',
    rules(colours.light),
    `@media (prefers-color-scheme: dark) {\n${rules(colours.dark)}\n}`,
  ].join('\n');
}
