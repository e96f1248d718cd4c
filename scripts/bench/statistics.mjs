/**
 * The value below which that share of the values lies, interpolated between neighbours (Hyndman and Fan's type 7, as in R and NumPy).
 * Throws a RangeError for no values.
 */
export function quantile(values, share) {
  if (values.length === 0) throw new RangeError('there are no values');
  const sorted = values.toSorted((x, y) => x - y);
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

/** Median and quartiles: `{ low, median, high }`, to three decimals, so that what is recorded reads well. */
export function spread(values) {
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => Number(quantile(values, share).toFixed(3)));
  return { low, median, high };
}
