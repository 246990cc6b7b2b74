/**
 * What a package is known by: the whole path for the standard library and the extensions to it (`math/rand`,
 * `crypto/ssh`), the name alone for any other (`jwt`), without its version.
 */
export function packageName(path: string): string {
  const plain = path.replace(/\/v\d+$/, '').replace(/\.v\d+$/, '');
  if (plain.startsWith('golang.org/x/')) return plain.slice('golang.org/x/'.length);
  if (!(plain.split('/')[0] ?? '').includes('.')) return plain;
  if (/(?:^|\/)gorilla\/\w+$/.test(plain)) return `gorilla/${plain.split('/').at(-1) ?? ''}`;
  const last = plain.split('/').at(-1) ?? plain;
  return last.replace(/^go-/, '').replace(/[-.]go$/, '');
}
