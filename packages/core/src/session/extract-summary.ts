import type { Json } from '../json.ts';
import type { ToolCallBlock, TranscriptMessage } from '../transcript.ts';
import { charactersOf } from './estimate-tokens.ts';
import { lastTurnPrompt } from './state.ts';
import { readSections, summarySections, writeSections, type Sections, type SummarySection } from './summary.ts';
import { shortenText } from './shorten-message.ts';

/** Texts of the model that are worth repeating, and of failed calls. */
const lastTexts = 6;
const lastFailures = 4;
const clipTokens = 120;

/**
 * A summary that needs no model: what was said by the user, the last words of the model, the files that the calls name,
 * what went wrong last, and what an earlier summary said. The same messages give the same text.
 *
 * @param earlier - The summary that stands for what came before these messages.
 * @param maxTokens - Of the whole.
 */
export function extractSummary(messages: readonly TranscriptMessage[], earlier: string, maxTokens: number): string {
  const before = readSections(earlier);
  const found: Readonly<Record<SummarySection, readonly string[]>> = {
    Goal: [],
    Constraints: linesOf(messages, 'user'),
    Decisions: linesOf(messages, 'assistant').slice(-lastTexts),
    'Files touched': filesIn(messages),
    'Open items': [...callCounts(messages), ...failures(messages)],
  };
  // Headings and the line breaks around them.
  const room = Math.max(0, charactersOf(maxTokens) - 120) / summarySections.length;
  const sections = new Map<SummarySection, string>();
  for (const name of summarySections) {
    const lines = [...(before.get(name)?.split('\n') ?? []), ...found[name]];
    const text = lastWithin([...new Set(lines)], room).join('\n');
    sections.set(name, text === '' ? defaults[name] : text);
  }
  return writeSections(sections);
}

/** The sections of a model's summary; what it left out is filled in from the extract. */
export function completeSummary(summary: string, extract: string): string {
  const written = readSections(summary);
  const missing: Sections = new Map([...readSections(extract)].filter(([name]) => !written.has(name)));
  return missing.size === 0 ? summary.trim() : `${summary.trim()}\n\n${writeSections(missing)}`;
}

const defaults: Readonly<Record<SummarySection, string>> = {
  Goal: 'As in the prompts, which are kept as they were.',
  Constraints: 'As in the prompts.',
  Decisions: 'None on record.',
  'Files touched': 'None on record.',
  'Open items': 'As the last messages show.',
};

function linesOf(messages: readonly TranscriptMessage[], role: 'user' | 'assistant'): readonly string[] {
  return messages.flatMap((message) => {
    if (message.role !== role) return [];
    const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join(' ');
    return text.trim() === '' || text === lastTurnText ? [] : [`- ${clip(text)}`];
  });
}

const lastTurnText = lastTurnPrompt.content.map((block) => (block.type === 'text' ? block.text : '')).join(' ');

/** One line, shortened. */
function clip(text: string): string {
  return shortenText(text.replaceAll(/\s+/g, ' ').trim(), clipTokens).replaceAll(/\s+/g, ' ');
}

function callsIn(messages: readonly TranscriptMessage[]): readonly ToolCallBlock[] {
  return messages.flatMap((message) =>
    message.role === 'assistant' ? message.content.filter((block) => block.type === 'tool_call') : [],
  );
}

/** Each file that a call names, with the tools that it was named to; the one named last stands last. */
function filesIn(messages: readonly TranscriptMessage[]): readonly string[] {
  const tools = new Map<string, Set<string>>();
  for (const { name, args } of callsIn(messages)) {
    for (const path of pathsIn(args)) {
      const names = tools.get(path) ?? new Set();
      tools.delete(path);
      tools.set(path, names.add(name));
    }
  }
  return [...tools].map(([path, names]) => `- ${path} (${[...names].join(', ')})`);
}

/** Arguments that name a file, by their names: `file_path`, `path`, `notebookPath`, `filename`. */
const pathName = /(?:^|_|[a-z](?=[PF]))(?:path|file|filename)$/i;

function pathsIn(args: Json | undefined): readonly string[] {
  if (typeof args !== 'object' || args === null) return [];
  return Object.entries(args).flatMap(([name, value]) => {
    // A path of many lines is none.
    if (typeof value === 'string') return pathName.test(name) && /^[^\n]{1,300}$/.test(value) ? [value] : [];
    return pathsIn(value);
  });
}

function callCounts(messages: readonly TranscriptMessage[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { name } of callsIn(messages)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const shown = [...counts].map(([name, count]) => `${name} ×${count}`);
  return shown.length === 0 ? [] : [`- Calls made so far: ${shown.join(', ')}`];
}

function failures(messages: readonly TranscriptMessage[]): readonly string[] {
  const failed = messages.flatMap((message) =>
    message.role === 'tool' ? message.content.filter(({ isError }) => isError) : [],
  );
  return failed.slice(-lastFailures).map(({ name, content }) => {
    const text =
      typeof content === 'string'
        ? content
        : content.map((block) => (block.type === 'text' ? block.text : '')).join(' ');
    return `- ${name} failed: ${clip(text)}`;
  });
}

/** The last lines that have together at most so many bytes. */
function lastWithin(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  const first = lines.findLastIndex((line) => {
    left -= new TextEncoder().encode(line).length + 1;
    return left < 0;
  });
  return lines.slice(first + 1);
}
