import { isAbsolute } from 'node:path';
import { OptionError, checkOptions } from '@harness-sdk/core';
import type { ArgumentRule } from './argument-rule.ts';
import type { GrantStore } from './grant-store.ts';
import { permissionModes, type PermissionMode } from './mode.ts';

/** Files of rules, in YAML. */
export interface PolicyFiles {
  /** The organisation's, absolute. It must not lie in the workspace. */
  readonly organisation?: string;
  /** The project's, absolute. It can only tighten what is decided without it. */
  readonly project?: string;
}

/** What `createPolicy` takes. */
export interface PolicyOptions {
  /** Directory of the workspace, absolute. It may be a link; where it leads is settled when the policy is made. */
  readonly root: string;
  /** Further directories that tools may touch, absolute. Default none. */
  readonly extraRoots?: readonly string[];
  /** Default `default`. */
  readonly mode?: PermissionMode;
  /** Rules for calls that need no question. They never cover what a deny or ask rule is about. */
  readonly allow?: readonly string[];
  /** Rules for calls that must not run, in any mode. */
  readonly deny?: readonly (string | ArgumentRule)[];
  /** Rules for calls that a person decides on, in any mode. */
  readonly ask?: readonly (string | ArgumentRule)[];
  /** Policy files, read once, when the policy is made. Default none. */
  readonly policyFiles?: PolicyFiles;
  /** Where grants are kept for good. Default: nowhere, and none are in force but those of the session. */
  readonly grants?: GrantStore;
  /** What `~/` means in a rule, absolute. Default: the user's home directory. */
  readonly home?: string;
  /** Names of all tools there are. Given, a rule that names another is an error. */
  readonly tools?: readonly string[];
}

/** @throws OptionError for an option that is unknown or of the wrong type. */
export function checkPolicyOptions(options: PolicyOptions): void {
  checkOptions('createPolicy', options, {
    root: { type: 'string', required: true },
    extraRoots: { type: 'array' },
    mode: { oneOf: permissionModes },
    allow: { type: 'array' },
    deny: { type: 'array' },
    ask: { type: 'array' },
    policyFiles: { type: 'object', fields: { organisation: { type: 'string' }, project: { type: 'string' } } },
    grants: { type: 'object' },
    home: { type: 'string' },
    tools: { type: 'array' },
  });
  for (const name of ['extraRoots', 'tools'] as const) checkElements(name, options[name], isString, 'strings only');
  checkElements('allow', options.allow, isStringOrObject, 'strings only');
  for (const name of ['deny', 'ask'] as const) {
    checkElements(name, options[name], isStringOrObject, 'strings, and objects with `tool` and `args`');
  }
  const { organisation = '/', project = '/' } = options.policyFiles ?? {};
  const paths = {
    root: options.root,
    home: options.home ?? '/',
    'policyFiles.organisation': organisation,
    'policyFiles.project': project,
  };
  for (const [name, path] of Object.entries(paths)) checkAbsolute(name, path);
  for (const [index, path] of (options.extraRoots ?? []).entries()) checkAbsolute(`extraRoots[${index}]`, path);
}

function checkElements(
  option: string,
  list: readonly unknown[] | undefined,
  isRight: (value: unknown) => boolean,
  what: string,
): void {
  const wrong = list?.findIndex((value) => !isRight(value)) ?? -1;
  if (wrong < 0) return;
  throw new OptionError(`${option}[${wrong}]`, `Expected \`${option}\` of createPolicy to hold ${what}.`);
}

function checkAbsolute(option: string, path: string): void {
  if (isAbsolute(path)) return;
  throw new OptionError(
    option,
    `Expected \`${option}\` of createPolicy to be an absolute path, got ${JSON.stringify(path)}.`,
  );
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isStringOrObject(value: unknown): boolean {
  return isString(value) || (typeof value === 'object' && value !== null && !Array.isArray(value));
}
