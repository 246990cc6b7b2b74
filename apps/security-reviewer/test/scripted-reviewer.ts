import type { Json, ModelRequest } from '@harness-sdk/core';
import { call, type ScriptedTurn, type TurnMaker } from '@harness-sdk/core/testing';
import { readAssignment } from '../src/assignment.ts';

/** Arguments of a call. */
type Args = { readonly [name: string]: Json };

/** How a scripted reviewer behaves, whatever the order and number of its sessions. */
export interface ReviewerScript {
  /** What it reports of a file, once it has read it. */
  readonly report?: (path: string) => readonly Args[];
  /** What it says of a finding at the second look; absent: that it is real. */
  readonly verdict?: (finding: Args) => Args;
  /** Takes the place of a whole turn; `undefined` leaves it. */
  readonly instead?: (
    request: ModelRequest,
    session: { readonly paths: readonly string[]; readonly turn: number },
  ) => ScriptedTurn | undefined;
}

/** A reviewer that reads all it is to read, reports what it is told to, and ends: by the request alone. */
export function scriptedReviewer({ report = () => [], verdict = () => real, instead }: ReviewerScript): TurnMaker {
  return (request) => {
    const prompt = promptOf(request);
    const turn = request.messages.filter(({ role }) => role === 'assistant').length;
    const { files: paths = [], lines } = readAssignment(prompt) ?? {};
    const replaced = instead?.(request, { paths, turn });
    if (replaced !== undefined) return replaced;
    const finding = /<finding>\n(.*)\n<\/finding>/.exec(prompt)?.[1];
    if (finding !== undefined) {
      return turn === 0 ? [call('ReportVerdict', verdict(JSON.parse(finding) as Args))] : 'Done.';
    }
    const range = lines === undefined ? {} : { offset: lines.first, limit: lines.last - lines.first + 1 };
    if (turn === 0) return paths.map((path) => call('Read', { file_path: path, ...range }));
    const reports =
      turn === 1 ? paths.flatMap((path) => report(path).map((args) => ({ file_path: path, ...args }))) : [];
    return reports.length === 0 ? 'Done.' : reports.map((args) => call('ReportFinding', args));
  };
}

const real: Args = { verdict: 'weakness', reason: 'The parameter reaches it.' };

function promptOf({ messages }: ModelRequest): string {
  const [first] = messages;
  return first?.role === 'user' ? first.content.map((block) => (block.type === 'text' ? block.text : '')).join('') : '';
}
