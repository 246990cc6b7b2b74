/**
 * The name of a called tool as the API takes it in a history: up to 128 letters, digits, `_`, `.`, `:` and `-`, and a
 * letter or `_` first. A model of another provider may have called a tool that does not exist by any name.
 */
export function toToolName(name: string): string {
  const valid = name.replaceAll(/[^a-zA-Z0-9_.:-]/g, '_');
  return (/^[a-zA-Z_]/.test(valid) ? valid : `_${valid}`).slice(0, 128);
}
