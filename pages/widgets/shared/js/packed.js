// Large data that never changes travels as one string, `packed` (see shared/__init__.py), arrays in it as base64.

const unpackedOnce = new WeakMap(); // holder → {data, text, parts, whole}

/** `data` with the parts of `data.packed` in place; the same object for the same data, parsed once for the same text. */
export function unpack(holder, data) {
  if (data.packed === undefined) return data;
  const known = unpackedOnce.get(holder) ?? {};
  if (known.data !== data) {
    const parts = known.text === data.packed ? known.parts : JSON.parse(data.packed);
    unpackedOnce.set(holder, Object.assign(known, { data, text: data.packed, parts, whole: { ...parts, ...data } }));
  }
  return known.whole;
}

/** Little-endian base64 → typed array of class `Kind`. */
export function decode(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Kind(bytes.buffer);
}
