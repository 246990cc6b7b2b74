import type { ShellPlaces } from './shell-path.ts';

const memories = new WeakMap<ShellPlaces, Map<string, unknown>>();

/** Works something out once for one command: what is on the disk is looked at once, however often it is named. */
export function once<Value>(places: ShellPlaces, key: string, make: () => Value): Value {
  const memory = memories.get(places) ?? new Map<string, unknown>();
  memories.set(places, memory);
  if (!memory.has(key)) memory.set(key, make());
  // A key starts with what it is about, so that the same one always has the same type.
  return memory.get(key) as Value;
}

/** The same function, which works out each answer once for as long as what it is about is there. */
export function remembering<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const known = made.get(key) ?? { value: make(key) };
    made.set(key, known);
    return known.value;
  };
}

const maxLooks = 3_000;

/** Whether one more look at the disk is not too many for one command. */
export function mayLook(places: ShellPlaces): boolean {
  const looks = once(places, 'looks', () => ({ count: 0 }));
  looks.count++;
  return looks.count <= maxLooks;
}
