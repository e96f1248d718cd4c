/**
 * Measures two things in turn, A B A B …, so that whatever else the machine does meets both. `a` and `b` get the number of the pair and
 * resolve with a sample; the first `warmUp` pairs have negative numbers and do not count. Resolves with the pairs `[a, b]`, in order.
 */
export function interleave(a, b, options) {
  return repeat(async (index) => [await a(index), await b(index)], options);
}

/** The same for one thing that is compared with nothing. */
export async function repeat(measure, { runs, warmUp = 2 }) {
  const samples = [];
  for (let index = -warmUp; index < runs; index += 1) {
    const sample = await measure(index);
    if (index >= 0) samples.push(sample);
  }
  return samples;
}
