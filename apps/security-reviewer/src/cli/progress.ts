import spinner, { type Spinner } from 'yocto-spinner';
import { formatCost } from '../report/format-cost.ts';
import { toVisibleName } from '../report/inert-text.ts';
import type { ReviewProgress } from '../review.ts';
import type { CliContext } from './cli-context.ts';
import type { LogFile } from './log-file.ts';
import type { GivenSettings } from './settings.ts';

/** Tells how far a review is: on one line of a terminal that is drawn again, or line by line. */
export interface ProgressView extends Disposable {
  /** Something to know once, such as who reviews. */
  tell(text: string): void;
  /** Something that may be wrong: told also where the rest is to be quiet. */
  warn(text: string): void;
  update(progress: ReviewProgress): void;
  /** Takes what is drawn off the terminal. */
  stop(): void;
}

/** Draws on the terminal where there is one and colours are wanted; `--verbose` keeps every line. */
export function createProgress(
  settings: GivenSettings,
  context: Pick<CliContext, 'terminal' | 'writeError'>,
  log: LogFile | undefined,
): ProgressView {
  const isQuiet = settings.quiet === true;
  const isDrawn = context.terminal !== undefined && settings['no-color'] !== true && settings.verbose !== true;
  const drawn = isDrawn && !isQuiet ? spinner({ stream: context.terminal, handleSignals: false }) : undefined;
  const print = (text: string): void => {
    log?.write(text);
    if (!isQuiet) printLine(text);
  };
  const printLine = (text: string): void => context.writeError(`${text}\n`);
  return {
    tell: print,
    warn: (text) => {
      log?.write(text);
      printLine(`security-reviewer: ${text}`);
    },
    update: (progress) => {
      const line = progressLine(progress);
      if (drawn === undefined) return print(line);
      log?.write(line);
      draw(drawn, line);
    },
    stop: () => void drawn?.stop(),
    [Symbol.dispose]: () => {
      drawn?.stop();
      log?.[Symbol.dispose]();
    },
  };
}

function draw(drawn: Spinner, line: string): void {
  drawn.text = line;
  if (!drawn.isSpinning) drawn.start();
}

/** The rules are there in any case, so that their stage needs no name. */
const stageNames: Readonly<Record<ReviewProgress['stage'], string>> = { rules: '', model: 'model ', verify: 'verify ' };

/** How far a review is, on one line. */
function progressLine({ stage, done, total, files, findings, costUsd }: ReviewProgress): string {
  const [first = ''] = files;
  const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
  const found = `${findings} ${findings === 1 ? 'finding' : 'findings'} so far`;
  return `${stageNames[stage]}[${done}/${total}] ${toVisibleName(first)}${more}: ${found}, ${formatCost(costUsd)}`;
}
