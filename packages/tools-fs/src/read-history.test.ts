import { createWorkspace, type ResolvedPath } from '@harness-sdk/core/node';
import { expect, test } from 'vitest';
import { historyOf, ReadHistory } from './read-history.ts';

function path(name: string): ResolvedPath {
  return { requested: `/link/${name}`, realPath: `/real/${name}`, relativePath: name, isLinked: false, exists: true };
}

test('knows what a session has seen, by content', () => {
  const history = new ReadHistory();
  expect(history.check('s', path('a'), Buffer.from('x'))).toBe('unread');
  history.remember('s', path('a'), Buffer.from('x'));
  expect(history.check('s', path('a'), Buffer.from('x'))).toBe('current');
  expect(history.check('s', path('a'), Buffer.from('y'))).toBe('stale');
  history.remember('s', path('a'), Buffer.from('y'));
  expect(history.check('s', path('a'), Buffer.from('y'))).toBe('current');
});

test('does not take one session for another, nor one file', () => {
  const history = new ReadHistory();
  history.remember('s', path('a'), Buffer.from('x'));
  expect(history.check('t', path('a'), Buffer.from('x'))).toBe('unread');
  expect(history.check('s', path('b'), Buffer.from('x'))).toBe('unread');
  expect(history.paths('t')).toEqual([]);
});

test('knows a file by its real path', () => {
  const history = new ReadHistory();
  history.remember('s', path('a'), Buffer.from('x'));
  expect(history.check('s', { ...path('a'), requested: '/other' }, Buffer.from('x'))).toBe('current');
  expect(history.paths('s')).toEqual(['/link/a']);
});

test('forgets the file used longest ago when there are too many', () => {
  const history = new ReadHistory();
  for (let index = 0; index < 10_000; index++) history.remember('s', path(`f${index}`), Buffer.from('x'));
  history.remember('s', path('f0'), Buffer.from('x'));
  history.remember('s', path('new'), Buffer.from('x'));
  expect(history.check('s', path('f0'), Buffer.from('x'))).toBe('current');
  expect(history.check('s', path('f1'), Buffer.from('x'))).toBe('unread');
  expect(history.check('s', path('f2'), Buffer.from('x'))).toBe('current');
  expect(history.paths('s').length).toBe(10_000);
});

test('is one for a workspace', () => {
  const [one, other] = [createWorkspace({ root: '.' }), createWorkspace({ root: '.' })];
  expect(historyOf(one)).toBe(historyOf(one));
  expect(historyOf(one)).not.toBe(historyOf(other));
});
