import { tmpdir } from 'node:os';
import type { AccessKind, PermissionTool } from '@harness-sdk/core';
import { expect, test } from 'vitest';
import { permissionModes } from './mode.ts';
import { createPolicy } from './policy.ts';
import type { PolicyOptions } from './policy-options.ts';

function offers(options: Omit<PolicyOptions, 'root'>, name: string, accessKinds: readonly AccessKind[]): boolean {
  return createPolicy({ root: tmpdir(), ...options }).offers({ name, accessKinds });
}

test.each<[string, readonly AccessKind[], boolean]>([
  ['Read', ['read'], true],
  ['Add', [], true],
  ['Task', ['spawn'], true],
  ['Mixed', ['read', 'write'], true],
  ['Edit', ['write'], false],
  ['Bash', ['execute'], false],
  ['Fetch', ['network'], false],
  ['Deploy', ['execute', 'network', 'write'], false],
])('in plan mode %s (%j) is offered: %s', (name, kinds, isOffered) => {
  expect(offers({ mode: 'plan' }, name, kinds)).toBe(isOffered);
  expect(offers({ mode: 'plan', allow: ['*'] }, name, kinds)).toBe(isOffered);
});

test('in other modes every tool is offered that no rule denies as a whole', () => {
  for (const mode of permissionModes.filter((candidate) => candidate !== 'plan')) {
    expect(offers({ mode }, 'Bash', ['execute'])).toBe(true);
    expect(offers({ mode, deny: ['Bash'] }, 'Bash', ['execute'])).toBe(false);
    expect(offers({ mode, deny: ['*'] }, 'Add', [])).toBe(false);
    expect(offers({ mode, deny: ['Edit'] }, 'Write', ['write'])).toBe(false);
    expect(offers({ mode, deny: ['Read'] }, 'Grep', ['read'])).toBe(false);
    expect(offers({ mode, deny: ['Read'] }, 'Patch', ['read', 'write'])).toBe(false);
    expect(offers({ mode, deny: ['Edit'] }, 'Patch', ['read', 'write'])).toBe(true);
  }
});

test('a rule for some paths, or one that asks, takes no tool away', () => {
  expect(offers({ deny: ['Edit(src/**)', 'Read(**)'] }, 'Write', ['write'])).toBe(true);
  expect(offers({ ask: ['Bash', '*'] }, 'Bash', ['execute'])).toBe(true);
});

test('what is no tool is not offered', () => {
  const policy = createPolicy({ root: tmpdir() });
  for (const value of [undefined, null, 'Read', {}, { name: 'Read' }, { name: 'X', accessKinds: ['fly'] }]) {
    // What a caller without types could pass.
    expect(policy.offers(value as PermissionTool)).toBe(false);
  }
});
