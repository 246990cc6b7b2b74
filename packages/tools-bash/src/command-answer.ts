import { constants } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import type { Json, JsonObject, ToolOutput } from '@harness-sdk/core';
import type { KeptText } from './output-buffer.ts';
import type { ProcessEnd } from './process/running-process.ts';

/** A failure that the model reads and can mend. */
export function failure(content: string): ToolOutput {
  return { content, isError: true };
}

/** What an answer needs to know besides how the process ended. */
export interface AnswerParts {
  readonly marker: string;
  readonly timeoutMs: number;
}

/** How many of the processes that were left behind are named. */
const maxNamed = 10;

/** The answer of a command: its output, and behind it notes in brackets on how it ended, where that is worth saying. */
export function toAnswer(end: ProcessEnd, { marker, timeoutMs }: AnswerParts): ToolOutput {
  const output = shownOutput(end.output, marker);
  const notes = [...endNotes(end, timeoutMs), ...leftBehindNotes(end.leftBehind)];
  const lines = output === '' && notes.length === 0 ? ['[no output]'] : notes;
  const content = output === '' || lines.length === 0 || output.endsWith('\n') ? output : `${output}\n`;
  const isError = end.cause !== 'exit' || end.exitCode !== 0;
  return { content: content + lines.join('\n'), isError, display: toDisplay(end) };
}

/** For people and programs. */
function toDisplay({ cause, exitCode, signal, output, leftBehind }: ProcessEnd): JsonObject {
  const { omittedCharacters } = output;
  return { cause, exitCode, signal, omittedCharacters, leftBehind };
}

function endNotes({ cause, exitCode, signal }: ProcessEnd, timeoutMs: number): readonly string[] {
  if (cause === 'timeout') return [`[ended after ${timeoutMs} ms, its time limit, with all its processes]`];
  if (cause === 'abort') return ['[the run was aborted, and the command ended with all its processes]'];
  if (signal !== null) return [`[ended by ${signal}]`];
  if (exitCode === null) return ['[how it ended is not known]'];
  return exitCode === 0 ? [] : [`[exit code ${exitCode}${signalOfChild(exitCode)}]`];
}

/** Shells add 128 to the number of the signal that ended their last command. */
function signalOfChild(exitCode: number): string {
  const [name] = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128) ?? [];
  return name === undefined ? '' : `, which is 128 + ${name}`;
}

function leftBehindNotes(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '';
  return [`[ended what was left running in the background: ${names.slice(0, maxNamed).join(', ')}${more}]`];
}

/** Output that has come since the last time, for `tool_progress`; `undefined` where there is none. */
export function toProgress(text: KeptText, marker: string): Json | undefined {
  const { head, tail, omittedCharacters } = text;
  if (head === '' && tail === '') return undefined;
  return { output: shownOutput({ head, tail, omittedCharacters }, marker) };
}

/** Output as text that can be stored and sent anywhere: without what moves a cursor, and without the mark of the call. */
function shownOutput({ head, omittedCharacters, tail }: KeptText, marker: string): string {
  if (omittedCharacters === 0) return readable(head + tail, marker);
  const note = `[${omittedCharacters} characters left out]`;
  const [before, behind] = [readable(head, marker), readable(tail, marker)];
  return `${before}${before.endsWith('\n') ? '' : '\n'}${note}\n${behind}`;
}

/** Control characters but tab and line ends; the `m` of colours and the like go with what they belong to. */
// oxlint-disable-next-line no-control-regex -- These are what it is about.
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

function readable(text: string, marker: string): string {
  return stripVTControlCharacters(text).replaceAll(controls, '\ufffd').replaceAll(marker, '…');
}
