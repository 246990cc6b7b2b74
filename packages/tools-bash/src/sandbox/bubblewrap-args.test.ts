import { expect, test } from 'vitest';
import { bubblewrapArgs } from './bubblewrap-args.ts';
import type { SandboxProfile } from './sandbox-provider.ts';

const profile: SandboxProfile = { writable: [], readOnly: [], hidden: [], network: false, cwd: '/nowhere' };

/** The arguments as a line, in which places are easy to find. */
function line(changes: Partial<SandboxProfile>): string {
  return bubblewrapArgs(['/bin/ls', '-l'], { ...profile, ...changes }).join(' ');
}

test('make everything read-only, alone and without a network', () => {
  const args = line({});
  expect(args).toMatch(/^--ro-bind \/ \/ --dev \/dev --proc \/proc --tmpfs \/tmp --tmpfs \/run /);
  expect(args).toMatch(/--unshare-all --die-with-parent --new-session --chdir \/nowhere -- \/bin\/ls -l$/);
  expect(args).not.toContain('--bind ');
  expect(args).not.toContain('--share-net');
});

test('share the network where it is allowed', () => {
  expect(line({ network: true })).toContain('--unshare-all --share-net');
});

test('mount what is deeper later, whatever the order it is given in', () => {
  const args = line({
    writable: ['/nowhere/a/b', '/nowhere'],
    readOnly: ['/nowhere/a/b/c/d', '/nowhere/a'],
    hidden: ['/nowhere/a/b/c', '/'],
  });
  const places = [
    '--tmpfs / ',
    '--bind /nowhere /nowhere',
    '--ro-bind /nowhere/a /nowhere/a',
    '--bind /nowhere/a/b ',
    '/nowhere/a/b/c ',
    '/nowhere/a/b/c/d',
  ];
  const positions = places.map((place) => args.indexOf(place));
  expect(positions).not.toContain(-1);
  expect(positions).toEqual(positions.toSorted((left, right) => left - right));
});

test('hold every directory on the way to what is protected, so that none can be renamed', () => {
  const args = line({ writable: ['/nowhere'], readOnly: ['/nowhere/.git/hooks'], hidden: ['/nowhere/x/y/z'] });
  for (const path of ['/nowhere', '/nowhere/.git', '/nowhere/x', '/nowhere/x/y']) {
    expect(args).toContain(`--bind ${path} ${path}`);
  }
  expect(args.match(/--bind /g)?.length).toBe(4);
});

test('let the stricter one win on one path', () => {
  const args = line({ writable: ['/nowhere'], readOnly: ['/nowhere'], hidden: ['/nowhere'] });
  const positions = ['--bind /nowhere /nowhere', '--ro-bind /nowhere /nowhere', '--ro-bind /dev/null /nowhere'].map(
    (part) => args.indexOf(part),
  );
  expect(positions).not.toContain(-1);
  expect(positions).toEqual(positions.toSorted((left, right) => left - right));
});
