/**
 * Measures two things in turn, A B B A …, so that whatever else the machine does meets both, and neither always comes after the other.
 * `a` and `b` get the number of the pair and resolve with a sample; the first `warmUp` pairs have negative numbers and do not count.
 * Resolves with the pairs `[a, b]`, in order.
 */
export function interleave(a, b, options) {
  return repeat(async (index) => {
    if (index % 2 === 0) return [await a(index), await b(index)];
    const second = await b(index);
    return [await a(index), second];
  }, options);
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
