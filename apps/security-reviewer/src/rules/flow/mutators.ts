/** Methods that put their arguments into the object they are called on. */
export const MUTATORS: ReadonlySet<string> = new Set(['append', 'extend', 'add', 'insert', 'update', 'write', 'push']);
