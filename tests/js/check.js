// What a test file needs: name a test, compare, and let tests/browser/test_units.py run one by its name.

export const tests = new Map(); // name → function

export function test(name, act) {
  if (tests.has(name)) throw new Error(`two tests are called "${name}"`);
  tests.set(name, act);
}

/** Equal as JSON is: arrays, typed arrays and objects by what they hold. */
export function same(found, wanted) {
  const told = (value) => JSON.stringify(value, (_, part) => (ArrayBuffer.isView(part) ? [.../** @type {any} */ (part)] : part));
  if (told(found) !== told(wanted)) throw new Error(`found ${told(found)}, wanted ${told(wanted)}`);
}

export function close(found, wanted, room = 1e-9) {
  if (!(Math.abs(found - wanted) <= room)) throw new Error(`found ${found}, wanted ${wanted} ± ${room}`);
}

export function truly(said, what = "it") {
  if (!said) throw new Error(`${what} is not so`);
}
