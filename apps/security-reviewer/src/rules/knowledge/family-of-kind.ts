import type { Family } from '../flow/taint.ts';
import type { Kind } from '../kind.ts';

/** What data must not have been made safe for to be a weakness of the kind; kinds that are not about data have none. */
export const FAMILY_OF_KIND: Readonly<Partial<Record<Kind, Family>>> = {
  'archive-slip': 'path',
  'code-injection': 'code',
  'command-injection': 'shell',
  'cors-misconfiguration': 'header',
  'header-injection': 'header',
  'ldap-injection': 'ldap',
  'log-injection': 'log',
  'mass-assignment': 'fields',
  'nosql-injection': 'query',
  'open-redirect': 'redirect',
  'path-traversal': 'path',
  'prototype-pollution': 'fields',
  redos: 'pattern',
  'sql-injection': 'sql',
  ssrf: 'url',
  'template-injection': 'template',
  'unsafe-deserialization': 'data',
  'xpath-injection': 'xpath',
  xss: 'html',
};
