// Large data that never changes travels as one string, `packed` (see shared/__init__.py), arrays in it as base64: with the
// message, or as a file whose address stands there instead.

const unpackedOnce = new WeakMap(); // holder → {data, text, parts, whole}
const fetched = new Map(); // address → its parts: several widgets and pages may show one
const PATIENCE = [500, 1_000, 2_000, 4_000]; // ms before the next try, the last again and again

/** `data` with the parts of `data.packed` in place; the same object for the same data, parsed once for the same text. */
export function unpack(holder, data) {
  if (data.packed === undefined) return data;
  const known = unpackedOnce.get(holder) ?? {};
  if (known.data !== data) {
    const parts = known.text === data.packed ? known.parts : (fetched.get(data.packed) ?? JSON.parse(data.packed));
    unpackedOnce.set(holder, Object.assign(known, { data, text: data.packed, parts, whole: { ...parts, ...data } }));
  }
  return known.whole;
}

/** Has all of `data` come? */
export const here = (data) => data?.packed === undefined || !data.packed.startsWith("/") || fetched.has(data.packed);

/** Fetch what `data` lacks, as often as it takes while `wanted()`. A server that has forgotten it is told by the next run
 * of the page's script, which comes with another call. */
export async function fetchParts({ packed }, wanted) {
  for (let turn = 0; wanted(); turn++) {
    const answer = await fetch(packed).catch(() => null);
    const parts = answer?.ok ? await answer.json().catch(() => null) : null;
    if (parts) return void fetched.set(packed, parts);
    await new Promise((done) => setTimeout(done, PATIENCE[Math.min(turn, PATIENCE.length - 1)]));
  }
}

/** Little-endian base64 → typed array of class `Kind`. */
export function decode(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Kind(bytes.buffer);
}
